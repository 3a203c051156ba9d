// How much each entry point loads in Node, against what `effect` and its HTTP modules load: modules, and bytes
// of their source as it stands in the workspace, types and comments included. A table, and a failure where a
// bound is passed. Counted, because time is not the same twice.
import { execFileSync } from "node:child_process";
import { registerHooks } from "node:module";

/** At most so many times what an Effect program with HTTP has loaded anyway. */
const bound = 1.15;
const entries = ["@scorecard-effect/client", "@scorecard-effect/client/promise"];

interface Load {
  readonly modules: number;
  readonly bytes: number;
}

// In a process of its own, which has loaded nothing else.
const loadOf = (...specifiers: ReadonlyArray<string>): Load =>
  JSON.parse(
    execFileSync(process.execPath, [import.meta.filename, ...specifiers], { encoding: "utf8" }),
  );

const load = async (specifiers: ReadonlyArray<string>): Promise<Load> => {
  let modules = 0;
  let bytes = 0;
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (!url.startsWith("node:")) {
        modules += 1;
        bytes += Buffer.byteLength(loaded.source ?? "");
      }
      return loaded;
    },
  });
  for (const specifier of specifiers) await import(specifier);
  return { modules, bytes };
};

const specifiers = process.argv.slice(2);
if (specifiers.length > 0) {
  console.log(JSON.stringify(await load(specifiers)));
} else {
  const base = loadOf("effect", "effect/http");
  let passed = base.modules > 100 && base.bytes > 1e6;
  const line = (verdict: string, { modules, bytes }: Load, entry: string): void => {
    console.log(`${verdict} ${modules} modules, ${(bytes / 2 ** 20).toFixed(2)} MiB  ${entry}`);
  };
  line(passed ? "    " : "FAIL", base, "effect + effect/http");
  for (const entry of entries) {
    const own = loadOf(entry);
    const fits = own.modules <= bound * base.modules && own.bytes <= bound * base.bytes;
    line(fits ? "ok  " : "FAIL", own, entry);
    passed &&= fits;
  }
  process.exitCode = passed ? 0 : 1;
}
