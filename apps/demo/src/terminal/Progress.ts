/** How far a listing has come, on stderr, so that stdout holds results alone. */
import { Clock, Effect, Schedule, type Scope } from "effect";
import { retries } from "../source/RetryCount.ts";
import { count, cut, duration, plural, shareBar, widthOf } from "./Layout.ts";

/** Where a listing is. */
interface State {
  readonly records: number;
  readonly pages: number;
  /** How many records there are in all, where the service says so. */
  readonly total: number | undefined;
  /** Records that an earlier process had read: they are no measure of this one's rate. Default 0. */
  readonly resumed?: number | undefined;
}

/** A listing's progress, shown while it goes on. */
export interface Progress {
  /** Tells where the listing is now. */
  readonly update: (state: State) => Effect.Effect<void>;
  /** Removes what is shown, so that other output can take its place. */
  readonly clear: Effect.Effect<void>;
  /** Seconds since the listing began. */
  readonly elapsed: Effect.Effect<number>;
}

/**
 * A terminal gets one line that is rewritten, ten times a second, so that a wait is seen too; a log gets a line for
 * the first page and one a second after that. What is shown is removed with the scope.
 */
export const make: Effect.Effect<Progress, never, Scope.Scope> = Effect.gen(function* () {
  const { stderr } = process;
  const isTerminal = stderr.isTTY && process.env["TERM"] !== "dumb";
  const period = isTerminal ? 0.1 : 1;
  const started = yield* Clock.currentTimeMillis;
  const elapsed = Effect.map(Clock.currentTimeMillis, (now) => (now - started) / 1000);
  const before = yield* retries;
  let state: State = { records: 0, pages: 0, total: undefined };
  let due = 0;

  const show = Effect.gen(function* () {
    const seconds = yield* elapsed;
    if (seconds < due) return;
    due = seconds + period;
    const shown = { ...state, seconds, retries: (yield* retries) - before };
    stderr.write(
      isTerminal ? `\r\u001b[K${bar(shown, (stderr.columns || 80) - 1)}` : `${line(shown)}\n`,
    );
  });
  const clear = Effect.sync(() => {
    if (isTerminal) stderr.write("\r\u001b[K");
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

/** What a line of progress tells. */
export interface Shown extends State {
  /** Since the listing began. */
  readonly seconds: number;
  /** Requests that were sent again. */
  readonly retries: number;
}

/** How far a listing has come, in one line. */
export const line = (shown: Shown): string => {
  const { records, pages, total, resumed = 0, seconds, retries: again } = shown;
  const rate = seconds > 0 ? (records - resumed) / seconds : 0;
  const left = total === undefined ? 0 : total - records;
  return [
    total === undefined || total === 0
      ? `  ${plural(records, "record")}`
      : `  ${count(records)} of ${count(total)} (${Math.floor((100 * records) / total)} %) records`,
    plural(pages, "page"),
    ...(rate > 0 ? [`${count(Math.round(rate))} records/s`] : []),
    ...(rate > 0 && left > 0 ? [`${duration(left / rate)} left`] : []),
    ...(again > 0 ? [plural(again, "retry", "retries")] : []),
  ].join(", ");
};

/** The same for a terminal: with a bar where there is room, and never longer than its width. */
export const bar = (shown: Shown, width: number): string => {
  const { records, total } = shown;
  const text = line(shown);
  const room = Math.min(30, width - widthOf(text) - 2);
  return total === undefined || total === 0 || room < 8
    ? cut(text, width)
    : `  ${shareBar(Math.min(1, records / total), room)}${text.slice(1)}`;
};
