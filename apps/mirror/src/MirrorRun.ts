/** A run's mirror as a durable workflow: it outlives the runner that began it. */
import { RunId } from "@scorecard-effect/contract";
import { Effect, Schema } from "effect";
import { Activity, DurableDeferred, Workflow } from "effect/workflow";
import * as Chunk from "./Chunk.ts";
import { MirrorStore, type Progress } from "./MirrorStore.ts";

/** One generation of a run: asked for again, it is the same workflow. */
const MirrorRun = Workflow.make("MirrorRun", {
  payload: { runId: RunId, generation: Schema.Int },
  idempotencyKey: ({ runId, generation }) => `${generation}/${runId}`,
});

/** What a stopped run waits for. Each stop has its own, so that a resume that comes late resumes nothing else. */
const resumed = (stop: number) => DurableDeferred.make(`resumed ${stop}`);

/** Runs the workflow on a runner. */
export const layer = MirrorRun.toLayer(
  Effect.fnUntraced(function* ({ runId, generation }) {
    for (let chunk = 0; ; chunk += 1) {
      const outcome = yield* Activity.make({
        name: `chunk ${chunk}`,
        success: Chunk.Outcome,
        execute: Chunk.copy(runId, generation),
      });
      if (outcome._tag === "Done") return;
      if (outcome._tag === "Stopped") yield* DurableDeferred.await(resumed(outcome.stop));
    }
  }),
);

/** Wakes what waits for the last stop of a run that is under way again. Twice is as once. */
const wake = Effect.fn("MirrorRun.wake")(function* ({ runId, generation, stops }: Progress) {
  if (stops === 0) return;
  const deferred = resumed(stops);
  const token = yield* DurableDeferred.tokenFromPayload(deferred, {
    workflow: MirrorRun,
    payload: { runId: RunId.make(runId), generation },
  });
  yield* DurableDeferred.succeed(deferred, { token, value: undefined });
});

/**
 * Begins to mirror a run, or to mirror it anew once it is done; one that is under way, or stopped, is left so: how it stands.
 * Where whoever asked for it before died in the middle, it is brought on its way.
 */
export const submit = Effect.fn("MirrorRun.submit")(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const progress = yield* store.begin(runId);
  yield* MirrorRun.execute({ runId, generation: progress.generation }, { discard: true });
  if (progress.state === "running") yield* wake(progress);
  return progress;
});

/** Goes on with a run that was paused or parked. */
export const resume = Effect.fn("MirrorRun.resume")(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const progress = yield* store.resume(runId);
  if (progress?.state !== "running") return false;
  yield* wake(progress);
  return true;
});

/** Ends a run before it is complete. What is mirrored of it stays. */
export const cancel = Effect.fn("MirrorRun.cancel")(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const progress = yield* store.progress(runId);
  if (progress === undefined || !(yield* store.cancel(runId))) return false;
  const { generation } = progress;
  yield* MirrorRun.interrupt(yield* MirrorRun.executionId({ runId, generation }));
  return true;
});
