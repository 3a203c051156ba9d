/** Chooses a source and its runs by the flags. */
import { type InvalidSetting, runId } from "@scorecard-effect/contract/cli/RealApi";
import { names } from "@scorecard-effect/contract/protocol/ApiConfig";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import { FakeRun, type Replay } from "@scorecard-effect/fixtures";
import { type Config, Effect, type FileSystem, Option } from "effect";
import * as FakeApi from "./FakeApi.ts";
import * as RealApi from "./RealApi.ts";
import type { PairSource, RunSource, RunsSource, Source } from "./Source.ts";
import { type ApiFlags, fakeOnly, type RunFlags } from "./SourceFlags.ts";
import { UsageError } from "./UsageError.ts";

/** Why a source cannot be opened. */
export type SourceError = UsageError | InvalidSetting | Replay.ReplayError | Config.ConfigError;

/** The source, with its listings filtered by the tags of the flags. */
const filtered = <S extends Source, E, R>(
  choice: Effect.Effect<S, E, R>,
  { tag }: ApiFlags,
): Effect.Effect<S, E | UsageError, R> =>
  Effect.gen(function* () {
    const tags = yield* Effect.mapError(
      Effect.fromResult(ListRecordsRequest.tags(tag)),
      (problem) => new UsageError({ message: `--tag cannot be sent: ${problem}` }),
    );
    const source = yield* choice;
    if (tags.length === 0) return source;
    const tagged = source.redact(tags.map((name) => JSON.stringify(name)).join(" and "));
    return {
      ...source,
      tags,
      description: `${source.description}, records tagged ${tagged}`,
      identity: `${source.identity}, records tagged ${tagged}`,
    };
  });

/**
 * The source and the run that the flags choose.
 *
 * A real API is read with `--base-url`, or with `--run` where `SCORECARD_API_KEY` or `SCORECARD_BASE_URL` is set. Its
 * key is in `SCORECARD_API_KEY`. Otherwise a fake API serves a replay file, or a run that is generated from a seed.
 */
export const resolve = Effect.fn("SourceChoice.resolve")(function* (
  flags: RunFlags,
): Effect.fn.Return<RunSource, SourceError, FileSystem.FileSystem> {
  const real = yield* RealApi.choose(flags, Option.isSome(flags.run));
  if (real !== undefined) {
    return Option.isNone(flags.run)
      ? yield* new UsageError({ message: "--run is missing: which run of the real API?" })
      : { ...RealApi.source(real), runId: yield* runId(flags.run.value) };
  }
  const note = keyNote(flags, Option.isSome(flags.run), "this is a generated run, not yours");
  if (Option.isSome(flags.replay)) {
    const recorded = yield* FakeApi.loadReplay(flags.replay.value);
    const run = Option.isSome(flags.run) ? yield* recorded.find(flags.run.value) : recorded.runs[0];
    const { length } = recorded.runs;
    const others = length > 1 ? ` (run ${run.runId} of ${length} in it)` : "";
    const description = `recorded in ${recorded.file}${others}`;
    return { ...FakeApi.source([run], description, note), runId: run.runId };
  }
  const generated = FakeApi.generated(flags);
  const generatedId = yield* runId(Option.getOrElse(flags.run, () => "135"));
  const run = FakeRun.make({ ...generated, runId: generatedId });
  const description = FakeApi.describe("a generated run", generated);
  return { ...FakeApi.source([run], description, note), runId: generatedId };
}, filtered);

/**
 * The source that the flags choose, and two runs of it: those that are named, or else the first two of a replay file,
 * or a generated pair. A real API is read where {@link resolve} would read one.
 */
