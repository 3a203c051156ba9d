/** What a score says: the shapes that are in use, read from free-form JSON. */
import type { RecordWithScores, Score } from "@scorecard-effect/contract";

/** A score that figures can be made of. */
export type Value = boolean | number;

/**
 * What a score says, where it has one of the shapes in use: `binaryScore`, `intScore`, or `value`.
 * Undefined for every other shape.
 */
export const valueOf = ({ score }: Score): Value | undefined => {
  for (const value of [score["binaryScore"], score["intScore"], score["value"]]) {
    if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)))
      return value;
  }
  return undefined;
};

/** Whether the API has marked a score as departing from its MetricConfig's schema. */
export const isFlagged = ({ validationErrors }: Score): boolean =>
  validationErrors !== undefined && validationErrors.length > 0;

/** Why the score is what it is, where the metric says so. */
export const reasoningOf = ({ score }: Score): string | undefined => {
  const { reasoning } = score;
  return typeof reasoning === "string" && reasoning !== "" ? reasoning : undefined;
};

/** What was asked, in one text: the first text among the inputs, or else all of them as JSON. */
export const askedOf = ({ inputs }: RecordWithScores): string =>
  Object.values(inputs).find((value) => typeof value === "string") ?? JSON.stringify(inputs);
