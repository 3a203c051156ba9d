/** What a runner says of itself: a line each, however much there would be to tell. */
import { Cause, Logger } from "effect";

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

/** The first line of what there is to tell; of an error that says nothing, of what caused it. */
const told = (value: unknown): string => {
  if (!(value instanceof Error)) return firstLine(String(value));
  if (value.message !== "") return firstLine(value.message);
  return value.cause === undefined ? value.name : `${value.name}: ${told(value.cause)}`;
};

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
