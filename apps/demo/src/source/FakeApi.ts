/** A fake API as a source, with generated runs or with recorded ones. */
import { ScorecardClient } from "@scorecard-effect/client";
import { type FakeRun, FakeScorecard, Replay } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, type FileSystem, Layer, Option } from "effect";
import type { Source } from "./Source.ts";
import type { ApiFlags } from "./SourceFlags.ts";
import { transport } from "./Transport.ts";

/** The preset, the seed and the size of a generated run. */
export const generated = ({ preset, seed, records }: ApiFlags) => ({
  preset: Option.getOrUndefined(preset),
  seed: Option.getOrElse(seed, () => 1),
  records: Option.getOrElse(records, () => 2000),
});

/** The runs of a replay file. */
export interface RecordedRuns {
  readonly file: string;
  readonly runs: readonly [FakeRun.FakeRun, ...ReadonlyArray<FakeRun.FakeRun>];
  readonly find: (runId: string) => Effect.Effect<FakeRun.FakeRun, Replay.ReplayError>;
}

export const loadReplay = Effect.fnUntraced(function* (
  file: string,
): Effect.fn.Return<RecordedRuns, Replay.ReplayError, FileSystem.FileSystem> {
  const loaded = yield* Replay.load(file);
  const [first, ...rest] = loaded.filter(({ size }) => size > 0);
  if (first === undefined) {
    return yield* new Replay.ReplayError({ file, problem: "holds no records" });
  }
  const runs = [first, ...rest] as const;
  const find = (wanted: string) => {
    const run = runs.find(({ runId }) => runId === wanted);
    return run === undefined
      ? Effect.fail(
          new Replay.ReplayError({
            file,
            problem: `has no run ${wanted}, only ${runs.map(({ runId }) => runId).join(", ")}`,
          }),
        )
      : Effect.succeed(run);
  };
  return { file, runs, find };
});

/** How a generated run is described: its preset, if one was chosen, and its seed. */
export const describe = (what: string, { preset, seed }: ReturnType<typeof generated>): string =>
  `${what}, ${preset === undefined ? "" : `preset ${preset}, `}seed ${seed}`;

/** A server on a real port, so that the demo takes the same path as production. */
export const source = (
  runs: ReadonlyArray<FakeRun.FakeRun>,
  description: string,
  note: string | undefined,
): Source => ({
  description: `fake API, ${description}`,
  tags: [],
  identity: `${description}, ${runs.map(({ size }) => size).join(" and ")} records`,
  note,
  redact: (text) => text,
  client: ScorecardClient.layerAt(FakeScorecard).pipe(
    // The explorer needs the fake as well, to inject faults.
    Layer.provideMerge(FakeScorecardNode.layer({ runs })),
    Layer.provide(transport),
  ),
});
