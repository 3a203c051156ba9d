/**
 * Reads what the free-form JSON of a score says. The rules, which docs/guides/scores-and-verdicts.md explains:
 *
 * - Each member that is a boolean or a finite number is a reading of its own: `{ passed, score }` has two.
 * - A member that is a short text is a category where its name says so: `value`, `label`, `verdict`, ….
 * - The members of an object in `value`, `score`, `scores` or the like are readings too, by the same rules for booleans
 *   and numbers.
 * - Nothing else is read: no other text, no list, no null.
 */
import type { JsonObject, Score } from "@scorecard-effect/contract";
import { categoryOf } from "@scorecard-effect/contract/metrics/Category";

/** A score's value, which figures are computed from: a string is a category. */
export type Value = boolean | number | string;

/** One value in a score. */
export interface Reading {
  /** Where it is in the score, as a JSON Pointer without the first slash: `binaryScore`, `scores/tone`. */
  readonly member: string;
  /** Undefined where something else is there than the metrics file says. */
  readonly value: Value | undefined;
}

/** Whether the API marked a score as invalid: it violates the schema of its metric. */
export const isInvalid = ({ validationErrors }: Score): boolean =>
  validationErrors !== undefined && validationErrors.length > 0;

/** The values in the JSON of a score. Empty where none was recognised. */
export const readingsOf = (score: JsonObject): ReadonlyArray<Reading> => {
  const readings: Array<Reading> = [];
  for (const name of Object.keys(score)) {
    const json: unknown = score[name];
    if (isFigure(json)) {
      readings.push({ member: pointer(name), value: json });
    } else if (typeof json === "string") {
      const category = categoryNames.has(name) ? categoryOf(json) : undefined;
      if (category !== undefined) readings.push({ member: pointer(name), value: category });
    } else if (isObject(json) && containerNames.has(name)) {
      for (const [part, value] of Object.entries(json)) {
        if (isFigure(value)) readings.push({ member: `${pointer(name)}/${pointer(part)}`, value });
      }
    }
    if (readings.length > maxReadings) return readings.slice(0, maxReadings);
  }
  return readings;
};

/** The most readings of one score. */
const maxReadings = 50;

const isFigure = (json: unknown): json is boolean | number =>
  typeof json === "boolean" || (typeof json === "number" && Number.isFinite(json));

const isObject = (json: unknown): json is object =>
  typeof json === "object" && json !== null && !Array.isArray(json);

/** The names of members whose text is a category. */
const categoryNames: ReadonlySet<string> = new Set([
  "value",
  "score",
  "label",
  "category",
  "class",
  "verdict",
  "grade",
  "rating",
  "choice",
  "decision",
  "outcome",
  "result",
  "status",
  "level",
  "severity",
  "sentiment",
]);

/** The names of members whose own members are readings. */
const containerNames: ReadonlySet<string> = new Set([
  "value",
  "score",
  "scores",
  "namedScores",
  "metrics",
  "criteria",
  "dimensions",
]);

const pointer = (name: string): string =>
  /[~/]/.test(name) ? name.replaceAll("~", "~0").replaceAll("/", "~1") : name;

/** The names of members with the reasoning of a score: the first that holds a text counts. */
const reasoningNames = [
  "reasoning",
  "explanation",
  "rationale",
  "reason",
  "justification",
  "critique",
  "feedback",
  "comment",
] as const;

/** The name of the member with a score's reasoning, where it has one. */
export const reasoningNameOf = (score: JsonObject): string | undefined =>
  reasoningNames.find((name) => typeof score[name] === "string" && score[name] !== "");

/** A score's reasoning, where it has one. */
export const reasoningOf = ({ score }: Score): string | undefined => {
  const name = reasoningNameOf(score);
  const text = name === undefined ? undefined : score[name];
  return typeof text === "string" ? text : undefined;
};
