/** `compare`: reads two runs and prints what changed from one to the other. */
import { ScorecardClient } from "@scorecard-effect/client";
import type { RunId } from "@scorecard-effect/contract";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import * as TerminalText from "@scorecard-effect/contract/protocol/TerminalText";
import { Console, Effect, Stream } from "effect";
import { Argument, Command } from "effect/cli";
import { join, type Side } from "../analysis/Comparison.ts";
import * as SourceChoice from "../source/SourceChoice.ts";
import * as SourceFlags from "../source/SourceFlags.ts";
import * as ComparisonReport from "../terminal/ComparisonReport.ts";
import * as Progress from "../terminal/Progress.ts";
import * as Screen from "../terminal/Screen.ts";
import { printNote, printTitle, program } from "./Announcement.ts";
import * as OutputFlags from "./OutputFlags.ts";
import { printOnFailure } from "./PartialReport.ts";

const parameters = {
  ...SourceFlags.api,
  reduce: OutputFlags.reduce,
  changes: OutputFlags.listed("changes", "regressions and improvements"),
  json: OutputFlags.json,
  baseline: Argument.String("RUN_A").pipe(
    Argument.withDescription("The run to compare with: the baseline"),
    Argument.optional,
  ),
  candidate: Argument.String("RUN_B").pipe(
    Argument.withDescription("The run to judge: the candidate"),
    Argument.optional,
  ),
};

export const command = Command.make(
  "compare",
  parameters,
  Effect.fn("demo.compare")(function* ({
    changes,
    reduce,
    json: isJson,
    baseline,
    candidate,
    ...sourceFlags
  }) {
    const source = yield* SourceChoice.resolvePair(sourceFlags, { baseline, candidate });
    const screen = yield* Screen.make(source.redact);
    yield* printNote(source);
    if (!isJson) {
      const [candidateId, baselineId, description] = [
        source.candidateId,
        source.baselineId,
        source.description,
      ].map(screen.safe);
      yield* printTitle(`Run ${candidateId} against run ${baselineId} from ${description}`, screen);
    }
    const progress = yield* Progress.make;
    const joining = join({ changes, reduction: reduce });
    const read = { records: 0, pages: 0 };
    const totals = new Map<Side, number | undefined>();

    const conclude = Effect.gen(function* () {
      yield* progress.clear;
      const comparison = joining.comparison();
      yield* Console.log(
        isJson
          ? source.redact(TerminalText.json(ComparisonReport.document(comparison, source)))
          : ComparisonReport.text(comparison, source, changes, screen).trimEnd(),
      );
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
      printOnFailure({
        isJson,
        progress,
        records: () => read.records,
        print: Effect.andThen(
          conclude,
          Complaint.print(program, "the runs were not read to the end: these figures are partial"),
        ),
      }),
    );
    yield* conclude;
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Compare two runs by testcase: what got worse, what got better, what only one of them has",
  ),
  Command.withExamples([
    { command: "demo compare", description: "A generated pair, 135 and 136" },
    { command: "demo compare 135 136 --changes 10", description: "Two runs of your own" },
  ]),
);
