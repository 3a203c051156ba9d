/** `compare`: reads two runs and prints what changed from one to the other. */
import { ScorecardClient } from "@scorecard-effect/client";
import type { RunId } from "@scorecard-effect/contract";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import * as TerminalText from "@scorecard-effect/contract/protocol/TerminalText";
import { Console, Effect, Stream } from "effect";
import { join, type Side } from "../analysis/Comparison.ts";
import * as SliceGate from "../analysis/SliceGate.ts";
import * as MarkdownSummary from "../output/MarkdownSummary.ts";
import * as MetricChecks from "../output/MetricChecks.ts";
import * as MetricsFlag from "../source/MetricsFlag.ts";
import * as SourceChoice from "../source/SourceChoice.ts";
import * as ComparisonReport from "../terminal/ComparisonReport.ts";
import * as Progress from "../terminal/Progress.ts";
import * as RunReport from "../terminal/RunReport.ts";
import * as Screen from "../terminal/Screen.ts";
import * as UnscoredMetrics from "../terminal/UnscoredMetrics.ts";
import * as SlicedComparisonReport from "../terminal/SlicedComparisonReport.ts";
import { printNote, printTitle, program } from "./Announcement.ts";
import * as GateFlags from "./GateFlags.ts";
import type * as Parameters from "./Parameters.ts";
import { printOnFailure } from "./PartialReport.ts";
import * as SummaryFiles from "./SummaryFiles.ts";

export const compare = Effect.fn("demo.compare")(function* ({
  changes,
  reduce,
  by,
  json: isJson,
  baseline,
  candidate,
  maxRegressions,
  noWorse,
  junit,
  markdown,
  metrics,
  ...sourceFlags
}: Parameters.Values<typeof Parameters.compare>) {
  const files = { junit, markdown };
  const knowledge = yield* MetricsFlag.load(metrics, program);
  const source = yield* Effect.tapErrorTag(
    SourceChoice.resolvePair(sourceFlags, { baseline, candidate }),
    "ReplayError",
    ({ message }) => SummaryFiles.writeFailure(files, "demo compare", message),
  );
  const gates = GateFlags.comparisonGates({ maxRegressions, noWorse });
  yield* GateFlags.requireOwnRun(source, gates);
  const screen = yield* Screen.make(source.redact);
  yield* printNote(source);
  const [candidateId, baselineId, description] = [
    source.candidateId,
    source.baselineId,
    source.description,
  ].map(screen.safe);
  const title = `Run ${candidateId} against run ${baselineId} from ${description}`;
  if (!isJson) yield* printTitle(title, screen);
  const progress = yield* Progress.make;
  const joining = join({ changes, reduction: reduce, by, knowledge });
  const read = { records: 0, pages: 0 };
  const totals = new Map<Side, number | undefined>();

  const conclude = Effect.fnUntraced(function* (isWhole: boolean) {
    yield* progress.clear;
    const compared = joining.comparison();
    // Parts of runs pass no gate and fail none.
    const verdicts = isWhole ? gates.map((gate) => SliceGate.judgeComparison(gate, compared)) : [];
    if (isJson) {
      const document = ComparisonReport.document(compared, source, verdicts);
      yield* Console.log(source.redact(TerminalText.json(document)));
      return { compared, verdicts };
    }
    const parts = [
      ComparisonReport.text(compared, source, changes, screen).trimEnd(),
      SlicedComparisonReport.text(compared, screen).trimEnd(),
      UnscoredMetrics.text(knowledge, compared.metrics, "the runs share", screen).trimEnd(),
      RunReport.gates(verdicts, screen).trimEnd(),
    ];
    yield* Console.log(parts.filter((part) => part !== "").join("\n\n"));
    return { compared, verdicts };
  });

  yield* Effect.gen(function* () {
    const client = yield* ScorecardClient;
    const readRun = (side: Side, runId: RunId) =>
      client.listPages(runId, { tags: source.tags }).pipe(
        Stream.runForEach((page) => {
          joining.add(side, page);
          read.records += page.records.length;
          read.pages += 1;
          totals.set(side, page.total);
          const [before, after] = [totals.get("baseline"), totals.get("candidate")];
          return progress.update({
            ...read,
            total: before === undefined || after === undefined ? undefined : before + after,
          });
        }),
      );
    // At the same time, so that few records wait for their counterpart.
    yield* Effect.all(
      [readRun("baseline", source.baselineId), readRun("candidate", source.candidateId)],
      { concurrency: 2, discard: true },
    );
  }).pipe(
    Effect.provide(source.client),
    Effect.tapError(({ message }) => SummaryFiles.writeFailure(files, title, screen.safe(message))),
    printOnFailure({
      isJson,
      progress,
      records: () => read.records,
      print: Effect.andThen(
        conclude(false),
        Complaint.print(program, "the runs were not read to the end: these figures are partial"),
      ),
    }),
  );
  const { compared, verdicts } = yield* conclude(true);
  yield* SummaryFiles.write(files, {
    title,
    checks: [
      ...GateFlags.checks(verdicts, GateFlags.comparisonNameOf, screen.safe),
      ...MetricChecks.ofComparison(compared, screen),
    ],
    markdown: (all) => MarkdownSummary.ofComparison(title, compared, all, screen.safe),
    seconds: yield* progress.elapsed,
  });
  return yield* GateFlags.enforce(verdicts, "candidate");
}, Effect.scoped);
