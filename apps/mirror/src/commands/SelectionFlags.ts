/** The arguments and flags that select runs. */
import { text, toggle } from "@scorecard-effect/contract/cli/Flags";
import * as Argument from "effect/cli/Argument";
import * as Flag from "effect/cli/Flag";
import { isRunState, listedStates } from "../store/RunState.ts";
import { duration } from "./DurationFlag.ts";

/** Which runs a command works on. */
export const selection = {
  ids: Argument.String("run").pipe(
    Argument.withDescription("Ids of runs"),
    Argument.variadic({ min: 0 }),
  ),
  runs: text("runs", { metavar: "IDS", description: "Ids of runs, separated by commas" }),
  from: text("from", {
    metavar: "FILE",
    description: "A file with ids of runs, one a line; - is standard input",
  }),
  state: Flag.String("state").pipe(
    Flag.withMetavar("STATE"),
    Flag.withDescription(`Runs in this state, or states: ${listedStates.join(", ")}`),
    Flag.map((list) => list.split(",").map((state) => state.trim())),
    Flag.filter(
      (states) => states.every((state) => listedStates.some((listed) => listed === state)),
      (states) => `Expected one of ${listedStates.join(", ")}, got ${states.join(", ")}`,
    ),
    Flag.map((states) => states.filter(isRunState)),
    Flag.optional,
  ),
  older: duration("older", "With --state: only runs whose row has not changed for so long").pipe(
    Flag.optional,
  ),
};

/** Longer names of `--from`. */
export const files = {
  runsFile: text("runs-file", { metavar: "FILE", description: "The same as --from FILE" }),
  stdin: toggle("stdin", "The same as --from -"),
};
