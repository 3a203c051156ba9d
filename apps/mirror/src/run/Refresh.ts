/**
 * Mirrors complete runs again by the clock, because scores arrive later than records: the more rarely, the longer a run
 * has not changed.
 */
import { type Cron, Duration, Effect } from "effect";
import { ClusterCron } from "effect/cluster";
import { MirrorStore } from "../store/MirrorStore.ts";
import * as MirrorRun from "./MirrorRun.ts";
import { Policy } from "./Policy.ts";

/** Refreshes the runs that are due, by the clock. One runner of the fleet does it for all; if it dies, another takes over. */
export const layer = (cron: Cron.Cron) =>
  ClusterCron.make({
    // Stored by the engine: it must not change.
    name: "refresh",
    cron,
    execute: Effect.gen(function* () {
      const { due } = yield* MirrorStore;
      const { refreshFor } = yield* Policy;
      const runs = yield* due(Duration.toMillis(refreshFor));
      yield* Effect.forEach(runs, MirrorRun.refresh, { discard: true });
    }),
  });
