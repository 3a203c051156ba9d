import { defineConfig } from "vitest/config";
import { join } from "node:path";

/** What every package's vitest.config.ts is. The JSON report is what `scripts/test.ts` counts. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: [join(import.meta.dirname, "vitest.setup.ts")],
    reporters: ["default", ["json", { outputFile: "reports/vitest.json" }]],
    testTimeout: 30_000,
    // A focused test would leave all others out, silently.
    allowOnly: false,
  },
});
