/** The demo's command: streams one run and says what it amounts to. */
import { ScorecardClient } from "@scorecard-effect/client";
import { Clock, Console, Effect, Stream } from "effect";
import { Command, Flag } from "effect/cli";
import * as Report from "./Report.ts";
import * as Source from "./Source.ts";
import { tally } from "./analysis/Summary.ts";

const flags = {
  records: Flag.Int("records").pipe(
    Flag.filter(
      (records) => records >= 0,
      (records) => `Expected a whole number, 0 or above, got ${records}`,
    ),
    Flag.withMetavar("N"),
    Flag.withDescription("Records in the made-up run (default 2000)"),
    Flag.optional,
  ),
  seed: Flag.Int("seed").pipe(
    Flag.withMetavar("S"),
    Flag.withDescription("What the made-up run is made from: a whole number (default 1)"),
    Flag.optional,
  ),
  replay: Flag.String("replay").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("Serve recorded records: a page, an array of records, or JSON lines"),
    Flag.optional,
  ),
  run: Flag.String("run").pipe(
    Flag.withMetavar("ID"),
    Flag.withDescription("The run to read"),
    Flag.optional,
  ),
  baseUrl: Flag.String("base-url").pipe(
    Flag.withMetavar("URL"),
    Flag.withDescription("Read a real API there, with the key in SCORECARD_API_KEY"),
    Flag.optional,
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Write one JSON document to stdout and nothing else"),
    Flag.withDefault(false),
  ),
};

/** How many records are shown one by one, as the first of them arrive. */
const first = 5;

export const command = Command.make(
  "demo",
  flags,
  Effect.fn("demo")(function* ({ json, ...where }) {
    const source = yield* Source.resolve(where);
    const shown = (text: string) => Report.plain(source.redact(text));
    if (source.note !== undefined) yield* Console.error(`demo: ${source.note}`);
    if (!json) {
      yield* Console.log(`Run ${shown(source.runId)} from ${shown(source.description)}\n`);
    }
    const started = yield* Clock.currentTimeMillis;
    const elapsed = Effect.map(Clock.currentTimeMillis, (now) => (now - started) / 1000);
    const progress = yield* makeProgress;

    const run = tally();
    yield* Effect.gen(function* () {
      const client = yield* ScorecardClient;
      yield* client.listPages(source.runId).pipe(
        Stream.runForEach((page) =>
          Effect.gen(function* () {
            const { records: before } = run.summary();
            run.add(page);
            if (!json && before < first) {
              yield* progress.clear;
              for (const record of page.records.slice(0, first - before)) {
                yield* Console.log(source.redact(Report.recordLine(record)));
              }
            }
            yield* progress.show(run.summary(), page.total, yield* elapsed);
          }),
        ),
        Effect.ensuring(progress.clear),
      );
    }).pipe(Effect.provide(source.client));

    const summary = run.summary();
    yield* Console.log(
      json
        ? Report.document(source.runId, summary)
        : `\n${source.redact(Report.table(summary))}\n${Report.totalLine(summary, yield* elapsed)}`,
    );
  }),
).pipe(Command.withDescription("Stream the records of a Scorecard run and summarise its metrics"));

interface Progress {
  readonly show: (...state: Parameters<typeof Report.progressLine>) => Effect.Effect<void>;
  /** Removes what is shown, so that other output can take its place. */
  readonly clear: Effect.Effect<void>;
}

// On stderr, so that stdout holds results alone. A terminal gets one line that is rewritten; a log gets
// a line for the first page and one a second after that.
const makeProgress: Effect.Effect<Progress> = Effect.sync(() => {
  const { stderr } = process;
  const isTerminal = stderr.isTTY;
  let due = 0;
  const show: Progress["show"] = (summary, total, seconds) =>
    Effect.sync(() => {
      if (seconds < due) return;
      due = seconds + (isTerminal ? 0.1 : 1);
      const line = Report.progressLine(summary, total, seconds);
      stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    });
  const clear = Effect.sync(() => {
    if (isTerminal) stderr.write("\r\u001b[K");
  });
  return { show, clear };
});
