/** `mirror pause`, `resume`, `cancel` and `forget`: the transitions that a person makes with runs. */
import { printable, RunId } from "@scorecard-effect/contract";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import { Array as Arr, Console, Effect, Option, Result } from "effect";
import type { SqlError } from "effect/sql";
import * as MirrorRun from "../run/MirrorRun.ts";
import * as Database from "../store/Database.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import { CommandError } from "./CommandError.ts";
import * as Connection from "./Connection.ts";
import type * as Parameters from "./Parameters.ts";
import { adviseOn } from "./RunAdvice.ts";
import * as RunSelection from "./RunSelection.ts";

/** How many runs a command changes at once. Its connections to the database bound that as well. */
const concurrency = 4;

/** Makes a transition of one run: a line that says it is made, or one that says why not. */
const change = <R>(
  runId: RunId,
  transition: (runId: RunId) => Effect.Effect<boolean, SqlError.SqlError, R>,
  result: string,
) =>
  Effect.gen(function* () {
    const checked = ListRecordsRequest.runId(runId);
    if (Result.isFailure(checked)) {
      return Result.fail(`Run ${printable(runId)}: ${checked.failure}`);
    }
    // Between its row and its workflow, a run would wait for the next refresh.
    if (yield* Effect.uninterruptible(transition(runId))) {
      return Result.succeed(`Run ${printable(runId)} is ${result}.`);
    }
    return Result.fail(yield* adviseOn(runId));
  }).pipe(
    Effect.catchIf(Database.isInvalidValue, (error) =>
      Effect.succeed(Result.fail(`Run ${printable(runId)}: ${Database.messageOf(error)}`)),
    ),
    Effect.tap((line) => (Result.isSuccess(line) ? Console.log(line.success) : Effect.void)),
  );

/** Makes a transition of all selected runs in this process: a line for each of them, and a count. */
const changeAll = Effect.fnUntraced(function* <R>(
  selection: RunSelection.Input,
  transition: (runId: RunId) => Effect.Effect<boolean, SqlError.SqlError, R>,
  result: string,
) {
  const runIds = yield* RunSelection.read(selection);
  if (runIds.length === 0) return yield* Console.log(RunSelection.nothing(selection));
  const lines = yield* Effect.forEach(runIds, (runId) => change(runId, transition, result), {
    concurrency,
  });
  const [changed, unchanged] = Arr.separate(lines);
  const [first = ""] = unchanged;
  if (runIds.length === 1) {
    return unchanged.length === 1 ? yield* new CommandError({ message: first }) : undefined;
  }
  yield* Effect.forEach(unchanged, (line) => Console.log(line), { discard: true });
  yield* Console.log(`${changed.length} of ${runIds.length} runs are ${result}.`);
  // A run that was selected by its state may have left it meanwhile: there is nothing to do then.
  if (unchanged.length === 0 || Option.isSome(selection.state)) return undefined;
  return yield* new CommandError({
    message: `${unchanged.length} of ${runIds.length} runs could not be ${result}: see their lines`,
  });
});

export const pause = Effect.fn("mirror.pause")(function* (
  selection: Parameters.Values<typeof Parameters.selected>,
) {
  const store = yield* MirrorStore;
  yield* changeAll(
    selection,
    (runId) => Effect.map(store.pause(runId), (paused) => paused !== undefined),
    "paused",
  );
}, Effect.provide(Connection.store));

export const resume = Effect.fn("mirror.resume")(
  (selection: Parameters.Values<typeof Parameters.selected>) =>
    changeAll(selection, MirrorRun.resume, "resumed"),
  Effect.provide(Connection.fleet),
);

export const cancel = Effect.fn("mirror.cancel")(
  (selection: Parameters.Values<typeof Parameters.selected>) =>
    changeAll(selection, MirrorRun.cancel, "cancelled"),
  Effect.provide(Connection.fleet),
);

export const forget = Effect.fn("mirror.forget")(function* ({
  run,
}: Parameters.Values<typeof Parameters.forget>) {
  const runId = RunId.make(run);
  const records = yield* MirrorRun.forget(runId);
  if (records === undefined) {
    return yield* new CommandError({ message: yield* adviseOn(runId) });
  }
  return yield* Console.log(
    `Run ${printable(runId)} is forgotten: ${records === 1 ? "1 record was" : `${records} records were`} deleted.`,
  );
}, Effect.provide(Connection.fleet));
