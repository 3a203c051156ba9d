/** The log of a runner: one line for each entry, as text or as JSON. */
import { Cause, Logger, References } from "effect";
import * as FailureText from "../store/FailureText.ts";

/** How the entries of a log look. */
export type LogFormat = "text" | "json";

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

/** The first line of a value. An error says what caused it. */
const describe = (value: unknown): string =>
  value instanceof Error ? FailureText.describe(value) : firstLine(String(value));

/** The parts of an entry: what was logged, and the first line of its cause. */
const partsOf = ({ cause, message }: Logger.Options<unknown>) => {
  const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message];
  return {
    message: parts
      .map(describe)
      .filter((part) => part !== "")
      .join(" "),
    cause: cause.reasons.length === 0 ? undefined : FailureText.describe(Cause.squash(cause)),
  };
};

/** Time, level, message, and the first line of the cause. */
export const text = Logger.make((entry) => {
  const { message, cause } = partsOf(entry);
  const head = [entry.date.toISOString(), entry.logLevel.toUpperCase().padEnd(5)];
  return [...head, message, cause ?? ""].filter((part) => part !== "").join(" ");
});

/** The same as a JSON object, with the annotations of the entry. */
export const json = Logger.make((entry) => {
  const annotations = entry.fiber.getRef(References.CurrentLogAnnotations);
  return JSON.stringify({
    time: entry.date.toISOString(),
    level: entry.logLevel.toLowerCase(),
    ...partsOf(entry),
    ...(Object.keys(annotations).length === 0
      ? {}
      : {
          annotations: Object.fromEntries(
            Object.entries(annotations).map(([key, value]) => [key, describe(value)]),
          ),
        }),
  });
});

/** Logs to standard output. */
export const layer = (format: LogFormat) =>
  Logger.layer([Logger.withConsoleLog(format === "json" ? json : text)]);
