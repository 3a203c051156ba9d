/**
 * Why a listing failed, as plain data. The Effect client and the promise client each turn it into errors of their own,
 * with the same tags, fields and messages; the modules below them need no error classes.
 */
import {
  type ApiError,
  type Cursor,
  formatIssues,
  type Issue,
  printable,
  type RecordId,
  type RunId,
} from "@scorecard-effect/contract";
import type { InvalidScore } from "@scorecard-effect/contract/protocol/FirstIssue";
import { isTransientStatus } from "@scorecard-effect/contract/protocol/RequestDefaults";
import * as TerminalText from "@scorecard-effect/contract/protocol/TerminalText";
import * as Duration from "effect/Duration";

/** Where a listing failed. */
export interface Location {
  readonly runId: RunId;
  /** Where to resume: fetches the page that failed. Undefined is the start of the run. */
  readonly cursor?: Cursor | undefined;
  /** How many requests were sent for that page; 0 if none was. */
  readonly attempts: number;
  /** Why the caller's retry policy gave up, where it threw or returned no duration. */
  readonly retryProblem?: string | undefined;
}

/** What a server said with a response. */
export interface ResponseDetails {
  /** The body, if it is an ApiError. */
  readonly apiError?: ApiError | undefined;
  /** The message or text that was found in any other body: one line, at most 1,000 characters, without the key. */
  readonly serverMessage?: string | undefined;
  /** The id that the service gave to the request, by which its logs name it. */
  readonly requestId?: string | undefined;
}

/** A response that is not a page. */
interface FailedResponse extends ResponseDetails {
  readonly status: number;
}

/** The fields of each failure, by tag. */
interface Fields {
  readonly Unauthenticated: Location & FailedResponse;
  readonly RequestRejected: Location &
    FailedResponse & { readonly retryAfter?: Duration.Duration | undefined };
  readonly RateLimited: Location &
    FailedResponse & { readonly retryAfter?: Duration.Duration | undefined };
  readonly ServiceError: Location &
    FailedResponse & { readonly retryAfter?: Duration.Duration | undefined };
  readonly TransportError: Location & {
    /** The transport's reason, in one line. */
    readonly detail: string;
    /** What the transport threw, without the key. */
    readonly cause?: unknown;
    /** The id of the request, if the headers of a response arrived. */
    readonly requestId?: string | undefined;
  };
  readonly RequestTimeout: Location & { readonly timeout: Duration.Duration };
  readonly InvalidResponse: Location &
    FailedResponse & {
      readonly kind: "NotJson" | "Schema" | "TooLarge";
      readonly issues: ReadonlyArray<Issue>;
      readonly excerpt?: string | undefined;
    };
  readonly RecordMismatch: Location & {
    readonly index: number;
    readonly id: RecordId;
    readonly issues: ReadonlyArray<Issue>;
    /** What the reader threw, if it did, without the key. */
    readonly cause?: unknown;
    readonly requestId?: string | undefined;
  };
  readonly PaginationError: Location & {
    readonly kind: "CursorMissing" | "CursorRepeated" | "Incomplete";
    readonly detail: string;
    readonly requestId?: string | undefined;
  };
  readonly InvalidRequest: Location & { readonly problem: string };
}

/** The names of the failures. */
type Tag = keyof Fields;

/** A failure of one kind. */
export type Of<T extends Tag> = { readonly _tag: T } & Fields[T];

/** A failure of any kind. */
export type Failure = { readonly [T in Tag]: Of<T> }[Tag];

/** A failure that one attempt at a page can have. */
export type AttemptFailure = Exclude<Failure, { readonly _tag: "PaginationError" }>;

/** Whether the same request may succeed later. */
export const isRetryable = (failure: Failure): boolean => {
  switch (failure._tag) {
    case "RequestRejected":
    case "RateLimited":
    case "ServiceError":
      return isTransientStatus(failure.status);
    case "TransportError":
    case "RequestTimeout":
      return true;
    default:
      return false;
  }
};

/** What happened and where, in one line, whatever the service sent. */
export const messageOf = (failure: Failure): string =>
  formatMessage(`${whatHappened(failure)}${retryProblemOf(failure)}`, failure);

const retryProblemOf = ({ retryProblem }: Location): string =>
  retryProblem === undefined ? "" : `; not retried: ${retryProblem}`;

