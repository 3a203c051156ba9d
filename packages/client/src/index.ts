/**
 * Lists the records of Scorecard runs as an Effect `Stream`: every record is checked against the contract, and every
 * failure is a tagged error that says where to resume.
 */
export { InvalidRecord } from "./diagnostics/InvalidRecord.ts";
export * from "./diagnostics/ListRecordsError.ts";
export type { RateLimit, RateLimitHit, RequestGate, RequestPermit } from "./page/RequestGate.ts";
export type { Failure as RetryFailure, RetryOptions, RetryPolicy } from "./page/RetryPolicy.ts";
export {
  type GetPageOptions,
  type ListRecordsOfOptions,
  type ListRecordsOptions,
  type Page,
  ScorecardClient,
  type ScorecardClientOptions,
} from "./ScorecardClient.ts";
