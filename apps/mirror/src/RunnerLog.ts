/** What a runner says of itself: a line each, however much there would be to tell. */
import { Cause, Logger } from "effect";

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

const told = (value: unknown): string =>
  firstLine(value instanceof Error ? value.message : String(value));

/** Time, level, what happened, and the first line of why. */
export const format = Logger.make(({ cause, date, logLevel, message }) => {
  const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message];
  const why = cause.reasons.length === 0 ? [] : [told(Cause.squash(cause))];
  return [date.toISOString(), logLevel.toUpperCase().padEnd(5), ...parts.map(told), ...why].join(
    " ",
  );
});

/** Logs on standard output. */
export const layer = Logger.layer([Logger.withConsoleLog(format)]);
