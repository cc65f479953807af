// What losslint asks of the Python extension, answered from a file of the folder.
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

exports.activate = () => {
  const changed = new vscode.EventEmitter();
  vscode.commands.registerCommand("standin.choose", () => changed.fire({}));
  const file = path.join(vscode.workspace.workspaceFolders[0].uri.fsPath, "interpreter.txt");
  return {
    environments: {
      getActiveEnvironmentPath: () => ({
        path: fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "",
      }),
      resolveEnvironment: async (environment) =>
        environment.path === ""
          ? undefined
          : { executable: { uri: vscode.Uri.file(environment.path) } },
      onDidChangeActiveEnvironmentPath: changed.event,
    },
  };
};
