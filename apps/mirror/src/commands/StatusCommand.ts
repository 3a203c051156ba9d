/** `mirror status`: the states of runs. */
import { printable } from "@scorecard-effect/contract";
import { Console, Effect, Option } from "effect";
import * as Fleet from "../fleet/Fleet.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import type { ListedRun, RunFilter } from "../store/Progress.ts";
import { CommandError } from "./CommandError.ts";
import * as Connection from "./Connection.ts";
import type * as Parameters from "./Parameters.ts";
import { noRunner } from "./RunAdvice.ts";
import * as RunSelection from "./RunSelection.ts";
import * as StatusTable from "./StatusTable.ts";
import * as Waiting from "./Waiting.ts";

/** The runs that a filter selects, and how many runners are alive. */
const readStatus = Effect.fnUntraced(function* (filter: RunFilter) {
  const { list } = yield* MirrorStore;
  return { runs: yield* list(filter), runners: yield* Fleet.countRunners };
});
type Status = Effect.Success<ReturnType<typeof readStatus>>;

const formatText = ({ runs, runners }: Status): string => {
  const isWaiting = runners === 0 && runs.some(({ state }) => state === "running");
  const parts = [StatusTable.format(runs), StatusTable.formatCounts(runs)];
  return [...parts, ...(isWaiting ? [noRunner] : [])].join("\n");
};

/** One JSON document on one line. */
const formatJson = ({ runs, runners }: Status): string =>
  JSON.stringify({ runs, counts: StatusTable.countStates(runs), runners });

/** The table of all runs, with a warning where no runner works on them. */
export const formatStatus = Effect.map(readStatus({}), formatText);

/** Fails where a run that was named is not mirrored. */
const checkNamed = ({ runIds = [] }: RunFilter, runs: ReadonlyArray<ListedRun>) => {
  const found = new Set(runs.map(({ runId }) => runId));
  const missing = runIds.filter((runId) => !found.has(runId)).map((runId) => printable(runId));
  return missing.length === 0
    ? Effect.void
    : Effect.fail(
        new CommandError({
          message: `${missing.length === 1 ? "This run is" : "These runs are"} not mirrored: ${missing.join(", ")}`,
        }),
      );
};

const clearTerminal = "\u001B[2J\u001B[H";

export const status = Effect.fn("mirror.status")(function* ({
  json,
  watch,
  ...selection
}: Parameters.Values<typeof Parameters.status>) {
  const filter = yield* RunSelection.filter(selection);
  const prefix = watch && !json && process.stdout.isTTY ? clearTerminal : "";
  const print = Effect.gen(function* () {
    const read = yield* readStatus(filter);
    if (Option.isNone(selection.state)) yield* checkNamed(filter, read.runs);
    if (json) yield* Console.log(formatJson(read));
    else if (read.runs.length > 0) yield* Console.log(`${prefix}${formatText(read)}`);
    else if (RunSelection.isGiven(selection)) {
      yield* Console.log(RunSelection.nothing(selection));
    } else yield* Console.log("No run is mirrored yet. To start one: mirror run --runs 135");
    return read.runs;
  });
  yield* (watch ? Effect.flatMap(Waiting.untilSettled(print), Waiting.requireWhole) : print).pipe(
    Effect.provide(Connection.reader),
  );
});