export const resolvePair = Effect.fn("SourceChoice.resolvePair")(function* (
  flags: ApiFlags,
  named: { readonly baseline: Option.Option<string>; readonly candidate: Option.Option<string> },
): Effect.fn.Return<PairSource, SourceError, FileSystem.FileSystem> {
  const pair = Option.all(named);
  const single = Option.isSome(pair)
    ? Option.none()
    : Option.orElse(named.baseline, () => named.candidate);
  if (Option.isSome(single)) {
    return yield* new UsageError({
      message: `Only run ${single.value} is named: compare it with which run?`,
    });
  }
  const real = yield* RealApi.choose(flags, Option.isSome(pair));
  if (real !== undefined) {
    if (Option.isNone(pair)) {
      return yield* new UsageError({ message: "Two runs are missing: compare RUN_A RUN_B" });
    }
    return {
      ...RealApi.source(real),
      baselineId: yield* runId(pair.value.baseline),
      candidateId: yield* runId(pair.value.candidate),
    };
  }
  const note = keyNote(flags, Option.isSome(pair), "these are generated runs, not yours");
  if (Option.isSome(flags.replay)) {
    const { file, runs, find } = yield* FakeApi.loadReplay(flags.replay.value);
    const baseline = Option.isSome(pair) ? yield* find(pair.value.baseline) : runs[0];
    const candidate = Option.isSome(pair) ? yield* find(pair.value.candidate) : runs[1];
    if (candidate === undefined) {
      return yield* new UsageError({
        message: `${file} holds one run, ${baseline.runId}: a comparison needs two`,
      });
    }
    return fakePair(baseline, candidate, `recorded in ${file}`, note);
  }
  const generated = FakeApi.generated(flags);
  const { baseline, candidate } = FakeRun.pair({
    ...generated,
    categoryShift: categoryShift(flags),
    ...(Option.isSome(pair)
      ? {
          baselineId: yield* runId(pair.value.baseline),
          candidateId: yield* runId(pair.value.candidate),
        }
      : {}),
  });
  const description = FakeApi.describe("a generated pair of runs", generated);
  return fakePair(baseline, candidate, description, note);
}, filtered);

/** How much the categories of later runs differ: so that slices do, in the presets that have many. */
const categoryShift = ({ preset }: ApiFlags): number =>
  Option.exists(preset, (name) => name !== "question-answering") ? 0.2 : 0;

/**
 * The source that the flags choose, and the runs of it that are named. Without a name, it is the run that {@link resolve}
 * chooses.
 */
export const resolveRuns = (
  flags: ApiFlags,
  named: ReadonlyArray<string>,
): Effect.Effect<RunsSource, SourceError, FileSystem.FileSystem> => {
  const [first, second, ...others] = named;
  if (first === undefined || second === undefined) {
    const run = Option.fromUndefinedOr(first);
    return Effect.map(resolve({ ...flags, run }), ({ runId: own, ...source }) => ({
      ...source,
      runIds: [own],
    }));
  }
  if (others.length > 0) return resolveSeveral(flags, named);
  return Effect.map(
    resolvePair(flags, { baseline: Option.some(first), candidate: Option.some(second) }),
    ({ baselineId, candidateId, ...source }) => ({ ...source, runIds: [baselineId, candidateId] }),
  );
};

const resolveSeveral = Effect.fn("SourceChoice.resolveSeveral")(function* (
  flags: ApiFlags,
  named: ReadonlyArray<string>,
): Effect.fn.Return<RunsSource, SourceError, FileSystem.FileSystem> {
  const real = yield* RealApi.choose(flags, true);
  if (real !== undefined) {
    return { ...RealApi.source(real), runIds: yield* Effect.forEach(named, runId) };
  }
  const note = keyNote(flags, true, "these are generated runs, not yours");
  if (Option.isSome(flags.replay)) {
    const { file, find } = yield* FakeApi.loadReplay(flags.replay.value);
    const runs = yield* Effect.forEach(named, find);
    return {
      ...FakeApi.source(runs, `recorded in ${file}`, note),
      runIds: runs.map((run) => run.runId),
    };
  }
  const generated = FakeApi.generated(flags);
  const runIds = yield* Effect.forEach(named, runId);
  const runs = runIds.map((own, place) =>
    FakeRun.make({
      ...generated,
      runId: own,
      quality: qualities[place] ?? 0.75,
      answerSeed: generated.seed + place,
      ...(place === 0 ? {} : { categoryShift: categoryShift(flags) }),
    }),
  );
  return {
    ...FakeApi.source(runs, FakeApi.describe(`${runs.length} generated runs`, generated), note),
    runIds,
  };
}, filtered);

/** The qualities of generated runs: the first two are those of a pair, then one is better, one alike, one much worse. */
const qualities = [0.75, 0.65, 0.8, 0.75, 0.5];

const fakePair = (
  baseline: FakeRun.FakeRun,
  candidate: FakeRun.FakeRun,
  description: string,
  note: string | undefined,
): PairSource => ({
  // A run may be compared with itself.
  ...FakeApi.source(
    baseline.runId === candidate.runId ? [baseline] : [baseline, candidate],
    description,
    note,
  ),
  baselineId: baseline.runId,
  candidateId: candidate.runId,
});

/** A warning that a named run is generated because no key is set. */
const keyNote = (flags: ApiFlags, isRunNamed: boolean, what: string): string | undefined =>
  isRunNamed && fakeOnly(flags).length === 0 ? `${names.apiKey} is not set: ${what}` : undefined;
