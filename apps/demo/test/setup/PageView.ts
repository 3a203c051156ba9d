/** What the page's worker shows of some records, without a browser. */
import type { RecordWithScores } from "@scorecard-effect/contract";
import * as Series from "../../src/analysis/Series.ts";
import * as Row from "../../src/explore/Row.ts";
import { everything, type Query } from "../../web/query/Query.ts";
import * as Engine from "../../web/worker/Engine.ts";

/** The view of some pages of records, for each run. */
export const viewOfPages = (
  runs: ReadonlyArray<ReadonlyArray<{ readonly records: ReadonlyArray<RecordWithScores> }>>,
  query: Query = { ...everything, sort: "listed" },
): Engine.View => {
  const engine = Engine.make(runs.length);
  const series = Series.make();
  for (const [run, pages] of runs.entries()) {
    let start = 0;
    for (const { records } of pages) {
      const known = series.all.length;
      const rows = records.map((record) => Row.fromRecord(record, series, (text) => text));
      engine.add({ run, start, series: series.all.slice(known), rows }, []);
      start += rows.length;
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
): Engine.View =>
  viewOfPages(
    [baseline, ...(candidate === undefined ? [] : [candidate])].map((run) => [
      { records: records.filter(({ runId }) => runId === run) },
    ]),
    query,
  );