const whatHappened = (failure: Failure): string => {
  switch (failure._tag) {
    case "Unauthenticated":
      return `The API key was not accepted (401)${reasonOf(failure)}`;
    case "RequestRejected":
      return `The service rejected the request (${failure.status})${reasonOf(failure) || hintOf(failure)}`;
    case "RateLimited": {
      const { retryAfter } = failure;
      const wait =
        retryAfter === undefined ? "" : `; it asks to wait ${Duration.format(retryAfter)}`;
      return `The service is limiting requests (429)${wait}${reasonOf(failure)}`;
    }
    case "ServiceError":
      return `The service failed (${failure.status})${reasonOf(failure)}`;
    case "TransportError":
      return `The service could not be reached: ${failure.detail}`;
    case "RequestTimeout":
      return `No complete page within ${Duration.format(failure.timeout)}`;
    case "InvalidResponse":
      return `The response (${failure.status}) is not a page of records: ${issuesOf(failure)}${quoteOf(failure)}`;
    case "RecordMismatch":
      return `Record ${TerminalText.quoteId(failure.id)} does not fit the types given by \`as\`: ${issuesOf(failure)}`;
    case "PaginationError":
      return `The pages do not add up: ${failure.detail}`;
    default:
      return failure.problem;
  }
};

/** What traces and logs say of a failure: its tag, the server's message and the id of the request. */
export const failureAttributes = (failure: Failure): { readonly [name: string]: string } => {
  const message = "status" in failure ? TerminalText.line(wordsOf(failure)) : "";
  const requestId = "requestId" in failure ? failure.requestId : undefined;
  return {
    error: failure._tag,
    ...(message === "" ? {} : { serverMessage: message }),
    ...(requestId === undefined ? {} : { requestId }),
  };
};

/** A 404 that gives no reason comes from a server without this API more often than from one without the run. */
const hintOf = ({ status }: FailedResponse): string =>
  status === 404 ? ": is the base URL right? It usually ends with /api/v2" : "";

const reasonOf = (response: FailedResponse): string => {
  const words = wordsOf(response);
  return words === "" ? "" : `: ${words}`;
};

const quoteOf = (response: FailedResponse): string => {
  const words = wordsOf(response);
  return words === "" ? "" : `; the server says: ${words}`;
};

const wordsOf = ({ apiError, serverMessage = "" }: ResponseDetails): string =>
  apiError === undefined
    ? serverMessage
    : [apiError.code, apiError.message].filter((text) => text.trim() !== "").join(": ");

const issuesOf = ({ issues }: { readonly issues: ReadonlyArray<Issue> }): string =>
  formatIssues(issues);

/** A record that does not satisfy the contract, or the types given by `as`. */
export interface RecordFailure {
  readonly runId: RunId;
  readonly cursor?: Cursor | undefined;
  /** The position of the record on its page, from 0. */
  readonly index: number;
  readonly id?: RecordId | undefined;
  /** What is wrong, and where; paths are relative to the record. */
  readonly issues: ReadonlyArray<Issue>;
  /** The scores that are not valid. */
  readonly scores: ReadonlyArray<InvalidScore>;
  /** The record as it arrived. */
  readonly value: unknown;
  /** What the reader threw, if it did, without the key. */
  readonly cause?: unknown;
}

/** The message of a {@link RecordFailure}, in one line. */
export const recordMessage = (failure: RecordFailure): string => {
  const name = failure.id === undefined ? "without an id" : TerminalText.quoteId(failure.id);
  const scores = scoresOf(failure);
  return formatMessage(`Record ${name} is not valid: ${issuesOf(failure)}${scores}`, failure);
};

const maxNamedScores = 5;

// The issues say what is wrong at which index. A person knows a score by its metric.
const scoresOf = ({ scores }: RecordFailure): string => {
  if (scores.length === 0) return "";
  const named = scores.slice(0, maxNamedScores).map(({ index, metricConfigId, isPending }) => {
    const metric = metricConfigId === undefined ? "" : ` of metric ${printable(metricConfigId)}`;
    return `score ${index}${metric}${isPending ? " is pending" : ""}`;
  });
  const omitted = scores.length - named.length;
  return ` (${named.join(", ")}${omitted > 0 ? `, and ${omitted} more` : ""})`;
};

/** The place in a run that an error message names. */
interface Place {
  readonly runId: RunId;
  /** Fetches the page. Undefined is the start of the run. */
  readonly cursor?: Cursor | undefined;
  /** The position of a record on the page, from 0. */
  readonly index?: number | undefined;
  /** The id that the service gave to the request. */
  readonly requestId?: string | undefined;
}

/** Writes the message of an error: what happened and where, in one line that is safe in a terminal. */
const formatMessage = (happened: string, { runId, cursor, index, requestId }: Place): string => {
  const page = cursor === undefined ? "first page" : `cursor ${TerminalText.quoteId(cursor)}`;
  const record = index === undefined ? "" : `, index ${index}`;
  const request = requestId === undefined ? "" : `, request ${TerminalText.quoteId(requestId)}`;
  const place = `(run ${TerminalText.quoteId(runId)}, ${page}${record}${request})`;
  return `${TerminalText.line(happened)} ${TerminalText.line(place)}`;
};
