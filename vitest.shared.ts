import { defineConfig } from "vitest/config";
import { join } from "node:path";

const root = import.meta.dirname;

// Drawn here, once, so that all workers of a run have the same one.
if (process.env["PROPERTY_SEED"] === "random") {
  process.env["PROPERTY_SEED"] = String(Math.floor(Math.random() * 2 ** 31));
  console.log(`PROPERTY_SEED=${process.env["PROPERTY_SEED"]}`);
}

/** The vitest configuration of each package and app. The examples have their own, because readers copy them. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: [join(root, "vitest.setup.ts")],
    // Workers, and the processes that tests start, share what Node has compiled. A process then starts in half the time.
    env: { NODE_COMPILE_CACHE: join(root, "node_modules/.cache/compile") },
    // The files that a worker runs share its modules. No test changes what other tests see, and loading `effect` for each file
    // would take a fifth of the time.
    isolate: false,
    testTimeout: 60_000,
    // A focused test would leave out all others without a word.
    allowOnly: false,
  },
});
