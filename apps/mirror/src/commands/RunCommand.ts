/** `mirror run`: starts runs. */
import { printable, type RunId } from "@scorecard-effect/contract";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import { Array as Arr, Console, Effect, Result } from "effect";
import * as Fleet from "../fleet/Fleet.ts";
import * as MirrorRun from "../run/MirrorRun.ts";
import * as Database from "../store/Database.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import type { Progress } from "../store/Progress.ts";
import { CommandError } from "./CommandError.ts";
import * as Connection from "./Connection.ts";
import type * as Parameters from "./Parameters.ts";
import * as ShortList from "./ShortList.ts";
import { advise, noRunner } from "./RunAdvice.ts";
import * as RunSelection from "./RunSelection.ts";
import * as StatusTable from "./StatusTable.ts";
import * as Waiting from "./Waiting.ts";

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

/** The result of a run that is no longer running, in one line. */
const formatResult = (run: Progress): string => {
  const { runId, state, records, changed, quarantined, error } = run;
  const aside = quarantined === 0 ? "" : `, ${quarantined} records in quarantine`;
  const summary = `Run ${printable(runId)} is ${state}: ${records} records, ${changed} rows changed${aside}`;
  const note = StatusTable.messageOf(error);
  return note === "" ? summary : `${summary}. ${printable(note)}`;
};

/** Waits until runs are no longer running, with a line for each of them as it ends. */
const waitFor = Effect.fnUntraced(function* (runIds: ReadonlyArray<RunId>) {
  const { list } = yield* MirrorStore;
  const printed = new Set<RunId>();
  const read = Effect.tap(list({ runIds }), (runs) =>
    Effect.forEach(
      runs.filter(({ runId, state }) => state !== "running" && !printed.has(runId)),
      (run) => {
        printed.add(run.runId);
        return Console.log(formatResult(run));
      },
      { discard: true },
    ),
  );
  yield* Waiting.requireWhole(yield* Waiting.untilSettled(read));
});

export const runRuns = Effect.fn("mirror.run")(function* ({
  wait,
  ...selection
}: Parameters.Values<typeof Parameters.run>) {
  const runIds = yield* RunSelection.read(selection);
  if (runIds.length === 0) return yield* Console.log(RunSelection.nothing(selection));
  const results = yield* Effect.forEach(runIds, startRun, { concurrency: 4 });
  const [runs, invalid] = Arr.separate(results);
  const stopped = runs.filter(({ state }) => state !== "running");
  const running = runs.length - stopped.length;
  if (running > 0) {
    yield* Console.log(
      `${running === 1 ? "1 run is" : `${running} runs are`} running. To see their progress: mirror status`,
    );
    if ((yield* Fleet.countRunners) === 0) yield* Console.log(noRunner);
  }
  yield* ShortList.print(stopped.map((progress) => advise(progress.runId, progress)));
  const refusals = invalid.slice(0, ShortList.maxListed).join(", ");
  const refusal = new CommandError({
    message: `${invalid.length} of ${runIds.length} runs cannot be mirrored: ${refusals}`,
  });
  if (wait) yield* waitFor(runs.map(({ runId }) => runId));
  return invalid.length > 0 ? yield* refusal : undefined;
}, Effect.provide(Connection.sourceFleet));
