/**
 * The Scorecard records API: what travels, as Effect schemas, and the `HttpApi` that it travels by.
 */
export { ApiError, ApiServiceError, ApiUnauthenticatedError } from "./ApiError.ts";
export { Cursor, MetricConfigId, RecordId, RunId, TestcaseId } from "./Id.ts";
export { formatIssue, Issue, issuesOf } from "./Issue.ts";
export { JsonObject } from "./JsonObject.ts";
export { defaultLimit, ListRecordsParams, ListRecordsQuery, maxLimit } from "./ListRecords.ts";
export { Record, RecordWithScores } from "./Record.ts";
export { RecordPage } from "./RecordPage.ts";
export { Score, ScoreValidationError } from "./Score.ts";
export { ApiKeyAuth, productionUrl, RecordsGroup, ScorecardApi } from "./ScorecardApi.ts";
