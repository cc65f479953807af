// Draws images/icon.png from images/icon.svg: npm run icon, where Chromium is.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const images = new URL("../images/", import.meta.url);
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
const svg = await readFile(new URL("icon.svg", images), "utf8");
await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
await page.screenshot({ path: fileURLToPath(new URL("icon.png", images)), omitBackground: true });
await browser.close();
