/**
 * What is refused before anything is sent, each check with its reason in words. Each takes whatever a
 * caller without types may pass. The reasons never quote what they refuse.
 */
import { Cursor, maxLimit, RunId } from "@scorecard-effect/contract";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Predicate from "effect/Predicate";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as RequestGate from "./RequestGate.ts";
import * as RetryPolicy from "./RetryPolicy.ts";

/**
 * An API key: `ak_` and then printable ASCII without spaces, as a bearer credential has to be
 * (published API, `ApiKeyAuth`; RFC 6750, section 2.1). Quotes and backslashes, which JSON would spell in
 * another way wherever a service echoes them, are refused with the rest.
 */
export const apiKey = (key: unknown): Result.Result<Redacted.Redacted, string> => {
  if (!Redacted.isRedacted(key)) {
    return Result.fail("The API key is not Redacted: wrap it in Redacted.make");
  }
  const value = Option.getOrUndefined(Option.liftThrowable(Redacted.value)(key));
  if (value === undefined) return Result.fail("The API key has been wiped");
  return typeof value === "string" && /^ak_[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)
    ? Result.succeed(Redacted.make(value, { label: "API key" }))
    : Result.fail("The API key is malformed: keys start with ak_ and have no spaces");
};

/** An absolute http(s) URL without credentials, query or fragment. Comes out without a trailing slash. */
export const baseUrl = (input: unknown): Result.Result<string, string> => {
  const url = typeof input === "string" || input instanceof URL ? URL.parse(input) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    return Result.fail("The base URL is malformed: expected an absolute http or https URL");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return Result.fail(
      "The base URL is malformed: credentials, a query or a fragment have no place in it",
    );
  }
  return Result.succeed(`${url.origin}${url.pathname.replace(/\/+$/, "")}`);
};

/**
 * A run id that can stand in a URL's path as itself. "." and ".." cannot, not even percent-encoded:
 * URL parsers take them for steps through the path (URL Standard, "double-dot path segment").
 */
export const runId = (id: unknown, key: Redacted.Redacted): Result.Result<RunId, string> => {
  if (typeof id !== "string") return Result.fail("The run id is not a string");
  if (id.includes(Redacted.value(key))) return Result.fail("The run id holds the API key");
  if (id === "") return Result.fail("The run id is empty");
  if (id === "." || id === "..") return Result.fail("A run id of dots alone cannot be sent");
  return id.isWellFormed()
    ? Result.succeed(RunId.make(id))
    : Result.fail("The run id is not well-formed Unicode");
};

/** A cursor that can be sent as itself. */
export const cursor = (value: unknown, key: Redacted.Redacted): Result.Result<Cursor, string> => {
  if (typeof value !== "string") return Result.fail("The cursor is not a string");
  if (value === "") return Result.fail("The cursor is empty: leave it out to begin at the start");
  if (value.includes(Redacted.value(key))) return Result.fail("The cursor holds the API key");
  return value.isWellFormed()
    ? Result.succeed(Cursor.make(value))
    : Result.fail("The cursor is not well-formed Unicode");
};

/** A whole number from 1 to {@link maxLimit}. */
export const pageSize = (size: unknown): Result.Result<number, string> =>
  typeof size === "number" && Number.isInteger(size) && size >= 1 && size <= maxLimit
    ? Result.succeed(size)
    : Result.fail(
        `The page size must be a whole number from 1 to ${maxLimit}${typeof size === "number" ? `, not ${size}` : ""}`,
      );

/** A duration above zero; infinite is allowed. */
export const timeout = (input: Duration.Input): Result.Result<Duration.Duration, string> =>
  Result.fromOption(
    Option.filter(Duration.fromInput(input), (duration) => Duration.toMillis(duration) > 0),
    () => "The timeout is malformed: expected a duration above zero, such as '60 seconds'",
  );

