/** How two runs differ slice by slice. */
import type { Cells } from "./CellTable.ts";
import type { Pairs } from "./PairFigures.ts";
import { groupBySlice, type SliceGroups, testcaseIn } from "./SliceGroups.ts";
import { bySize, haveValues } from "./SlicedRun.ts";
import type { SliceValue } from "./SliceValue.ts";
import type { Grouping } from "./Trials.ts";

/** A slice of two runs. */
export interface ComparedSlice<Figures> {
  readonly value: SliceValue;
  /** Testcases with records in this slice in both runs. */
  readonly paired: number;
  /** How many testcases each run has in the slice, with and without a counterpart. */
  readonly testcases: { readonly baseline: number; readonly candidate: number };
  readonly records: { readonly baseline: number; readonly candidate: number };
  readonly metrics: ReadonlyArray<Figures>;
}

/** Two runs, sliced by the values at one path. */
export interface SlicedComparison<Figures> {
  /** The path as the user wrote it, and as a JSON Pointer. */
  readonly by: string;
  readonly pointer: string;
  /** Whether the path has too many values to be slices: then there are no slices. */
  readonly areTooMany: boolean;
  /**
   * Testcases of both runs that are in other slices in one run than in the other. In a slice that only one of the runs
   * has them in, they are not compared.
   */
  readonly moved: number;
  /** Testcases of both runs with trials in several slices of one run. */
  readonly testcasesInSeveral: number;
  /**
   * The largest first: by testcases in both runs, then by the records of both, then by name. None where no record has a
   * value at the path.
   */
  readonly slices: ReadonlyArray<ComparedSlice<Figures>>;
}

/** What a slice of two runs is compared by: the testcases are those of the two groupings. */
export interface SlicePair {
  readonly groupings: { readonly baseline: Grouping; readonly candidate: Grouping };
  readonly pairs: Pairs;
}

interface Tables {
  readonly baseline: Cells;
  readonly candidate: Cells;
}

/** Computes the changes of each slice by `figuresIn`. `pairs` are the testcases of both runs. */
export const slicedComparison = <Figures>(
  tables: Tables,
  pairs: Pairs,
  slicing: number,
  figuresIn: (slice: SlicePair) => ReadonlyArray<Figures>,
): SlicedComparison<Figures> => {
  const { path, values = [], areTooMany } = tables.baseline.slicings[slicing] ?? {};
  const named = { by: path?.text ?? "", pointer: path?.pointer ?? "" };
  const areMany = areTooMany?.() ?? false;
  if (areMany || !haveValues(values)) {
    return { ...named, areTooMany: areMany, moved: 0, testcasesInSeveral: 0, slices: [] };
  }
  const groups = {
    baseline: groupBySlice(tables.baseline, slicing),
    candidate: groupBySlice(tables.candidate, slicing),
  };
  const counterparts = new Int32Array(tables.baseline.testcases()).fill(-1);
  for (const [pair, testcase] of pairs.baseline.entries()) {
    counterparts[testcase] = pairs.candidate[pair] ?? -1;
  }
  /** In how many slices each testcase of the baseline has a counterpart. */
  const sharedSlices = new Int32Array(tables.baseline.testcases());
  const slices = values.map((value, slice): ComparedSlice<Figures> => {
    const groupings = {
      baseline: groups.baseline.groupingOf(slice),
      candidate: groups.candidate.groupingOf(slice),
    };
    const inSlice = pairsIn(tables, groupings, counterparts);
    for (const place of inSlice.baseline) {
      const testcase = testcaseIn(tables.baseline, groupings.baseline, place);
      sharedSlices[testcase] = (sharedSlices[testcase] ?? 0) + 1;
    }
    return {
      value,
      paired: inSlice.baseline.length,
      testcases: {
        baseline: groupings.baseline.starts.length - 1,
        candidate: groupings.candidate.starts.length - 1,
      },
      records: {
        baseline: groups.baseline.recordsIn(slice),
        candidate: groups.candidate.recordsIn(slice),
      },
      metrics: figuresIn({ groupings, pairs: inSlice }),
    };
  });
  return {
    ...named,
    areTooMany: false,
    ...countCrossings(pairs, groups, sharedSlices),
    slices: slices.toSorted((a, b) => bySize(sizeOf(a), sizeOf(b))),
  };
};

const sizeOf = ({ value, paired, records }: ComparedSlice<unknown>) => ({
  value,
  testcases: paired,
  records: records.baseline + records.candidate,
});

const pairsIn = (
  tables: Tables,
  { baseline, candidate }: SlicePair["groupings"],
  counterparts: Int32Array,
): Pairs => {
  const places = new Map<number, number>();
  for (let place = 0; place < candidate.starts.length - 1; place++) {
    places.set(testcaseIn(tables.candidate, candidate, place), place);
  }
  const pairs: { baseline: Array<number>; candidate: Array<number> } = {
    baseline: [],
    candidate: [],
  };
  for (let place = 0; place < baseline.starts.length - 1; place++) {
    const counterpart = counterparts[testcaseIn(tables.baseline, baseline, place)] ?? -1;
    const other = places.get(counterpart);
    if (other === undefined) continue;
    pairs.baseline.push(place);
    pairs.candidate.push(other);
  }
  return {
    baseline: Int32Array.from(pairs.baseline),
    candidate: Int32Array.from(pairs.candidate),
  };
};

const countCrossings = (
  pairs: Pairs,
  groups: { readonly baseline: SliceGroups; readonly candidate: SliceGroups },
  sharedSlices: Int32Array,
): { readonly moved: number; readonly testcasesInSeveral: number } => {
  let moved = 0;
  let testcasesInSeveral = 0;
  for (const [pair, testcase] of pairs.baseline.entries()) {
    const before = groups.baseline.slicesOf(testcase);
    const after = groups.candidate.slicesOf(pairs.candidate[pair] ?? 0);
    const most = Math.max(before, after);
    if (most > 1) testcasesInSeveral += 1;
    if (most > (sharedSlices[testcase] ?? 0)) moved += 1;
  }
  return { moved, testcasesInSeveral };
};
