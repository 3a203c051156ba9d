/** What the page's worker shows of some records, without a browser. */
import type { RecordWithScores } from "@scorecard-effect/contract";
import { cellsOf } from "../../src/analysis/Cell.ts";
import type { MetricKnowledge } from "../../src/analysis/MetricKnowledge.ts";
import { everything, type Query } from "../../web/query/Query.ts";
import * as Engine from "../../web/worker/Engine.ts";
import type { View } from "../../web/worker/View.ts";
import * as CellBatches from "./CellBatches.ts";

/** The view of some pages of records, for each run. */
export const viewOfPages = (
  runs: ReadonlyArray<ReadonlyArray<{ readonly records: ReadonlyArray<RecordWithScores> }>>,
  query: Query = { ...everything, sort: "listed" },
  knowledge?: MetricKnowledge,
): View => {
  const engine = Engine.make(runs.length);
  const session = CellBatches.start(knowledge);
  for (const [run, pages] of runs.entries()) {
    for (const { records } of pages) {
      const batched = records.map((record) => ({
        testcaseId: record.testcaseId ?? null,
        cells: cellsOf(record, session.series),
      }));
      engine.add(session.batch(run, batched));
    }
  }
  return engine.view(query);
};

/** The view of one of the runs in some records, or of two to compare. */
export const viewOf = (
  records: ReadonlyArray<RecordWithScores>,
  baseline: string,
  candidate?: string,
  query?: Query,
): View =>
  viewOfPages(
    [baseline, ...(candidate === undefined ? [] : [candidate])].map((run) => [
      { records: records.filter(({ runId }) => runId === run) },
    ]),
    query,
  );
