/** The size of each entry point, as `pnpm check` measures it. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BoundedCounts } from "../harness/BoundedCount.ts";

interface EntryPoint {
  readonly entry: string;
  /** In KiB. */
  readonly size: number;
  readonly bound: number;
}

export const size: BoundedCounts = {
  name: "size",
  what: "bundle each entry point with effect, minified and gzipped",
  measure: async () => {
    const script = fileURLToPath(new URL("../../../../scripts/size.ts", import.meta.url));
    // It exits with 1 if an entry point is too large; the document that it prints is complete all the same.
    const entryPoints: ReadonlyArray<EntryPoint> = JSON.parse(
      spawnSync(process.execPath, [script, "--json"], { encoding: "utf8" }).stdout,
    );
    return entryPoints.map((own) => ({
      of: own.entry,
      value: own.size,
      unit: "KiB",
      most: own.bound,
    }));
  },
};
