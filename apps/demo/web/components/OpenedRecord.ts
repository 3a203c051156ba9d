/** Which record is open in the drawer. */
import type { Query } from "../query/Query.ts";
import type { View } from "../worker/View.ts";

/** The open record, or the records of the open testcase in each run. */
export interface OpenedRecord {
  /** Its place in the table; -1 where the filters hide it. */
  readonly item: number;
  /** By run: the index of its first record in the run; -1 where it has none. */
  readonly records: ReadonlyArray<number>;
  /** The run and the index there of the record itself: one of several trials, or the first. */
  readonly openedRun: number;
  readonly openedRecord: number;
}

/** Where records are, by their ids and by their testcases. */
export interface RecordIndex {
  readonly find: (run: number, id: string) => number | undefined;
  /** The records that the table shows as one with a record. */
  readonly trials: (run: number, index: number) => ReadonlyArray<number>;
}

/** Finds the record that a query opens; null where none is open, or it has not arrived. */
export const openedRecord = (
  { record: opened }: Query,
  { records }: Pick<View, "records">,
  { find, trials }: RecordIndex,
): OpenedRecord | null => {
  const index = opened === null ? undefined : find(opened.run, opened.id);
  if (opened === null || index === undefined) return null;
  const own = { openedRun: opened.run, openedRecord: index };
  // The table has the first of the trials.
  const [first = index] = trials(opened.run, index);
  const item = records[opened.run]?.indexOf(first) ?? -1;
  return {
    item,
    records: records.map((indexes, run) =>
      // The counterparts of a hidden record are unknown.
      item >= 0 ? (indexes[item] ?? -1) : run === opened.run ? first : -1,
    ),
    ...own,
  };
};
