/** The flags that say how results are written. */
import * as Flags from "@scorecard-effect/contract/cli/Flags";
import { Flag } from "effect/cli";
import { reductions } from "../analysis/Trials.ts";

export const json = Flags.toggle("json", "Write one JSON document to stdout and nothing else");

const defaultListed = 3;

/** How many findings a report lists for each metric. */
export const listed = (name: string, what: string) =>
  Flags.wholeNumber(name, {
    min: 0,
    max: 1000,
    metavar: "N",
    description: `How many ${what} to list per metric (default ${defaultListed})`,
  }).pipe(Flag.withDefault(defaultListed));

/** How the trials of a testcase become one value. */
export const reduce = Flag.Literals("reduce", reductions).pipe(
  Flag.withDescription(
    "How records that share a testcase become one value: their mean (default), or whether any, all or the majority pass",
  ),
  Flag.withDefault<(typeof reductions)[number]>("mean"),
);
