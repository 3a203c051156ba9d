/**
 * Everything that can go wrong while a run is listed: ten errors, distinguished by `_tag`.
 *
 * Each has the `runId`, the `cursor` to resume from (it fetches the page that failed; undefined is the start of the
 * run), the number of `attempts`, and `isRetryable`: whether the same request may succeed later. `message` is one line
 * for a person. No error contains the API key, the request, or the response itself.
 */
import { ApiError, Cursor, Issue, RecordId, RunId } from "@scorecard-effect/contract";
import * as Schema from "effect/Schema";
import { type Failure, isRetryable, messageOf, recordMessage } from "./Failure.ts";

const location = {
  /** The run that was listed. */
  runId: RunId,
  /** Where to resume: fetches the page that failed. Undefined is the start of the run. */
  cursor: Schema.optional(Cursor),
  /** How many requests were sent for that page; 0 if none was. */
  attempts: Schema.Int,
  /** Why the caller's retry policy gave up, where it threw or returned no duration. */
  retryProblem: Schema.optional(Schema.String),
};

const requestId = {
  /**
   * The id that the service gave to the request, from `x-request-id` or a header like it: see the README. Give it to the
   * people who run the service.
   */
  requestId: Schema.optional(Schema.String),
};

const response = {
  /** The status of the response. */
  status: Schema.Int,
  /** What the service said, if its body was an API error. */
  apiError: Schema.optional(ApiError),
  /**
   * What the server said otherwise: the message found in a body of another form, such as `{ "error": { "message" } }`,
   * problem details (RFC 9457) or the title of a page in HTML, or its text. One line, at most 1,000 characters.
   */
  serverMessage: Schema.optional(Schema.String),
  ...requestId,
};

/** The service did not accept the API key (401). */
export class Unauthenticated extends Schema.TaggedError<Unauthenticated>(
  "@scorecard-effect/client/Unauthenticated",
)("Unauthenticated", {
  ...location,
  ...response,
}) {
  /** False: the same key will be refused again. */
  get isRetryable(): boolean {
    return isRetryable(this);
  }
  override get message(): string {
    return messageOf(this);
  }
}

/**
 * The service rejected the request with a status from 400 to 499 other than 401 and 429: an unknown run (404), a cursor
 * it no longer knows (400), a key without access (403).
 */
export class RequestRejected extends Schema.TaggedError<RequestRejected>(
  "@scorecard-effect/client/RequestRejected",
)("RequestRejected", {
  ...location,
  ...response,
  retryAfter: Schema.optional(Schema.Duration),
}) {
  /** True for 408 (the service gave up waiting for the request), false for every other status. */
  get isRetryable(): boolean {
    return isRetryable(this);
  }
  override get message(): string {
    return messageOf(this);
  }
}

/** The service asked for fewer requests (429). `retryAfter` is how long it asked to wait, if it did. */
export class RateLimited extends Schema.TaggedError<RateLimited>(
  "@scorecard-effect/client/RateLimited",
)("RateLimited", {
  ...location,
  ...response,
  retryAfter: Schema.optional(Schema.Duration),
}) {
  /** True: after a wait. */
  get isRetryable(): boolean {
    return isRetryable(this);
  }
  override get message(): string {
    return messageOf(this);
  }
}

/** The service failed (a status of 500 or above). `retryAfter` is how long it asked to wait, if it did. */
export class ServiceError extends Schema.TaggedError<ServiceError>(
  "@scorecard-effect/client/ServiceError",
)("ServiceError", {
  ...location,
  ...response,
  retryAfter: Schema.optional(Schema.Duration),
}) {
  /** True: such failures are often brief. */
  get isRetryable(): boolean {
    return isRetryable(this);
  }
  override get message(): string {
    return messageOf(this);
  }
}

/**
 * No complete response arrived: the connection was refused or reset, the host has no address, or the body broke off.
 * `detail` is the transport's reason, and `cause` what the transport threw, without the key.
 */
export class TransportError extends Schema.TaggedError<TransportError>(
  "@scorecard-effect/client/TransportError",
)("TransportError", {
  ...location,
  ...requestId,
  detail: Schema.String,
  cause: Schema.optional(Schema.Defect()),
}) {
  /** True: such failures are often brief. */
  get isRetryable(): boolean {
    return isRetryable(this);
  }
  override get message(): string {
    return messageOf(this);
  }
}

/** A page, body included, did not arrive within `timeout`. */
export class RequestTimeout extends Schema.TaggedError<RequestTimeout>(
  "@scorecard-effect/client/RequestTimeout",
)("RequestTimeout", { ...location, timeout: Schema.Duration }) {
  /** True: such failures are often brief. */
  get isRetryable(): boolean {
    return isRetryable(this);
  }
  override get message(): string {
    return messageOf(this);
  }
}

/**
 * The response is not a page of records, whatever its status claims.
 *
 * - `NotJson`: the body is not JSON in UTF-8; a proxy's HTML page, say.
 * - `Schema`: the body is JSON, but departs from the contract at `issues`.
 * - `TooLarge`: the body is longer than `maxBodyBytes`; reading stopped there.
 *
 * `excerpt` is the start of the body, at most 1 KiB, where that helps to recognise it.
 */
