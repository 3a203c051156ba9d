/**
 * The data of the Scorecard records API as Effect schemas. Other entry points have the `HttpApi` (`/http-api`) and the
 * same schemas as JSON Schema (`/json-schema`), Standard Schema (`/standard-schema`) and OpenAPI (`/openapi.json`).
 */
export { ApiError, ApiServiceError, ApiUnauthenticatedError } from "./ApiError.ts";
export { Cursor, MetricConfigId, RecordId, RunId, TestcaseId } from "./Id.ts";
export { Issue, issuesOf } from "./Issue.ts";
export { formatIssue, formatIssues, printable } from "./IssueFormat.ts";
export { JsonObject } from "./JsonObject.ts";
export { isApiError, isRecordPage, isRecordWithScores } from "./Guard.ts";
export { defaultLimit, environment, maxLimit, maxTags, productionUrl } from "./ApiDefaults.ts";
export { ListRecordsParams, ListRecordsQuery } from "./ListRecords.ts";
export { OpenStruct } from "./OpenStruct.ts";
export { Record, RecordWithScores } from "./Record.ts";
export { RecordPage } from "./RecordPage.ts";
export { Score, ScoreValidationError } from "./Score.ts";
export { BooleanScore, IntegerScore, NumberScore } from "./KnownScore.ts";
export * as TypedRecord from "./TypedRecord.ts";
