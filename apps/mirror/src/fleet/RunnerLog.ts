/** The log of a runner: one line for each entry. */
import { Cause, Logger } from "effect";

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

/** The first line of a value. An error without a message is described by its cause. */
const describe = (value: unknown): string => {
  if (!(value instanceof Error)) return firstLine(String(value));
  if (value.message !== "") return firstLine(value.message);
  return value.cause === undefined ? value.name : `${value.name}: ${describe(value.cause)}`;
};

/** Time, level, message, and the first line of the cause. */
export const format = Logger.make(({ cause, date, logLevel, message }) => {
  const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message];
  const causes = cause.reasons.length === 0 ? [] : [describe(Cause.squash(cause))];
  return [
    date.toISOString(),
    logLevel.toUpperCase().padEnd(5),
    ...parts.map(describe),
    ...causes,
  ].join(" ");
});

/** Logs to standard output. */
export const layer = Logger.layer([Logger.withConsoleLog(format)]);
