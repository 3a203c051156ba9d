/**
 * One request for one page: builds it, sends it once, and turns the response into a page or a failure. It knows HTTP
 * and JSON; it knows nothing of other pages or of retries.
 */
import type { Cursor, RunId } from "@scorecard-effect/contract";
import * as BodyText from "@scorecard-effect/contract/protocol/BodyText";
import type { BodyTooLarge } from "@scorecard-effect/contract/protocol/Chunks";
import * as ContentEncoding from "@scorecard-effect/contract/protocol/ContentEncoding";
import * as ErrorBody from "@scorecard-effect/contract/protocol/ErrorBody";
import * as FailureReason from "@scorecard-effect/contract/protocol/FailureReason";
import * as Json from "@scorecard-effect/contract/protocol/Json";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import * as RequestDefaults from "@scorecard-effect/contract/protocol/RequestDefaults";
import * as RequestId from "@scorecard-effect/contract/protocol/RequestId";
import * as RetryAfter from "@scorecard-effect/contract/protocol/RetryAfter";
import * as Clock from "effect/Clock";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import type * as Failure from "../diagnostics/Failure.ts";
import type { Redaction } from "../diagnostics/Redaction.ts";
import type {
  Transport,
  TransportFailure,
  TransportRequest,
  TransportResponse,
} from "../transport/Transport.ts";
import type { ArrivedPage, PageReader } from "./PageReader.ts";

/** The endpoint of a client. */
export interface Endpoint {
  readonly transport: Transport;
  /** Absolute, without a trailing slash, query or fragment. */
  readonly baseUrl: string;
  /** The headers of every request: see {@link headersOf}. */
  readonly headers: TransportRequest["headers"];
  /** Removes the key of this client from what errors quote. */
  readonly redaction: Redaction;
  /** The longest wait for the body of an error response. */
  readonly errorBodyTimeout: Duration.Duration;
  /** The longest body to read. */
  readonly maxBodyBytes: number;
}

/** Which page to fetch, and how to read it. */
export interface PageParams<out A> {
  readonly runId: RunId;
  readonly cursor: Cursor | undefined;
  readonly pageSize: number;
  /** Only records that have all of these; empty: every record. */
  readonly tags: ReadonlyArray<string>;
  readonly read: PageReader<A>;
  /** Which attempt at the page this is, from 1. */
  readonly attempt: number;
}

/** The headers of every request of a client: its own, and those that the caller adds. */
export const headersOf = (
  apiKey: Redacted.Redacted,
  extra: { readonly [name: string]: string },
): TransportRequest["headers"] => ({
  ...extra,
  accept: "application/json",
  "accept-encoding": ContentEncoding.accepted,
  authorization: `Bearer ${Redacted.value(apiKey)}`,
});

/** Sends one request for one page. */
export const fetchPage = <A>(
  endpoint: Endpoint,
  params: PageParams<A>,
): Effect.Effect<ArrivedPage<A>, Failure.AttemptFailure> => {
  const location = { runId: params.runId, cursor: params.cursor, attempts: params.attempt };
  return Effect.suspend(() => {
    const abandoned = new AbortController();
    return exchange(endpoint, params, location, abandoned.signal).pipe(
      Effect.flatMap((answer) =>
        isSuccess(answer.status)
          ? Effect.fromResult(readPage(answer, endpoint, params, location))
          : Effect.flatMap(Clock.currentTimeMillis, (now) =>
              Effect.fail(statusFailure(answer, endpoint, location, now)),
            ),
      ),
      // Ends the exchange where it is: on a timeout, an interruption, a body that is too large.
      Effect.onExit((exit) =>
        exit._tag === "Success" ? Effect.void : Effect.sync(() => abandoned.abort()),
      ),
    );
  });
};

