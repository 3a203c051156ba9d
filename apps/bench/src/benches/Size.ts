/** The size of each entry point, as `pnpm check` measures it. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BoundedCounts } from "../harness/BoundedCount.ts";

interface EntryPoint {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly sizeLimit: number;
}

export const size: BoundedCounts = {
  name: "size",
  what: "bundle each entry point with effect, minified and gzipped; and what Node loads, minified",
  measure: async () => {
    const cwd = fileURLToPath(new URL("../../../..", import.meta.url));
    // It exits with 1 if an entry point is too large; the document that it prints is complete all the same.
    const entryPoints: ReadonlyArray<EntryPoint> = JSON.parse(
      spawnSync("pnpm exec size-limit --json", { cwd, encoding: "utf8", shell: true }).stdout,
    );
    return entryPoints.map((own) => ({
      of: own.name,
      value: own.size / 1024,
      unit: "KiB",
      most: own.sizeLimit / 1024,
    }));
  },
};
