/** The flags that say how results are written. */
import * as Flags from "@scorecard-effect/contract/cli/Flags";
import { Flag } from "effect/cli";

export const json = Flags.toggle("json", "Write one JSON document to stdout and nothing else");

/** How many findings a report lists for each metric. */
export const listed = (name: string, description: string) =>
  Flags.wholeNumber(name, { min: 0, max: 1000, metavar: "N", description }).pipe(
    Flag.withDefault(3),
  );
