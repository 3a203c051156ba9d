/**
 * Scorecard run records as an Effect `Stream`: every record checked against the contract, every
 * failure a tagged error that says where to resume.
 */
export { InvalidRecord } from "./InvalidRecord.ts";
export * from "./ListRecordsError.ts";
export type { RateLimit, RateLimitHit, RequestGate, RequestPermit } from "./RequestGate.ts";
export type { Failure as RetryFailure, RetryOptions, RetryPolicy } from "./RetryPolicy.ts";
export {
  type GetPageOptions,
  type ListRecordsOfOptions,
  type ListRecordsOptions,
  type Page,
  ScorecardClient,
  type ScorecardClientOptions,
} from "./ScorecardClient.ts";
