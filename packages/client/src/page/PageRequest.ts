/**
 * Sends one request for one page, and turns the response into a page or a typed error. This module handles HTTP and
 * JSON; other modules handle retries and the order of pages.
 */
import { ApiError, type Cursor, type RunId } from "@scorecard-effect/contract";
import * as Body from "@scorecard-effect/contract/protocol/Body";
import * as FailureReason from "@scorecard-effect/contract/protocol/FailureReason";
import * as Json from "@scorecard-effect/contract/protocol/Json";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import * as RetryAfter from "@scorecard-effect/contract/protocol/RetryAfter";
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import * as HttpClient from "effect/http/HttpClient";
import * as HttpClientRequest from "effect/http/HttpClientRequest";
import type * as HttpClientResponse from "effect/http/HttpClientResponse";
import {
  InvalidRequest,
  InvalidResponse,
  type ListRecordsError,
  RateLimited,
  RequestRejected,
  RequestTimeout,
  ServiceError,
  TransportError,
  Unauthenticated,
} from "../diagnostics/ListRecordsError.ts";
import type { Redaction } from "../diagnostics/Redaction.ts";
import type { PageReader, ReadPage } from "./PageReader.ts";

/** The endpoint of a client. */
export interface Endpoint {
  readonly http: HttpClient.HttpClient;
  /** Absolute, without a trailing slash, query or fragment. */
  readonly baseUrl: string;
  /** The request without its URL: see {@link requestWith}. */
  readonly request: HttpClientRequest.HttpClientRequest;
  /** Removes the key of this client from what errors quote. */
  readonly redaction: Redaction;
  /** The longest time an attempt may take, including the body. */
  readonly timeout: Duration.Duration;
  /** The longest body to read. */
  readonly maxBodyBytes: number;
}

/** Which page to fetch, and how to read it. */
export interface PageParams<out A> {
  readonly runId: RunId;
  readonly cursor: Cursor | undefined;
  readonly pageSize: number;
  readonly read: PageReader<A>;
  /** Which attempt at the page this is, from 1. */
  readonly attempt: number;
}

/** Makes the request that all requests of a client start from: it has their headers, and no URL yet. */
export const requestWith = (apiKey: Redacted.Redacted): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.get("").pipe(
    HttpClientRequest.bearerToken(apiKey),
    HttpClientRequest.acceptJson,
    HttpClientRequest.setHeader("accept-encoding", Body.acceptedEncodings),
  );

/** Why an attempt failed: any error except a broken paging rule. */
export type AttemptError = Exclude<ListRecordsError, { readonly _tag: "PaginationError" }>;

/** Sends one request for one page. */
export const fetchPage = <A>(
  endpoint: Endpoint,
  params: PageParams<A>,
): Effect.Effect<ReadPage<A>, AttemptError> => {
  const location: Location = {
    runId: params.runId,
    cursor: params.cursor,
    attempts: params.attempt,
  };
  return receive(endpoint, toRequest(endpoint, params), location).pipe(
    Effect.flatMap(({ response, status, body }) =>
      isSuccess(status)
        ? Effect.fromResult(readPage(status, body, endpoint, params))
        : Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.fail(readError(response, body, endpoint, location, now)),
          ),
    ),
    Effect.timeoutOrElse({
      duration: endpoint.timeout,
      orElse: () => Effect.fail(new RequestTimeout({ ...location, timeout: endpoint.timeout })),
    }),
  );
};

interface Received {
  readonly response: HttpClientResponse.HttpClientResponse;
  readonly status: number;
  readonly body: Uint8Array;
}

