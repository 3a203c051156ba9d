/**
 * Everything that can go wrong while a run is listed, as exceptions: ten errors, distinguished by `_tag` or
 * `instanceof`, with the same tags as the errors of the Effect client. Times are milliseconds. No error contains the
 * API key.
 */
import type { ApiError, Issue } from "./PlainRecord.ts";

/** What every error has. */
export interface ErrorFields {
  readonly message: string;
  readonly runId: string;
  readonly cursor: string | undefined;
  readonly attempts: number;
  readonly isRetryable: boolean;
  readonly retryProblem?: string | undefined;
  readonly cause?: unknown;
}

/** An error that `JSON.stringify` writes with its name, its message and its fields, as logs need it. */
abstract class PlainError extends Error {
  /** Name, message and fields; no stack and no cause. */
  toJSON(): { readonly [field: string]: unknown } {
    const fields: { [field: string]: unknown } = { name: this.name, message: this.message };
    return Object.assign(fields, this);
  }
}

/** An error of a listing. */
export abstract class ScorecardError extends PlainError {
  /** The name of the error, for a `switch`. */
  abstract readonly _tag: string;
  /** The run that was listed. */
  readonly runId: string;
  /** Where to resume: fetches the page that failed. Undefined is the start of the run. */
  readonly cursor: string | undefined;
  /** How many requests were sent for that page; 0 if none was. */
  readonly attempts: number;
  /** Whether the same request may succeed later. */
  readonly isRetryable: boolean;
  /** Why your retry policy gave up, where it threw or returned no duration. */
  readonly retryProblem: string | undefined;

  constructor(fields: ErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.runId = fields.runId;
    this.cursor = fields.cursor;
    this.attempts = fields.attempts;
    this.isRetryable = fields.isRetryable;
    this.retryProblem = fields.retryProblem;
  }
}

/** What an error with a response has. */
export interface ResponseFields extends ErrorFields {
  readonly status: number;
  readonly apiError?: ApiError | undefined;
  readonly serverMessage?: string | undefined;
  readonly requestId?: string | undefined;
}

/** An error with a response. */
abstract class ResponseError extends ScorecardError {
  /** The status of the response. */
  readonly status: number;
  /** What the service said, if its body was an API error. */
  readonly apiError: ApiError | undefined;
  /**
   * What the server said otherwise: the message found in a body of another form, such as `{ "error": { "message" } }`,
   * problem details (RFC 9457) or the title of a page in HTML, or its text. One line, at most 1,000 characters.
   */
  readonly serverMessage: string | undefined;
  /**
   * The id that the service gave to the request, from `x-request-id` or a header like it. Give it to the people who run
   * the service.
   */
  readonly requestId: string | undefined;

  constructor(fields: ResponseFields) {
    super(fields);
    this.status = fields.status;
    this.apiError = fields.apiError;
    this.serverMessage = fields.serverMessage;
    this.requestId = fields.requestId;
  }
}

/** What an error with a status that is no success has. */
export interface StatusFields extends ResponseFields {
  readonly retryAfter: number | undefined;
}

/** An error with a status that is no success. */
abstract class StatusError extends ResponseError {
  /** How long the service asked to wait, in milliseconds, if it did. */
  readonly retryAfter: number | undefined;

  constructor(fields: StatusFields) {
    super(fields);
    this.retryAfter = fields.retryAfter;
  }
}

/** The service did not accept the API key (401). */
export class Unauthenticated extends StatusError {
  override readonly _tag = "Unauthenticated";
  override readonly name = "Unauthenticated";
}

/**
 * The service rejected the request with a status from 400 to 499 other than 401 and 429: an unknown run (404), a cursor
 * it no longer knows (400), a key without access (403).
 */
export class RequestRejected extends StatusError {
  override readonly _tag = "RequestRejected";
  override readonly name = "RequestRejected";
}

/** The service asked for fewer requests (429). */
export class RateLimited extends StatusError {
  override readonly _tag = "RateLimited";
  override readonly name = "RateLimited";
}

/** The service failed (a status of 500 or above). */
export class ServiceError extends StatusError {
  override readonly _tag = "ServiceError";
  override readonly name = "ServiceError";
}

/**
 * No complete response arrived: the connection was refused or reset, the host has no address, or the body broke off.
 * `detail` is the transport's reason, and `cause` what the transport threw, without the key.
 */
export class TransportError extends ScorecardError {
  override readonly _tag = "TransportError";
  override readonly name = "TransportError";
  readonly detail: string;
  /** The id that the service gave to the request, if the headers of a response arrived. */
  readonly requestId: string | undefined;

  constructor(
    fields: ErrorFields & { readonly detail: string; readonly requestId?: string | undefined },
  ) {
    super(fields);
    this.detail = fields.detail;
    this.requestId = fields.requestId;
  }
}

/** A page, body included, did not arrive within `timeout` milliseconds. */
export class RequestTimeout extends ScorecardError {
  override readonly _tag = "RequestTimeout";
  override readonly name = "RequestTimeout";
  readonly timeout: number;

  constructor(fields: ErrorFields & { readonly timeout: number }) {
    super(fields);
    this.timeout = fields.timeout;
  }
}

