/** The item in the status bar: whether the server runs, and which. */

import * as vscode from "vscode";

export type State = "starting" | "running" | "stopped" | "trouble";

const ICONS: Record<State, string> = {
  starting: "$(loading~spin)",
  running: "$(check)",
  stopped: "$(circle-slash)",
  trouble: "$(warning)",
};

/** One item; a click on it opens the output. */
export class Status implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;

  constructor() {
    this.#item = vscode.window.createStatusBarItem("losslint", vscode.StatusBarAlignment.Right, 90);
    this.#item.name = "losslint";
    this.#item.command = "losslint.showOutput";
    this.#item.show();
  }

  show(state: State, told: string): void {
    this.#item.text = `${ICONS[state]} losslint`;
    this.#item.tooltip = told;
    const color = new vscode.ThemeColor("statusBarItem.warningBackground");
    this.#item.backgroundColor = state === "trouble" ? color : undefined;
    this.#item.accessibilityInformation = { label: `losslint: ${told}` };
  }

  dispose(): void {
    this.#item.dispose();
  }
}
