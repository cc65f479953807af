/** Where a losslint may be: the places that are asked, in their order. */

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";

/** A way to call losslint. `python` is the interpreter that it belongs to, where that is known. */
export interface Candidate {
  readonly words: readonly [string, ...string[]];
  readonly origin: string;
  readonly python?: string;
}

/** What may be asked. `isChosen`: the settings name it, and no other will do. */
export interface Candidates {
  readonly all: readonly Candidate[];
  readonly isChosen: boolean;
}

/** The part of the API of `ms-python.python` that is used here. */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

const PYTHON_EXTENSION = "ms-python.python";

/** The places to ask for losslint, the first ones first. */
export async function candidates(folders: readonly vscode.Uri[]): Promise<Candidates> {
  const settings = vscode.workspace.getConfiguration("losslint", folders[0] ?? null);
  const command = expanded(settings.get<string>("path", ""), folders[0]);
  if (command !== "") {
    return { all: [{ words: [command], origin: "the setting losslint.path" }], isChosen: true };
  }
  const interpreter = expanded(settings.get<string>("interpreter", ""), folders[0]);
  if (interpreter !== "") {
    return { all: [ofPython(interpreter, "the setting losslint.interpreter")], isChosen: true };
  }
  const found: Candidate[] = [];
  const active = await interpreterOfPythonExtension(folders[0]);
  if (active !== undefined) {
    found.push(ofPython(active, "the Python extension"));
  }
  for (const folder of folders) {
    const python = pythonOf(path.join(folder.fsPath, ".venv"));
    if (existsSync(python)) {
      found.push(ofPython(python, "the folder's .venv"));
    }
  }
  found.push({ words: ["losslint"], origin: "the PATH" });
  return { all: found, isChosen: false };
}

/** Hear when another interpreter is chosen in the Python extension. */
export async function onInterpreterChange(hear: () => void): Promise<vscode.Disposable> {
  const api = await pythonApi();
  const event = api?.environments?.onDidChangeActiveEnvironmentPath;
  return event?.(hear) ?? new vscode.Disposable(() => undefined);
}

function ofPython(python: string, origin: string): Candidate {
  return { words: [python, "-m", "losslint"], origin, python };
}

function pythonOf(environment: string): string {
  return process.platform === "win32"
    ? path.join(environment, "Scripts", "python.exe")
    : path.join(environment, "bin", "python");
}

async function pythonApi(): Promise<PythonApi | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>(PYTHON_EXTENSION);
  try {
    return await extension?.activate();
  } catch {
    // It says by itself what is wrong with it.
    return undefined;
  }
}

async function interpreterOfPythonExtension(folder?: vscode.Uri): Promise<string | undefined> {
  const environments = (await pythonApi())?.environments;
  if (environments === undefined) {
    return undefined;
  }
  const active = environments.getActiveEnvironmentPath(folder);
  return (await environments.resolveEnvironment(active))?.executable.uri?.fsPath;
}

/** A path of the settings, without what stands for folders. */
function expanded(setting: string, folder?: vscode.Uri): string {
  const text = setting.trim().replaceAll("${workspaceFolder}", folder?.fsPath ?? "");
  return text === "~" || /^~[/\\]/.test(text) ? homedir() + text.slice(1) : text;
}
