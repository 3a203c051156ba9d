/**
 * Bundles the promise entry into one file, with the parts of Effect that it uses: programs without Effect install
 * nothing else, and start several times faster than from some two hundred modules (docs/decisions/0003).
 */
import { build } from "esbuild";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

await build({
  entryPoints: [join(root, "src/promise.ts")],
  outfile: join(root, "dist/promise.js"),
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  mainFields: ["module", "main"],
  conditions: ["import"],
  // Names stay readable in stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  banner: {
    js: "/*! Includes parts of effect, MIT License, Copyright (c) 2023 Effectful Technologies Inc */",
  },
});
