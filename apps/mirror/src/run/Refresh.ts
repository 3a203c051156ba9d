/** Scores arrive later than records: runs are mirrored again, by the clock, until they are found unchanged. */
import { type Cron, Effect } from "effect";
import { ClusterCron } from "effect/cluster";
import * as MirrorRun from "./MirrorRun.ts";
import { MirrorStore } from "../store/MirrorStore.ts";

/** Mirrors again what is complete and not stable yet. One runner of the fleet does it, whichever lives. */
export const layer = (cron: Cron.Cron) =>
  ClusterCron.make({
    name: "refresh",
    cron,
    execute: Effect.gen(function* () {
      const { all } = yield* MirrorStore;
      yield* Effect.forEach(yield* all, MirrorRun.refresh, { discard: true });
    }),
  });
