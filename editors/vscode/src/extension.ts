/** Where VS Code enters: commands, and a server that follows the settings. */

import * as vscode from "vscode";
import { onInterpreterChange } from "./candidates";
import { convert } from "./convert";
import { rules } from "./rules";
import { Server } from "./server";
import { Status } from "./status";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("losslint", { log: true });
  const status = new Status();
  const started = new Server(log, status, context.workspaceState);
  server = started;
  const restart = (): Promise<void> => started.restart();
  const { registerCommand } = vscode.commands;
  context.subscriptions.push(
    log,
    status,
    rules(started),
    registerCommand("losslint.restart", restart),
    registerCommand("losslint.showOutput", () => {
      log.show();
    }),
    registerCommand("losslint.fixAll", () =>
      vscode.commands.executeCommand("editor.action.codeAction", {
        kind: "source.fixAll.losslint",
        apply: "first",
      }),
    ),
    registerCommand("losslint.convert", () => convert(started)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const ours = ["enable", "interpreter", "path", "args", "target", "run"];
      if (ours.some((name) => change.affectsConfiguration(`losslint.${name}`))) {
        void restart();
      }
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void restart()),
  );
  await restart();
  context.subscriptions.push(await onInterpreterChange(() => void restart()));
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