export class InvalidResponse extends Schema.TaggedError<InvalidResponse>(
  "@scorecard-effect/client/InvalidResponse",
)("InvalidResponse", {
  ...location,
  ...response,
  kind: Schema.Literals(["NotJson", "Schema", "TooLarge"]),
  issues: Schema.Array(Issue),
  excerpt: Schema.optional(Schema.String),
}) {
  /** False: the service will most likely respond the same way again. */
  get isRetryable(): boolean {
    return isRetryable(this);
  }
  override get message(): string {
    return messageOf(this);
  }
}

/**
 * A record satisfies the contract, but not the types that the caller gave it with `as`: the description of the run is
 * wrong, or the run is another one. `listRecordResults` continues where `listRecords` fails with this.
 */
export class RecordMismatch extends Schema.TaggedError<RecordMismatch>(
  "@scorecard-effect/client/RecordMismatch",
)("RecordMismatch", {
  ...location,
  ...requestId,
  /** The position of the record on its page, from 0. */
  index: Schema.Int,
  id: RecordId,
  /** What does not fit, and where; paths are relative to the record. */
  issues: Schema.Array(Issue),
  /** What the reader threw, if it did, without the key. */
  cause: Schema.optional(Schema.Defect()),
}) {
  /** False: the description of the run has to change. */
  get isRetryable(): boolean {
    return isRetryable(this);
  }
  override get message(): string {
    return messageOf(this);
  }
}

/**
 * The pages contradict themselves or each other. The listing does not deliver the page at fault: one that resumes at
 * `cursor` fetches it again, so that no record is lost or repeated.
 *
 * - `CursorMissing`: `hasMore` is true, but there is no usable `nextCursor`.
 * - `CursorRepeated`: `nextCursor` leads back to a page of this listing.
 * - `Incomplete`: the listing ends with fewer records than `total` promises. A listing that resumes at `cursor` fetches
 *   the last page again; give it the number of records `delivered` before, or it cannot tell whether any are missing.
 */
export class PaginationError extends Schema.TaggedError<PaginationError>(
  "@scorecard-effect/client/PaginationError",
)("PaginationError", {
  ...location,
  ...requestId,
  kind: Schema.Literals(["CursorMissing", "CursorRepeated", "Incomplete"]),
  detail: Schema.String,
}) {
  /** False: a person has to decide what to do. */
  get isRetryable(): boolean {
    return isRetryable(this);
  }
  override get message(): string {
    return messageOf(this);
  }
}

/** The options cannot be sent. Found before anything is sent. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>(
  "@scorecard-effect/client/InvalidRequest",
)("InvalidRequest", { ...location, problem: Schema.String }) {
  /** False: the request has to change. */
  get isRetryable(): boolean {
    return isRetryable(this);
  }
  override get message(): string {
    return messageOf(this);
  }
}

/** Everything that can go wrong while a run is listed. */
export type ListRecordsError =
  | Unauthenticated
  | RequestRejected
  | RateLimited
  | ServiceError
  | TransportError
  | RequestTimeout
  | InvalidResponse
  | RecordMismatch
  | PaginationError
  | InvalidRequest;

/** The error of a failure. */
export const fromFailure = (failure: Failure): ListRecordsError => {
  switch (failure._tag) {
    case "Unauthenticated":
      return new Unauthenticated(failure);
    case "RequestRejected":
      return new RequestRejected(failure);
    case "RateLimited":
      return new RateLimited(failure);
    case "ServiceError":
      return new ServiceError(failure);
    case "TransportError":
      return new TransportError(failure);
    case "RequestTimeout":
      return new RequestTimeout(failure);
    case "InvalidResponse":
      return new InvalidResponse(failure);
    case "RecordMismatch":
      return new RecordMismatch(failure);
    case "PaginationError":
      return new PaginationError(failure);
    default:
      return new InvalidRequest(failure);
  }
};

/** A score of an {@link InvalidRecord} that is not valid. */
const InvalidScore = Schema.Struct({
  /** The position of the score in the record's `scores`, from 0. */
  index: Schema.Int,
  /** The metric, if the score names one. */
  metricConfigId: Schema.optional(Schema.String),
  /** Where it departs from the contract, as a JSON Pointer relative to the record. */
  path: Schema.String,
  /** Whether the score has no value yet: `score` is missing or null, and nothing else is wrong. */
  isPending: Schema.Boolean,
});

/**
 * A record that does not satisfy the contract, or the description of its run. `listRecordResults` delivers it where
 * `listRecords` would fail, so that a program can set it aside. Nothing of the record is lost: `value` has all of it.
 *
 * A record with a score that a person has yet to give is such a record: its score is in `scores`, with `isPending`.
 */
export class InvalidRecord extends Schema.TaggedError<InvalidRecord>(
  "@scorecard-effect/client/InvalidRecord",
)("InvalidRecord", {
  /** The run that was listed. */
  runId: RunId,
  /** Fetches the page that holds the record. Undefined is the start of the run. */
  cursor: Schema.optional(Cursor),
  /** The position of the record on that page, from 0. */
  index: Schema.Int,
  /** The record's id, if it has one. */
  id: Schema.optional(RecordId),
  /** What is wrong, and where; paths are relative to the record. */
  issues: Schema.Array(Issue),
  /** The scores that are not valid, if that is what is wrong. */
  scores: Schema.Array(InvalidScore),
  /** The record as it arrived. */
  value: Schema.Unknown,
  /** What the reader threw, if it did, without the key. */
  cause: Schema.optional(Schema.Defect()),
}) {
  override get message(): string {
    return recordMessage(this);
  }
}
