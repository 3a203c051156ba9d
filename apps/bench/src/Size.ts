/** What each entry point weighs, as `pnpm check` holds it to: counted, not timed, and so no race. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

interface Size {
  readonly entry: string;
  /** In KiB: with `effect`, bundled, minified and gzipped. */
  readonly size: number;
  /** At most so many KiB. */
  readonly bound: number;
  readonly fits: boolean;
}

export const name = "size";

export const what = "bundle each entry point with effect, minified and gzipped";

/** The sizes now. */
export const measure = (): ReadonlyArray<Size> => {
  const script = fileURLToPath(new URL("../../../scripts/size.ts", import.meta.url));
  // It exits with 1 where a bound is passed; what it says holds all the same.
  return JSON.parse(spawnSync(process.execPath, [script, "--json"], { encoding: "utf8" }).stdout);
};

/** The sizes as a table to read. */
export const table = (sizes: ReadonlyArray<Size>): string =>
  [
    `${name}: ${what}`,
    ...sizes.map(
      ({ entry, size, bound, fits }) =>
        `  ${fits ? "ok" : `over by ${((size / bound - 1) * 100).toFixed(1)} %`}: ${entry}: ${size.toFixed(1)} KiB, at most ${bound} KiB`,
    ),
    "",
  ].join("\n");
