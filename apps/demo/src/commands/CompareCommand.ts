/** `compare`: says what changed from one run to another. */
import { ScorecardClient } from "@scorecard-effect/client";
import { Console, Effect, Exit, Stream } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import * as ComparisonReport from "../terminal/ComparisonReport.ts";
import * as Progress from "../terminal/Progress.ts";
import * as Screen from "../terminal/Screen.ts";
import * as Source from "../source/Source.ts";
import { paragraph } from "../terminal/Layout.ts";
import { join, type Side } from "../analysis/Comparison.ts";

const parameters = {
  ...Source.flags,
  changes: Flag.Int("changes").pipe(
    Flag.filter(
      (most) => most >= 0 && most <= 1000,
      (most) => `Expected a whole number from 0 to 1000, got ${most}`,
    ),
    Flag.withMetavar("N"),
    Flag.withDescription("Regressions and improvements to show, by metric"),
    Flag.withDefault(3),
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Write one JSON document to stdout and nothing else"),
    Flag.withDefault(false),
  ),
  baseline: Argument.String("RUN_A").pipe(
    Argument.withDescription("The run that was"),
    Argument.optional,
  ),
  candidate: Argument.String("RUN_B").pipe(
    Argument.withDescription("The run to judge against it"),
    Argument.optional,
  ),
};

export const command = Command.make(
  "compare",
  parameters,
  Effect.fn("demo.compare")(function* ({ changes, json, baseline, candidate, ...where }) {
    const source = yield* Source.resolvePair(where, { baseline, candidate });
    const screen = yield* Screen.make(source.redact);
    if (source.note !== undefined) yield* Console.error(`demo: ${source.note}`);
    if (!json) {
      const title = `Run ${screen.safe(source.candidateId)} against run ${screen.safe(source.baselineId)} from ${screen.safe(source.description)}`;
      yield* Console.log(`${paragraph(title, screen.width)}\n`);
    }
    const progress = yield* Progress.make;
    const joining = join({ changes });
    const state = { records: 0, pages: 0 };
    const totals = new Map<Side, number | undefined>();

    const conclude = Effect.gen(function* () {
      yield* progress.clear;
      const comparison = joining.comparison();
      yield* Console.log(
        json
          ? source.redact(ComparisonReport.document(comparison, source))
          : ComparisonReport.text(comparison, source, changes, screen).trimEnd(),
      );
    });

    yield* Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const read = (side: Side, runId: (typeof source)["baselineId"]) =>
        client.listPages(runId).pipe(
          Stream.runForEach((page) => {
            joining.add(side, page);
            state.records += page.records.length;
            state.pages += 1;
            totals.set(side, page.total);
            const [before, after] = [totals.get("baseline"), totals.get("candidate")];
            return progress.update({
              ...state,
              total: before === undefined || after === undefined ? undefined : before + after,
            });
          }),
        );
      // Side by side, so that hardly a record waits for its counterpart.
      yield* Effect.all(
        [read("baseline", source.baselineId), read("candidate", source.candidateId)],
        { concurrency: 2, discard: true },
      );
    }).pipe(
      Effect.provide(source.client),
      Effect.onExit((exit) =>
        Exit.isSuccess(exit) || json || state.records === 0
          ? progress.clear
          : Effect.andThen(
              conclude,
              Console.error("demo: these are the figures of a part of the runs"),
            ),
      ),
    );
    yield* conclude;
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Compare two runs, joined by testcase: what got worse, what got better, what is in one alone",
  ),
  Command.withExamples([
    { command: "demo compare", description: "A made-up pair, 135 and 136" },
    { command: "demo compare 135 136 --changes 10", description: "Two runs of your own" },
  ]),
);
