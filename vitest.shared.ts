import { defineConfig } from "vitest/config";

/** What every package's vitest.config.ts is. The JSON report is what `scripts/test.ts` counts. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", ["json", { outputFile: "reports/vitest.json" }]],
  },
});
