/** A Record: one execution of the system under evaluation, without or with its scores. */
import * as Schema from "effect/Schema";
import { RecordId, RunId, TestcaseId } from "./Id.ts";
import { JsonObject } from "./JsonObject.ts";
import { OpenStruct } from "./OpenStruct.ts";
import { Score } from "./Score.ts";

/**
 * One execution of the system under evaluation: its inputs, the expected outcome and its outputs.
 *
 * `testcaseId` is missing if the record was not made from a stored Testcase.
 */
export const Record = OpenStruct({
  id: RecordId.annotate({ description: "The record's id, unique within its Run." }),
  runId: RunId.annotate({ description: "The Run that the record belongs to." }),
  testcaseId: Schema.optionalKey(
    TestcaseId.annotate({
      description: "The Testcase that the record was made from, if it was made from one.",
    }),
  ),
  inputs: JsonObject.annotate({
    description: "The inputs of the system. They should follow the system's input schema.",
  }),
  expected: JsonObject.annotate({
    description: "The ideal outcome, according to the Testcase.",
  }),
  outputs: JsonObject.annotate({ description: "The outputs of the system." }),
}).annotate({
  identifier: "Record",
  description: "One execution of the system under evaluation.",
});
export interface Record extends Schema.Schema.Type<typeof Record> {}

/**
 * A {@link Record} together with all of its scores. A metric that has not scored the record has no entry in `scores`,
 * which may be empty.
 *
 * @example
 * ```ts
 * import { RecordWithScores } from "@scorecard-effect/contract";
 * import { Schema } from "effect";
 *
 * const record = Schema.decodeUnknownSync(RecordWithScores)({
 *   id: "456",
 *   runId: "135",
 *   inputs: { question: "What is the capital of France?" },
 *   expected: { idealAnswer: "Paris" },
 *   outputs: { response: "Paris." },
 *   scores: [],
 * });
 * ```
 */
export const RecordWithScores = OpenStruct({
  ...Record.fields,
  scores: Schema.Array(Score).annotate({
    description: "Every Score of this record. Their order is not defined.",
  }),
}).annotate({
  identifier: "RecordWithScores",
  description: "A Record together with all of its scores.",
});
export interface RecordWithScores extends Schema.Schema.Type<typeof RecordWithScores> {}
