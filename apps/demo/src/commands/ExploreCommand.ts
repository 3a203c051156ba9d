/** `explore`: shows one run, or two to compare, in the browser. */
import { ScorecardClient } from "@scorecard-effect/client";
import { Console, Effect, Option } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import * as Screen from "../terminal/Screen.ts";
import * as Source from "../source/Source.ts";
import { plural } from "../terminal/Layout.ts";
import * as FaultSwitch from "../explore/FaultSwitch.ts";
import * as PageDocument from "../explore/PageDocument.ts";
import * as SavedReport from "../explore/SavedReport.ts";
import * as Server from "../explore/Server.ts";
import * as Session from "../explore/Session.ts";
import type { Meta } from "../explore/ExploreProtocol.ts";

const parameters = {
  ...Source.flags,
  ...Source.runFlag,
  compare: Flag.String("compare").pipe(
    Flag.withMetavar("RUN_B"),
    Flag.withDescription("Show what changed from RUN to this one"),
    Flag.optional,
  ),
  save: Flag.String("save").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("Write the page to one HTML file that needs no server, and end"),
    Flag.optional,
  ),
  port: Flag.Int("port").pipe(
    Flag.filter(
      (port) => port >= 0 && port <= 65_535,
      (port) => `Expected a port from 0 to 65535, got ${port}`,
    ),
    Flag.withMetavar("PORT"),
    Flag.withDescription("Where to listen on this machine (default: any free port)"),
    Flag.withDefault(0),
  ),
  named: Argument.String("RUN").pipe(
    Argument.withDescription("The run to read: the same as --run"),
    Argument.optional,
  ),
};

/** The run that is named, if one is: as an argument or by its flag. */
const runOf = (
  named: Option.Option<string>,
  flagged: Option.Option<string>,
  compare: Option.Option<string>,
): Effect.Effect<Option.Option<string>, Source.UsageError> => {
  const run = Option.orElse(named, () => flagged);
  if (Option.isSome(named) && Option.isSome(flagged)) {
    return Effect.fail(
      new Source.UsageError({ message: "RUN and --run are the same: name one run" }),
    );
  }
  return Option.isSome(compare) && Option.isNone(run)
    ? Effect.fail(
        new Source.UsageError({
          message: `Only run ${compare.value} is named: compare it with which run?`,
        }),
      )
    : Effect.succeed(run);
};

export const command = Command.make(
  "explore",
  parameters,
  Effect.fn("demo.explore")(function* ({ compare, save, port, named, run: flagged, ...where }) {
    const run = yield* runOf(named, flagged, compare);
    const source = Option.isSome(compare)
      ? yield* Source.resolvePair(where, { baseline: run, candidate: compare })
      : yield* Source.resolve({ ...where, run });
    const runs = "runId" in source ? [source.runId] : [source.baselineId, source.candidateId];
    const { safe } = yield* Screen.make(source.redact);
    if (source.note !== undefined) yield* Console.error(`demo: ${source.note}`);

    yield* Effect.gen(function* () {
      const assets = yield* PageDocument.build;
      const client = yield* ScorecardClient;
      const faults = yield* FaultSwitch.make;
      const meta: Meta = {
        mode: "live",
        source: source.redact(source.description),
        runs: runs.map(source.redact),
        faults: faults.choices,
        savedAt: null,
      };
      const session = yield* Session.make({
        client,
        runs,
        redact: source.redact,
        fault: faults.current,
      });
      const shown = `${runs.map((id) => `run ${safe(id)}`).join(" and ")} from ${safe(source.description)}`;
      if (Option.isSome(save)) {
        yield* session.complete;
        yield* SavedReport.write(session, assets, meta, save.value);
        const records = session.state().runs.reduce((sum, state) => sum + state.records, 0);
        yield* Console.log(`Wrote ${plural(records, "record")} of ${shown} to ${safe(save.value)}`);
        return;
      }
      const url = yield* Server.serve({ session, assets, meta, port, faults }).pipe(
        Effect.mapError(
          ({ cause }) =>
            new Source.UsageError({
              message: `port ${port} cannot be listened on: ${cause instanceof Error ? cause.message : String(cause)}`,
            }),
        ),
      );
      yield* Console.log(`Exploring ${shown}. Ctrl-C ends it.\n\n  ${url}\n`);
      yield* session.reading;
    }).pipe(Effect.provide(source.client), Effect.scoped);
  }),
).pipe(
  Command.withDescription(
    "Show a run in the browser while it is read, or what changed between two",
  ),
  Command.withExamples([
    { command: "demo explore", description: "A made-up run" },
    { command: "demo explore 135 --compare 136", description: "What changed from run 135 to 136" },
    { command: "demo explore 135 --save report.html", description: "One file to send around" },
  ]),
);
