/** Which slices a report lists, and what it says about the others. */
import { maxSlices } from "../analysis/Slicing.ts";
import type { SliceValue } from "../analysis/SliceValue.ts";
import { count, plural } from "../figures/Figures.ts";

/** The most slices that a report lists. `--json` has all of them. */
export const maxListedSlices = 50;

/** Fewer testcases than this say little about a slice. */
export const minTestcases = 6;

/** What is common to the slices of a run and of two. */
interface Sliced<Slice> {
  readonly by: string;
  readonly areTooMany: boolean;
  readonly slices: ReadonlyArray<Slice>;
}

/** The title above the slices of a path. */
export const title = (
  { by, slices, areTooMany }: Sliced<unknown>,
  safe: (text: string) => string,
): string => `By ${safe(by)}: ${areTooMany ? "no slices" : plural(slices.length, "slice")}`;

/** What a reader must know about slices: which are not listed, and why there may be none. */
export const notes = <Slice extends { readonly value: SliceValue }>(
  { areTooMany, slices }: Sliced<Slice>,
  isListed: (slice: Slice) => boolean,
  which = "the largest",
): ReadonlyArray<string> => {
  if (areTooMany)
    return [
      `The records have more than ${count(maxSlices)} different values here: too many for slices.`,
    ];
  if (slices.length === 0) {
    return ["No record has this value. A path starts at the record, as inputs.category does."];
  }
  const unlisted = slices.filter((slice) => !isListed(slice));
  return unlisted.length === 0
    ? []
    : [
        `Listed are ${which} ${count(slices.length - unlisted.length)} of ${plural(slices.length, "slice")}; ` +
          `--json has the other ${count(unlisted.length)} too.`,
      ];
};

/** A slice's value in a JSON document: `value` is absent where no record has one, or where it is too long. */
export const document = ({ name, kind, json }: SliceValue) => ({
  slice: name,
  kind,
  ...(json === undefined ? {} : { value: JSON.parse(json) as unknown }),
});
