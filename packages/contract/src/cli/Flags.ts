/** The flags that the repository's commands share, so that they read alike and check alike. */
import { maxTags } from "../ApiDefaults.ts";
import * as Flag from "effect/cli/Flag";
import * as Presets from "./Presets.ts";

/** How a flag appears in the help text. */
interface Help {
  readonly metavar: string;
  readonly description: string;
}

/** The bounds of a number, both included. */
interface Range {
  readonly min: number;
  readonly max?: number | undefined;
}

/** A flag with a whole number in a range. */
export const wholeNumber = (
  name: string,
  { min, max, metavar, description }: Help & Range,
): Flag.Flag<number> =>
  Flag.Int(name).pipe(
    Flag.filter(
      (value) => value >= min && (max === undefined || value <= max),
      (value) =>
        max === undefined
          ? `Expected a whole number, ${min} or above, got ${value}`
          : `Expected a whole number from ${min} to ${max}, got ${value}`,
    ),
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
  );

/** An optional flag with a text. */
export const text = (name: string, { metavar, description }: Help) =>
  Flag.String(name).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
    Flag.optional,
  );

/** A switch, off by default. */
export const toggle = (name: string, description: string): Flag.Flag<boolean> =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false));

/** A TCP port. `min: 0` allows any free port. */
export const port = (
  name: string,
  { min, description }: { readonly min: 0 | 1; readonly description: string },
): Flag.Flag<number> => wholeNumber(name, { min, max: 65_535, metavar: "PORT", description });

/** `--run`: the run to read. */
export const run = (description = "The run to read") => text("run", { metavar: "ID", description });

/** `--tag`, once for each tag: filters a listing. */
export const tags = (
  description = `Read only the records with this tag; repeat it for records with all of several (at most ${maxTags})`,
): Flag.Flag<ReadonlyArray<string>> =>
  Flag.String("tag").pipe(
    Flag.withMetavar("TAG"),
    Flag.withDescription(description),
    Flag.atLeast(0),
  );

/** `--base-url`: the URL of the API. */
export const baseUrl = (description: string) => text("base-url", { metavar: "URL", description });

/** `--preset`: what kind of evaluation a generated run is. */
export const preset = Flag.Literals("preset", Presets.names).pipe(
  Flag.withMetavar("NAME"),
  Flag.withDescription(
    `What kind of evaluation the generated run is (default ${Presets.names[0]})`,
  ),
  Flag.optional,
);

/** `--records`, `--seed` and `--replay`: what a fake API serves. */
export const served = {
  records: wholeNumber("records", {
    min: 0,
    metavar: "N",
    description: "Records in the generated run (default 2000)",
  }).pipe(Flag.optional),
  seed: Flag.Int("seed").pipe(
    Flag.withMetavar("S"),
    Flag.withDescription("The seed of the generated run: a whole number (default 1)"),
    Flag.optional,
  ),
  replay: text("replay", {
    metavar: "FILE",
    description: "Serve recorded records: a page, an array of records, or JSON lines",
  }),
};
