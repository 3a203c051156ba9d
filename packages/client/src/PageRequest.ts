/**
 * One request for one page: builds it, sends it once, and turns whatever comes back into a page or a typed
 * error. Knows HTTP and JSON; knows nothing of the pages before and after, or of trying again.
 */
import { ApiError, type Cursor, type RunId } from "@scorecard-effect/contract";
import * as Clock from "effect/Clock";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type * as HttpClient from "effect/http/HttpClient";
import * as HttpClientError from "effect/http/HttpClientError";
import * as HttpClientRequest from "effect/http/HttpClientRequest";
import type * as HttpClientResponse from "effect/http/HttpClientResponse";
import * as Body from "./Body.ts";
import * as Json from "./Json.ts";
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
} from "./ListRecordsError.ts";
import type { PageReader, ReadPage } from "./PageReader.ts";
import * as Quote from "./Quote.ts";
import * as RetryAfter from "./RetryAfter.ts";

/** Where pages are fetched from, and as whom. */
export interface Endpoint {
  readonly http: HttpClient.HttpClient;
  readonly apiKey: Redacted.Redacted;
  /** Absolute, without a trailing slash, query or fragment. */
  readonly baseUrl: string;
  /** How long an attempt may take, body included. */
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

/** What an attempt can fail with: everything but a broken paging rule. */
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
  const transportError = (cause: unknown) =>
    new TransportError({
      ...location,
      detail: Quote.line(Quote.redactor(endpoint.apiKey)(describe(cause))),
    });
  return endpoint.http.execute(toRequest(endpoint, params)).pipe(
    Effect.flatMap(
      (response): Effect.Effect<ReadPage<A>, AttemptError | HttpClientError.HttpClientError> => {
        const status = statusOf(response);
        const body = Body.read(response, endpoint.maxBodyBytes);
        if (status >= 200 && status < 300) {
          return Effect.matchEffect(body, {
            onSuccess: (bytes) => Effect.fromResult(readPage(status, bytes, endpoint, params)),
            onFailure: (
              error,
            ): Effect.Effect<never, AttemptError | HttpClientError.HttpClientError> => {
              if (error._tag === "BodyTooLarge") {
                return Effect.fail(tooLarge(error, status, endpoint, location));
              }
              return Effect.fail(
                error._tag === "BodyCorrupt" ? transportError(error.cause) : error,
              );
            },
          });
        }
        // What the status says holds, whether or not the body that explains it arrives.
        return Effect.flatMap(
          Effect.orElseSucceed(body, () => new Uint8Array()),
          (bytes) =>
            Effect.flatMap(Clock.currentTimeMillis, (now) =>
              Effect.fail(readError(response, bytes, endpoint, location, now)),
            ),
        );
      },
    ),
    Effect.catchIf(
      HttpClientError.isHttpClientError,
      (error): Effect.Effect<never, InvalidRequest | TransportError> =>
        Effect.fail(
          error.reason._tag === "InvalidUrlError"
            ? new InvalidRequest({
                ...location,
                attempts: 0,
                problem: "The base URL and the run id do not make a URL",
              })
            : transportError("cause" in error.reason ? error.reason.cause : error.reason._tag),
        ),
    ),
    // An HttpClient is the caller's choice: one that breaks is a transport that failed.
    Effect.catchDefect((defect) => Effect.fail(transportError(defect))),
    Effect.timeoutOrElse({
      duration: endpoint.timeout,
      orElse: () => Effect.fail(new RequestTimeout({ ...location, timeout: endpoint.timeout })),
    }),
  );
};

type Location = Pick<InvalidRequest, "runId" | "cursor" | "attempts">;

// Every part is percent-encoded as a URL component, so that run ids and cursors stay opaque: "a/b",
// "1+1" and "?" arrive as they are. The caller has refused what cannot be encoded at all.
const toRequest = (
  endpoint: Endpoint,
  params: PageParams<unknown>,
): HttpClientRequest.HttpClientRequest => {
  const cursor = params.cursor === undefined ? "" : `&cursor=${encodeURIComponent(params.cursor)}`;
  const path = `/runs/${encodeURIComponent(params.runId)}/records?limit=${params.pageSize}${cursor}`;
  return HttpClientRequest.get(`${endpoint.baseUrl}${path}`).pipe(
    HttpClientRequest.bearerToken(endpoint.apiKey),
    HttpClientRequest.acceptJson,
    HttpClientRequest.setHeader("accept-encoding", Body.acceptedEncodings),
  );
};

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
  const json = parseJson(body);
  if (Result.isFailure(json)) {
    const issue = { path: "", message: json.failure };
    return Result.fail(invalid("NotJson", [issue], Quote.excerpt(body, endpoint.apiKey)));
  }
  const page = read(json.success, { runId, cursor });
  if (Result.isFailure(page)) {
    const redact = Quote.redactor(endpoint.apiKey);
    const issues = page.failure.map(({ path, message }) => ({
      path: Quote.line(redact(path)),
      message: Quote.line(redact(message)),
    }));
    return Result.fail(invalid("Schema", issues));
  }
  // A cursor goes into URLs, errors and checkpoints, where the key must never be.
  if (page.success.nextCursor?.includes(Redacted.value(endpoint.apiKey))) {
    const issue = { path: "/nextCursor", message: "Expected a cursor, got the API key" };
    return Result.fail(invalid("Schema", [issue]));
  }
  return Result.succeed(page.success);
};

const tooLarge = (
  { start }: Body.BodyTooLarge,
  status: number,
  { apiKey, maxBodyBytes }: Endpoint,
  location: Location,
): InvalidResponse =>
  new InvalidResponse({
    ...location,
    reason: "TooLarge",
    status,
    issues: [{ path: "", message: `Expected at most ${maxBodyBytes} bytes` }],
    excerpt: Quote.excerpt(start, apiKey),
  });

// A status is a whole number, unless the HttpClient is of the caller's own making.
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
    Result.map(Result.flatMap(parseJson(body), decodeApiError), (error) =>
      Quote.apiError(error, Quote.redactor(endpoint.apiKey)),
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
    excerpt: Quote.excerpt(body, endpoint.apiKey),
  });
};

// JSON is UTF-8 (RFC 8259, section 8.1); a lenient decoder would put U+FFFD where text was damaged.
const parseJson = (body: Uint8Array): Result.Result<unknown, string> => {
  if (body.byteLength === 0) return Result.fail("Expected JSON, got an empty body");
  return Result.flatMap(
    Result.try({
      try: () => new TextDecoder("utf-8", { fatal: true }).decode(body),
      catch: () => "Expected JSON in UTF-8, got bytes that are not UTF-8",
    }),
    (text) =>
      Result.try({
        try: (): unknown => Json.parse(text),
        catch: () => "Expected JSON, got something else",
      }),
  );
};

// Transports wrap what happened ("fetch failed") around why ("connect ECONNREFUSED 127.0.0.1:1"); the
// innermost reason is the one worth reading. Causes may lead in a circle.
const describe = (thrown: unknown): string => {
  let cause = thrown;
  for (let depth = 0; depth < 8 && cause instanceof Error; depth += 1) {
    const inner: unknown = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
    if (!(inner instanceof Error)) break;
    cause = inner;
  }
  if (!(cause instanceof Error)) {
    return typeof cause === "string" ? cause : "the transport gave no reason";
  }
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  const message = cause.message === "" ? cause.name : cause.message;
  return message.includes(code) ? message : `${message} (${code})`;
};
