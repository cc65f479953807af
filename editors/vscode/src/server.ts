/** The server of the window: started, stopped, started again; one at a time. */

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, State } from "vscode-languageclient/node";
import { find, type Found, type Trouble } from "./find";
import type { Status } from "./status";
import { withPagesHere } from "./rules";

const LANGUAGES = ["json", "jsonc", "python", "yaml"];
const COPY = "Copy the Command";
const OUTPUT = "Show Output";
const NEVER = "Not Again in This Folder";
const SILENT = "losslint.silent";

/** The server, and what it was started by. */
export class Server {
  #client: LanguageClient | undefined;
  #found: Found | undefined;
  #turn: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly status: Status,
    private readonly memory: vscode.Memento,
  ) {}

  /** Start it, in the place of one that runs. Who asks before that has begun gets the same one. */
  restart(): Promise<void> {
    this.#next ??= this.#turn = this.#turn.then(() => {
      this.#next = undefined;
      return this.#restart().catch((error: unknown) => {
        this.log.error(String(error));
        this.status.show("trouble", String(error));
      });
    });
    return this.#next;
  }

  /** The client of a server that runs; waits for one that is being started. */
  async client(): Promise<LanguageClient | undefined> {
    await this.#turn;
    return this.#client?.isRunning() === true ? this.#client : undefined;
  }

  /** The losslint that runs; waits in the same way. */
  async found(): Promise<Found | undefined> {
    await this.#turn;
    return this.#found;
  }

  stop(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#stop());
    return this.#turn;
  }

  async #restart(): Promise<void> {
    await this.#stop();
    const settings = vscode.workspace.getConfiguration("losslint");
    if (!settings.get<boolean>("enable", true)) {
      this.status.show("stopped", "Switched off by the setting losslint.enable");
      return;
    }
    this.status.show("starting", "Looking for losslint");
    const found = await find(this.log);
    if ("message" in found) {
      void this.#tell(found);
      return;
    }
    this.#found = found;
    await this.#start(found, settings.get<string>("run", "onType") === "onType");
  }

  async #start(found: Found, isOnType: boolean): Promise<void> {
    const [command, ...words] = found.candidate.words;
    const args = [...words, "server", ...found.options];
    const executable = { command, args, options: { cwd: found.folder } };
    const client = new LanguageClient("losslint", executable, this.#options(isOnType));
    this.#client = client;
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        const version = client.initializeResult?.serverInfo?.version ?? "";
        this.status.show("running", `losslint ${version}, from ${found.candidate.origin}`);
      } else if (newState === State.Stopped && this.#client === client) {
        this.status.show("trouble", "The server has ended; the output may say why");
      }
    });
    try {
      await client.start();
    } catch (error) {
      // The client has shown it.
      this.log.error(String(error));
      this.status.show("trouble", "The server did not start; the output may say why");
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#found = undefined;
    this.status.show("stopped", "The server is stopped");
    try {
      await client?.dispose();
    } catch (error) {
      // One that has died cannot say goodbye.
      this.log.info(String(error));
    }
  }

  #options(isOnType: boolean): LanguageClientOptions {
    return {
      documentSelector: LANGUAGES.flatMap((language) => [
        { scheme: "file", language },
        { scheme: "untitled", language },
        ...(language === "python" ? [{ scheme: "vscode-notebook-cell", language }] : []),
      ]),
      outputChannel: this.log,
      diagnosticCollectionName: "losslint",
      diagnosticPullOptions: { onChange: isOnType, onSave: true },
      middleware: withPagesHere(),
    };
  }

  /** Say what is wrong, with the command that mends it; in the status bar at least. */
  async #tell(trouble: Trouble): Promise<void> {
    const { message, remedy } = trouble;
    const told = remedy === undefined ? message : `${message} Install it with: ${remedy}`;
    this.log.error(told);
    this.status.show("trouble", told);
    if (this.memory.get<boolean>(SILENT, false)) {
      return;
    }
    const buttons = [...(remedy === undefined ? [] : [COPY]), OUTPUT, NEVER];
    const chosen = await vscode.window.showWarningMessage(told, ...buttons);
    if (chosen === COPY && remedy !== undefined) {
      await vscode.env.clipboard.writeText(remedy);
    } else if (chosen === OUTPUT) {
      this.log.show();
    } else if (chosen === NEVER) {
      await this.memory.update(SILENT, true);
    }
  }
}