/** A response with its body. */
interface Answer {
  readonly status: number;
  readonly header: TransportResponse["header"];
  readonly body: BodyText.BodyText;
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

const exchange = (
  endpoint: Endpoint,
  { runId, cursor, pageSize, tags }: PageParams<unknown>,
  location: Failure.Location,
  signal: AbortSignal,
): Effect.Effect<Answer, Failure.Of<"TransportError"> | Failure.Of<"InvalidResponse">> => {
  const { baseUrl, headers, maxBodyBytes, transport } = endpoint;
  const url = ListRecordsRequest.url({ baseUrl, runId, limit: pageSize, cursor, tags });
  return send(transport, { url, headers, maxBodyBytes, signal }, RequestDefaults.maxRedirects).pipe(
    Effect.flatMap((response) => {
      const status = statusOf(response);
      const { header } = response;
      const body = isSuccess(status)
        ? response.body
        : // The status stands, even if the body that explains it does not arrive soon.
          response.body.pipe(
            Effect.catchTag("BodyTooLarge", ({ start }) =>
              Effect.succeed(BodyText.fromBytes(start)),
            ),
            Effect.timeout(endpoint.errorBodyTimeout),
            Effect.orElseSucceed(() => BodyText.empty),
          );
      const brokeOff = ({ cause }: { readonly cause?: unknown }) =>
        Effect.fail({
          ...transportError(cause, endpoint, location),
          requestId: requestIdOf(header, endpoint),
        });
      return Effect.annotateCurrentSpan("status", status).pipe(
        Effect.andThen(body),
        Effect.map((arrived) => ({ status, header, body: arrived })),
        Effect.catchTags({
          BodyTooLarge: (error) =>
            Effect.fail(tooLarge(error, { status, header }, endpoint, location)),
          BodyCorrupt: brokeOff,
          TransportFailure: brokeOff,
        }),
      );
    }),
    Effect.catchTag("TransportFailure", ({ cause }) =>
      Effect.fail(transportError(cause, endpoint, location)),
    ),
  );
};

/** Sends a request, and follows redirects where the transport does not. The key goes to its own origin only. */
const send = (
  transport: Transport,
  request: TransportRequest,
  redirectsLeft: number,
): Effect.Effect<TransportResponse, TransportFailure> => {
  const sent = transport.send(request);
  if (transport.followsRedirects) return sent;
  return Effect.flatMap(sent, (response) => {
    const target = redirectsLeft === 0 ? undefined : redirectOf(response, request.url);
    if (target === undefined) return Effect.succeed(response);
    // The body of a redirect may be of any length, or never end.
    response.discard?.();
    const isSameOrigin = target.origin === new URL(request.url).origin;
    const headers = isSameOrigin ? request.headers : headersForOthers(request.headers);
    return send(transport, { ...request, url: target.href, headers }, redirectsLeft - 1);
  });
};

/** Headers without those that another origin must not see, or that do not concern it: as the Fetch Standard has it. */
const headersForOthers = ({
  authorization: _authorization,
  cookie: _cookie,
  host: _host,
  "proxy-authorization": _proxyAuthorization,
  ...others
}: TransportRequest["headers"]): TransportRequest["headers"] => others;

const redirectOf = ({ status, header }: TransportResponse, base: string): URL | undefined => {
  const location = [301, 302, 303, 307, 308].includes(status) ? header("location") : undefined;
  return location === undefined ? undefined : (URL.parse(location, base) ?? undefined);
};

// A status is a whole number, unless the caller wrote the transport.
const statusOf = ({ status }: TransportResponse): number => (Number.isInteger(status) ? status : 0);

const transportError = (
  cause: unknown,
  { redaction }: Endpoint,
  location: Failure.Location,
): Failure.Of<"TransportError"> => ({
  _tag: "TransportError",
  ...location,
  detail: redaction.line(FailureReason.describe(cause)),
  cause: redaction.cause(cause),
});

const requestIdOf = (header: Answer["header"], { redaction }: Endpoint): string | undefined =>
  RequestId.of(header, redaction.text);

/** What an error keeps of what the server said, beside the status. */
const responseDetails = (
  { apiError, message }: ErrorBody.ErrorBody,
  header: Answer["header"],
  endpoint: Endpoint,
): Failure.ResponseDetails => ({
  apiError: apiError === undefined ? undefined : endpoint.redaction.apiError(apiError),
  serverMessage: message === undefined ? undefined : endpoint.redaction.serverMessage(message),
  requestId: requestIdOf(header, endpoint),
});

const readableText = ({ header, body }: Answer): string =>
  BodyText.toReadableText(body, header("content-type"));

const readPage = <A>(
  answer: Answer,
  endpoint: Endpoint,
  { runId, cursor, read }: PageParams<A>,
  location: Failure.Location,
): Result.Result<ArrivedPage<A>, Failure.AttemptFailure> => {
  const { status, header, body } = answer;
  const { redaction } = endpoint;
  const json = Json.parseBody(body);
  const invalid = (text: string) => ({
    _tag: "InvalidResponse" as const,
    ...location,
    status,
    ...responseDetails(ErrorBody.ofSuccess({ json, text }), header, endpoint),
  });
  if (Result.isFailure(json)) {
    const encoding = ContentEncoding.note(header("content-encoding"));
    const issue = { path: "", message: redaction.line(`${json.failure}${encoding}`) };
    return Result.fail({
      ...invalid(encoding === "" ? readableText(answer) : ""),
      kind: "NotJson",
      issues: [issue],
      excerpt: redaction.excerpt(body.start()),
    });
  }
  const page = read(json.success, { runId, cursor });
  if (Result.isFailure(page)) {
    const issues = page.failure.issues.map(({ path, message }) => ({
      path: redaction.line(path),
      message: redaction.line(message),
    }));
    return Result.fail(
      "record" in page.failure
        ? {
            _tag: "RecordMismatch",
            ...location,
            ...page.failure.record,
            issues,
            requestId: requestIdOf(header, endpoint),
          }
        : { ...invalid(""), kind: "Schema", issues },
    );
  }
  // A cursor ends up in URLs, errors and checkpoints, where the key must never be.
  const { nextCursor } = page.success;
  if (nextCursor !== null && redaction.hasKey(nextCursor)) {
    const issue = { path: "/nextCursor", message: "Expected a cursor, got the API key" };
    return Result.fail({ ...invalid(""), kind: "Schema", issues: [issue] });
  }
  return Result.succeed({ ...page.success, requestId: () => requestIdOf(header, endpoint) });
};

const tooLarge = (
  { start }: BodyTooLarge,
  { status, header }: Pick<Answer, "status" | "header">,
  endpoint: Endpoint,
  location: Failure.Location,
): Failure.Of<"InvalidResponse"> => ({
  _tag: "InvalidResponse",
  ...location,
  kind: "TooLarge",
  status,
  issues: [{ path: "", message: `Expected at most ${endpoint.maxBodyBytes} bytes` }],
  excerpt: endpoint.redaction.excerpt(start),
  requestId: requestIdOf(header, endpoint),
});

const statusFailure = (
  response: Answer,
  endpoint: Endpoint,
  location: Failure.Location,
  now: number,
): Failure.AttemptFailure => {
  const { status, header, body } = response;
  const waits = {
    "retry-after": header("retry-after"),
    "retry-after-ms": header("retry-after-ms"),
    date: header("date"),
  };
  const retryAfter = RetryAfter.parse(waits, now);
  const content = { json: Json.parseBody(body), text: readableText(response) };
  const answer = {
    ...location,
    status,
    ...responseDetails(ErrorBody.ofError(content), header, endpoint),
  };
  if (status === 401) return { _tag: "Unauthenticated", ...answer };
  if (status === 429) return { _tag: "RateLimited", ...answer, retryAfter };
  if (status >= 500) return { _tag: "ServiceError", ...answer, retryAfter };
  if (status >= 400) return { _tag: "RequestRejected", ...answer, retryAfter };
  const hint =
    status >= 300 ? `: the client follows up to ${RequestDefaults.maxRedirects} redirects` : "";
  return {
    _tag: "InvalidResponse",
    ...answer,
    kind: "NotJson",
    issues: [{ path: "", message: `Expected a page of records, got status ${status}${hint}` }],
    excerpt: endpoint.redaction.excerpt(body.start()),
  };
};
