/** The loss under the cursor in the other style: what the server offers, asked for by name. */

import * as vscode from "vscode";
import { CodeActionRequest, CodeActionTriggerKind } from "vscode-languageclient/node";
import type { Server } from "./server";

const KIND = "refactor.rewrite";

/** Make the file that the server offers, and open it; or say why there is none. */
export async function convert(server: Server): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const client = await server.client();
  if (editor === undefined || client === undefined) {
    const missing = editor === undefined ? "No file is open." : "The server does not run.";
    void vscode.window.showInformationMessage(`losslint: ${missing}`);
    return;
  }
  const offered = await client.sendRequest(CodeActionRequest.type, {
    textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(editor.document),
    range: client.code2ProtocolConverter.asRange(editor.selection),
    context: { diagnostics: [], only: [KIND], triggerKind: CodeActionTriggerKind.Invoked },
  });
  const action = offered?.find((each) => "kind" in each && each.kind === KIND);
  if (action === undefined || !("kind" in action)) {
    void vscode.window.showInformationMessage(
      "losslint: no loss stands at the cursor that has a form in the other style.",
    );
    return;
  }
  if (action.disabled !== undefined) {
    void vscode.window.showWarningMessage(`${action.title}: ${action.disabled.reason}`);
    return;
  }
  const edit = await client.protocol2CodeConverter.asWorkspaceEdit(action.edit);
  if (edit === undefined || !(await vscode.workspace.applyEdit(edit))) {
    void vscode.window.showErrorMessage("losslint: the new file could not be made.");
    return;
  }
  const made = action.edit?.documentChanges?.find((each) => "kind" in each && each.kind === "create");
  if (made !== undefined && "uri" in made) {
    await vscode.window.showTextDocument(client.protocol2CodeConverter.asUri(made.uri));
  }
}
