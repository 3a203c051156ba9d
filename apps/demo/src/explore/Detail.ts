/**
 * A record in full, as the page's drawer shows it: every member of its free-form objects as a text.
 *
 * The keys of these objects travel as values. As keys of JSON they would pass through the browser's parser, which
 * confuses escaped keys (docs/decisions/0011) and treats `__proto__` specially.
 */
import type { JsonObject, RecordWithScores } from "@scorecard-effect/contract";
import { cellsOf } from "../analysis/Cell.ts";
import { jsonText } from "../analysis/RecordText.ts";
import * as MetricKnowledge from "../analysis/MetricKnowledge.ts";
import { isInvalid, reasoningNameOf, reasoningOf } from "../analysis/ScoreReading.ts";
import * as Series from "../analysis/Series.ts";
import type { Detail, Member } from "./ExploreProtocol.ts";

/** The detail of a record. */
export const fromRecord = (
  record: RecordWithScores,
  knowledge = MetricKnowledge.nothing,
): Detail => {
  const { id, runId: _, testcaseId, inputs, expected, outputs, scores, ...others } = record;
  const index = Series.make(knowledge);
  const cells = cellsOf(record, index);
  return {
    id,
    testcaseId: testcaseId ?? null,
    inputs: members(inputs),
    expected: members(expected),
    outputs: members(outputs),
    // Fields that the contract does not know.
    others: members(others),
    scores: scores.map((score) => {
      const name = reasoningNameOf(score.score);
      return {
        metric: score.metricConfigId.toLowerCase(),
        readings: isInvalid(score)
          ? []
          : knowledge
              .readingsOf(score)
              .flatMap(({ member, value }) => (value === undefined ? [] : [{ member, value }])),
        reasoning: reasoningOf(score) ?? null,
        members: members(score.score).filter(({ key }) => key !== name),
        errors: (score.validationErrors ?? []).map(({ path, message }) => ({ path, message })),
      };
    }),
    cells: index.all.flatMap(({ metricId, member }, number) => {
      const cell = cells[number] ?? null;
      return cell === null ? [] : [{ series: { metricId, member }, cell }];
    }),
  };
};

const members = (json: JsonObject | object): ReadonlyArray<Member> =>
  Object.entries(json).map(([key, value]: [string, unknown]) =>
    typeof value === "string"
      ? { key, text: value, isText: true }
      : { key, text: jsonText(value, 2), isText: false },
  );
