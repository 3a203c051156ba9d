/** The records that a search found: of each run, as far as it has been searched. */
import type { Found } from "../../src/explore/store/FoundBytes.ts";
import { type Bitmap, emptyBitmap, hasBit, setBit } from "../../src/explore/store/TextSearch.ts";

export interface FoundRecords {
  readonly has: (run: number, record: number) => boolean;
  /** How many records of a run have been searched. */
  readonly searched: (run: number) => number;
  /** How many records were found in a run. */
  readonly count: (run: number) => number;
  /** Adds what was found among the records after those. */
  readonly add: (found: ReadonlyArray<Found>) => void;
}

/** Starts with nothing searched. */
export const make = (): FoundRecords => {
  const bitmaps: Array<Bitmap> = [];
  const searched: Array<number> = [];
  const counts: Array<number> = [];
  return {
    has: (run, record) => {
      const bits = bitmaps[run];
      return bits !== undefined && hasBit(bits, record);
    },
    searched: (run) => searched[run] ?? 0,
    count: (run) => counts[run] ?? 0,
    add: (found) => {
      for (const [run, { from, to, bits }] of found.entries()) {
        if (from !== (searched[run] ?? 0)) continue;
        const before = bitmaps[run] ?? emptyBitmap(0);
        const grown = emptyBitmap(to);
        grown.set(before);
        let count = counts[run] ?? 0;
        for (let offset = 0; offset < to - from; offset++) {
          if (!hasBit(bits, offset)) continue;
          setBit(grown, from + offset);
          count += 1;
        }
        bitmaps[run] = grown;
        searched[run] = to;
        counts[run] = count;
      }
    },
  };
};
