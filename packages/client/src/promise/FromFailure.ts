/** Failures as exceptions of the promise client. */
import * as Duration from "effect/Duration";
import {
  type Failure,
  isRetryable,
  messageOf,
  type RecordFailure,
  recordMessage,
} from "../diagnostics/Failure.ts";
import * as Errors from "./Errors.ts";

const statusErrors = {
  Unauthenticated: Errors.Unauthenticated,
  RequestRejected: Errors.RequestRejected,
  RateLimited: Errors.RateLimited,
  ServiceError: Errors.ServiceError,
};

/** The exception of a failure. */
export const toError = (failure: Failure): Errors.ListRecordsError => {
  const fields = {
    message: messageOf(failure),
    runId: failure.runId,
    cursor: failure.cursor,
    attempts: failure.attempts,
    isRetryable: isRetryable(failure),
    retryProblem: failure.retryProblem,
  };
  switch (failure._tag) {
    case "Unauthenticated":
    case "RequestRejected":
    case "RateLimited":
    case "ServiceError": {
      const retryAfter = "retryAfter" in failure ? failure.retryAfter : undefined;
      return new statusErrors[failure._tag]({
        ...failure,
        ...fields,
        retryAfter: retryAfter === undefined ? undefined : Duration.toMillis(retryAfter),
      });
    }
    case "TransportError":
      return new Errors.TransportError({ ...failure, ...fields });
    case "RequestTimeout":
      return new Errors.RequestTimeout({ ...fields, timeout: Duration.toMillis(failure.timeout) });
    case "InvalidResponse":
      return new Errors.InvalidResponse({ ...failure, ...fields });
    case "RecordMismatch":
      return new Errors.RecordMismatch({ ...failure, ...fields });
    case "PaginationError":
      return new Errors.PaginationError({ ...failure, ...fields });
    default:
      return new Errors.InvalidRequest({ ...failure, ...fields });
  }
};

/** The exception of a record. */
export const toInvalidRecord = (failure: RecordFailure): Errors.InvalidRecord =>
  new Errors.InvalidRecord({ ...failure, message: recordMessage(failure) });
