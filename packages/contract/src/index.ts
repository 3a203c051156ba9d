/**
 * The Scorecard records API: what travels, as Effect schemas. Beside it stand, in modules of their own,
 * the `HttpApi` that it travels by (`/http-api`), and the same schemas in the words of JSON Schema
 * (`/json-schema`), Standard Schema (`/standard-schema`) and OpenAPI (`/openapi.json`).
 */
export { ApiError, ApiServiceError, ApiUnauthenticatedError } from "./ApiError.ts";
export { Cursor, MetricConfigId, RecordId, RunId, TestcaseId } from "./Id.ts";
export { formatIssue, formatIssues, Issue, issuesOf, printable } from "./Issue.ts";
export { JsonObject } from "./JsonObject.ts";
export { isRecordPage, isRecordWithScores } from "./Guard.ts";
export {
  defaultLimit,
  ListRecordsParams,
  ListRecordsQuery,
  maxLimit,
  productionUrl,
} from "./ListRecords.ts";
export { OpenStruct } from "./OpenStruct.ts";
export { Record, RecordWithScores } from "./Record.ts";
export { RecordPage } from "./RecordPage.ts";
export { Score, ScoreValidationError } from "./Score.ts";
export { BooleanScore, IntegerScore, NumberScore } from "./KnownScore.ts";
export * as TypedRecord from "./TypedRecord.ts";
