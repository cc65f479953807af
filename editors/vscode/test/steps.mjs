// What is done and seen, in this order.
import assert from "node:assert/strict";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environment, findings } from "./place.mjs";
import { until } from "./window.mjs";

const read = (...parts) => readFile(path.join(...parts), "utf8");

/** The place of what is typed into sound.yaml. */
const FAULT = { row: 5, column: 15, endColumn: 17, kind: "error" };

/** The folder's settings, all of them. */
async function settings(project, values) {
  await mkdir(path.join(project, ".vscode"), { recursive: true });
  await writeFile(path.join(project, ".vscode/settings.json"), JSON.stringify(values));
}

/** A picture for the docs, without the bar of the window. */
async function picture(page, images, name, height = 640) {
  // What fades in or out has done so.
  await sleep(600);
  const clip = { x: 0, y: 28, width: 1000, height: height - 28 };
  await page.screenshot({ path: path.join(images, `vscode-${name}.png`), clip });
}

export const steps = {
  async "the server of the folder's .venv runs"({ window, page }) {
    await window.open("model.yaml");
    await window.status("from the folder's .venv");
    await page.keyboard.press("Control+b");
  },

  async "squiggles in YAML, JSON and a program are where the command finds"({ window, project }) {
    const seen = [];
    for (const name of ["model.yaml", "compile.json", "train.py"]) {
      await window.open(name);
      const wanted = await findings(project, name);
      assert.ok(wanted.length > 0);
      await window.shows(wanted);
      seen.push(`${name} ${wanted.map((each) => each.code).join(" ")}`);
    }
    return seen.join(", ");
  },

  async "squiggles in a notebook"({ window, page, project, images }) {
    await window.open("wine.ipynb");
    const wanted = await findings(project, "wine.ipynb");
    assert.ok(wanted.length > 0);
    for (const cell of new Set(wanted.map((each) => each.cell))) {
      await window.shows(wanted.filter((each) => each.cell === cell), cell);
    }
    await window.hover("huber_loss", "has no loss", wanted[0].cell);
    await picture(page, images, "notebook");
    await page.keyboard.press("Escape");
    return wanted.map((each) => `cell ${each.cell} ${each.code}`).join(", ");
  },

  async "hover"({ window, page, images }) {
    await window.open("model.yaml");
    await window.hover("focal_loss", "predictions");
    await picture(page, images, "hover");
    await page.keyboard.press("Escape");
    await window.hover('"0.5"', "must be a number");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Shift+m");
    await page.locator(".markers-panel", { hasText: "must be a number" }).waitFor();
    await page.mouse.move(700, 200);
    await picture(page, images, "findings", 880);
    await page.keyboard.press("Control+Shift+m");
  },

  async "a quick fix, and back"({ window, page, project, images }) {
    await window.open("model.yaml");
    const before = await window.text();
    await window.click('"0.5"');
    const row = await window.quickFix("LL211: remove the quotes");
    await picture(page, images, "quick-fix");
    await row.click();
    await until("the fixed text", async () => (await window.text()) === before.replace('"0.5"', "0.5"));
    const left = (await findings(project, "model.yaml")).filter((each) => each.code !== "LL211");
    await window.shows(left);
    await page.keyboard.press("Control+z");
    await until("the text as before", async () => (await window.text()) === before);
    await window.shows(await findings(project, "model.yaml"));
  },

  async "a fault is seen as it is typed"({ window, page }) {
    await window.open("sound.yaml");
    await window.clickBehind("weight: ~");
    const seen = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await window.shows([]);
      const from = performance.now();
      await page.keyboard.type("x");
      await until("the fault", async () => (await window.place(FAULT)).squiggles === 1);
      seen.push(`${Math.round(performance.now() - from)} ms`);
      await page.keyboard.press("Backspace");
    }
    await window.shows([]);
    return `after ${seen.join(", ")}`;
  },

  async "completion"({ window, page }) {
    await window.open("model.yaml");
    const before = await window.text();
    await window.clickBehind("gama: 2.0");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Home");
    await page.keyboard.type("    - criterion: foc");
    await page.keyboard.press("Control+Space");
    const row = page.locator(".suggest-widget .monaco-list-row", { hasText: "focal_loss" }).first();
    await row.waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await until("the text as before", async () => {
      await page.keyboard.press("Control+z");
      return (await window.text()) === before;
    });
  },

  async "the page of a rule"({ window }) {
    await window.click('"0.5"');
    await window.command("losslint: Open the Page of a Rule");
    await window.preview("invalid-weight (LL211)");
    // And by the code of a finding.
    await window.open("model.yaml");
    const hover = await window.hover("gama", "has no parameter");
    await hover.locator("a", { hasText: "LL110" }).first().click();
    await window.preview("unknown-parameter (LL110)");
  },

  async "all safe fixes"({ window, page, project }) {
    await window.open("model.yaml");
    const before = await window.text();
    await window.click("focal_loss");
    await window.command("losslint: Apply All Safe Fixes");
    await until("the fixed text", async () => (await window.text()).includes("weight: 0.5"));
    assert.equal(await read(project, "model.yaml"), `${before}`.trimEnd() + "\n");
    await page.keyboard.press("Control+z");
    await until("the text as before", async () => (await window.text()) === before);
  },

  async "all safe fixes on save, in a notebook too"({ window, page, project }) {
    const onSave = { "source.fixAll.losslint": "explicit" };
    await settings(project, { "editor.codeActionsOnSave": onSave, "notebook.codeActionsOnSave": onSave });
    await window.open("saved.yaml");
    await window.shows(await findings(project, "saved.yaml"));
    await window.click("focal_loss");
    await page.keyboard.press("Control+s");
    await until("the fixed file", async () => (await read(project, "saved.yaml")).includes("weight: 0.5"));
    await window.open("wine.ipynb");
    await window.click("model.fit", 4);
    await page.keyboard.press("Control+s");
    await until("the fixed notebook", async () => !(await read(project, "wine.ipynb")).includes("huber_loss"));
    assert.match(await read(project, "wine.ipynb"), /loss=\\"huber\\"/);
    await settings(project, {});
  },

  async "options, targets and when it runs"({ window, page, project }) {
    await window.open("model.yaml");
    const all = await findings(project, "model.yaml");
    await window.shows(all);
    await settings(project, { "losslint.args": ["--ignore", "LL211"] });
    await window.shows(all.filter((each) => each.code !== "LL211"));
    await settings(project, { "losslint.args": ["--select", "LL1,no-such-rule"] });
    await window.message("no-such-rule");
    await page.keyboard.press("Escape");
    await settings(project, { "losslint.run": "onSave" });
    await window.status("from the folder's .venv");
    await window.shows(all);
    await window.open("sound.yaml");
    await window.clickBehind("weight: ~");
    await page.keyboard.type("x");
    await sleep(3_000);
    await window.shows([]);
    await page.keyboard.press("Control+s");
    await until("the fault", async () => (await window.place(FAULT)).squiggles === 1);
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Control+s");
    await window.shows([]);
    await window.open("young.yaml");
    await settings(project, { "losslint.target": { netspresso: "0.0.9" } });
    const name = { row: 4, column: 18, endColumn: 29, kind: "error" };
    await until("what came later", async () => (await window.place(name)).squiggles === 1);
    await window.hover("yolov9_loss", "it came with");
    await settings(project, {});
  },

  async "conversion"({ window }) {
    await window.open("sound.yaml");
    await window.click("cross_entropy");
    await window.command("losslint: Convert the Loss under the Cursor");
    await window.page.locator('.tab.active[data-resource-name="sound.keras.json"]').waitFor();
    await until("the text", async () => (await window.text()).includes("categorical_crossentropy"));
  },

  async "the schemas of JSON"({ window, project }) {
    await settings(project, { "losslint.enable": false });
    await window.status("Switched off");
    await window.open("a.netspresso.json");
    await until("a squiggle of the schema", async () => (await window.count()) > 0);
    await settings(project, {});
    await window.status("from the folder's .venv");
  },

  async "the interpreter of the Python extension, and a restart"({ window, project, python }) {
    const chosen = await environment(path.join(project, "chosen"), python);
    await writeFile(path.join(project, "interpreter.txt"), chosen);
    await window.command("Choose the Interpreter");
    await window.status("from the Python extension");
    await rm(path.join(project, "interpreter.txt"));
    await window.command("losslint: Restart the Server");
    await window.status("from the folder's .venv");
    await window.open("model.yaml");
    await window.shows(await findings(project, "model.yaml"));
  },

  async "a losslint without its server is told"({ window, project, python }) {
    const lacking = await environment(path.join(project, "lacking"), python, "pygls");
    await settings(project, { "losslint.interpreter": "${workspaceFolder}/lacking/bin/python" });
    const told = await window.message("lacks pygls");
    assert.ok(told.includes(`${lacking} -m pip install "losslint[lsp]"`), told);
    return told.split("\n").find((line) => line.includes("Install it with"));
  },

  async "no losslint at all is told"({ window, project }) {
    await rename(path.join(project, ".venv"), path.join(project, "away"));
    await settings(project, {});
    const told = await window.message("losslint is not installed");
    assert.ok(told.includes('pip install "losslint[lsp]"'), told);
    await window.status("is not installed");
    await rename(path.join(project, "away"), path.join(project, ".venv"));
    await window.command("losslint: Restart the Server");
    await window.status("from the folder's .venv");
    return told.split("\n").find((line) => line.includes("Install it with"));
  },
};

