/**
 * Scorecard run records as an Effect `Stream`: every record checked against the contract, every
 * failure a tagged error that says where to resume.
 */
export {
  InvalidRequest,
  InvalidResponse,
  type ListRecordsError,
  PaginationError,
  RateLimited,
  RequestRejected,
  RequestTimeout,
  ServiceError,
  TransportError,
  Unauthenticated,
} from "./ListRecordsError.ts";
export {
  type GetPageOptions,
  type ListRecordsOptions,
  type Page,
  ScorecardClient,
  type ScorecardClientOptions,
} from "./ScorecardClient.ts";
