/**
 * One request for one page: builds it, sends it once, and turns whatever comes back into a page or a typed
 * error. Knows HTTP and JSON; knows nothing of the pages before and after, or of trying again.
 */
import { ApiError, type Cursor, type RunId } from "@scorecard-effect/contract";
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import * as HttpClient from "effect/http/HttpClient";
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
  /** Takes that key out of a text. */
  readonly redact: Quote.Redact;
  /** Absolute, without a trailing slash, query or fragment. */
  readonly baseUrl: string;
  /** What all requests have in common: see {@link headed}. */
  readonly request: HttpClientRequest.HttpClientRequest;
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

/** A request that has its headers, and no URL yet. */
export const headed = (apiKey: Redacted.Redacted): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.get("").pipe(
    HttpClientRequest.bearerToken(apiKey),
    HttpClientRequest.acceptJson,
    HttpClientRequest.setHeader("accept-encoding", Body.acceptedEncodings),
  );

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

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** A response with its body, whatever it says; or why none arrived. */
const receive = (
  endpoint: Endpoint,
  request: HttpClientRequest.HttpClientRequest,
  location: Location,
): Effect.Effect<Received, TransportError | InvalidResponse | InvalidRequest> => {
  const transportError = (cause: unknown) =>
    new TransportError({ ...location, detail: Quote.line(endpoint.redact(describe(cause))) });

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
      : // What the status says holds, whether or not the body that explains it arrives, and soon.
        yield* reading.pipe(
          Effect.timeout(
            Duration.min(Duration.seconds(2), Duration.divideUnsafe(endpoint.timeout, 2)),
          ),
          Effect.orElseSucceed(() => new Uint8Array()),
        );
    return { response, status, body };
  });
  return received.pipe(
    // A span of the transport's own would quote URLs and causes that nobody has redacted.
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
    Effect.catchTag("HttpClientError", ({ reason }) =>
      Effect.fail(
        reason._tag === "InvalidUrlError"
          ? new InvalidRequest({
              ...location,
              attempts: 0,
              problem: "The base URL and the run id do not make a URL",
            })
          : transportError("cause" in reason ? reason.cause : reason._tag),
      ),
    ),
    // An HttpClient is the caller's choice: one that breaks is a transport that failed.
    Effect.catchDefect((defect) => Effect.fail(transportError(defect))),
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
  return HttpClientRequest.setUrl(endpoint.request, `${endpoint.baseUrl}${path}`);
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
    const issues = page.failure.map(({ path, message }) => ({
      path: Quote.line(endpoint.redact(path)),
      message: Quote.line(endpoint.redact(message)),
    }));
    return Result.fail(invalid("Schema", issues));
  }
  // A cursor goes into URLs, errors and checkpoints, where the key must never be.
  const { nextCursor } = page.success;
  if (nextCursor !== null && endpoint.redact(nextCursor) !== nextCursor) {
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
      Quote.apiError(error, endpoint.redact),
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
const utf8 = new TextDecoder("utf-8", { fatal: true });

const parseJson = (body: Uint8Array): Result.Result<unknown, string> => {
  if (body.byteLength === 0) return Result.fail("Expected JSON, got an empty body");
  return Result.flatMap(
    Result.try({
      try: () => utf8.decode(body),
      catch: () => "Expected JSON in UTF-8, got bytes that are not UTF-8",
    }),
    (text) =>
      Result.try({
        try: (): unknown => Json.parse(text),
        // Only a stack that runs out is no SyntaxError.
        catch: (cause) =>
          cause instanceof RangeError
            ? "Expected JSON that is nested less deeply"
            : "Expected JSON, got something else",
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
