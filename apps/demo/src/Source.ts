/** Where the records come from: a fake API started for the occasion, or a real one. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient";
import { ScorecardClient } from "@scorecard-effect/client";
import { productionUrl, RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard, Replay } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Config, Effect, type FileSystem, Layer, Option, Redacted, Schema } from "effect";
import type { HttpServerError } from "effect/http";

/** What the command line says of the source. */
export interface Flags {
  readonly records: Option.Option<number>;
  readonly seed: Option.Option<number>;
  readonly replay: Option.Option<string>;
  readonly run: Option.Option<string>;
  readonly baseUrl: Option.Option<string>;
}

/** A run to read, and the client to read it with. */
export interface Source {
  readonly runId: RunId;
  /** Where the records come from, in words. */
  readonly description: string;
  /** What a person should know before they trust the figures. */
  readonly note: string | undefined;
  /** Takes the key out of a text: a service may echo it, a hand may slip. */
  readonly redact: (text: string) => string;
  readonly client: Layer.Layer<ScorecardClient, Config.ConfigError | HttpServerError.ServeError>;
}

/** Flags that do not go together, or a setting that is missing. */
export class UsageError extends Schema.TaggedError<UsageError>("@scorecard-effect/demo/UsageError")(
  "UsageError",
  {
    message: Schema.String,
  },
) {}

/**
 * The source that the flags name.
 *
 * The real API is read with `--base-url`, or with `--run` where `SCORECARD_API_KEY` or
 * `SCORECARD_BASE_URL` is set; its key is `SCORECARD_API_KEY`. In every other case a fake API is started
 * and serves a replay file or a run made up from a seed.
 */
export const resolve = Effect.fn("Source.resolve")(function* (
  flags: Flags,
): Effect.fn.Return<
  Source,
  UsageError | Replay.ReplayError | Config.ConfigError,
  FileSystem.FileSystem
> {
  const fakeFlags = Object.entries({
    records: flags.records,
    seed: flags.seed,
    replay: flags.replay,
  }).flatMap(([name, flag]) => (Option.isSome<string | number>(flag) ? [name] : []));
  const [fakeFlag] = fakeFlags;
  if (Option.isSome(flags.baseUrl) && fakeFlag !== undefined) {
    return yield* new UsageError({
      message: `--base-url reads a real API: it does not go with --${fakeFlag}`,
    });
  }
  if (Option.isSome(flags.replay) && fakeFlags.length > 1) {
    return yield* new UsageError({
      message: "--replay serves recorded records: it does not go with --records or --seed",
    });
  }
  const apiKey = yield* Config.option(Config.Redacted("SCORECARD_API_KEY"));
  const configuredUrl = yield* Config.option(Config.String("SCORECARD_BASE_URL"));
  const isConfigured = Option.isSome(apiKey) || Option.isSome(configuredUrl);
  if (
    Option.isNone(flags.baseUrl) &&
    (fakeFlag !== undefined || Option.isNone(flags.run) || !isConfigured)
  ) {
    const note =
      Option.isSome(flags.run) && fakeFlag === undefined
        ? "SCORECARD_API_KEY is not set: this is a made-up run, not yours"
        : undefined;
    return fromFake(yield* pickFake(flags), note);
  }
  if (Option.isNone(apiKey)) {
    return yield* new UsageError({
      message: "SCORECARD_API_KEY is not set: a real API needs its key",
    });
  }
  if (Option.isNone(flags.run)) {
    return yield* new UsageError({ message: "--run is missing: which run of the real API?" });
  }
  const baseUrl = Option.getOrElse(
    Option.orElse(flags.baseUrl, () => configuredUrl),
    () => productionUrl,
  );
  return {
    runId: RunId.make(flags.run.value),
    description: `real API at ${shownUrl(baseUrl)}`,
    note: undefined,
    redact: (text) => text.replaceAll(Redacted.value(apiKey.value), "<redacted>"),
    client: ScorecardClient.layer({ apiKey: apiKey.value, baseUrl }).pipe(
      Layer.provide(NodeHttpClient.layerUndici),
    ),
  };
});

interface FakeSource {
  readonly run: FakeRun.FakeRun;
  readonly description: string;
}

const pickFake = (
  flags: Flags,
): Effect.Effect<FakeSource, UsageError | Replay.ReplayError, FileSystem.FileSystem> =>
  Option.match(flags.replay, {
    onNone: () => {
      const seed = Option.getOrElse(flags.seed, () => 1);
      const records = Option.getOrElse(flags.records, () => 2000);
      const runId = RunId.make(Option.getOrElse(flags.run, () => "135"));
      return Effect.succeed({
        run: FakeRun.make({ seed, records, runId }),
        description: `a made-up run, seed ${seed}`,
      });
    },
    onSome: Effect.fnUntraced(function* (file) {
      const runs = yield* Replay.load(file);
      const [first] = runs;
      if (first === undefined)
        return yield* new Replay.ReplayError({ file, problem: "holds no records" });
      const wanted = Option.getOrElse(flags.run, () => first.runId);
      const run = runs.find(({ runId }) => runId === wanted);
      if (run === undefined) {
        return yield* new UsageError({
          message: `${file} has no run ${wanted}, only ${runs.map(({ runId }) => runId).join(", ")}`,
        });
      }
      const others = runs.length > 1 ? ` (run ${run.runId} of ${runs.length} in it)` : "";
      return { run, description: `recorded in ${file}${others}` };
    }),
  });

// A real server on a real port: the demo shows the path that production takes.
const fromFake = ({ run, description }: FakeSource, note: string | undefined): Source => ({
  runId: run.runId,
  description: `fake API, ${description}`,
  note,
  redact: (text) => text,
  client: Layer.unwrap(
    Effect.map(FakeScorecard, ({ apiKey, baseUrl }) => ScorecardClient.layer({ apiKey, baseUrl })),
  ).pipe(Layer.provide([FakeScorecardNode.layer({ runs: [run] }), NodeHttpClient.layerUndici])),
});

// Credentials, a query or a fragment are refused by the client, and shown by nobody.
const shownUrl = (url: string): string => {
  const parsed = URL.parse(url);
  return parsed === null || parsed.host === ""
    ? "a malformed URL"
    : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
};
