/** Which command a person needs next, for a run as it is. */
import { printable, type RunId } from "@scorecard-effect/contract";
import { Effect } from "effect";
import { MirrorStore } from "../store/MirrorStore.ts";
import type { Progress } from "../store/Progress.ts";
import { allows } from "../store/RunState.ts";

/** Printed where runs are running and no runner is alive. */
export const noRunner = "No runner is alive, so no run progresses. To start one: mirror serve";

/** The state of a run, and the command for what a person may want next. */
export const advise = (runId: RunId, progress: Progress | undefined): string => {
  const id = printable(runId);
  if (progress === undefined) {
    return `Run ${id} is not mirrored. To start it: mirror run --runs ${id}`;
  }
  const { state } = progress;
  if (state === "running") return `Run ${id} is running. To see its progress: mirror status`;
  return allows(state, "resume")
    ? `Run ${id} is ${state}. To resume it: mirror resume ${id}`
    : `Run ${id} is ${state}. To start it again: mirror run --runs ${id}`;
};

/** Advice on a run as the tables have it. */
export const adviseOn = Effect.fnUntraced(function* (runId: RunId) {
  const { progress } = yield* MirrorStore;
  return advise(runId, yield* progress(runId));
});
