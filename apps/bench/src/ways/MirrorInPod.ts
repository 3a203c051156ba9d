/** Mirrors runs of long records by a runner within a limit of memory. */
import * as NodeServices from "@effect/platform-node/NodeServices";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import * as Fleet from "@scorecard-effect/mirror/fleet/Fleet";
import * as MirrorRun from "@scorecard-effect/mirror/run/MirrorRun";
import * as Database from "@scorecard-effect/mirror/store/Database";
import * as EmbeddedPostgres from "@scorecard-effect/mirror/store/EmbeddedPostgres";
import { MirrorStore } from "@scorecard-effect/mirror/store/MirrorStore";
import { Effect, Layer, Redacted, Schedule } from "effect";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startPod } from "./Pod.ts";

interface Scale {
  readonly memoryMiB: number;
  readonly runs: number;
  /** Records of each run, and how long each of them is. */
  readonly records: number;
  readonly recordKiB: number;
}

/** A run whose records have a long output. */
const longRun = (seed: number, { records, recordKiB }: Scale): FakeRun.FakeRun => {
  const run = FakeRun.make({ seed, records, runId: `long-${seed}` });
  const trace = "All work and no play. ".repeat((recordKiB * 1024) / 22);
  return {
    ...run,
    record: (index) => {
      const record = run.record(index);
      return { ...record, outputs: { ...record.outputs, trace } };
    },
  };
};

/** Mirrors the runs: how many are complete at the end, and how much memory the runner took at most. */
export const mirrorInPod = (scale: Scale) => {
  const runs = Array.from({ length: scale.runs }, (_, seed) => longRun(seed, scale));
  const main = fileURLToPath(import.meta.resolve("@scorecard-effect/mirror/main"));
  return Effect.gen(function* () {
    const { apiKey, baseUrl } = yield* FakeScorecard;
    const { url } = yield* EmbeddedPostgres.start;
    const port = yield* EmbeddedPostgres.freePort;
    const serve = ["serve", "--port", String(port), "--memory", `${scale.memoryMiB}m`];
    const pod = yield* Effect.acquireRelease(
      Effect.sync(() =>
        startPod(scale.memoryMiB, [main, ...serve], {
          ...process.env,
          DATABASE_URL: Redacted.value(url),
          SCORECARD_API_KEY: Redacted.value(apiKey),
          SCORECARD_BASE_URL: baseUrl,
        }),
      ),
      (own) =>
        Effect.promise(async () => {
          if (own.process.exitCode === null && own.process.signalCode === null) {
            const ended = once(own.process, "exit");
            own.process.kill("SIGKILL");
            await ended;
          }
          own.remove();
        }),
    );
    const hasEnded = () => pod.process.exitCode !== null || pod.process.signalCode !== null;
    let peak = 0;
    const complete = yield* Effect.gen(function* () {
      const store = yield* MirrorStore;
      yield* Effect.forEach(runs, ({ runId }) => MirrorRun.start(runId));
      const own = yield* store.all.pipe(
        Effect.tap(() =>
          Effect.sync(() => {
            peak = Math.max(peak, pod.peak());
          }),
        ),
        Effect.repeat({
          schedule: Schedule.spaced("200 millis"),
          until: (all) => hasEnded() || all.every(({ state }) => state !== "running"),
        }),
      );
      return own.filter(({ state }) => state === "complete").length;
    }).pipe(
      Effect.provide(
        Fleet.layerClient.pipe(
          Layer.provideMerge(MirrorStore.layer),
          Layer.provideMerge(Database.layer(url)),
        ),
      ),
    );
    return { complete, isLimited: pod.isLimited, peak };
  }).pipe(
    Effect.scoped,
    Effect.provide([FakeScorecardNode.layer({ runs }), NodeServices.layer]),
    Effect.runPromise,
  );
};
