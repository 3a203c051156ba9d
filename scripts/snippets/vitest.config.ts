// Of the project that scripts/consumers.ts makes of the snippets of READMEs and guides.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "./setup.ts",
    testTimeout: 60_000,
    maxConcurrency: 2,
    reporters: ["default", ["json", { outputFile: "reports/vitest.json" }]],
  },
});
