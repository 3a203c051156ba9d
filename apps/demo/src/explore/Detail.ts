/**
 * A record in full, as the page's drawer shows it: every member of its free-form objects as a text.
 *
 * The keys of a record travel as values. As keys of JSON they would meet the browser's parser, which takes one
 * escaped key for another (docs/decisions/0011) and could not tell `__proto__` from a prototype.
 */
import type { JsonObject, RecordWithScores } from "@scorecard-effect/contract";
import { isFlagged, valueOf } from "../analysis/ScoreReading.ts";
import type { Detail, Member } from "./ExploreProtocol.ts";

/** The detail of a record. */
export const fromRecord = (record: RecordWithScores): Detail => {
  const { id, runId: _, testcaseId, inputs, expected, outputs, scores, ...others } = record;
  return {
    id,
    testcaseId: testcaseId ?? null,
    inputs: members(inputs),
    expected: members(expected),
    outputs: members(outputs),
    // Fields that the contract does not know (yet).
    others: members(others),
    scores: scores.map((score) => {
      const { reasoning, ...rest } = score.score;
      return {
        metric: score.metricConfigId,
        cell: isFlagged(score) ? "invalid" : (valueOf(score) ?? "other"),
        reasoning: typeof reasoning === "string" ? reasoning : null,
        members: members(typeof reasoning === "string" ? rest : score.score),
        errors: (score.validationErrors ?? []).map(({ path, message }) => ({ path, message })),
      };
    }),
  };
};

const members = (json: JsonObject | object): ReadonlyArray<Member> =>
  Object.entries(json).map(([key, value]: [string, unknown]) =>
    typeof value === "string"
      ? { key, text: value, isText: true }
      : { key, text: indented(value), isText: false },
  );

/** A value as indented JSON. */
export const indented = (value: unknown): string => {
  try {
    return JSON.stringify(value, null, 2);
  } catch {
    // JSON can be parsed at depths at which it cannot be written: the stack ends first.
    return "(nested too deeply to be shown)";
  }
};