/** How many bytes a body may have: a number, 1 or above; infinite is allowed. */
export const maxBodyBytes = (bytes: unknown): Result.Result<number, string> =>
  typeof bytes === "number" && bytes >= 1
    ? Result.succeed(bytes)
    : Result.fail("maxBodyBytes must be a number of bytes, 1 or above");

/** How many records came before a resumed listing. */
export const delivered = (records: unknown): Result.Result<number, string> =>
  typeof records === "number" && Number.isSafeInteger(records) && records >= 0
    ? Result.succeed(records)
    : Result.fail("delivered must be a whole number of records, 0 or above");

/** What gives records their types, where anything does. */
export const reader = (as: unknown): Result.Result<void, string> =>
  as === undefined || (Predicate.hasProperty(as, "decode") && typeof as.decode === "function")
    ? Result.void
    : Result.fail("as is malformed: expected what TypedRecord.make gives");

/** How many pages to fetch ahead. */
export const prefetch = (pages: unknown): Result.Result<number, string> =>
  typeof pages === "number" && Number.isSafeInteger(pages) && pages >= 0
    ? Result.succeed(pages)
    : Result.fail("prefetch must be a whole number of pages, 0 or above");

/** How many runs to list at once. */
export const concurrency = (runs: unknown): Result.Result<number, string> =>
  typeof runs === "number" && Number.isSafeInteger(runs) && runs >= 1
    ? Result.succeed(runs)
    : Result.fail("The concurrency must be a whole number of runs, 1 or above");

/** A policy as it is, or the default one as its options set it. */
export const retry = (
  input: RetryPolicy.RetryOptions | RetryPolicy.RetryPolicy,
): Result.Result<RetryPolicy.RetryPolicy, string> => {
  if (typeof input === "function") return Result.succeed(input);
  const isObject: boolean = Predicate.isObject(input);
  if (!isObject) {
    return Result.fail("retry is malformed: expected options such as { attempts: 3 }, or a policy");
  }
  return Result.gen(function* () {
    const { attempts = 3 } = input;
    if (!Number.isSafeInteger(attempts) || attempts < 1) {
      return yield* Result.fail("retry.attempts must be a whole number, 1 or above");
    }
    return RetryPolicy.exponential({
      attempts,
      baseDelay: yield* delay("baseDelay", input.baseDelay ?? "500 millis"),
      maxDelay: yield* delay("maxDelay", input.maxDelay ?? "8 seconds"),
      maxRetryAfter: yield* delay("maxRetryAfter", input.maxRetryAfter ?? "60 seconds"),
    });
  });
};

const delay = (name: string, input: Duration.Input): Result.Result<number, string> =>
  Result.fromOption(
    Option.filter(
      Number.isNaN(input)
        ? Option.none()
        : Option.map(Duration.fromInput(input), Duration.toMillis),
      (millis) => millis >= 0,
    ),
    () => `retry.${name} is malformed: expected a duration such as '500 millis'`,
  );

/** A pace of the caller's, or one that keeps to a rate limit. */
export const requestGate = (
  limit: RequestGate.RateLimit | RequestGate.RequestGate | undefined,
): Result.Result<RequestGate.RequestGate, string> => {
  if (limit === undefined) return Result.succeed(RequestGate.make(limit));
  if (Predicate.hasProperty(limit, "enter")) {
    return Effect.isEffect(limit.enter)
      ? Result.succeed(limit)
      : Result.fail("rateLimit is malformed: enter of a RequestGate is an Effect");
  }
  const { requests } = limit;
  const windowMillis = Option.match(Duration.fromInput(limit.window), {
    onNone: () => 0,
    onSome: Duration.toMillis,
  });
  return Number.isSafeInteger(requests) &&
    requests >= 1 &&
    windowMillis > 0 &&
    Number.isFinite(windowMillis)
    ? Result.succeed(RequestGate.make({ requests, windowMillis }))
    : Result.fail("rateLimit is malformed: expected { requests: 10, window: '1 second' }");
};
