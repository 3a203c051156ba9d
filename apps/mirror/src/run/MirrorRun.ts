/** The mirror of a run as a durable workflow: it survives the runner that started it. */
import { RunId } from "@scorecard-effect/contract";
import { Effect, Layer, Option, Schema } from "effect";
import {
  Activity,
  DurableClock,
  DurableDeferred,
  Workflow,
  type WorkflowEngine,
} from "effect/workflow";
import { MirrorStore, type StoreError } from "../store/MirrorStore.ts";
import type { Progress } from "../store/Progress.ts";
import * as Chunk from "./Chunk.ts";
import * as Heartbeat from "./Heartbeat.ts";
import { KeyUse } from "./KeyUse.ts";
import { ParkedHook } from "./ParkedHook.ts";

/**
 * One generation of a run. Its names, and those of its activities and deferreds, are stored by the engine: they must
 * not change.
 */
const MirrorRun = Workflow.make("MirrorRun", {
  payload: { runId: RunId, generation: Schema.Int },
  idempotencyKey: ({ runId, generation }) => `${generation}/${runId}`,
  // A defect is no outcome of a run: the engine restarts the workflow, with growing waits of at most ten seconds.
}).annotate(Workflow.CaptureDefects, false);

/** What a stopped workflow awaits. Each stop has its own, so that a late resume of one stop cannot end another. */
const resumed = (stop: number) => DurableDeferred.make(`resumed ${stop}`);

// A shorter wait is no message of the engine: it starts over where its runner dies.
const shortWait = "1 second";

const workflow = MirrorRun.toLayer(
  Effect.fnUntraced(function* ({ runId, generation }) {
    const hook = yield* ParkedHook;
    for (let chunk = 0; ; chunk += 1) {
      const outcome = yield* Activity.make({
        name: `chunk ${chunk}`,
        success: Chunk.Outcome,
        execute: Chunk.copy(runId, generation),
      });
      if (outcome._tag === "Done") return;
      if (outcome._tag === "Waiting") {
        yield* DurableClock.sleep({
          name: `wait ${outcome.wait}`,
          duration: outcome.millis,
          inMemoryThreshold: shortWait,
        });
      }
      if (outcome._tag === "Stopped") {
        const { stop } = outcome;
        if (hook.isConfigured) {
          yield* Activity.make({
            name: `parked ${stop}`,
            execute: hook.notify(runId, generation, stop),
          });
        }
        yield* DurableDeferred.await(resumed(stop));
      }
    }
  }),
);

/** Executes the workflow on a runner. */
export const layer = (options: Heartbeat.HeartbeatOptions = {}) =>
  workflow.pipe(Layer.provide([Heartbeat.Heartbeat.layer(options), KeyUse.layer]));

/**
 * Wakes the workflow of a running run from every stop so far. A running run was resumed after each of them, but the
 * process that resumed it may have died before it woke the workflow. Waking it twice does no harm.
 */
const wake = Effect.fn("MirrorRun.wake")(function* ({ runId, generation, stops }: Progress) {
  for (let stop = 1; stop <= stops; stop += 1) {
    const deferred = resumed(stop);
    const token = yield* DurableDeferred.tokenFromPayload(deferred, {
      workflow: MirrorRun,
      payload: { runId, generation },
    });
    yield* DurableDeferred.succeed(deferred, { token, value: undefined });
  }
});

/**
 * Makes sure that a run has a workflow, and that a running one has a workflow that works on it. A workflow that has
 * ended cannot be started again: if it ended before its run, for instance because someone deleted the run's row, the
 * next generation adopts the run.
 */
export const ensureWorkflow = Effect.fn("MirrorRun.ensureWorkflow")(function* (
  progress: Progress,
): Effect.fn.Return<void, StoreError, MirrorStore | WorkflowEngine.WorkflowEngine> {
  const store = yield* MirrorStore;
  const { runId, generation, state } = progress;
  const executionId = yield* MirrorRun.execute({ runId, generation }, { discard: true });
  if (state !== "running") return;
  const result = yield* MirrorRun.poll(executionId);
  const hasEnded = Option.isSome(result) && result.value._tag === "Complete";
  if (hasEnded) {
    const adopted = yield* store.adopt(progress);
    if (adopted !== undefined) yield* ensureWorkflow(adopted);
  } else {
    yield* wake(progress);
  }
});

/**
 * Starts a run, or starts it again once it is over. A run that is running or stopped stays as it is. Returns the run.
 */
export const start = Effect.fn("MirrorRun.start")(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const progress = yield* store.start(runId);
  yield* ensureWorkflow(progress);
  return progress;
});

/** Starts a complete run again; undefined where it is not in the state and generation that the caller has seen. */
export const refresh = Effect.fn("MirrorRun.refresh")(function* (seen: Progress) {
  const store = yield* MirrorStore;
  const progress = yield* store.refresh(seen);
  if (progress !== undefined) yield* ensureWorkflow(progress);
  return progress;
});

/** Resumes a run that was paused or parked: whether it is running now. */
export const resume = Effect.fn("MirrorRun.resume")(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const progress = (yield* store.resume(runId)) ?? (yield* store.progress(runId));
  if (progress?.state !== "running") return false;
  yield* ensureWorkflow(progress);
  return true;
});

/** Ends a run before it is complete: whether it was not over yet. What is mirrored stays. */
export const cancel = Effect.fn("MirrorRun.cancel")(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const cancelled = yield* store.cancel(runId);
  if (cancelled === undefined) return false;
  const { generation } = cancelled;
  yield* MirrorRun.interrupt(yield* MirrorRun.executionId({ runId, generation }));
  return true;
});

/** Ends a run and deletes its records: how many those were, or undefined where there was nothing to delete. */
export const forget = Effect.fn("MirrorRun.forget")(function* (runId: RunId) {
  yield* cancel(runId);
  const store = yield* MirrorStore;
  return yield* store.forget(runId);
});
