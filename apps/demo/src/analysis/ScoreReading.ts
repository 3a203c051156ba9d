/** Reads what the free-form JSON of scores and records says. */
import type { JsonObject, RecordWithScores, Score } from "@scorecard-effect/contract";

/** A score's value, which figures are computed from. */
export type Value = boolean | number;

/**
 * What a score says: its value; `"invalid"` where the API marked the score with `validationErrors`; `"other"` where
 * its JSON has no known shape.
 */
export type Reading = Value | "invalid" | "other";

/** Reads a score: `binaryScore`, `intScore` or `value`, the first that holds a boolean or a finite number. */
export const readingOf = ({ score, validationErrors = [] }: Score): Reading => {
  if (validationErrors.length > 0) return "invalid";
  for (const value of [score["binaryScore"], score["intScore"], score["value"]]) {
    if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)))
      return value;
  }
  return "other";
};

/** A score's reasoning, where it has one. */
export const reasoningOf = ({ score }: Score): string | undefined => {
  const { reasoning } = score;
  return typeof reasoning === "string" && reasoning !== "" ? reasoning : undefined;
};

/** The input of a record as one text. */
export const inputText = ({ inputs }: RecordWithScores): string => firstText(inputs);

/** An object as one text: the first member that is a string, or else the whole object as JSON. */
export const firstText = (json: JsonObject): string =>
  Object.values(json).find((value) => typeof value === "string") ?? jsonText(json);

/** A value as JSON. Values can be nested too deeply to be written, though not to be parsed. */
export const jsonText = (value: unknown, indent = 0): string => {
  try {
    return JSON.stringify(value, null, indent);
  } catch {
    return "(nested too deeply to be shown)";
  }
};
