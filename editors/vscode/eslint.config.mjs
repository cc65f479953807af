import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import ts from "typescript-eslint";

const node = { process: "readonly", console: "readonly", URL: "readonly", setTimeout: "readonly" };

export default defineConfig(
  globalIgnores(["dist/", "schemas/"]),
  js.configs.recommended,
  {
    files: ["src/**/*.ts"],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { ...node, document: "readonly", window: "readonly" } },
  },
);
