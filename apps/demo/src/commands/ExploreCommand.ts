/** `explore`: shows one run, or what changed from one to up to four others, in the browser. */
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

/** The most runs that the page shows. */
const maxRuns = 5;

interface NamedRuns {
  readonly runArguments: ReadonlyArray<string>;
  readonly runFlags: ReadonlyArray<string>;
  readonly compare: ReadonlyArray<string>;
}

const fail = (message: string) => Effect.fail(new UsageError({ message }));

/** The ids of the runs that a user names, in order. */
const namedRuns = ({
  runArguments,
  runFlags,
  compare,
}: NamedRuns): Effect.Effect<ReadonlyArray<string>, UsageError> => {
  if (runArguments.length > 0 && runFlags.length > 0) {
    return fail("RUN and --run are the same: name the runs in one of the two ways");
  }
  const first = [...runArguments, ...runFlags];
  if (first.length === 0 && compare.length > 0) {
    return fail(
      compare.length === 1
        ? `Only run ${compare[0]} is named: compare it with which run?`
        : `Runs ${listed(compare)} are compared with which run? Name it before --compare`,
    );
  }
  const named = [...first, ...compare];
  const repeated = named.find((id, place) => named.indexOf(id) < place);
  if (repeated !== undefined) {
    return fail(`Run ${repeated} is named twice: explore shows each run once`);
  }
  return named.length > maxRuns
    ? fail(`${named.length} runs are named, and explore shows at most ${maxRuns}`)
    : Effect.succeed(named);
};

const listed = (names: ReadonlyArray<string>): string =>
  [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" and ");

export const explore = Effect.fn("demo.explore")(function* ({
  compare,
  save,
  notes: notesFile,
  port,
  runArguments,
  run: runFlags,
  metrics,
  reduce,
  ...sourceFlags
}: Parameters.Values<typeof Parameters.explore>) {
  const named = yield* namedRuns({ runArguments, runFlags, compare });
  const knowledge = yield* MetricsFlag.load(metrics, program);
  const source = yield* SourceChoice.resolveRuns(sourceFlags, named);
  const runs = source.runIds;
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
    const what = `${listed(runs.map((id) => `run ${safe(id)}`))} from ${safe(source.description)}`;
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
