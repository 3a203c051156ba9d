/** Which record is open in the drawer. */
import type { Query } from "../query/Query.ts";
import type { View } from "../worker/Engine.ts";

/** The open record, or the two records of the open testcase. */
export interface OpenedRecord {
  /** Its place in the table; -1 where the filters hide it. */
  readonly item: number;
  /** The index of the record in the (candidate) run; -1 where it has none. */
  readonly record: number;
  /** The same in the baseline. */
  readonly baseline: number;
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
  { records, baselines }: View,
  { find, trials }: RecordIndex,
  candidateRun: number,
): OpenedRecord | null => {
  const index = opened === null ? undefined : find(opened.run, opened.id);
  if (opened === null || index === undefined) return null;
  const isCandidate = opened.run === candidateRun;
  const own = { openedRun: opened.run, openedRecord: index };
  // The table has the first of the trials.
  const [first = index] = trials(opened.run, index);
  const item = (isCandidate ? records : baselines).indexOf(first);
  if (item >= 0) {
    return { item, record: records[item] ?? -1, baseline: baselines[item] ?? -1, ...own };
  }
  // Hidden, so its counterpart is unknown.
  return isCandidate
    ? { item, record: first, baseline: -1, ...own }
    : { item, record: -1, baseline: first, ...own };
};
