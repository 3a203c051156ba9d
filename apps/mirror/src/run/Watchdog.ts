/**
 * Restarts runs whose workflow is gone. The engine restarts a workflow after a defect, and another runner takes over
 * those of a dead one. This finds what is left: a workflow that was never created or was deleted, one that has ended
 * before its run, and one that awaits a message that was lost.
 */
import { printable } from "@scorecard-effect/contract";
import { Cron, Duration, Effect } from "effect";
import { ClusterCron } from "effect/cluster";
import { MirrorStore } from "../store/MirrorStore.ts";
import * as Heartbeat from "./Heartbeat.ts";
import * as MirrorRun from "./MirrorRun.ts";

/** When the watchdog looks, and what it takes for a silence. */
export interface WatchdogOptions extends Heartbeat.HeartbeatOptions {
  /** Default: every 15 seconds. */
  readonly watch?: Cron.Cron;
}

// Restarting costs more than waiting. If a whole fleet is too slow to give signs of life, it must not get slower.
const maxRestartedRuns = 100;

/**
 * Looks after the silent runs: makes sure that each has a workflow, and gives one that stays silent to the workflow of
 * the next generation.
 */
const watch = Effect.fn("Watchdog.watch")(function* (silence: Duration.Duration) {
  const { silent, adopt } = yield* MirrorStore;
  const silenceMillis = Duration.toMillis(silence);
  const suspects = yield* silent(silenceMillis, maxRestartedRuns);
  if (suspects.length === 0) return;
  const lost = new Set(
    (yield* silent(2 * silenceMillis, maxRestartedRuns)).map(({ runId }) => runId),
  );
  yield* Effect.forEach(
    suspects,
    Effect.fnUntraced(function* (seen) {
      const run = printable(seen.runId);
      yield* Effect.logWarning(`Run ${run} gives no sign of life: restarting its workflow`);
      const adopted = lost.has(seen.runId) ? yield* adopt(seen) : undefined;
      yield* MirrorRun.ensureWorkflow(adopted ?? seen);
    }),
    { discard: true },
  );
});

/** Looks after the runs by the clock. One runner of the fleet does it for all; if it dies, another takes over. */
export const layer = ({
  watch: cron = Cron.parseUnsafe("*/15 * * * * *"),
  silence = Heartbeat.defaultSilence,
}: WatchdogOptions) =>
  ClusterCron.make({
    // Stored by the engine: it must not change.
    name: "watchdog",
    cron,
    execute: watch(Duration.fromInputUnsafe(silence)),
  });
