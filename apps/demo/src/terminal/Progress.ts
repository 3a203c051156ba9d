/** The progress of a listing, written to stderr so that stdout holds results alone. */
import * as MonotonicTime from "@scorecard-effect/contract/protocol/MonotonicTime";
import { Config, Effect, Schedule, type Scope } from "effect";
import { plural } from "../figures/Figures.ts";
import { phrases, type Reading, shareRead } from "../figures/ReadingProgress.ts";
import { retries } from "../source/RetryCount.ts";
import { shareBar } from "./Bars.ts";
import { cut, widthOf } from "./Layout.ts";
import { StandardStreams } from "./StandardStreams.ts";

type ReadSoFar = Omit<Reading, "seconds">;

/** Shows how far a listing has come. */
export interface Progress {
  readonly update: (state: ReadSoFar) => Effect.Effect<void>;
  /** Removes the line from the terminal, so that other output can take its place. */
  readonly clear: Effect.Effect<void>;
  /** Seconds since the listing started. */
  readonly elapsed: Effect.Effect<number>;
}

/** A variable of the environment; empty where it is not set. */
const variable = (name: string): Effect.Effect<string> =>
  Effect.orElseSucceed(Config.withDefault(Config.String(name), ""), () => "");

/**
 * A terminal gets one line, rewritten ten times a second even while no page arrives. A log gets a line for the
 * first page, then one a second. The line is removed when the scope closes.
 */
export const make: Effect.Effect<Progress, never, Scope.Scope> = Effect.gen(function* () {
  const { stderr } = yield* StandardStreams;
  const isTerminal = stderr.isTTY === true && (yield* variable("TERM")) !== "dumb";
  // Without colours, no escape sequence is written at all: spaces erase the line.
  const hasEscapes = (yield* variable("NO_COLOR")) === "";
  const period = isTerminal ? 0.1 : 1;
  const started = yield* MonotonicTime.millis;
  const elapsed = Effect.map(MonotonicTime.millis, (now) => (now - started) / 1000);
  const retriesBefore = yield* retries;
  let state: ReadSoFar = { records: 0, pages: 0, total: undefined };
  let due = 0;

  const columns = (): number => (stderr.columns || 80) - 1;
  const erased = (): string => (hasEscapes ? "\r\u001b[K" : `\r${" ".repeat(columns())}\r`);
  const show = Effect.gen(function* () {
    const seconds = yield* elapsed;
    if (seconds < due) return;
    due = seconds + period;
    const shown = { ...state, seconds, retries: (yield* retries) - retriesBefore };
    stderr.write(isTerminal ? erased() + bar(shown, columns()) : `${line(shown)}\n`);
  });
  const clear = Effect.sync(() => {
    if (isTerminal) stderr.write(erased());
    due = 0;
  });

  if (isTerminal) yield* Effect.forkScoped(Effect.repeat(show, Schedule.spaced("100 millis")));
  yield* Effect.addFinalizer(() => clear);
  return {
    elapsed,
    clear: isTerminal ? clear : Effect.void,
    update: (now) => {
      state = now;
      return show;
    },
  };
});

/** What a line of progress shows. */
export interface Shown extends Reading {
  /** Requests that the client retried. */
  readonly retries: number;
}

/** The progress in one line. */
export const line = (shown: Shown): string =>
  `  ${[
    ...phrases(shown),
    ...(shown.retries > 0 ? [plural(shown.retries, "retry", "retries")] : []),
  ].join(", ")}`;

/** The narrowest bar that is worth showing, and the widest. */
const barWidths = { min: 8, max: 30 };

/** The same for a terminal of a given width: with a bar where there is room, and cut to the width. */
export const bar = (shown: Shown, width: number): string => {
  const text = line(shown);
  const share = shareRead(shown);
  const room = Math.min(barWidths.max, width - widthOf(text) - 2);
  return share === undefined || room < barWidths.min
    ? cut(text, width)
    : `  ${shareBar(share, room)}${text.slice(1)}`;
};
