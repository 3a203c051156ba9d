import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    // The second one is for CI, to count.
    reporters: ["default", ["json", { outputFile: "reports/vitest.json" }]],
  },
});
