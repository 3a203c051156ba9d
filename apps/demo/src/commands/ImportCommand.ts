/** `import`: turns the results of another tool into a recording that `--replay` reads. */
import { RecordPage } from "@scorecard-effect/contract";
import { Console, Effect, Schema, Stream } from "effect";
import { plural } from "../figures/Figures.ts";
import type { ImportedRun } from "../import/ImportedRun.ts";
import * as Inspect from "../import/Inspect.ts";
import * as Promptfoo from "../import/Promptfoo.ts";
import * as OutputFile from "../output/OutputFile.ts";
import { columns } from "../terminal/Layout.ts";
import * as Screen from "../terminal/Screen.ts";
import type * as Parameters from "./Parameters.ts";

/** How much was imported. */
interface Counts {
  records: number;
  scores: number;
  readonly testcases: Set<string>;
}

export const importRuns = Effect.fn("demo.import")(function* ({
  tool,
  files,
  to,
  overwrite,
}: Parameters.Values<typeof Parameters.importRuns>) {
  const { safe } = yield* Screen.make((text) => text);
  if (!overwrite) yield* OutputFile.requireAbsent(to);
  const runs = (yield* Effect.forEach(files, (file) =>
    tool === "inspect" ? Effect.map(Inspect.read(file), (run) => [run]) : Promptfoo.read(file),
  )).flat();
  const counts = new Map<string, Counts>();
  const metrics = new Map<string, string>();
  yield* OutputFile.writeLines(
    to,
    Stream.fromIterable(runs).pipe(
      Stream.flatMap((run) =>
        Stream.concat(Stream.make(headerOf(tool, run)), recordLines(run, counts, metrics)),
      ),
    ),
  );
  const total = Array.from(counts.values()).reduce((sum, { records }) => sum + records, 0);
  yield* Console.log(
    [
      `Wrote ${plural(total, "record")} of ${plural(counts.size, "run")} to ${safe(to)}`,
      ...runs.map(({ runId, title }) => {
        const own = counts.get(runId);
        return `  run ${safe(runId)}  ${plural(own?.records ?? 0, "record")}, ${plural(own?.testcases.size ?? 0, "testcase")}, ${plural(own?.scores ?? 0, "score")}  ${safe(title).slice(0, 100)}`.trimEnd();
      }),
      ...(metrics.size === 0
        ? ["  No scores."]
        : [
            "",
            ...columns(
              [["metric", "id"], ...Array.from(metrics, ([id, name]) => [safe(name), id])],
              {
                textColumns: 2,
              },
            ),
          ]),
      "",
      `  Report on it with: demo --replay ${safe(to)}`,
      `  Show names instead of ids with the file of: demo metrics --replay ${safe(to)} --to metrics.json`,
    ].join("\n"),
  );
});

const emptyPage = Schema.decodeSync(RecordPage)({
  data: [],
  nextCursor: null,
  hasMore: false,
});

/** What a file says about the whole run: a page without records, with a field that the API does not know. */
const headerOf = (tool: string, { runId, about }: ImportedRun): string =>
  JSON.stringify({ ...emptyPage, importedFrom: { tool, runId, ...about } });

const recordLines = (
  { records }: ImportedRun,
  counts: Map<string, Counts>,
  metrics: Map<string, string>,
) =>
  Stream.map(records, (record) => {
    const own = counts.get(record.runId) ?? { records: 0, scores: 0, testcases: new Set<string>() };
    counts.set(record.runId, own);
    own.records += 1;
    own.scores += record.scores.length;
    own.testcases.add(record.testcaseId ?? record.id);
    for (const { metricConfigId, metricName } of record.scores)
      metrics.set(metricConfigId, metricName);
    return JSON.stringify(record);
  });
