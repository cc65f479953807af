// One window of VS Code, and what a person does in it.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

// Only against what never comes: a busy machine takes its time.
export const BOUND = 120_000;

/** Wait until something holds; what it gave. */
export async function until(what, ask) {
  const end = Date.now() + BOUND;
  for (;;) {
    const found = await ask();
    if (found) {
      return found;
    }
    assert.ok(Date.now() < end, `not seen: ${what}`);
    await sleep(50);
  }
}

export class Window {
  constructor(page) {
    this.page = page;
  }

  /** The file that is to be seen: its editor, or of a notebook the cell of a number from 1. */
  #editor(cell) {
    const parts = cell
      ? `.notebookOverlay .monaco-list-row[data-index="${cell - 1}"] .monaco-editor`
      : ".editor-instance .monaco-editor";
    return this.page.locator(`${parts} >> visible=true`).first();
  }

  /** Choose in the list of files and commands; whether it could be. */
  async #pick(key, text, wanted) {
    const list = this.page.locator(".quick-input-widget >> visible=true").first();
    const row = list.locator(".monaco-list-row", { hasText: wanted }).first();
    try {
      await this.page.keyboard.press(key);
      await list.locator("input").first().fill(text, { timeout: 3_000 });
      await row.click({ timeout: 10_000 });
      await list.waitFor({ state: "hidden", timeout: 5_000 });
      return true;
    } catch {
      // A page that is shown takes the keys.
      await this.page.keyboard.press("Escape");
      await this.page.locator(".titlebar").first().click();
      return false;
    }
  }

  async open(name) {
    const tab = this.page.locator(`.tab.active[data-resource-name="${name}"]`);
    await until(`${name} opened`, async () => {
      await this.#pick("Control+p", name, name);
      return tab.waitFor({ timeout: 5_000 }).then(() => true, () => false);
    });
  }

  /** Run a command by its title. */
  async command(title) {
    await until(`the command ${title}`, () => this.#pick("F1", `>${title}`, title));
  }

  /** The text that is to be seen. */
  text(cell) {
    return this.#editor(cell).evaluate((editor) =>
      [...editor.querySelectorAll(".view-line")]
        .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
        .map((line) => line.textContent.replaceAll("\u00a0", " "))
        .join("\n"),
    );
  }

  /** The rectangle of a place, and how many squiggles of a kind lie exactly under it. */
  place({ row, column, endColumn, kind, cell }) {
    return this.#editor(cell).evaluate(
      (editor, [line, from, to, squiggle]) => {
        const lines = [...editor.querySelectorAll(".view-line")].sort(
          (a, b) => parseFloat(a.style.top) - parseFloat(b.style.top),
        );
        const range = document.createRange();
        const walker = document.createTreeWalker(lines[line - 1], 4);
        let at = 0;
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const end = at + node.length;
          if (at <= from - 1 && from - 1 < end) {
            range.setStart(node, from - 1 - at);
          }
          if (at < to - 1 && to - 1 <= end) {
            range.setEnd(node, to - 1 - at);
          }
          at = end;
        }
        const box = range.getBoundingClientRect();
        const under = [...editor.querySelectorAll(`.squiggly-${squiggle}`)].filter((each) => {
          const found = each.getBoundingClientRect();
          const middle = (found.top + found.bottom) / 2;
          const isOnLine = box.top - 4 <= middle && middle <= box.bottom + 4;
          return isOnLine && Math.abs(found.left - box.left) < 2 && Math.abs(found.right - box.right) < 2;
        });
        return { x: box.x, y: box.y, width: box.width, height: box.height, squiggles: under.length };
      },
      [row, column, endColumn, kind],
    );
  }

  /** How many squiggles there are. */
  count(cell) {
    return this.#editor(cell).locator("[class*=squiggly-]").count();
  }

  /** Wait until exactly the findings of the command are underlined. */
  async shows(findings, cell) {
    const kinds = { error: "error", warning: "warning", note: "info", info: "info" };
    const wanted = findings.map((each) => {
      assert.equal(each.location.row, each.end_location.row, "a finding of one line");
      const { row, column } = each.location;
      return { row, column, endColumn: each.end_location.column, kind: kinds[each.severity], cell };
    });
    const places = new Set(wanted.map((each) => JSON.stringify(each)));
    await until(`${findings.map((each) => each.code)} underlined`, async () => {
      if ((await this.count(cell)) !== places.size) {
        return false;
      }
      const found = await Promise.all(wanted.map((each) => this.place(each)));
      return found.every((each) => each.squiggles === 1);
    });
  }

  /** The middle of the first place where a text stands. */
  async #middle(text, cell) {
    const lines = (await this.text(cell)).split("\n");
    const row = lines.findIndex((line) => line.includes(text)) + 1;
    assert.ok(row, `${text} is in the editor`);
    const column = lines[row - 1].indexOf(text) + 1;
    const box = await this.place({ row, column, endColumn: column + text.length, kind: "error", cell });
    return { ...box, left: box.x + 1, right: box.x + box.width, middle: box.y + box.height / 2 };
  }

  /** Put the cursor into a text. */
  async click(text, cell) {
    const box = await this.#middle(text, cell);
    await this.page.mouse.click(box.left + Math.min(box.width / 2, 12), box.middle);
  }

  /** Put the cursor behind the line in which a text stands. */
  async clickBehind(text, cell) {
    await this.click(text, cell);
    await this.page.keyboard.press("End");
  }

  /** What is said of a text under the mouse; it must hold `wanted`. */
  async hover(text, wanted, cell) {
    const hover = this.page.locator(".monaco-hover >> visible=true", { hasText: wanted }).first();
    await until(`a hover with ${wanted}`, async () => {
      const box = await this.#middle(text, cell);
      // One that was shown too early would stay, and say no more than it did.
      await this.page.keyboard.press("Escape");
      await this.page.mouse.move(this.page.viewportSize().width / 2, 5);
      await this.page.mouse.move(box.left + Math.min(box.width / 2, 12), box.middle, { steps: 4 });
      return hover.waitFor({ timeout: 4_000 }).then(() => true, () => false);
    });
    return hover;
  }

  /** Open the menu of quick fixes where the cursor is; the row of an action. */
  async quickFix(title) {
    const row = this.page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
    await until(`the action ${title}`, async () => {
      await this.page.keyboard.press("Control+.");
      return row.waitFor({ timeout: 4_000 }).then(() => true, () => this.page.keyboard.press("Escape"));
    });
    return row;
  }

  /** Wait for a message; its text. */
  async message(wanted) {
    const toast = this.page.locator(".notifications-toasts .notification-list-item", { hasText: wanted });
    await toast.first().waitFor({ timeout: BOUND });
    return (await toast.first().innerText()).replaceAll("\u00a0", " ");
  }

  /** Wait for what the status bar says of losslint. */
  async status(wanted) {
    const item = this.page.locator('[id="losslint.losslint.losslint"]').first();
    await until(`the status ${wanted}`, async () => {
      const label = await item.getAttribute("aria-label").catch(() => null);
      return label?.includes(wanted) || (await item.locator("[aria-label]").evaluateAll(
        (all, text) => all.some((each) => each.getAttribute("aria-label").includes(text)), wanted));
    });
  }

  /** Wait for a page in a frame of a frame. */
  async preview(wanted) {
    await until(`a page with ${wanted}`, async () => {
      for (const frame of this.page.frames()) {
        const text = await frame.locator("body").innerText({ timeout: 500 }).catch(() => "");
        if (text.includes(wanted) && frame !== this.page.mainFrame()) {
          return true;
        }
      }
      return false;
    });
  }
}
