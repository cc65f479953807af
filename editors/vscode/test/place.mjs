// A place to test in: a folder of files with faults, a losslint that it finds, and VS Code over it.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const HERE = fileURLToPath(new URL("../", import.meta.url));
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const call = promisify(execFile);

/** What is opened, and the fixture that it is. */
export const FILES = {
  "model.yaml": "netspresso/broken/first-try.yaml",
  "compile.json": "keras/broken/compile-2.15.json",
  "train.py": "python/broken/train.py",
  "wine.ipynb": "python/broken/wine.ipynb",
  "saved.yaml": "netspresso/broken/first-try.yaml",
};
const LOSSES = "model:\n  task: classification\n  losses:\n";
const TEXTS = {
  "sound.yaml": `${LOSSES}    - criterion: cross_entropy\n      weight: ~\n`,
  "young.yaml": `${LOSSES}    - criterion: yolov9_loss\n      weight: ~\n`,
  "a.netspresso.json": '{"model": {"losses": [{"criterion": "focal_loss", "gama": 2}]}}\n',
};

/** A folder with the files and a `.venv` in which losslint is found. */
export async function folder(python) {
  const base = await mkdtemp(path.join(tmpdir(), "losslint-vscode-"));
  const project = path.join(base, "project");
  await mkdir(project);
  for (const [name, fixture] of Object.entries(FILES)) {
    await copyFile(path.join(ROOT, "fixtures", fixture), path.join(project, name));
  }
  for (const [name, text] of Object.entries(TEXTS)) {
    await writeFile(path.join(project, name), text);
  }
  await environment(path.join(project, ".venv"), python);
  return { base, project, remove: () => rm(base, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Something like a virtual environment: its Python is another, with losslint as it stands here. */
export async function environment(at, python, hidden = "") {
  const program = path.join(at, "bin", "python");
  await mkdir(path.dirname(program), { recursive: true });
  const hide = hidden && `import sys; sys.modules['${hidden}'] = None`;
  if (hide) {
    await writeFile(path.join(at, "sitecustomize.py"), `${hide}\n`);
  }
  const lines = ["#!/bin/sh", `export PYTHONPATH='${ROOT}${hide && `:${at}`}'`, `exec '${python}' "$@"`];
  await writeFile(program, `${lines.join("\n")}\n`);
  await chmod(program, 0o755);
  return program;
}

/** What the command finds in a file. */
export async function findings(project, name) {
  const python = path.join(project, ".venv", "bin", "python");
  const words = ["-m", "losslint", "check", "--no-cache", "--exit-zero", "--format", "json", name];
  return JSON.parse((await call(python, words, { cwd: project })).stdout);
}

/** Make the package. */
export async function pack() {
  const { stdout } = await call("npm", ["run", "--silent", "pack"], { cwd: HERE });
  return stdout.trim().split("\n").at(-1);
}

/**
 * A stand-in for the Python extension, which no package registry has: the same name, and of its
 * API what is used. The interpreter is written in a file of the folder; a command chooses it.
 */
export async function standIn(base) {
  const at = path.join(base, "stand-in");
  await mkdir(at);
  const manifest = {
    ...{ name: "python", publisher: "ms-python", version: "1.0.0", main: "main.js", license: "MIT" },
    ...{ engines: { vscode: "^1.91.0" }, activationEvents: [] },
    contributes: { commands: [{ command: "standin.choose", title: "Choose the Interpreter" }] },
  };
  await writeFile(path.join(at, "package.json"), JSON.stringify(manifest));
  await writeFile(path.join(at, "README.md"), "A stand-in.\n");
  await copyFile(path.join(HERE, "test/stand-in.cjs"), path.join(at, "main.js"));
  const vsce = path.join(HERE, "node_modules/.bin/vsce");
  const words = ["package", "--allow-missing-repository", "--skip-license", "--out", "python.vsix"];
  await call(vsce, words, { cwd: at });
  return path.join(at, "python.vsix");
}

/** Install packages of extensions into a folder of their own. */
export async function install(extensions, packages) {
  const words = packages.flatMap((each) => ["--install-extension", each]);
  await call("code-server", [...words, "--extensions-dir", extensions]);
}

/** VS Code over a folder, in its own room; `settings` are the user's. */
export async function start(base, project, extensions, settings) {
  const port = await freePort();
  const user = await mkdtemp(path.join(base, "user-"));
  await mkdir(path.join(user, "User"));
  await writeFile(path.join(user, "User", "settings.json"), JSON.stringify(settings));
  const words = [
    ...["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--user-data-dir", user],
    ...["--extensions-dir", extensions, "--config", path.join(user, "config.yaml")],
    ...["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"],
  ];
  const child = spawn("code-server", [...words, project], {
    env: { ...process.env, PATH: pathWithoutLosslint() },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (said += text));
  while (!said.includes("HTTP server listening")) {
    if (child.exitCode !== null) {
      throw new Error(`code-server ended: ${said}`);
    }
    await sleep(50);
  }
  return {
    url: `http://127.0.0.1:${port}/?folder=${encodeURIComponent(project)}`,
    logs: path.join(user, "logs"),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      // With those that it started itself.
      process.kill(-child.pid, "SIGTERM");
      await ended;
    },
  };
}

/** One of the steps needs that there is none but that of the folder. */
function pathWithoutLosslint() {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return folders.filter((each) => !existsSync(path.join(each, "losslint"))).join(path.delimiter);
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
