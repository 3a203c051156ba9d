/** The figures of records as a session sends them to the page's worker. */
import type { Cell } from "../../src/analysis/Cell.ts";
import type { MetricKnowledge } from "../../src/analysis/MetricKnowledge.ts";
import * as Series from "../../src/analysis/Series.ts";
import * as CellBatch from "../../src/explore/CellBatch.ts";

/** A record, as far as a batch depends on it. */
export interface BatchedRecord {
  readonly testcaseId: string | null;
  readonly cells: ReadonlyArray<Cell>;
}

/** Makes the batches of a session. They go through their form in bytes. */
export const start = (knowledge?: MetricKnowledge) => {
  const series = Series.make(knowledge);
  const known: CellBatch.Known = { series: 0, categories: [] };
  const testcases = new Map<string, number>();
  const starts = new Map<number, number>();
  const numberOf = (id: string | null): number => {
    if (id === null) return -1;
    if (!testcases.has(id)) testcases.set(id, testcases.size);
    return testcases.get(id) ?? -1;
  };
  return {
    series,
    batch: (run: number, records: ReadonlyArray<BatchedRecord>): CellBatch.CellBatch => {
      const from = starts.get(run) ?? 0;
      starts.set(run, from + records.length);
      const batch = CellBatch.build(run, from, series);
      for (const { testcaseId, cells } of records) batch.add(numberOf(testcaseId), cells);
      return CellBatch.fromBytes(CellBatch.toBytes(batch.finish(known)));
    },
  };
};
