/** How often a search hits each record: of each run, as far as its hits have been counted. */
import type { HitCounts } from "../../src/explore/store/HitCount.ts";

export interface CountedHits {
  /** How many records of a run have been counted. */
  readonly counted: (run: number) => number;
  /** How many hits a record has; undefined where they have not been counted. */
  readonly of: (run: number, record: number) => number | undefined;
  /** All hits so far. */
  readonly total: () => number;
  /** Adds the counts of the records after those. */
  readonly add: (counts: ReadonlyArray<HitCounts>) => void;
}

/** Starts with nothing counted. */
export const make = (): CountedHits => {
  const runs: Array<Uint32Array<ArrayBuffer>> = [];
  let total = 0;
  return {
    counted: (run) => runs[run]?.length ?? 0,
    of: (run, record) => runs[run]?.[record],
    total: () => total,
    add: (all) => {
      for (const [run, { from, to, records, counts }] of all.entries()) {
        const before = runs[run] ?? new Uint32Array(0);
        if (from !== before.length) continue;
        const grown = new Uint32Array(to);
        grown.set(before);
        for (const [place, record] of records.entries()) {
          const hits = counts[place] ?? 0;
          grown[from + record] = hits;
          total += hits;
        }
        runs[run] = grown;
      }
    },
  };
};

/** What a search hits in the records that a view shows. */
export interface ShownHits {
  readonly hits: number;
  /** How many records have a hit. */
  readonly records: number;
  /** Whether all hits were counted: else there are at least these. */
  readonly isWhole: boolean;
}

/** Adds up the hits of the records at some places. */
export const shownHits = (
  found: { readonly has: (run: number, record: number) => boolean },
  counted: CountedHits,
  records: Iterable<readonly [run: number, record: number]>,
): ShownHits => {
  let hits = 0;
  let withHits = 0;
  let isWhole = true;
  for (const [run, record] of records) {
    if (!found.has(run, record)) continue;
    withHits += 1;
    const own = counted.of(run, record);
    if (own === undefined) isWhole = false;
    else hits += own;
  }
  return { hits, records: withHits, isWhole };
};
