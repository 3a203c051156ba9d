/** The records of a table by slice, and within a slice by testcase. */
import type { Cells } from "./CellTable.ts";
import { group, type Grouping } from "./Trials.ts";

/** The records of each slice. */
export interface SliceGroups {
  /**
   * The records of a slice by testcase. Its testcases are numbered anew: those of the table that have a record in the
   * slice, in the table's order. A testcase whose trials lie in several slices is in each of them, with its trials there.
   */
  readonly groupingOf: (slice: number) => Grouping;
  /** How many records a slice has. */
  readonly recordsIn: (slice: number) => number;
  /** In how many slices a testcase of the table has records. */
  readonly slicesOf: (testcase: number) => number;
}

/** Groups the records of a table by one of its slicings. */
export const groupBySlice = (table: Cells, slicing: number): SliceGroups => {
  const slices = table.slicings[slicing]?.values.length ?? 0;
  const { records: byTestcase } = group(table);
  // A counting sort: it keeps the order of the testcases within a slice.
  const starts = new Int32Array(slices + 1);
  for (const record of byTestcase) {
    const next = table.sliceOf(slicing, record) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let slice = 1; slice <= slices; slice++) {
    starts[slice] = (starts[slice] ?? 0) + (starts[slice - 1] ?? 0);
  }
  const places = starts.slice();
  const records = new Int32Array(byTestcase.length);
  for (const record of byTestcase) {
    const slice = table.sliceOf(slicing, record);
    const place = places[slice] ?? 0;
    records[place] = record;
    places[slice] = place + 1;
  }
  // Where each testcase of each slice starts: `firsts` has the places of slice s from `units[s]` on.
  const units = new Int32Array(slices + 1);
  const firsts: Array<number> = [];
  const slicesOfTestcase = new Int32Array(table.testcases());
  for (let slice = 0; slice < slices; slice++) {
    units[slice] = firsts.length;
    let last = -1;
    for (let place = starts[slice] ?? 0; place < (starts[slice + 1] ?? 0); place++) {
      const testcase = table.testcaseOf(records[place] ?? 0);
      if (testcase === last) continue;
      last = testcase;
      slicesOfTestcase[testcase] = (slicesOfTestcase[testcase] ?? 0) + 1;
      firsts.push(place);
    }
  }
  units[slices] = firsts.length;
  firsts.push(records.length);
  const ends = Int32Array.from(firsts);
  return {
    // The testcases of a slice end where those of the next one start.
    groupingOf: (slice) => ({
      starts: ends.subarray(units[slice] ?? 0, (units[slice + 1] ?? 0) + 1),
      records,
    }),
    recordsIn: (slice) => (starts[slice + 1] ?? 0) - (starts[slice] ?? 0),
    slicesOf: (testcase) => slicesOfTestcase[testcase] ?? 0,
  };
};

/** The table's number of a testcase of a grouping. */
export const testcaseIn = (table: Cells, { starts, records }: Grouping, place: number): number =>
  table.testcaseOf(records[starts[place] ?? 0] ?? 0);
