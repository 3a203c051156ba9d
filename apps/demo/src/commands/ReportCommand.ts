/** `report`: reads one run and prints the figures of its metrics. */
import { type Page, ScorecardClient } from "@scorecard-effect/client";
import * as TerminalText from "@scorecard-effect/contract/protocol/TerminalText";
import { Console, Effect, Stream } from "effect";
import * as SliceGate from "../analysis/SliceGate.ts";
import { tally } from "../analysis/Summary.ts";
import * as MarkdownSummary from "../output/MarkdownSummary.ts";
import * as MetricChecks from "../output/MetricChecks.ts";
import * as MetricsFlag from "../source/MetricsFlag.ts";
import * as SourceChoice from "../source/SourceChoice.ts";
import { paragraph } from "../terminal/Layout.ts";
import * as Progress from "../terminal/Progress.ts";
import * as RunReport from "../terminal/RunReport.ts";
import * as Screen from "../terminal/Screen.ts";
import * as UnscoredMetrics from "../terminal/UnscoredMetrics.ts";
import * as SlicedReport from "../terminal/SlicedReport.ts";
import { printNote, printTitle, program } from "./Announcement.ts";
import * as GateFlags from "./GateFlags.ts";
import type * as Parameters from "./Parameters.ts";
import { printOnFailure } from "./PartialReport.ts";
import * as SummaryFiles from "./SummaryFiles.ts";

/** How many records are printed, a line each, when the first pages arrive. */
const maxPrintedRecords = 5;

export const report = Effect.fn("demo.report")(function* ({
  json: isJson,
  worst,
  reduce,
  by,
  minPass,
  maxPass,
  minMean,
  maxMean,
  junit,
  markdown,
  metrics,
  ...sourceFlags
}: Parameters.Values<typeof Parameters.report>) {
  const files = { junit, markdown };
  const knowledge = yield* MetricsFlag.load(metrics, program);
  const source = yield* Effect.tapErrorTag(
    SourceChoice.resolve(sourceFlags),
    "ReplayError",
    ({ message }) => SummaryFiles.writeFailure(files, "demo report", message),
  );
  const gates = [...minPass, ...maxPass, ...minMean, ...maxMean];
  yield* GateFlags.requireOwnRun(source, gates);
  const screen = yield* Screen.make(source.redact);
  yield* printNote(source);
  const title = `Run ${screen.safe(source.runId)} from ${screen.safe(source.description)}`;
  if (!isJson) yield* printTitle(title, screen);
  const progress = yield* Progress.make;
  const run = tally({ worst, reduction: reduce, by, knowledge });

  const conclude = Effect.fnUntraced(function* (isWhole: boolean) {
    const summary = run.summary();
    // A part of a run passes no gate and fails none.
    const verdicts = (isWhole ? gates : []).map((gate) => SliceGate.judge(gate, summary));
    yield* progress.clear;
    if (isJson) {
      const document = RunReport.document(source, summary, verdicts);
      yield* Console.log(source.redact(TerminalText.json(document)));
      return { summary, verdicts };
    }
    const parts = [
      RunReport.table(summary, screen),
      RunReport.trials(summary, screen),
      SlicedReport.text(summary, screen),
      RunReport.readings(summary, screen),
      UnscoredMetrics.text(knowledge, summary.metrics, "the run has", screen),
      RunReport.worst(summary, worst, screen),
      RunReport.gates(verdicts, screen),
      paragraph(RunReport.totalLine(summary, yield* progress.elapsed, isWhole), screen.width),
    ];
    yield* Console.log(`\n${parts.filter((part) => part !== "").join("\n")}`);
    return { summary, verdicts };
  });

  const addPage = Effect.fnUntraced(function* (page: Page) {
    const { records: before } = run.counts();
    run.add(page);
    if (!isJson && before < maxPrintedRecords) {
      yield* progress.clear;
      for (const record of page.records.slice(0, maxPrintedRecords - before)) {
        yield* Console.log(RunReport.recordLine(record, screen, knowledge));
      }
    }
    yield* progress.update({ ...run.counts(), total: page.total });
  });

  yield* Effect.gen(function* () {
    const client = yield* ScorecardClient;
    yield* client.listPages(source.runId, { tags: source.tags }).pipe(Stream.runForEach(addPage));
  }).pipe(
    Effect.provide(source.client),
    Effect.tapError(({ message }) => SummaryFiles.writeFailure(files, title, screen.safe(message))),
    printOnFailure({
      isJson,
      progress,
      records: () => run.counts().records,
      print: conclude(false),
    }),
  );

  const { summary, verdicts } = yield* conclude(true);
  yield* SummaryFiles.write(files, {
    title,
    checks: [
      ...GateFlags.checks(verdicts, GateFlags.nameOf, screen.safe),
      ...MetricChecks.ofRun(summary, screen),
    ],
    markdown: (all) => MarkdownSummary.ofRun(title, summary, all, screen.safe),
    seconds: yield* progress.elapsed,
  });
  return yield* GateFlags.enforce(verdicts);
}, Effect.scoped);
