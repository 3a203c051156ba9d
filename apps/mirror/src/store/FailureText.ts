/** What a failure says to a person: its cause, and what to do. It is never empty. */
import { Cause, Predicate } from "effect";
import { SqlError } from "effect/sql";
import * as Database from "./Database.ts";

// A chain of causes that is longer leads in a circle.
const maxDepth = 10;

const causesOf = (failure: unknown): ReadonlyArray<unknown> => {
  const causes: Array<unknown> = [];
  for (
    let next = failure;
    next !== undefined && next !== null && causes.length < maxDepth;
    next = Predicate.hasProperty(next, "cause") ? next.cause : undefined
  ) {
    // The engine wraps a whole cause of an effect.
    causes.push(Cause.isCause(next) ? Cause.squash(next) : next);
  }
  return causes;
};

/** The first line of a failure. One that the database has caused says what the database says. */
export const describe = (failure: unknown): string => {
  const causes = causesOf(failure);
  const sqlError = causes.find(SqlError.isSqlError);
  if (sqlError !== undefined) return `The database failed: ${Database.describe(sqlError)}`;
  const texts = causes.map((cause) =>
    cause instanceof Error ? cause.message : typeof cause === "string" ? cause : "",
  );
  const spoken = texts.findIndex((text) => text.trim() !== "");
  if (spoken === 0) return firstLine(texts[0] ?? "");
  // A silent error has a name at least.
  if (spoken > 0) return `${nameOf(causes[0]) || "Error"}: ${firstLine(texts[spoken] ?? "")}`;
  return causes.map(nameOf).find((name) => name !== "") ?? "An error without a message";
};

const firstLine = (text: string): string => text.trim().split("\n", 1)[0] ?? "";

const nameOf = (cause: unknown): string => {
  if (Predicate.hasProperty(cause, "_tag")) return String(cause._tag);
  return cause instanceof Error ? cause.name : "";
};
