// The extension in a real VS Code: npm test, where code-server and Chromium are.
// With --keep the screenshots go to docs/images; else they are made and thrown away.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import * as place from "./place.mjs";
import { steps } from "./steps.mjs";
import { BOUND, Window } from "./window.mjs";

const SETTINGS = {
  "breadcrumbs.enabled": false,
  "chat.disableAIFeatures": true,
  "editor.minimap.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.enabled": false,
  "telemetry.telemetryLevel": "off",
  "window.commandCenter": false,
  "workbench.activityBar.location": "hidden",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};

/** A program on the PATH. */
function which(...names) {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const all = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const found = all.find(existsSync);
  if (found === undefined) {
    throw new Error(`${names.join(" or ")} is not on the PATH`);
  }
  return found;
}

const keep = process.argv.includes("--keep");
const python = process.env.LOSSLINT_PYTHON ?? which("python3");
const executablePath = which("chromium", "chromium-browser", "google-chrome");
which("code-server");

const images = keep ? path.join(place.ROOT, "docs/images") : await mkdtemp(path.join(tmpdir(), "losslint-images-"));
await mkdir(images, { recursive: true });
const { base, project, remove } = await place.folder(python);
console.log(await place.pack());
const extensions = path.join(base, "extensions");
await place.install(extensions, [path.join(place.HERE, "losslint.vsix"), await place.standIn(base)]);
const code = await place.start(base, project, extensions, SETTINGS);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1000, height: 880 } });
page.setDefaultTimeout(BOUND);
let failed;
try {
  await page.goto(code.url);
  await page.locator(".monaco-workbench .statusbar-item").first().waitFor();
  const window = new Window(page);
  for (const [name, step] of Object.entries(steps)) {
    const from = Date.now();
    const told = await step({ window, page, project, images, python });
    console.log(`ok   ${name}${told ? `: ${told}` : ""} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
  }
} catch (error) {
  failed = error;
  const last = path.join(tmpdir(), "losslint-vscode-failed.png");
  await page.screenshot({ path: last });
  console.error(error, `\nwhat was to be seen: ${last}\nlogs: ${code.logs}`);
} finally {
  await browser.close();
  await code.stop();
}
if (failed === undefined) {
  await remove();
  console.log(`screenshots: ${keep ? images : "thrown away; --keep keeps them"}`);
}
if (!keep) {
  await rm(images, { recursive: true });
}
process.exit(failed === undefined ? 0 : 1);
