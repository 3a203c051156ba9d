/** `mirror run`: starts runs. */
import { printable, type RunId } from "@scorecard-effect/contract";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import { Array as Arr, Console, Effect, Result } from "effect";
import { Command } from "effect/cli";
import * as Fleet from "../fleet/Fleet.ts";
import * as MirrorRun from "../run/MirrorRun.ts";
import * as Database from "../store/Database.ts";
import { CommandError } from "./CommandError.ts";
import * as Connection from "./Connection.ts";
import * as ShortList from "./ShortList.ts";
import { advise, noRunner } from "./RunAdvice.ts";
import * as RunList from "./RunList.ts";

const refused = (runId: RunId, reason: string) => Result.fail(`${printable(runId)} (${reason})`);

/** Starts a run. An id that cannot be sent, or that no column can hold, does not keep the others from starting. */
const startRun = Effect.fnUntraced(function* (runId: RunId) {
  const checked = ListRecordsRequest.runId(runId);
  if (Result.isFailure(checked)) return refused(runId, checked.failure);
  // A row without a workflow would wait for the next refresh: an interrupt waits until the run has both.
  return yield* Effect.uninterruptible(MirrorRun.start(runId)).pipe(
    Effect.map(Result.succeed),
    Effect.catchIf(Database.isInvalidValue, (error) =>
      Effect.succeed(refused(runId, Database.messageOf(error))),
    ),
  );
});

export const runCommand = Command.make(
  "run",
  RunList.flags,
  Effect.fn("mirror.run")(function* (input) {
    const runIds = yield* RunList.read(input);
    const results = yield* Effect.forEach(runIds, startRun, { concurrency: 4 }).pipe(
      Effect.provide(Connection.fleet),
    );
    const [runs, invalid] = Arr.separate(results);
    const stopped = runs.filter(({ state }) => state !== "running");
    const running = runs.length - stopped.length;
    if (running > 0) {
      yield* Console.log(
        `${running === 1 ? "1 run is" : `${running} runs are`} running. To see their progress: mirror status`,
      );
      const runners = yield* Effect.provide(Fleet.countRunners, Connection.store);
      if (runners === 0) yield* Console.log(noRunner);
    }
    yield* ShortList.print(stopped.map((progress) => advise(progress.runId, progress)));
    if (invalid.length > 0) {
      const listed = invalid.slice(0, ShortList.maxListed).join(", ");
      return yield* new CommandError({
        message: `${invalid.length} of ${runIds.length} runs cannot be mirrored: ${listed}`,
      });
    }
    return undefined;
  }),
).pipe(
  Command.withDescription("Start runs, or start them again. Runners do the work: see mirror serve"),
);
