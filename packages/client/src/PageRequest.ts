/**
 * One request for one page: builds it, sends it once, and turns whatever comes back into a page of
 * records or a typed error. Knows HTTP and JSON; knows nothing of the pages before and after.
 */
import {
  ApiError,
  type Cursor,
  issuesOf,
  RecordPage,
  type RunId,
} from "@scorecard-effect/contract";
import { Clock, Duration, Effect, Redacted, Result, Schema } from "effect";
import {
  type HttpClient,
  HttpClientError,
  HttpClientRequest,
  type HttpClientResponse,
} from "effect/http";
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
  return endpoint.http.execute(toRequest(endpoint, params)).pipe(
    Effect.flatMap((response) =>
      Effect.flatMap(response.arrayBuffer, (body) =>
        response.status >= 200 && response.status < 300
          ? readPage(response.status, body, endpoint, location)
          : Effect.flatMap(Clock.currentTimeMillis, (now) =>
              Effect.fail(readError(response, body, endpoint, location, now)),
            ),
      ),
    ),
    Effect.catchIf(HttpClientError.isHttpClientError, (error) =>
      Effect.fail(
        error.reason._tag === "InvalidUrlError"
          ? new InvalidRequest({
              ...location,
              attempts: 0,
              problem: "The base URL and the run id do not make a URL",
            })
          : new TransportError({ ...location, detail: redact(endpoint, describe(error)) }),
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

const isPage = Schema.is(RecordPage);
const decodePage = Schema.decodeUnknownResult(RecordPage);
const decodeApiError = Schema.decodeUnknownResult(ApiError);

// A page that satisfies the guard is handed out as it was parsed: the schema transforms nothing, and a
// decoded copy would drop the fields that the service has added since.
const readPage = (
  status: number,
  body: ArrayBuffer,
  endpoint: Endpoint,
  location: Location,
): Effect.Effect<RecordPage, InvalidResponse> => {
  const invalid = (
    reason: "NotJson" | "Schema",
    issues: InvalidResponse["issues"],
    excerpt?: string,
  ) => Effect.fail(new InvalidResponse({ ...location, reason, status, issues, excerpt }));
  const json = parseJson(body);
  if (Result.isFailure(json)) {
    return invalid("NotJson", [{ path: "", message: json.failure }], excerptOf(endpoint, body));
  }
  if (isPage(json.success)) return Effect.succeed(json.success);
  return Result.match(decodePage(json.success), {
    onSuccess: Effect.succeed,
    onFailure: (error) =>
      invalid(
        "Schema",
        issuesOf(error).map(({ path, message }) => ({ path, message: redact(endpoint, message) })),
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
  const { status } = response;
  const apiError = Result.getOrUndefined(
    Result.flatMap(
      parseJson(body, (text) => redact(endpoint, text)),
      decodeApiError,
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
    excerpt: excerptOf(endpoint, body),
  });
};

// JSON is UTF-8 (RFC 8259, section 8.1); a lenient decoder would put U+FFFD where text was damaged.
const parseJson = (
  body: ArrayBuffer,
  prepare: (text: string) => string = (text) => text,
): Result.Result<unknown, string> =>
  Result.try({
    try: (): unknown => JSON.parse(prepare(new TextDecoder("utf-8", { fatal: true }).decode(body))),
    catch: () =>
      body.byteLength === 0 ? "Expected JSON, got an empty body" : "Expected JSON in UTF-8",
  });

const excerptBytes = 1024;

const excerptOf = (endpoint: Endpoint, body: ArrayBuffer): string | undefined =>
  body.byteLength === 0
    ? undefined
    : redact(
        endpoint,
        new TextDecoder().decode(
          body.slice(0, excerptBytes + Redacted.value(endpoint.apiKey).length),
        ),
      ).slice(0, excerptBytes);

// A service, or a proxy before it, may echo the request: the key never travels on in an error.
const redact = (endpoint: Endpoint, text: string): string =>
  text.replaceAll(Redacted.value(endpoint.apiKey), "<redacted>");

// Transports wrap what happened ("fetch failed") around why ("connect ECONNREFUSED 127.0.0.1:1"); the
// innermost reason is the one worth reading.
const describe = (error: HttpClientError.HttpClientError): string => {
  let cause: unknown = "cause" in error.reason ? error.reason.cause : undefined;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  if (cause instanceof AggregateError && cause.errors.length > 0) cause = cause.errors[0];
  if (!(cause instanceof Error)) return error.reason._tag;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return cause.message.includes(code) ? cause.message || cause.name : `${cause.message} (${code})`;
};
