/** A list of lines that stays short enough for a terminal. */
import { Console, Effect } from "effect";

/** How many items a command prints or names. */
export const maxListed = 20;

/** Prints the first lines, and how many more there are. */
export const print = (lines: ReadonlyArray<string>) => {
  const more = lines.length - maxListed;
  return Effect.forEach(
    more > 0 ? [...lines.slice(0, maxListed), `and ${more} more`] : lines,
    (line) => Console.log(line),
    { discard: true },
  );
};
