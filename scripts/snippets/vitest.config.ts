// Of the project that scripts/consumers.ts makes of the READMEs' snippets.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "./setup.ts",
    testTimeout: 60_000,
    reporters: ["default", ["json", { outputFile: "reports/vitest.json" }]],
  },
});
