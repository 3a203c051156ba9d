/**
 * Lists the records of Scorecard runs as an Effect `Stream`: every record is checked against the contract, and every
 * failure is a tagged error that says where to resume.
 */
export {
  InvalidRecord,
  InvalidRequest,
  InvalidResponse,
  type ListRecordsError,
  PaginationError,
  RateLimited,
  RecordMismatch,
  RequestRejected,
  RequestTimeout,
  ServiceError,
  TransportError,
  Unauthenticated,
} from "./diagnostics/ListRecordsError.ts";
export type { RateLimit, RateLimitHit, RequestGate, RequestPermit } from "./page/RequestGate.ts";
export type { FailedAttempt, RetryOptions, RetryPolicy } from "./page/RetryPolicy.ts";
export {
  type GetPageOptions,
  type ListRecordsOfOptions,
  type ListRecordsOptions,
  type Page,
  ScorecardClient,
  type ScorecardClientConfig,
  type ScorecardClientOptions,
  type ScorecardClientService,
} from "./ScorecardClient.ts";
