/** Where the records come from: a fake API started for the occasion, or a real one. */
import { Agent } from "@effect/platform-node/Undici";
import { ScorecardClient } from "@scorecard-effect/client";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { productionUrl, RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard, Replay } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Config, Effect, type FileSystem, Layer, Option, Redacted, Schema } from "effect";
import { Flag } from "effect/cli";
import type { HttpServerError } from "effect/http";

/** The flags that say which API is read: the same for every command. */
export const flags = {
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
  baseUrl: Flag.String("base-url").pipe(
    Flag.withMetavar("URL"),
    Flag.withDescription("Read a real API there, with the key in SCORECARD_API_KEY"),
    Flag.optional,
  ),
};

/** The flag that says which run is read, for commands that read one. */
export const runFlag = {
  run: Flag.String("run").pipe(
    Flag.withMetavar("ID"),
    Flag.withDescription("The run to read"),
    Flag.optional,
  ),
};

/** What the command line says of the API. */
export interface Flags {
  readonly records: Option.Option<number>;
  readonly seed: Option.Option<number>;
  readonly replay: Option.Option<string>;
  readonly baseUrl: Option.Option<string>;
}

/** What the command line says of the API and of the run. */
export interface RunFlags extends Flags {
  readonly run: Option.Option<string>;
}

/** An API to read, and the client to read it with. */
export interface Source {
  /** Where the records come from, in words. */
  readonly description: string;
  /** Tells this source from others: what is read there today is what was read there before. Holds no secret. */
  readonly identity: string;
  /** What a person should know before they trust the figures. */
  readonly note: string | undefined;
  /** Takes the key out of a text: a service may echo it, a hand may slip. */
  readonly redact: (text: string) => string;
  readonly client: Layer.Layer<ScorecardClient, Config.ConfigError | HttpServerError.ServeError>;
}

/** A source, and a run of it. */
export interface RunSource extends Source {
  readonly runId: RunId;
}

/** A source, and two runs of it to compare. */
export interface PairSource extends Source {
  readonly baselineId: RunId;
  readonly candidateId: RunId;
}

/** Flags that do not go together, or a setting that is missing. */
export class UsageError extends Schema.TaggedError<UsageError>("@scorecard-effect/demo/UsageError")(
  "UsageError",
  {
    message: Schema.String,
  },
) {}

/** What can keep a source from being opened. */
export type SourceError = UsageError | Replay.ReplayError | Config.ConfigError;

/**
 * The source and the run that the flags name.
 *
 * The real API is read with `--base-url`, or with `--run` where `SCORECARD_API_KEY` or
 * `SCORECARD_BASE_URL` is set; its key is `SCORECARD_API_KEY`. In every other case a fake API is started
 * and serves a replay file or a run made up from a seed.
 */
export const resolve = Effect.fn("Source.resolve")(function* (
  asked: RunFlags,
): Effect.fn.Return<RunSource, SourceError, FileSystem.FileSystem> {
  const real = yield* realApi(asked, Option.isSome(asked.run));
  if (real !== undefined) {
    return Option.isNone(asked.run)
      ? yield* new UsageError({ message: "--run is missing: which run of the real API?" })
      : { ...fromReal(real), runId: RunId.make(asked.run.value) };
  }
  const note = madeUpNote(asked, Option.isSome(asked.run), "this is a made-up run, not yours");
  if (Option.isSome(asked.replay)) {
    const recorded = yield* loadReplay(asked.replay.value);
    const run = Option.isSome(asked.run) ? yield* recorded.find(asked.run.value) : recorded.runs[0];
    const { length } = recorded.runs;
    const others = length > 1 ? ` (run ${run.runId} of ${length} in it)` : "";
    return { ...fromFake([run], `recorded in ${recorded.file}${others}`, note), runId: run.runId };
  }
  const { seed, records } = madeUp(asked);
  const runId = RunId.make(Option.getOrElse(asked.run, () => "135"));
  const run = FakeRun.make({ seed, records, runId });
  return { ...fromFake([run], `a made-up run, seed ${seed}`, note), runId };
});

/**
 * The source that the flags name, and two runs of it: those asked for, or else the first two of a replay file,
 * or a made-up pair. A real API is read where {@link resolve} would read one.
 */
export const resolvePair = Effect.fn("Source.resolvePair")(function* (
  asked: Flags,
  runs: { readonly baseline: Option.Option<string>; readonly candidate: Option.Option<string> },
): Effect.fn.Return<PairSource, SourceError, FileSystem.FileSystem> {
  const isNamed = Option.isSome(runs.baseline);
  if (isNamed && Option.isNone(runs.candidate)) {
    return yield* new UsageError({
      message: `Only run ${runs.baseline.value} is named: compare it with which run?`,
    });
  }
  const real = yield* realApi(asked, isNamed);
  const named = Option.all(runs);
  if (real !== undefined) {
    if (Option.isNone(named)) {
      return yield* new UsageError({ message: "Two runs are missing: compare RUN_A RUN_B" });
    }
    return {
      ...fromReal(real),
      baselineId: RunId.make(named.value.baseline),
      candidateId: RunId.make(named.value.candidate),
    };
  }
  const note = madeUpNote(asked, isNamed, "these are made-up runs, not yours");
  if (Option.isSome(asked.replay)) {
    const { file, runs: recorded, find } = yield* loadReplay(asked.replay.value);
    const baseline = Option.isSome(named) ? yield* find(named.value.baseline) : recorded[0];
    const candidate = Option.isSome(named) ? yield* find(named.value.candidate) : recorded[1];
    if (candidate === undefined) {
      return yield* new UsageError({
        message: `${file} holds one run, ${baseline.runId}: a comparison needs two`,
      });
    }
    return pairOf(baseline, candidate, `recorded in ${file}`, note);
  }
  const { seed, records } = madeUp(asked);
  const { baseline, candidate } = FakeRun.pair({
    seed,
    records,
    ...(Option.isSome(named)
      ? {
          baselineId: RunId.make(named.value.baseline),
          candidateId: RunId.make(named.value.candidate),
        }
      : {}),
  });
  return pairOf(baseline, candidate, `a made-up pair of runs, seed ${seed}`, note);
});

