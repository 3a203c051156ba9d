/**
 * Everything that can go wrong while a run is listed: nine errors, distinguished by `_tag`.
 *
 * Each has the `runId`, the `cursor` to resume from (it fetches the page that failed; undefined is the start of the
 * run), the number of `attempts`, and `isRetryable`: whether the same request may succeed later. `apiError` is the body
 * of an error response, if it was an `ApiError`. `message` is one line for a person. No error contains the API key, the
 * request, or the response itself.
 */
import { ApiError, Cursor, formatIssues, Issue, RunId } from "@scorecard-effect/contract";
import * as Duration from "effect/Duration";
import * as Schema from "effect/Schema";
import * as ErrorMessage from "./ErrorMessage.ts";

const location = {
  /** The run that was listed. */
  runId: RunId,
  /** Where to resume: it fetches the page that failed. Undefined is the start of the run. */
  cursor: Schema.optional(Cursor),
  /** How many requests were sent for that page, including retries; 0 if none was. */
  attempts: Schema.Int,
};

const reasonOf = (apiError: ApiError | undefined): string =>
  apiError === undefined ? "" : `: ${apiError.code}: ${apiError.message}`;

/**
 * The service did not accept the API key (401).
 */
export class Unauthenticated extends Schema.TaggedError<Unauthenticated>(
  "@scorecard-effect/client/Unauthenticated",
)("Unauthenticated", { ...location, apiError: Schema.optional(ApiError) }) {
  /** False: the service would reject the same key again. */
  readonly isRetryable: boolean = false;
  override get message(): string {
    return ErrorMessage.format(
      `The API key was not accepted (401)${reasonOf(this.apiError)}`,
      this,
    );
  }
}

/**
 * The service rejected the request with a status from 400 to 499 other than 401 and 429: an unknown
 * run (404), a cursor it no longer knows (400), a key without access (403).
 */
export class RequestRejected extends Schema.TaggedError<RequestRejected>(
  "@scorecard-effect/client/RequestRejected",
)("RequestRejected", {
  ...location,
  status: Schema.Int,
  retryAfter: Schema.optional(Schema.Duration),
  apiError: Schema.optional(ApiError),
}) {
  /** True for 408 (the service gave up waiting for the request), false for every other status. */
  get isRetryable(): boolean {
    return this.status === 408;
  }
  override get message(): string {
    return ErrorMessage.format(
      `The service rejected the request (${this.status})${reasonOf(this.apiError)}`,
      this,
    );
  }
}

/**
 * The service asked for fewer requests (429). `retryAfter` is how long it asked to wait, if it did.
 */
export class RateLimited extends Schema.TaggedError<RateLimited>(
  "@scorecard-effect/client/RateLimited",
)("RateLimited", {
  ...location,
  retryAfter: Schema.optional(Schema.Duration),
  apiError: Schema.optional(ApiError),
}) {
  /** True: after a wait. */
  readonly isRetryable: boolean = true;
  override get message(): string {
    const wait =
      this.retryAfter === undefined ? "" : `; it asks to wait ${Duration.format(this.retryAfter)}`;
    return ErrorMessage.format(
      `The service is limiting requests (429)${wait}${reasonOf(this.apiError)}`,
      this,
    );
  }
}

/** The service failed (a status of 500 or above). `retryAfter` is how long it asked to wait, if it did. */
export class ServiceError extends Schema.TaggedError<ServiceError>(
  "@scorecard-effect/client/ServiceError",
)("ServiceError", {
  ...location,
  status: Schema.Int,
  retryAfter: Schema.optional(Schema.Duration),
  apiError: Schema.optional(ApiError),
}) {
  /** True: such failures are often brief. */
  readonly isRetryable: boolean = true;
  override get message(): string {
    return ErrorMessage.format(
      `The service failed (${this.status})${reasonOf(this.apiError)}`,
      this,
    );
  }
}

/**
 * No complete response arrived: the connection was refused or reset, the host has no address, or the
 * body broke off. `detail` is the transport's reason.
 */
export class TransportError extends Schema.TaggedError<TransportError>(
  "@scorecard-effect/client/TransportError",
)("TransportError", { ...location, detail: Schema.String }) {
  /** True: such failures are often brief. */
  readonly isRetryable: boolean = true;
  override get message(): string {
    return ErrorMessage.format(`The service could not be reached: ${this.detail}`, this);
  }
}

/** A page, body included, did not arrive within `timeout`. */
export class RequestTimeout extends Schema.TaggedError<RequestTimeout>(
  "@scorecard-effect/client/RequestTimeout",
)("RequestTimeout", { ...location, timeout: Schema.Duration }) {
  /** True: such failures are often brief. */
  readonly isRetryable: boolean = true;
  override get message(): string {
    return ErrorMessage.format(`No complete page within ${Duration.format(this.timeout)}`, this);
  }
}

/**
 * The response is not a page of records, whatever its status claims.
 *
 * - `NotJson`: the body is not JSON in UTF-8; a proxy's HTML page, say.
 * - `Schema`: the body is JSON, but violates the contract at `issues`.
 * - `TooLarge`: the body is longer than `maxBodyBytes`; reading stopped there.
 *
 * `excerpt` is the start of the body, at most 1 KiB, if that helps to recognise it.
 */
export class InvalidResponse extends Schema.TaggedError<InvalidResponse>(
  "@scorecard-effect/client/InvalidResponse",
)("InvalidResponse", {
  ...location,
  reason: Schema.Literals(["NotJson", "Schema", "TooLarge"]),
  status: Schema.Int,
  issues: Schema.Array(Issue),
  excerpt: Schema.optional(Schema.String),
}) {
  /** False: the service will most likely respond the same way again. */
  readonly isRetryable: boolean = false;
  override get message(): string {
    return ErrorMessage.format(
      `The response (${this.status}) is not a page of records: ${formatIssues(this.issues)}`,
      this,
    );
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
  reason: Schema.Literals(["CursorMissing", "CursorRepeated", "Incomplete"]),
  detail: Schema.String,
}) {
  /** False: a person has to decide what to do. */
  readonly isRetryable: boolean = false;
  override get message(): string {
    return ErrorMessage.format(`The pages do not add up: ${this.detail}`, this);
  }
}

/** The options cannot be sent. Found before anything is sent. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>(
  "@scorecard-effect/client/InvalidRequest",
)("InvalidRequest", { ...location, problem: Schema.String }) {
  /** False: the request has to change. */
  readonly isRetryable: boolean = false;
  override get message(): string {
    return ErrorMessage.format(this.problem, this);
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
  | PaginationError
  | InvalidRequest;
