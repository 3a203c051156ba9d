/** `explore`: shows one run, or two to compare, in the browser. */
import { ScorecardClient } from "@scorecard-effect/client";
import { Console, Effect, Option } from "effect";
import type { Meta } from "../explore/ExploreProtocol.ts";
import * as FaultSwitch from "../explore/FaultSwitch.ts";
import * as PageDocument from "../explore/PageDocument.ts";
import * as SavedReport from "../explore/SavedReport.ts";
import * as Server from "../explore/Server.ts";
import * as Session from "../explore/Session.ts";
import { plural } from "../figures/Figures.ts";
import * as MetricsFlag from "../source/MetricsFlag.ts";
import * as SourceChoice from "../source/SourceChoice.ts";
import { UsageError } from "../source/UsageError.ts";
import * as Screen from "../terminal/Screen.ts";
import { printNote, program } from "./Announcement.ts";
import type * as Parameters from "./Parameters.ts";

export const explore = Effect.fn("demo.explore")(function* ({
  compare,
  save,
  port,
  runArgument,
  run: runFlag,
  metrics,
  ...sourceFlags
}: Parameters.Values<typeof Parameters.explore>) {
  if (Option.isSome(runArgument) && Option.isSome(runFlag)) {
    return yield* new UsageError({ message: "RUN and --run are the same: name one run" });
  }
  const run = Option.orElse(runArgument, () => runFlag);
  const knowledge = yield* MetricsFlag.load(metrics, program);
  const source = Option.isSome(compare)
    ? yield* SourceChoice.resolvePair(sourceFlags, { baseline: run, candidate: compare })
    : yield* SourceChoice.resolve({ ...sourceFlags, run });
  const runs = "runId" in source ? [source.runId] : [source.baselineId, source.candidateId];
  const { safe } = yield* Screen.make(source.redact);
  yield* printNote(source);

  return yield* Effect.gen(function* () {
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
      tags: source.tags,
      knowledge,
      redact: source.redact,
      fault: faults.current,
    });
    const what = `${runs.map((id) => `run ${safe(id)}`).join(" and ")} from ${safe(source.description)}`;
    if (Option.isSome(save)) {
      yield* session.complete;
      yield* SavedReport.write(session, assets, meta, save.value);
      const records = session.state().runs.reduce((sum, state) => sum + state.records, 0);
      yield* Console.log(`Wrote ${plural(records, "record")} of ${what} to ${safe(save.value)}`);
      return;
    }
    const url = yield* Server.serve({ session, assets, meta, port, faults }).pipe(
      Effect.mapError(
        ({ cause }) =>
          new UsageError({
            message: `cannot listen on port ${port}: ${cause instanceof Error ? cause.message : String(cause)}`,
          }),
      ),
    );
    yield* Console.log(`Exploring ${what}. Ctrl-C stops it.\n\n  ${url}\n`);
    yield* session.reading;
  }).pipe(Effect.provide(source.client), Effect.scoped);
});
