/** The flags that say how results are written. */
import * as Flags from "@scorecard-effect/contract/cli/Flags";
import { Flag } from "effect/cli";

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
