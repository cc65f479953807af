/** The pages of rules, as the losslint that found the faults prints them. */

import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { run } from "./probe";
import type { Server } from "./server";

const SCHEME = "losslint-rule";

interface Rule {
  readonly code: string;
  readonly name: string;
  readonly summary: string;
}

/** Lets the code of a finding lead to its page in the editor. */
export function withPagesHere(): Middleware {
  return {
    provideDiagnostics: async (document, previous, token, next) => {
      const report = await next(document, previous, token);
      if (report !== null && report !== undefined && "items" in report) {
        report.items.forEach(lead);
      }
      return report;
    },
    handleDiagnostics: (uri, diagnostics, next) => {
      diagnostics.forEach(lead);
      next(uri, diagnostics);
    },
  };
}

function lead(diagnostic: vscode.Diagnostic): void {
  const code = diagnostic.code;
  const value = typeof code === "object" ? code.value : code;
  if (value !== undefined) {
    diagnostic.code = { value, target: page(value) };
  }
}

/** Where the page of a rule is; the package's defaults say that it is shown and not its source. */
function page(rule: string | number): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${String(rule)}.md` });
}

/** Registers the pages, and the command that opens one. */
export function rules(server: Server): vscode.Disposable {
  const print = async (...words: string[]): Promise<string> => {
    const found = await server.found();
    if (found === undefined) {
      throw new Error("losslint does not run; the status bar tells why.");
    }
    const ended = await run([...found.candidate.words, "rule", ...words], found.folder);
    if (ended.code !== 0) {
      throw new Error(ended.stderr.trim());
    }
    return ended.stdout;
  };
  const open = async (code?: string): Promise<void> => {
    const chosen = code ?? (await chosenHere(print));
    if (chosen !== undefined) {
      await vscode.commands.executeCommand("vscode.open", page(chosen));
    }
  };
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) =>
        print(uri.path.replace(/^\/|\.md$/g, ""), "--format", "markdown"),
    }),
    vscode.commands.registerCommand("losslint.openRule", open),
  );
}

/** The code of the finding under the cursor; one of the list where there are several, or none. */
async function chosenHere(print: (...words: string[]) => Promise<string>): Promise<string | undefined> {
  const here = codesHere();
  if (here.length === 1) {
    return here[0];
  }
  const every = JSON.parse(await print("--format", "json")) as Rule[];
  const offered = every
    .filter((rule) => here.length === 0 || here.includes(rule.code))
    .map((rule) => ({ label: rule.code, description: rule.name, detail: rule.summary }));
  const placeHolder = "The rule whose page is to be opened";
  return (await vscode.window.showQuickPick(offered, { placeHolder, matchOnDescription: true }))
    ?.label;
}

function codesHere(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return [];
  }
  const found = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter((each) => each.source === "losslint");
  const under = found.filter((each) => each.range.contains(editor.selection.active));
  const line = editor.selection.active.line;
  const near = found.filter((each) => each.range.start.line <= line && line <= each.range.end.line);
  const codes = (under.length > 0 ? under : near).map(({ code }) =>
    String(typeof code === "object" ? code.value : code),
  );
  return [...new Set(codes)];
}
