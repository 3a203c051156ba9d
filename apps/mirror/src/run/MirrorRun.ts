/** A run's mirror as a durable workflow: it outlives the runner that began it. */
import { RunId } from "@scorecard-effect/contract";
import { Effect, Option, Schema } from "effect";
import { Activity, DurableDeferred, Workflow, type WorkflowEngine } from "effect/workflow";
import * as Chunk from "./Chunk.ts";
import { MirrorStore, type Progress, type StoreError } from "../store/MirrorStore.ts";

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

/**
 * Wakes what waits for a stop of a run that is under way again: each of them was followed by a resume, and whoever resumed it may
 * have died before the workflow heard of it. Twice is as once.
 */
const wake = Effect.fn("MirrorRun.wake")(function* ({ runId, generation, stops }: Progress) {
  for (let stop = 1; stop <= stops; stop += 1) {
    const deferred = resumed(stop);
    const token = yield* DurableDeferred.tokenFromPayload(deferred, {
      workflow: MirrorRun,
      payload: { runId: RunId.make(runId), generation },
    });
    yield* DurableDeferred.succeed(deferred, { token, value: undefined });
  }
});

/**
 * Sees to it that a run that is under way has a workflow, and that this waits for nothing that has come. A workflow that is over
 * cannot be begun again: where it ended without its run, as when somebody has deleted the run's row, the next generation's goes on.
 */
const ensure = (
  progress: Progress,
): Effect.Effect<void, StoreError, MirrorStore | WorkflowEngine.WorkflowEngine> =>
  Effect.gen(function* () {
    const store = yield* MirrorStore;
    const { generation, state } = progress;
    const runId = RunId.make(progress.runId);
    const executionId = yield* MirrorRun.execute({ runId, generation }, { discard: true });
    if (state !== "running") return;
    const result = yield* MirrorRun.poll(executionId);
    const isOver = Option.isSome(result) && result.value._tag === "Complete";
    const renewed = isOver ? yield* store.renew(progress) : undefined;
    if (renewed !== undefined) yield* ensure(renewed);
    if (!isOver) yield* wake(progress);
  }).pipe(Effect.withSpan("MirrorRun.ensure"));

/** Begins to mirror a run, or to mirror it anew once it is done; one that is under way, or stopped, is left so: how it stands. */
export const submit = Effect.fn("MirrorRun.submit")(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const progress = yield* store.begin(runId);
  yield* ensure(progress);
  return progress;
});

/** A run that was found unchanged so many times in a row is taken to be done. */
const enough = 2;

/**
 * Mirrors a run anew that is complete and not stable yet, and brings one on its way that is under way. As it stood when it was
 * looked at: one that somebody has cancelled since, or begun anew, is left alone.
 */
export const refresh = Effect.fn("MirrorRun.refresh")(function* (progress: Progress) {
  const store = yield* MirrorStore;
  if (progress.state === "running") yield* ensure(progress);
  if (progress.state !== "complete" || progress.unchanged >= enough) return;
  const begun = yield* store.beginAgain(progress);
  if (begun !== undefined) yield* ensure(begun);
});

/** Goes on with a run that was paused or parked: whether it is under way then. */
export const resume = Effect.fn("MirrorRun.resume")(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const progress = (yield* store.resume(runId)) ?? (yield* store.progress(runId));
  if (progress?.state !== "running") return false;
  yield* ensure(progress);
  return true;
});

/** Ends a run before it is complete: whether it was not. What is mirrored of it stays. */
export const cancel = Effect.fn("MirrorRun.cancel")(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const cancelled = yield* store.cancel(runId);
  if (cancelled === undefined) return false;
  const { generation } = cancelled;
  yield* MirrorRun.interrupt(yield* MirrorRun.executionId({ runId, generation }));
  return true;
});

/** Ends a run, and deletes all that is held of it: how many records that were; nothing, where it is not known. */
export const forget = Effect.fn("MirrorRun.forget")(function* (runId: RunId) {
  yield* cancel(runId);
  const store = yield* MirrorStore;
  return yield* store.forget(runId);
});
