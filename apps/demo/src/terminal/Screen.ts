/** What the terminal on stdout can show. */
import * as TerminalText from "@scorecard-effect/contract/protocol/TerminalText";
import { Effect } from "effect";
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities";
import { StandardStreams } from "./StandardStreams.ts";

/** How results are written to stdout. */
export interface Screen {
  /**
   * The width of the terminal in columns; undefined where stdout is no terminal, so that lines can be of any length.
   */
  readonly width: number | undefined;
  /** Makes text from a record or a flag safe to print: one line, without the API key, without control characters. */
  readonly safe: (text: string) => string;
  /** Colours a text, except where colours are unwanted: no terminal, `NO_COLOR`, `TERM=dumb`. */
  readonly paint: {
    readonly dim: (text: string) => string;
    readonly good: (text: string) => string;
    readonly bad: (text: string) => string;
  };
}

// The key is removed first: the text may be cut later, and half a key would no longer be recognised.
const safeWith =
  (redact: (text: string) => string) =>
  (text: string): string =>
    TerminalText.replace(redact(text).replaceAll(/\s+/g, " ").trim());

/** The screen of the standard output. `redact` removes the API key from a text. */
export const make = Effect.fnUntraced(function* (redact: (text: string) => string) {
  const { canColor } = yield* TerminalCapabilities.TerminalCapabilities;
  const { stdout } = yield* StandardStreams;
  const { columns = 0 } = stdout;
  const paint = (code: number) => (text: string) =>
    canColor && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    safe: safeWith(redact),
    width: stdout.isTTY === true && columns > 0 ? columns : undefined,
    paint: { dim: paint(2), good: paint(32), bad: paint(31) },
  } satisfies Screen;
});

/** A screen without a width or colours: a file, a pipe. */
export const plainScreen: Screen = {
  width: undefined,
  safe: safeWith((text) => text),
  paint: { dim: (text) => text, good: (text) => text, bad: (text) => text },
};
