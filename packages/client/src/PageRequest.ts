/**
 * One request for one page: builds it, sends it once, and turns whatever comes back into a page of
 * records or a typed error. Knows HTTP and JSON; knows nothing of the pages before and after.
 */
import {
  ApiError,
  type Cursor,
  isRecordPage,
  issuesOf,
  RecordPage,
  type RunId,
} from "@scorecard-effect/contract";
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
import * as Quote from "./Quote.ts";
import * as RetryAfter from "./RetryAfter.ts";

/** Where pages are fetched from, and as whom. */
export interface Endpoint {
  readonly http: HttpClient.HttpClient;
  readonly apiKey: Redacted.Redacted;
  /** Absolute, without a trailing slash, query or fragment. */
  readonly baseUrl: string;
  /** How long a page may take, body included. */
  readonly timeout: Duration.Duration;
}

/** Which page to fetch. */
export interface PageParams {
  readonly runId: RunId;
  readonly cursor: Cursor | undefined;
  readonly pageSize: number;
}

/** Sends one request for one page. */
export const fetchPage = (
  endpoint: Endpoint,
  params: PageParams,
): Effect.Effect<RecordPage, Exclude<ListRecordsError, { readonly _tag: "PaginationError" }>> => {
  const location = { runId: params.runId, cursor: params.cursor, attempts: 1 };
  const transportError = (cause: unknown) =>
    Effect.fail(
      new TransportError({
        ...location,
        detail: Quote.line(Quote.redactor(endpoint.apiKey)(describe(cause))),
      }),
    );
  return endpoint.http.execute(toRequest(endpoint, params)).pipe(
    Effect.flatMap((response) =>
      response.status >= 200 && response.status < 300
        ? Effect.map(response.arrayBuffer, (body) => ({ response, body }))
        : // What the status says holds, whether or not the body that explains it arrives.
          Effect.map(
            Effect.orElseSucceed(response.arrayBuffer, () => new ArrayBuffer(0)),
            (body) => ({ response, body }),
          ),
    ),
    // An HttpClient is the caller's choice: one that breaks is a transport that failed.
    Effect.catchDefect(transportError),
    Effect.catchIf(
      HttpClientError.isHttpClientError,
      (error): Effect.Effect<never, InvalidRequest | TransportError> =>
        error.reason._tag === "InvalidUrlError"
          ? Effect.fail(
              new InvalidRequest({
                ...location,
                attempts: 0,
                problem: "The base URL and the run id do not make a URL",
              }),
            )
          : transportError("cause" in error.reason ? error.reason.cause : error.reason._tag),
    ),
    Effect.flatMap(({ response, body }) =>
      response.status >= 200 && response.status < 300
        ? readPage(response.status, body, endpoint, location)
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

type Location = Pick<InvalidRequest, "runId" | "cursor" | "attempts">;

// Every part is percent-encoded as a URL component, so that run ids and cursors stay opaque: "a/b",
// "1+1" and "?" arrive as they are. The caller has refused what cannot be encoded at all.
const toRequest = (endpoint: Endpoint, params: PageParams): HttpClientRequest.HttpClientRequest => {
  const cursor = params.cursor === undefined ? "" : `&cursor=${encodeURIComponent(params.cursor)}`;
  const path = `/runs/${encodeURIComponent(params.runId)}/records?limit=${params.pageSize}${cursor}`;
  return HttpClientRequest.get(`${endpoint.baseUrl}${path}`).pipe(
    HttpClientRequest.bearerToken(endpoint.apiKey),
    HttpClientRequest.acceptJson,
  );
};

const decodePage = Schema.decodeUnknownResult(RecordPage);
const decodeApiError = Schema.decodeUnknownResult(ApiError);

// A page that satisfies the guard is handed out as it was parsed: the schema transforms nothing, and
// decoding would cost a copy. What fails the guard is decoded for the report.
const readPage = (
  status: number,
  body: ArrayBuffer,
  endpoint: Endpoint,
  location: Location,
): Effect.Effect<RecordPage, InvalidResponse> => {
  const redact = Quote.redactor(endpoint.apiKey);
  const invalid = (
    reason: "NotJson" | "Schema",
    issues: InvalidResponse["issues"],
    excerpt?: string,
  ) => Effect.fail(new InvalidResponse({ ...location, reason, status, issues, excerpt }));
  const json = parseJson(body);
  if (Result.isFailure(json)) {
    return invalid(
      "NotJson",
      [{ path: "", message: json.failure }],
      Quote.excerpt(new Uint8Array(body), endpoint.apiKey),
    );
  }
  if (isRecordPage(json.success)) {
    // A cursor goes into URLs, errors and checkpoints, where the key must never be.
    return json.success.nextCursor?.includes(Redacted.value(endpoint.apiKey))
      ? invalid("Schema", [{ path: "/nextCursor", message: "Expected a cursor, got the API key" }])
      : Effect.succeed(json.success);
  }
  return Result.match(decodePage(json.success), {
    onSuccess: Effect.succeed,
    onFailure: (error) =>
      invalid(
        "Schema",
        issuesOf(error).map(({ path, message }) => ({
          path: Quote.line(redact(path)),
          message: redact(message),
        })),
      ),
  });
};

const readError = (
  response: HttpClientResponse.HttpClientResponse,
  body: ArrayBuffer,
  endpoint: Endpoint,
  location: Location,
  now: number,
) => {
  // A status is a whole number, unless the HttpClient is of the caller's own making.
  const status = Number.isInteger(response.status) ? response.status : 0;
  const apiError = Result.getOrUndefined(
    Result.map(Result.flatMap(parseJson(body), decodeApiError), (error) =>
      Quote.apiError(error, Quote.redactor(endpoint.apiKey)),
    ),
  );
  if (status === 401) return new Unauthenticated({ ...location, apiError });
  if (status === 429) {
    return new RateLimited({
      ...location,
      apiError,
      retryAfter: RetryAfter.parse(response.headers, now),
    });
  }
  if (status >= 500) return new ServiceError({ ...location, status, apiError });
  if (status >= 400) return new RequestRejected({ ...location, status, apiError });
  return new InvalidResponse({
    ...location,
    reason: "NotJson",
    status,
    issues: [{ path: "", message: `Expected a page of records, got status ${status}` }],
    excerpt: Quote.excerpt(new Uint8Array(body), endpoint.apiKey),
  });
};

// JSON is UTF-8 (RFC 8259, section 8.1); a lenient decoder would put U+FFFD where text was damaged.
const parseJson = (body: ArrayBuffer): Result.Result<unknown, string> => {
  if (body.byteLength === 0) return Result.fail("Expected JSON, got an empty body");
  return Result.flatMap(
    Result.try({
      try: () => new TextDecoder("utf-8", { fatal: true }).decode(body),
      catch: () => "Expected JSON in UTF-8, got bytes that are not UTF-8",
    }),
    (text) =>
      Result.try({
        try: (): unknown => JSON.parse(text),
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
