/** How a listed record and its scores become rows of `mirror.records` and `mirror.scores`. */
import type { RecordWithScores, RunId } from "@scorecard-effect/contract";
import { othersOfRecord, othersOfScore } from "@scorecard-effect/contract/protocol/KnownFields";
import * as Jsonb from "./Jsonb.ts";
import * as TableLayout from "./TableLayout.ts";

/** The columns of `mirror.records` that a listing fills. */
export const recordLayout = TableLayout.make(
  "records",
  {
    record_id: { type: "text", role: "key" },
    testcase_id: { type: "text", role: "compared" },
    inputs: { type: "jsonb", role: "compared" },
    expected: { type: "jsonb", role: "compared" },
    outputs: { type: "jsonb", role: "compared" },
    others: { type: "jsonb", role: "compared" },
    exact: { type: "text", role: "compared" },
    position: { type: "bigint", role: "updated" },
  },
  { hasPreviousScan: true },
);

/** The columns of `mirror.scores` that a listing fills. */
export const scoreLayout = TableLayout.make("scores", {
  record_id: { type: "text", role: "key" },
  metric_config_id: { type: "text", role: "key" },
  ordinal: { type: "smallint", role: "key" },
  score: { type: "jsonb", role: "compared" },
  validation_errors: { type: "jsonb", role: "compared" },
  others: { type: "jsonb", role: "compared" },
  exact: { type: "text", role: "compared" },
});

/** The records of a page without duplicates: of a record that is listed twice, the last one. */
export const lastOfEachId = (
  records: ReadonlyArray<RecordWithScores>,
): ReadonlyArray<RecordWithScores> => [
  ...new Map(records.map((record) => [record.id, record])).values(),
];

/** The row of a record that a run lists at a position. */
export const recordRow = (
  runId: RunId,
  record: RecordWithScores,
  position: number,
): TableLayout.Row<typeof recordLayout> => {
  const { id, testcaseId, inputs, expected, outputs } = record;
  const others = {
    ...othersOfRecord(record),
    // The row belongs to the run that lists the record. If the record names another run, that name is kept here.
    ...(record.runId === runId ? {} : { runId: record.runId }),
  };
  const { jsonb, exact } = Jsonb.fitFields({ inputs, expected, outputs, others });
  return { ...jsonb, record_id: id, testcase_id: testcaseId ?? null, exact, position };
};

/** The rows of a record's scores. */
export const scoreRows = ({
  id,
  scores,
}: RecordWithScores): ReadonlyArray<TableLayout.Row<typeof scoreLayout>> => {
  const countOf = new Map<string, number>();
  return inStableOrder(scores).map((listed) => {
    const { metricConfigId, score, validationErrors = null } = listed;
    const others = {
      ...othersOfScore(listed),
      ...(listed.recordId === id ? {} : { recordId: listed.recordId }),
    };
    const ordinal = countOf.get(metricConfigId) ?? 0;
    countOf.set(metricConfigId, ordinal + 1);
    const { jsonb, exact } = Jsonb.fitFields({ score, errors: validationErrors, others });
    return {
      record_id: id,
      metric_config_id: metricConfigId,
      ordinal,
      score: jsonb.score,
      validation_errors: jsonb.errors,
      others: jsonb.others,
      exact,
    };
  });
};

/** The rows of a page as JSON. The positions of its records count from the start of the page. */
export interface PreparedRows {
  readonly records: string;
  readonly scores: string;
  /** How many rows that are. */
  readonly count: number;
}

/** Prepares the rows of a page, without the database: while the page before is written. */
export const prepare = (runId: RunId, records: ReadonlyArray<RecordWithScores>): PreparedRows => {
  const listed = lastOfEachId(records);
  const ofRecords = listed.map((record, index) => recordRow(runId, record, index));
  const ofScores = listed.flatMap(scoreRows);
  return {
    records: JSON.stringify(ofRecords),
    scores: JSON.stringify(ofScores),
    count: ofRecords.length + ofScores.length,
  };
};

/**
 * Scores in an order that does not depend on the listing's, so that scores of one metric config keep their ordinals.
 */
const inStableOrder = (scores: RecordWithScores["scores"]): RecordWithScores["scores"] => {
  if (new Set(scores.map(({ metricConfigId }) => metricConfigId)).size === scores.length)
    return scores;
  return scores
    .map((score) => [Jsonb.stringify(score), score] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([, score]) => score);
};
