/** `report`: streams one run and says what it amounts to. */
import { ScorecardClient } from "@scorecard-effect/client";
import { Console, Effect, Exit, Stream } from "effect";
import { Command, Flag } from "effect/cli";
import * as Gate from "../analysis/Gate.ts";
import * as GateFlags from "./GateFlags.ts";
import * as Progress from "../terminal/Progress.ts";
import * as RunReport from "../terminal/RunReport.ts";
import * as Screen from "../terminal/Screen.ts";
import * as Source from "../source/Source.ts";
import { paragraph } from "../terminal/Layout.ts";
import { tally } from "../analysis/Summary.ts";

export const flags = {
  ...Source.flags,
  ...Source.runFlag,
  ...GateFlags.flags,
  worst: Flag.Int("worst").pipe(
    Flag.filter(
      (most) => most >= 0 && most <= 1000,
      (most) => `Expected a whole number from 0 to 1000, got ${most}`,
    ),
    Flag.withMetavar("N"),
    Flag.withDescription("Records with the lowest scores to show, by metric"),
    Flag.withDefault(3),
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Write one JSON document to stdout and nothing else"),
    Flag.withDefault(false),
  ),
};

/** How many records are shown one by one, as the first of them arrive. */
const first = 5;

export const report = Effect.fn("demo.report")(function* ({
  json,
  worst,
  minPass,
  minMean,
  ...where
}: Command.Command.Config.Infer<typeof flags>) {
  const source = yield* Source.resolve(where);
  if (source.note !== undefined && minPass.length + minMean.length > 0) {
    return yield* new Source.UsageError({ message: `${source.note}: no bound is judged by it` });
  }
  const screen = yield* Screen.make(source.redact);
  if (source.note !== undefined) yield* Console.error(`demo: ${source.note}`);
  if (!json) {
    const title = `Run ${screen.safe(source.runId)} from ${screen.safe(source.description)}`;
    yield* Console.log(`${paragraph(title, screen.width)}\n`);
  }
  const progress = yield* Progress.make;
  const run = tally({ worst });

  const conclude = Effect.fnUntraced(function* (isWhole: boolean) {
    const summary = run.summary();
    // A part of a run keeps no bound, and breaks none.
    const bounds = isWhole ? [...minPass, ...minMean] : [];
    const verdicts = bounds.map((bound) => Gate.judge(bound, summary));
    yield* progress.clear;
    if (json) {
      yield* Console.log(source.redact(RunReport.document(source.runId, summary, verdicts)));
      return verdicts;
    }
    const parts = [
      RunReport.table(summary, screen),
      RunReport.worst(summary, worst, screen),
      RunReport.gates(verdicts, screen),
      paragraph(RunReport.totalLine(summary, yield* progress.elapsed, isWhole), screen.width),
    ];
    yield* Console.log(`\n${parts.filter((part) => part !== "").join("\n")}`);
    return verdicts;
  });

  yield* Effect.gen(function* () {
    const client = yield* ScorecardClient;
    yield* client.listPages(source.runId).pipe(
      Stream.runForEach((page) =>
        Effect.gen(function* () {
          const { records: before } = run.counts();
          run.add(page);
          if (!json && before < first) {
            yield* progress.clear;
            for (const record of page.records.slice(0, first - before)) {
              yield* Console.log(RunReport.recordLine(record, screen));
            }
          }
          yield* progress.update({ ...run.counts(), total: page.total });
        }),
      ),
    );
  }).pipe(
    Effect.provide(source.client),
    // What was read before a failure, or before Ctrl-C, is shown; a program gets a whole document or none.
    Effect.onExit((exit) =>
      Exit.isSuccess(exit) || json || run.counts().records === 0 ? progress.clear : conclude(false),
    ),
  );

  return yield* GateFlags.enforce(yield* conclude(true));
}, Effect.scoped);

export const command = Command.make("report", flags, report).pipe(
  Command.withDescription("Stream a run and summarise its metrics; gate a CI job by them"),
  Command.withExamples([
    { command: "demo report --records 500 --seed 7", description: "A made-up run" },
    {
      command: "demo report --run 135 --min-pass 6f1a5c0e=0.9",
      description: "Exit with 1 unless 90 % pass",
    },
  ]),
);
