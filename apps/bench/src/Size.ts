/** What each entry point weighs, as `pnpm check` holds it to. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Counts } from "./Count.ts";

interface Size {
  readonly entry: string;
  /** In KiB: with `effect`, bundled, minified and gzipped. */
  readonly size: number;
  readonly bound: number;
}

export const counts: Counts = {
  name: "size",
  what: "bundle each entry point with effect, minified and gzipped",
  measure: async () => {
    const script = fileURLToPath(new URL("../../../scripts/size.ts", import.meta.url));
    // It exits with 1 where a bound is passed; what it says holds all the same.
    const sizes: ReadonlyArray<Size> = JSON.parse(
      spawnSync(process.execPath, [script, "--json"], { encoding: "utf8" }).stdout,
    );
    return sizes.map(({ entry, size, bound }) => ({
      of: entry,
      value: size,
      unit: "KiB",
      most: bound,
    }));
  },
};