const pairOf = (
  baseline: FakeRun.FakeRun,
  candidate: FakeRun.FakeRun,
  description: string,
  note: string | undefined,
): PairSource => ({
  // A run may be compared with itself.
  ...fromFake(
    baseline.runId === candidate.runId ? [baseline] : [baseline, candidate],
    description,
    note,
  ),
  baselineId: baseline.runId,
  candidateId: candidate.runId,
});

interface RealApi {
  readonly apiKey: Redacted.Redacted;
  readonly baseUrl: string;
}

/** The real API, if one is to be read; undefined stands for a fake one. */
const realApi = Effect.fnUntraced(function* (
  asked: Flags,
  isRunNamed: boolean,
): Effect.fn.Return<RealApi | undefined, UsageError | Config.ConfigError> {
  const fakeFlags = fakeFlagsOf(asked);
  const [fakeFlag] = fakeFlags;
  if (Option.isSome(asked.baseUrl) && fakeFlag !== undefined) {
    return yield* new UsageError({
      message: `--base-url reads a real API: it does not go with --${fakeFlag}`,
    });
  }
  if (Option.isSome(asked.replay) && fakeFlags.length > 1) {
    return yield* new UsageError({
      message: "--replay serves recorded records: it does not go with --records or --seed",
    });
  }
  const apiKey = yield* Config.option(Config.Redacted("SCORECARD_API_KEY"));
  const configuredUrl = yield* Config.option(Config.String("SCORECARD_BASE_URL"));
  const isConfigured = Option.isSome(apiKey) || Option.isSome(configuredUrl);
  if (Option.isNone(asked.baseUrl) && (fakeFlag !== undefined || !isRunNamed || !isConfigured)) {
    return undefined;
  }
  if (Option.isNone(apiKey)) {
    return yield* new UsageError({
      message: "SCORECARD_API_KEY is not set: a real API needs its key",
    });
  }
  const baseUrl = Option.getOrElse(
    Option.orElse(asked.baseUrl, () => configuredUrl),
    () => productionUrl,
  );
  return { apiKey: apiKey.value, baseUrl };
});

/** The given flags that only a fake API heeds. */
const fakeFlagsOf = ({ records, seed, replay }: Flags): ReadonlyArray<string> =>
  Object.entries({ records, seed, replay }).flatMap(([name, flag]) =>
    Option.isSome<string | number>(flag) ? [name] : [],
  );

const madeUpNote = (asked: Flags, isRunNamed: boolean, what: string): string | undefined =>
  isRunNamed && fakeFlagsOf(asked).length === 0
    ? `SCORECARD_API_KEY is not set: ${what}`
    : undefined;

const madeUp = ({ seed, records }: Flags) => ({
  seed: Option.getOrElse(seed, () => 1),
  records: Option.getOrElse(records, () => 2000),
});

const transport = UndiciTransport.layer(() => new Agent());

const fromReal = ({ apiKey, baseUrl }: RealApi): Source => ({
  description: `real API at ${shownUrl(baseUrl)}`,
  identity: shownUrl(baseUrl),
  note: undefined,
  redact: (text) => text.replaceAll(Redacted.value(apiKey), "<redacted>"),
  client: ScorecardClient.layer({ apiKey, baseUrl }).pipe(Layer.provide(transport)),
});

interface Recorded {
  readonly file: string;
  readonly runs: readonly [FakeRun.FakeRun, ...ReadonlyArray<FakeRun.FakeRun>];
  readonly find: (runId: string) => Effect.Effect<FakeRun.FakeRun, UsageError>;
}

const loadReplay = Effect.fnUntraced(function* (
  file: string,
): Effect.fn.Return<Recorded, Replay.ReplayError, FileSystem.FileSystem> {
  const [first, ...rest] = yield* Replay.load(file);
  if (first === undefined)
    return yield* new Replay.ReplayError({ file, problem: "holds no records" });
  const runs = [first, ...rest] as const;
  const find = (wanted: string) => {
    const run = runs.find(({ runId }) => runId === wanted);
    return run === undefined
      ? Effect.fail(
          new UsageError({
            message: `${file} has no run ${wanted}, only ${runs.map(({ runId }) => runId).join(", ")}`,
          }),
        )
      : Effect.succeed(run);
  };
  return { file, runs, find };
});

// A real server on a real port: the demo shows the path that production takes.
const fromFake = (
  runs: ReadonlyArray<FakeRun.FakeRun>,
  description: string,
  note: string | undefined,
): Source => ({
  description: `fake API, ${description}`,
  identity: `${description}, ${runs.map(({ size }) => size).join(" and ")} records`,
  note,
  redact: (text) => text,
  client: Layer.unwrap(
    Effect.map(FakeScorecard, ({ apiKey, baseUrl }) => ScorecardClient.layer({ apiKey, baseUrl })),
  ).pipe(
    // Provided as well: the explorer has switches for its faults.
    Layer.provideMerge(FakeScorecardNode.layer({ runs })),
    Layer.provide(transport),
  ),
});

// Credentials, a query or a fragment are refused by the client, and shown by nobody.
const shownUrl = (url: string): string => {
  const parsed = URL.parse(url);
  return parsed === null || parsed.host === ""
    ? "a malformed URL"
    : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
};
