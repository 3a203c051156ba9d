/**
 * A record in full, as the page's drawer shows it: every member of its free-form objects as a text.
 *
 * The keys of these objects travel as values. As keys of JSON they would pass through the browser's parser, which
 * confuses escaped keys (docs/decisions/0011) and treats `__proto__` specially.
 */
import type { JsonObject, RecordWithScores } from "@scorecard-effect/contract";
import { jsonText, readingOf } from "../analysis/ScoreReading.ts";
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
    // Fields that the contract does not know.
    others: members(others),
    scores: scores.map((score) => {
      const { reasoning, ...rest } = score.score;
      return {
        metric: score.metricConfigId,
        cell: readingOf(score),
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
      : { key, text: jsonText(value, 2), isText: false },
  );
