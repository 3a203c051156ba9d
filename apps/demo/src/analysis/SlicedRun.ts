/** The figures of one run slice by slice. */
import type { Cells } from "./CellTable.ts";
import { groupBySlice } from "./SliceGroups.ts";
import type { SliceValue } from "./SliceValue.ts";
import type { Grouping } from "./Trials.ts";

/** A slice of a run. */
export interface Slice<Figures> {
  readonly value: SliceValue;
  readonly records: number;
  /** How many testcases have records in the slice. A record without a testcase counts as one of its own. */
  readonly testcases: number;
  readonly metrics: ReadonlyArray<Figures>;
}

/** A run, sliced by the values at one path. */
export interface SlicedRun<Figures> {
  /** The path as the user wrote it, and as a JSON Pointer. */
  readonly by: string;
  readonly pointer: string;
  /** Whether the path has too many values to be slices: then there are no slices. */
  readonly areTooMany: boolean;
  /** Testcases whose trials lie in several slices. Each counts in each of these slices, with its trials there. */
  readonly testcasesInSeveral: number;
  /** The largest first: by testcases, then by records, then by name. None where no record has a value at the path. */
  readonly slices: ReadonlyArray<Slice<Figures>>;
}

/** Computes the figures of each slice by `figuresIn`. */
export const slicedRun = <Figures>(
  table: Cells,
  slicing: number,
  figuresIn: (grouping: Grouping) => ReadonlyArray<Figures>,
): SlicedRun<Figures> => {
  const { path, values = [], areTooMany } = table.slicings[slicing] ?? {};
  const named = { by: path?.text ?? "", pointer: path?.pointer ?? "" };
  const areMany = areTooMany?.() ?? false;
  if (areMany || !haveValues(values)) {
    return { ...named, areTooMany: areMany, testcasesInSeveral: 0, slices: [] };
  }
  const groups = groupBySlice(table, slicing);
  let testcasesInSeveral = 0;
  for (let testcase = 0; testcase < table.testcases(); testcase++) {
    if (groups.slicesOf(testcase) > 1) testcasesInSeveral += 1;
  }
  const slices = values.map((value, slice) => {
    const grouping = groups.groupingOf(slice);
    return {
      value,
      records: groups.recordsIn(slice),
      testcases: grouping.starts.length - 1,
      metrics: figuresIn(grouping),
    };
  });
  return { ...named, areTooMany: false, testcasesInSeveral, slices: slices.toSorted(bySize) };
};

/** Whether any record has a value. Without one, the records without it are the whole run. */
export const haveValues = (values: ReadonlyArray<SliceValue>): boolean =>
  values.some(({ kind }) => kind !== "missing");

/** Orders slices: the largest first. */
export const bySize = (a: Omit<Slice<unknown>, "metrics">, b: Omit<Slice<unknown>, "metrics">) =>
  b.testcases - a.testcases ||
  b.records - a.records ||
  (a.value.name < b.value.name ? -1 : a.value.name > b.value.name ? 1 : 0);
