import { defineConfig } from "vitest/config";

/** One run for all tests: each package, app and example is a project. `scripts/test.ts` starts it. */
export default defineConfig({ test: { projects: ["{packages,apps,examples}/*"] } });
