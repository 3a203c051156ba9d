/** A Record: one testcase run through the system under evaluation, alone or with its scores. */
import * as Schema from "effect/Schema";
import { RecordId, RunId, TestcaseId } from "./Id.ts";
import { JsonObject } from "./JsonObject.ts";
import { OpenStruct } from "./OpenStruct.ts";
import { Score } from "./Score.ts";

/**
 * One execution of the system under evaluation: what went in, what was hoped for, what came out.
 *
 * `testcaseId` is missing when the record was not made from a stored Testcase.
 */
export const Record = OpenStruct({
  id: RecordId.annotate({ description: "The record's own id, unique within its Run." }),
  runId: RunId.annotate({ description: "The Run that the record belongs to." }),
  testcaseId: Schema.optionalKey(
    TestcaseId.annotate({
      description: "The Testcase that the record was made from, if it was made from one.",
    }),
  ),
  inputs: JsonObject.annotate({
    description: "What the system was given; meant to follow the system's input schema.",
  }),
  expected: JsonObject.annotate({
    description: "What the Testcase names as the ideal outcome.",
  }),
  outputs: JsonObject.annotate({ description: "What the system answered." }),
}).annotate({
  identifier: "Record",
  description: "One execution of the system under evaluation.",
});
export interface Record extends Schema.Schema.Type<typeof Record> {}

/**
 * A {@link Record} together with every Score it has. A metric that has not scored the record (yet)
 * has no entry in `scores`; a record can have none at all.
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
    description: "Every Score of this record, in no promised order.",
  }),
}).annotate({
  identifier: "RecordWithScores",
  description: "A Record together with all of its scores.",
});
export interface RecordWithScores extends Schema.Schema.Type<typeof RecordWithScores> {}
