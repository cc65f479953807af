/** Running losslint beside the server: whether there is one, and what it prints. */

import { spawn } from "node:child_process";

/** How a command ended. `missing`: there is no such program. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly missing: boolean;
}

export type Verdict = "ready" | "absent" | "withoutServer" | "failed";

const PATIENCE = 60_000;

/** Run a command to its end, without any input. */
export function run(words: readonly [string, ...string[]], folder: string): Promise<Ended> {
  const [command, ...rest] = words;
  return new Promise((resolve) => {
    const said = { stdout: "", stderr: "" };
    const child = spawn(command, rest, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: PATIENCE,
    });
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text));
    }
    child.on("error", (error: NodeJS.ErrnoException) => {
      const missing = error.code === "ENOENT";
      resolve({ ...said, code: null, stderr: error.message, missing });
    });
    child.on("close", (code) => {
      resolve({ ...said, code, missing: false });
    });
  });
}

/** What a server that was started without an editor says of itself: one that could run leaves. */
export function verdict(ended: Ended): Verdict {
  if (ended.code === 0) {
    return "ready";
  }
  if (ended.missing || /No module named '?losslint/.test(ended.stderr)) {
    return "absent";
  }
  return ended.stderr.includes("needs pygls") ? "withoutServer" : "failed";
}
