/** `mirror pause`, `resume`, `cancel` and `forget`: the transitions that a person makes with one run. */
import { printable, RunId } from "@scorecard-effect/contract";
import { Console, Effect } from "effect";
import { Command } from "effect/cli";
import * as MirrorRun from "../run/MirrorRun.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import { CommandError } from "./CommandError.ts";
import * as Connection from "./Connection.ts";
import * as Flags from "./Flags.ts";
import { adviseOn } from "./RunAdvice.ts";

/** Fails because a run is in a state that does not allow the transition. */
const failWithAdvice = Effect.fnUntraced(function* (runId: RunId) {
  const message = yield* Effect.provide(adviseOn(runId), Connection.store);
  return yield* new CommandError({ message });
});

const transitionCommand = <E, R>(
  name: string,
  description: string,
  /** Makes the transition: whether the run's state allowed it. */
  transition: (runId: RunId) => Effect.Effect<boolean, E, R>,
  result: string,
) =>
  Command.make(
    name,
    { run: Flags.run },
    Effect.fn(`mirror.${name}`)(function* ({ run }) {
      const runId = RunId.make(run);
      if (!(yield* transition(runId))) return yield* failWithAdvice(runId);
      return yield* Console.log(`Run ${printable(runId)} is ${result}.`);
    }),
  ).pipe(Command.withDescription(description));

export const pauseCommand = transitionCommand(
  "pause",
  "Stop a run, to resume it later",
  Effect.fnUntraced(function* (runId) {
    const { pause } = yield* MirrorStore;
    return (yield* pause(runId)) !== undefined;
  }, Effect.provide(Connection.store)),
  "paused",
);

export const resumeCommand = transitionCommand(
  "resume",
  "Resume a run that is paused, or parked by a failure that is fixed now",
  (runId) => Effect.provide(MirrorRun.resume(runId), Connection.fleet),
  "resumed",
);

export const cancelCommand = transitionCommand(
  "cancel",
  "End a run before it is complete. What is mirrored stays",
  (runId) => Effect.provide(MirrorRun.cancel(runId), Connection.fleet),
  "cancelled",
);

export const forgetCommand = Command.make(
  "forget",
  { run: Flags.run },
  Effect.fn("mirror.forget")(function* ({ run }) {
    const runId = RunId.make(run);
    const records = yield* Effect.provide(MirrorRun.forget(runId), Connection.fleet);
    if (records === undefined) return yield* failWithAdvice(runId);
    return yield* Console.log(
      `Run ${printable(runId)} is forgotten: ${records === 1 ? "1 record was" : `${records} records were`} deleted.`,
    );
  }),
).pipe(Command.withDescription("End a run, and delete its records and scores"));
