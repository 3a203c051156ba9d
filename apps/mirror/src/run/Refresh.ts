/**
 * Starts complete runs again by the clock, because scores arrive later than records, until nothing changes any more.
 */
import { type Cron, Effect } from "effect";
import { ClusterCron } from "effect/cluster";
import { MirrorStore } from "../store/MirrorStore.ts";
import type { Progress } from "../store/Progress.ts";
import * as MirrorRun from "./MirrorRun.ts";

// So many generations in a row without a change, and the run is left alone.
const unchangedRunsUntilStable = 2;

/**
 * Starts a complete run again that is not stable. A run that has changed since the caller has seen it is left alone.
 */
export const refreshRun = Effect.fn("Refresh.refreshRun")(function* (seen: Progress) {
  if (seen.state === "complete" && seen.unchanged < unchangedRunsUntilStable) {
    yield* MirrorRun.refresh(seen);
  }
});

/** Refreshes every run by the clock. One runner of the fleet does it for all; if it dies, another takes over. */
export const layer = (cron: Cron.Cron) =>
  ClusterCron.make({
    // Stored by the engine: it must not change.
    name: "refresh",
    cron,
    execute: Effect.gen(function* () {
      const { all } = yield* MirrorStore;
      yield* Effect.forEach(yield* all, refreshRun, { discard: true });
    }),
  });
