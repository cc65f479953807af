// One file of JavaScript, and beside it what the package takes from the repository: the schemas and
// the licence, which are copied at each build and never edited here.
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = new URL("../", import.meta.url);
const root = new URL("../../", here);

await mkdir(new URL("schemas/", here), { recursive: true });
for (const name of ["keras.schema.json", "netspresso.schema.json"]) {
  await copyFile(new URL(`schemas/${name}`, root), new URL(`schemas/${name}`, here));
}
await copyFile(new URL("LICENSE", root), new URL("LICENSE", here));

const { metafile } = await build({
  absWorkingDir: fileURLToPath(here),
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  minify: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
});

// What others wrote is packed with the words under which they give it.
const folders = Object.keys(metafile.inputs).map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
const notices = [];
for (const folder of [...new Set(folders)].filter(Boolean).sort()) {
  const { name, version } = JSON.parse(await readFile(new URL(`${folder}/package.json`, here), "utf8"));
  const licence = (await readdir(new URL(folder, here))).find((each) => /^licen[cs]e/i.test(each));
  const text = await readFile(new URL(`${folder}/${licence}`, here), "utf8");
  notices.push(`${name} ${version}\n\n${text.trim()}\n`);
}
await writeFile(new URL("dist/NOTICES.txt", here), notices.join(`\n${"-".repeat(80)}\n\n`));