const maxErrorBodyWait = Duration.seconds(2);

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** Sends a request, and reads the body of any response. */
const receive = (
  endpoint: Endpoint,
  request: HttpClientRequest.HttpClientRequest,
  location: Location,
): Effect.Effect<Received, TransportError | InvalidResponse | InvalidRequest> => {
  const transportError = (cause: unknown) =>
    new TransportError({
      ...location,
      detail: endpoint.redaction.line(FailureReason.describe(cause)),
    });

  const received = Effect.gen(function* () {
    const response = yield* endpoint.http.execute(request);
    const status = statusOf(response);
    yield* Effect.annotateCurrentSpan("status", status);
    const reading = Body.read(response, endpoint.maxBodyBytes);
    const body = isSuccess(status)
      ? yield* Effect.catchTags(reading, {
          BodyTooLarge: (error) => Effect.fail(tooLarge(error, status, endpoint, location)),
          BodyCorrupt: ({ cause }) => Effect.fail(transportError(cause)),
        })
      : // The status is enough for an error: its body, which explains it, may be late or missing.
        yield* reading.pipe(
          Effect.timeout(
            Duration.min(maxErrorBodyWait, Duration.divideUnsafe(endpoint.timeout, 2)),
          ),
          Effect.orElseSucceed(() => new Uint8Array()),
        );
    return { response, status, body };
  });
  return received.pipe(
    // The transport's own span would quote URLs and causes that are not redacted.
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
    Effect.catchTag("HttpClientError", ({ reason }) =>
      Effect.fail(
        reason._tag === "InvalidUrlError"
          ? new InvalidRequest({
              ...location,
              attempts: 0,
              problem: "The base URL and the run id do not form a valid URL",
            })
          : transportError("cause" in reason ? reason.cause : reason._tag),
      ),
    ),
    // The caller chose the HttpClient: a defect in it is a transport failure.
    Effect.catchDefect((defect) => Effect.fail(transportError(defect))),
  );
};

type Location = Pick<InvalidRequest, "runId" | "cursor" | "attempts">;

const toRequest = (
  { baseUrl, request }: Endpoint,
  { runId, cursor, pageSize }: PageParams<unknown>,
): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.setUrl(
    request,
    ListRecordsRequest.url({ baseUrl, runId, limit: pageSize, cursor }),
  );

const decodeApiError = Schema.decodeUnknownResult(ApiError);

const readPage = <A>(
  status: number,
  body: Uint8Array,
  endpoint: Endpoint,
  { runId, cursor, attempt, read }: PageParams<A>,
): Result.Result<ReadPage<A>, InvalidResponse> => {
  const invalid = (
    reason: "NotJson" | "Schema",
    issues: InvalidResponse["issues"],
    excerpt?: string,
  ) => new InvalidResponse({ runId, cursor, attempts: attempt, reason, status, issues, excerpt });
  const json = Json.decode(body);
  if (Result.isFailure(json)) {
    const issue = { path: "", message: json.failure };
    return Result.fail(invalid("NotJson", [issue], endpoint.redaction.excerpt(body)));
  }
  const page = read(json.success, { runId, cursor });
  if (Result.isFailure(page)) {
    const issues = page.failure.map(({ path, message }) => ({
      path: endpoint.redaction.line(path),
      message: endpoint.redaction.line(message),
    }));
    return Result.fail(invalid("Schema", issues));
  }
  // Cursors end up in URLs, errors and checkpoints, where the key must never be.
  const { nextCursor } = page.success;
  if (nextCursor !== null && endpoint.redaction.hasKey(nextCursor)) {
    const issue = { path: "/nextCursor", message: "Expected a cursor, got the API key" };
    return Result.fail(invalid("Schema", [issue]));
  }
  return Result.succeed(page.success);
};

const tooLarge = (
  { start }: Body.BodyTooLarge,
  status: number,
  { redaction, maxBodyBytes }: Endpoint,
  location: Location,
): InvalidResponse =>
  new InvalidResponse({
    ...location,
    reason: "TooLarge",
    status,
    issues: [{ path: "", message: `Expected at most ${maxBodyBytes} bytes` }],
    excerpt: redaction.excerpt(start),
  });

// A status is a whole number, unless the caller wrote the HttpClient.
const statusOf = ({ status }: HttpClientResponse.HttpClientResponse): number =>
  Number.isInteger(status) ? status : 0;

const readError = (
  response: HttpClientResponse.HttpClientResponse,
  body: Uint8Array,
  endpoint: Endpoint,
  location: Location,
  now: number,
): AttemptError => {
  const status = statusOf(response);
  const retryAfter = RetryAfter.parse(response.headers, now);
  const apiError = Result.getOrUndefined(
    Result.map(Result.flatMap(Json.decode(body), decodeApiError), (error) =>
      endpoint.redaction.apiError(error),
    ),
  );
  if (status === 401) return new Unauthenticated({ ...location, apiError });
  if (status === 429) return new RateLimited({ ...location, retryAfter, apiError });
  if (status >= 500) return new ServiceError({ ...location, status, retryAfter, apiError });
  if (status >= 400) return new RequestRejected({ ...location, status, retryAfter, apiError });
  return new InvalidResponse({
    ...location,
    reason: "NotJson",
    status,
    issues: [{ path: "", message: `Expected a page of records, got status ${status}` }],
    excerpt: endpoint.redaction.excerpt(body),
  });
};
