/** `explore`: shows one run, or two to compare, in the browser. */
import { ScorecardClient } from "@scorecard-effect/client";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import { Console, Effect, Option } from "effect";
import { defined } from "../analysis/SeriesFigures.ts";
import * as SentMetrics from "../explore/SentMetrics.ts";
import type { Meta } from "../explore/ExploreProtocol.ts";
import * as FaultSwitch from "../explore/FaultSwitch.ts";
import * as Notes from "../explore/Notes.ts";
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

/** The most lines of a file of notes that are reported as no notes. */
const maxListedBadLines = 5;

export const explore = Effect.fn("demo.explore")(function* ({
  compare,
  save,
  notes: notesFile,
  port,
  runArgument,
  run: runFlag,
  metrics,
  reduce,
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
    const notes = Option.isSome(notesFile)
      ? yield* Notes.open(notesFile.value, runs.map(source.redact))
      : undefined;
    for (const { line, problem } of notes?.badLines.slice(0, maxListedBadLines) ?? []) {
      yield* Complaint.print(
        program,
        `--notes ${Option.getOrElse(notesFile, () => "")}, line ${line}: ${problem}. The line stays in the file.`,
      );
    }
    const unlisted = (notes?.badLines.length ?? 0) - maxListedBadLines;
    if (unlisted > 0) {
      yield* Complaint.print(program, `--notes: ${plural(unlisted, "more line")} are no notes.`);
    }
    const meta: Meta = {
      mode: "live",
      source: source.redact(source.description),
      runs: runs.map(source.redact),
      reduction: reduce,
      faults: faults.choices,
      savedAt: null,
      ...defined("metrics", SentMetrics.toMeta(knowledge)),
      ...(notes === undefined ? {} : { notes: { isWritable: true, all: [] } }),
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
      yield* SavedReport.write(session, assets, Notes.withNotes(meta, notes), save.value);
      const records = session.state().runs.reduce((sum, state) => sum + state.records, 0);
      yield* Console.log(`Wrote ${plural(records, "record")} of ${what} to ${safe(save.value)}`);
      return;
    }
    const url = yield* Server.serve({ session, assets, meta, port, faults, notes }).pipe(
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
