/** Waiting until runs are no longer running, for `run --wait` and `status --watch`. */
import { printable } from "@scorecard-effect/contract";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import { Effect, Ref } from "effect";
import { SqlError } from "effect/sql";
import * as Database from "../store/Database.ts";
import type { Progress } from "../store/Progress.ts";
import { RunsNotWhole } from "./CommandError.ts";
import * as ShortList from "./ShortList.ts";

const interval = "1 second";

/**
 * Reads runs every second until none of them is running, and returns them. Where the database does not answer, for
 * instance because it restarts, it says so once on stderr, and continues once the database is back.
 */
export const untilSettled = Effect.fnUntraced(function* <Run extends Progress, E, R>(
  read: Effect.Effect<ReadonlyArray<Run>, E, R>,
): Effect.fn.Return<ReadonlyArray<Run>, E, R> {
  const isAway = yield* Ref.make(false);
  for (;;) {
    const runs = yield* read.pipe(
      Effect.tap(Ref.set(isAway, false)),
      Effect.catchIf(
        (error) => SqlError.isSqlError(error) && Database.isUnavailable(error),
        Effect.fnUntraced(function* (error) {
          if (yield* Ref.getAndSet(isAway, true)) return undefined;
          const reason = SqlError.isSqlError(error) ? Database.messageOf(error) : "";
          yield* Complaint.print(
            "mirror",
            `The database does not answer, waiting for it: ${reason}`,
          );
          return undefined;
        }),
      ),
    );
    if (runs?.every(({ state }) => state !== "running") === true) return runs;
    yield* Effect.sleep(interval);
  }
});

/** Whether a run is complete, and its pages added up. */
const isWhole = ({ state, error }: Progress): boolean => state === "complete" && error === null;

/** Fails where a run is not whole, with the exit code that says so. */
export const requireWhole = (runs: ReadonlyArray<Progress>) => {
  const others = runs.filter((run) => !isWhole(run));
  if (others.length === 0) return Effect.void;
  const listed = others
    .slice(0, ShortList.maxListed)
    .map(
      ({ runId, state }) => `${printable(runId)} (${state === "complete" ? "incomplete" : state})`,
    );
  const more = others.length - listed.length;
  return Effect.fail(
    new RunsNotWhole({
      message: `${others.length} of ${runs.length} runs are not whole: ${listed.join(", ")}${
        more > 0 ? `, and ${more} more` : ""
      }`,
    }),
  );
};
