import { defineConfig } from "vitest/config";

// In the workspace, those of docstrings are run. scripts/consumers.ts runs those of Markdown, on the packed packages.
const { SNIPPETS = "docstrings" } = process.env;

export default defineConfig({
  test: {
    include: ["*.test.ts", `src/${SNIPPETS}/*.test.ts`],
    globalSetup: "./setup.ts",
    testTimeout: 60_000,
    maxConcurrency: 2,
  },
});
