// How much code each entry point brings along, `effect` included, bundled for a browser, minified and
// gzipped: a table (with --json, a document), and a failure where a bound is passed.
import { build } from "esbuild";
import { gzipSync } from "node:zlib";

const json = process.argv.includes("--json");

/** At most so many KiB. */
const bounds = {
  "@scorecard-effect/contract": 36,
  "@scorecard-effect/client": 64,
  "@scorecard-effect/client/promise": 45,
};

const sizes: Array<object> = [];
let passed = true;
for (const [entry, bound] of Object.entries(bounds)) {
  const { outputFiles } = await build({
    // Everything that the entry exports, so that nothing is shaken off.
    stdin: { contents: `export * from ${JSON.stringify(entry)};`, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  const size = gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length / 1024;
  const fits = size > 0.1 && size <= bound;
  sizes.push({ entry, size, bound, fits });
  if (!json) console.log(`${fits ? "ok  " : "FAIL"} ${size.toFixed(1)} of ${bound} KiB  ${entry}`);
  passed &&= fits;
}
if (json) console.log(JSON.stringify(sizes));
process.exitCode = passed ? 0 : 1;
