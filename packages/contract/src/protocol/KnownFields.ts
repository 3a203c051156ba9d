/** The fields of records and scores that the contract knows, for what keeps all others. It loads no schema. */
import type { RecordWithScores } from "../Record.ts";
import type { Score } from "../Score.ts";

const fieldsOfRecord: { readonly [Name in keyof RecordWithScores]-?: true } = {
  id: true,
  runId: true,
  testcaseId: true,
  inputs: true,
  expected: true,
  outputs: true,
  scores: true,
};

const fieldsOfScore: { readonly [Name in keyof Score]-?: true } = {
  recordId: true,
  metricConfigId: true,
  score: true,
  validationErrors: true,
};

const namesOfRecord = new Set(Object.keys(fieldsOfRecord));
const namesOfScore = new Set(Object.keys(fieldsOfScore));

/** The fields of a record that the contract does not know; undefined where there are none. */
export const othersOfRecord = (record: RecordWithScores): object | undefined =>
  othersOf(record, namesOfRecord);

/** The fields of a score that the contract does not know; undefined where there are none. */
export const othersOfScore = (score: Score): object | undefined => othersOf(score, namesOfScore);

const othersOf = (value: object, known: ReadonlySet<string>): object | undefined => {
  // It runs for each record and score, and most have none: nothing is copied for those.
  for (const name in value) {
    if (!known.has(name)) {
      return Object.fromEntries(Object.entries(value).filter(([own]) => !known.has(own)));
    }
  }
  return undefined;
};
