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
}

/** Finds the record that a query opens; null where none is open, or it has not arrived. */
export const openedRecord = (
  { record: opened }: Query,
  { records, baselines }: View,
  find: (run: number, id: string) => number | undefined,
  candidateRun: number,
): OpenedRecord | null => {
  const index = opened === null ? undefined : find(opened.run, opened.id);
  if (opened === null || index === undefined) return null;
  const isCandidate = opened.run === candidateRun;
  const item = (isCandidate ? records : baselines).indexOf(index);
  if (item >= 0) return { item, record: records[item] ?? -1, baseline: baselines[item] ?? -1 };
  // Hidden, so its counterpart is unknown.
  return isCandidate
    ? { item, record: index, baseline: -1 }
    : { item, record: -1, baseline: index };
};
