/** The losslint that is to run, or one sentence on why there is none. */

import { existsSync } from "node:fs";
import * as vscode from "vscode";
import { type Candidate, candidates } from "./candidates";
import { run, verdict } from "./probe";

/** A losslint whose server runs; `words` start it, less the name of the subcommand. */
export interface Found {
  readonly candidate: Candidate;
  readonly folder: string;
  readonly options: readonly string[];
}

/** What is wrong. `remedy` is a command for a terminal that mends it. */
export interface Trouble {
  readonly message: string;
  readonly remedy?: string;
}

/** Ask each place in turn; one that has losslint is the last that is asked. */
export async function find(log: vscode.LogOutputChannel): Promise<Found | Trouble> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((each) => each.uri);
  const folder = folders[0]?.fsPath ?? process.cwd();
  const options = serverOptions(folders[0]);
  const { all, isChosen } = await candidates(folders);
  for (const candidate of all) {
    const words = [...candidate.words, "server", ...options] as const;
    const ended = await run([candidate.words[0], ...words.slice(1)], folder);
    const found = verdict(ended);
    log.info(`${words.join(" ")} (${candidate.origin}): ${found}`);
    if (found === "ready") {
      return { candidate, folder, options };
    }
    if (found === "withoutServer") {
      return {
        message: `losslint (from ${candidate.origin}) lacks pygls, which its server needs.`,
        remedy: install(candidate.python),
      };
    }
    if (found === "failed") {
      log.error(ended.stderr);
      return { message: firstLine(ended.stderr) || `${words.join(" ")} failed.` };
    }
    if (isChosen) {
      return notThere(candidate);
    }
  }
  const python = all.find((each) => each.python !== undefined)?.python;
  return {
    message: "losslint is not installed in the Python of this folder, nor is it on the PATH.",
    remedy: install(python),
  };
}

/** The options of the server, as the settings say. */
function serverOptions(folder?: vscode.Uri): string[] {
  const settings = vscode.workspace.getConfiguration("losslint", folder ?? null);
  const targets = Object.entries(settings.get<Record<string, string>>("target", {}));
  return [
    ...targets.flatMap(([name, release]) => ["--target", `${name}=${release}`]),
    ...settings.get<string[]>("args", []),
  ];
}

function notThere({ words: [program], origin, python }: Candidate): Trouble {
  if (python !== undefined && existsSync(python)) {
    const message = `losslint is not installed in ${program}, which ${origin} names.`;
    return { message, remedy: install(python) };
  }
  return { message: `There is no ${program}, which ${origin} names.` };
}

function install(python?: string): string {
  const pip = python === undefined ? "pip" : `${quoted(python)} -m pip`;
  return `${pip} install "losslint[lsp]"`;
}

function quoted(program: string): string {
  return /\s/.test(program) ? `"${program}"` : program;
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}
