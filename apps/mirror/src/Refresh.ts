/** Scores arrive later than records: runs are mirrored again, by the clock, until they are found unchanged. */
import { RunId } from "@scorecard-effect/contract";
import { type Cron, Effect } from "effect";
import { ClusterCron } from "effect/cluster";
import * as MirrorRun from "./MirrorRun.ts";
import { MirrorStore } from "./MirrorStore.ts";

/** A run that was found unchanged so many times in a row is taken to be done. */
const enough = 2;

/** Mirrors again what is complete and not stable yet. One runner of the fleet does it, whichever lives. */
export const layer = (cron: Cron.Cron) =>
  ClusterCron.make({
    name: "refresh",
    cron,
    execute: Effect.gen(function* () {
      const { all } = yield* MirrorStore;
      for (const { runId, state, unchanged } of yield* all) {
        const isDue = state === "complete" && unchanged < enough;
        // One that is under way already is, unless whoever began it died before it said so.
        if (isDue || state === "running") yield* MirrorRun.submit(RunId.make(runId));
      }
    }),
  });
