/** What the terminal can do, if there is one. */
import { Effect } from "effect";
import { TerminalCapabilities } from "effect/cli";
import { plain } from "./Layout.ts";

/** How results are shown on stdout. */
export interface Screen {
  /** Columns of the terminal; undefined where stdout is none, and lines may be of any length. */
  readonly width: number | undefined;
  /** Text from a record or a flag as it may be shown: no key, no control characters, on one line. */
  readonly safe: (text: string) => string;
  /** Each returns its text as it is where colours are not wanted: no terminal, `NO_COLOR`, `TERM=dumb`. */
  readonly paint: {
    readonly dim: (text: string) => string;
    readonly good: (text: string) => string;
    readonly bad: (text: string) => string;
  };
}

// The key is taken out first: of a text that is cut afterwards, no half of it stays.
const safeBy =
  (redact: (text: string) => string) =>
  (text: string): string =>
    plain(redact(text).replaceAll(/\s+/g, " ").trim());

/** The screen of this process; `redact` takes the key out of a text. */
export const make = Effect.fnUntraced(function* (redact: (text: string) => string) {
  const { canColor } = yield* TerminalCapabilities.TerminalCapabilities;
  const { stdout } = process;
  const paint = (code: number) => (text: string) =>
    canColor && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    safe: safeBy(redact),
    // A terminal that does not know its width says 0.
    width: stdout.isTTY && stdout.columns > 0 ? stdout.columns : undefined,
    paint: { dim: paint(2), good: paint(32), bad: paint(31) },
  } satisfies Screen;
});

/** A screen without limits or colours: a file, a pipe. */
export const plainScreen: Screen = {
  width: undefined,
  safe: safeBy((text) => text),
  paint: { dim: (text) => text, good: (text) => text, bad: (text) => text },
};