/** The response is not a page of records, whatever its status claims. */
export class InvalidResponse extends ResponseError {
  override readonly _tag = "InvalidResponse";
  override readonly name = "InvalidResponse";
  /**
   * `NotJson`: the body is not JSON in UTF-8. `Schema`: it departs from the contract at `issues`. `TooLarge`: it is
   * longer than `maxBodyBytes`.
   */
  readonly kind: "NotJson" | "Schema" | "TooLarge";
  readonly issues: ReadonlyArray<Issue>;
  /** The start of the body, at most 1 KiB, where that helps to recognise it. */
  readonly excerpt: string | undefined;

  constructor(
    fields: ResponseFields & {
      readonly kind: "NotJson" | "Schema" | "TooLarge";
      readonly issues: ReadonlyArray<Issue>;
      readonly excerpt?: string | undefined;
    },
  ) {
    super(fields);
    this.kind = fields.kind;
    this.issues = fields.issues;
    this.excerpt = fields.excerpt;
  }
}

/**
 * A record satisfies the contract, but not the types that the caller gave it with `as`. Where `decode` threw, `cause` is
 * what it threw, without the key.
 */
export class RecordMismatch extends ScorecardError {
  override readonly _tag = "RecordMismatch";
  override readonly name = "RecordMismatch";
  /** The position of the record on its page, from 0. */
  readonly index: number;
  readonly id: string;
  /** What does not fit, and where; paths are relative to the record. */
  readonly issues: ReadonlyArray<Issue>;
  /** The id that the service gave to the request, if it named one. */
  readonly requestId: string | undefined;

  constructor(
    fields: ErrorFields & {
      readonly index: number;
      readonly id: string;
      readonly issues: ReadonlyArray<Issue>;
      readonly requestId?: string | undefined;
    },
  ) {
    super(fields);
    this.requestId = fields.requestId;
    this.index = fields.index;
    this.id = fields.id;
    this.issues = fields.issues;
  }
}

/** The pages contradict themselves or each other: see `kind`. The listing does not deliver the page at fault. */
export class PaginationError extends ScorecardError {
  override readonly _tag = "PaginationError";
  override readonly name = "PaginationError";
  /**
   * `CursorMissing`: more records are announced without a usable cursor. `CursorRepeated`: the cursor leads back to a
   * page of this listing. `Incomplete`: the listing ends with fewer records than `total`.
   */
  readonly kind: "CursorMissing" | "CursorRepeated" | "Incomplete";
  readonly detail: string;
  /** The id that the service gave to the request, if it named one. */
  readonly requestId: string | undefined;

  constructor(
    fields: ErrorFields & {
      readonly kind: "CursorMissing" | "CursorRepeated" | "Incomplete";
      readonly detail: string;
      readonly requestId?: string | undefined;
    },
  ) {
    super(fields);
    this.kind = fields.kind;
    this.detail = fields.detail;
    this.requestId = fields.requestId;
  }
}

/** The options cannot be sent. Found before anything is sent. */
export class InvalidRequest extends ScorecardError {
  override readonly _tag = "InvalidRequest";
  override readonly name = "InvalidRequest";
  /** What is wrong with the options. */
  readonly problem: string;

  constructor(fields: ErrorFields & { readonly problem: string }) {
    super(fields);
    this.problem = fields.problem;
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

/** A score of an {@link InvalidRecord} that is not valid. */
export interface InvalidScore {
  /** The position of the score in the record's `scores`, from 0. */
  readonly index: number;
  /** The metric, if the score names one. */
  readonly metricConfigId?: string | undefined;
  /** Where it departs from the contract, as a JSON Pointer relative to the record. */
  readonly path: string;
  /** Whether the score has no value yet: `score` is missing or null, and nothing else is wrong. */
  readonly isPending: boolean;
}

/**
 * A record that does not satisfy the contract, or the types given by `as`. `listRecordResults` delivers it and
 * continues. Nothing of the record is lost: `value` has all of it. A record with a score that a person has yet to give
 * is such a record: its score is in `scores`, with `isPending`. Where `decode` threw,
 * `cause` is what it threw, without the key.
 */
export class InvalidRecord extends PlainError {
  readonly _tag = "InvalidRecord";
  override readonly name = "InvalidRecord";
  readonly runId: string;
  /** Fetches the page that holds the record. Undefined is the start of the run. */
  readonly cursor: string | undefined;
  /** The position of the record on that page, from 0. */
  readonly index: number;
  /** The record's id, if it has one. */
  readonly id: string | undefined;
  /** What is wrong, and where; paths are relative to the record. */
  readonly issues: ReadonlyArray<Issue>;
  /** The scores that are not valid, if that is what is wrong. */
  readonly scores: ReadonlyArray<InvalidScore>;
  /** The record as it arrived. */
  readonly value: unknown;

  constructor(fields: {
    readonly message: string;
    readonly runId: string;
    readonly cursor?: string | undefined;
    readonly index: number;
    readonly id?: string | undefined;
    readonly issues: ReadonlyArray<Issue>;
    readonly scores: ReadonlyArray<InvalidScore>;
    readonly value: unknown;
    readonly cause?: unknown;
  }) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.runId = fields.runId;
    this.cursor = fields.cursor;
    this.index = fields.index;
    this.id = fields.id;
    this.issues = fields.issues;
    this.scores = fields.scores;
    this.value = fields.value;
  }
}
