import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import ts from "typescript-eslint";

const node = { process: "readonly", console: "readonly", URL: "readonly", setTimeout: "readonly", performance: "readonly" };

export default defineConfig(
  globalIgnores(["dist/", "schemas/"]),
  js.configs.recommended,
  {
    files: ["src/**/*.ts"],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: { require: "readonly", exports: "readonly" } },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { ...node, document: "readonly", window: "readonly" } },
  },
);
