/**
 * The checks of a client's and a listing's options, before anything is sent. Each takes any value, as callers without
 * types pass them, and fails with a reason that never quotes it.
 */
import type { Cursor, RunId } from "@scorecard-effect/contract";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import { retry as defaults } from "@scorecard-effect/contract/protocol/RequestDefaults";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Predicate from "effect/Predicate";
import * as Result from "effect/Result";
import type { AttemptFailure } from "../diagnostics/Failure.ts";
import type { Redaction } from "../diagnostics/Redaction.ts";
import * as RequestGate from "../page/RequestGate.ts";
import * as RetryPolicy from "../page/RetryPolicy.ts";
import type { Transport } from "../transport/Transport.ts";

/** A run id that can be sent, and does not contain the key. */
export const runId = (id: unknown, { hasKey }: Redaction): Result.Result<RunId, string> =>
  typeof id === "string" && hasKey(id)
    ? Result.fail("The run id contains the API key")
    : ListRecordsRequest.runId(id);

/** A cursor that can be sent, and does not contain the key. */
export const cursor = (value: unknown, { hasKey }: Redaction): Result.Result<Cursor, string> =>
  typeof value === "string" && hasKey(value)
    ? Result.fail("The cursor contains the API key")
    : ListRecordsRequest.cursor(value);

/** Tags that can be sent, and do not contain the key. */
export const tags = (
  values: unknown,
  { hasKey }: Redaction,
): Result.Result<ReadonlyArray<string>, string> =>
  Result.flatMap(ListRecordsRequest.tags(values), (checked) => {
    const index = checked.findIndex(hasKey);
    return index === -1
      ? Result.succeed(checked)
      : Result.fail(`Tag ${index + 1} contains the API key`);
  });

/** A duration above zero, may be infinite; one that the transport can wait for. */
export const timeout = (
  input: Duration.Input,
  { maxWait }: Transport,
): Result.Result<Duration.Duration, string> => {
  const duration = Option.getOrUndefined(Duration.fromInput(input));
  if (duration === undefined || !(Duration.toMillis(duration) > 0)) {
    return Result.fail(
      "The timeout is malformed: expected a duration above zero, such as '60 seconds'",
    );
  }
  return maxWait === undefined || Duration.toMillis(duration) <= maxWait.millis
    ? Result.succeed(duration)
    : Result.fail(`The timeout is too long: ${maxWait.reason}`);
};

/** A signal that aborts a call; undefined and null are allowed. */
export const signal = (value: unknown): Result.Result<void, string> =>
  value === undefined ||
  value === null ||
  (Predicate.hasProperty(value, "aborted") && Predicate.hasProperty(value, "addEventListener"))
    ? Result.void
    : Result.fail("signal is malformed: expected an AbortSignal");

// What the client sets itself: the caller's headers must not replace it.
const ownHeaders = ["authorization", "accept", "accept-encoding"];

// What the transport and the connection set. Transports differ in which of them they send, and which they refuse.
const connectionHeaders = [
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Headers to send with every request. */
export const headers = (
  input: unknown,
): Result.Result<{ readonly [name: string]: string }, string> => {
  // The entries of a `Headers` or a `Map` are no properties: they would be lost.
  if (!Predicate.isObject(input) || Symbol.iterator in input) {
    return Result.fail("headers is malformed: expected an object such as { 'x-team': 'search' }");
  }
  const checked: { [name: string]: string } = {};
  for (const [key, value] of Object.entries(input)) {
    const name = key.toLowerCase();
    if (value === undefined) {
      return Result.fail(`headers is malformed: the value of ${JSON.stringify(key)} is undefined`);
    }
    // Field names and values as HTTP allows them (RFC 9110, sections 5.1 and 5.5).
    if (
      !/^[-!#$%&'*+.^_`|~0-9a-z]+$/.test(name) ||
      typeof value !== "string" ||
      !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)
    ) {
      return Result.fail(`headers is malformed: ${JSON.stringify(key)} cannot be sent`);
    }
    if (ownHeaders.includes(name) || connectionHeaders.includes(name)) {
      return Result.fail(`headers cannot set ${name}`);
    }
    checked[name] = value;
  }
  return Result.succeed(checked);
};

/**
 * Refuses an option that does not exist, by its name: callers without types may misspell one. `within` is the option
 * that these are options of.
 */
export const known = (
  options: unknown,
  names: ReadonlyArray<string>,
  within = "",
): Result.Result<void, string> => {
  if (!Predicate.isObject(options)) {
    return Result.fail(`${within === "" ? "The options are" : `${within} is`} not an object`);
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  return unknown === undefined
    ? Result.void
    : Result.fail(
        `There is no option ${JSON.stringify(within === "" ? unknown : `${within}.${unknown}`)}: expected ${names.join(", ")}`,
      );
};

/** The most bytes a body may have: a number, 1 or above; may be infinite. */
export const maxBodyBytes = (bytes: unknown): Result.Result<number, string> =>
  typeof bytes === "number" && bytes >= 1
    ? Result.succeed(bytes)
    : Result.fail("maxBodyBytes must be a number of bytes, 1 or above");

/** Checks a whole number of at least `least`, or fails with `problem`. */
const wholeNumber =
  (least: number, problem: string) =>
  (value: unknown): Result.Result<number, string> =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= least
      ? Result.succeed(value)
      : Result.fail(problem);

/** How many records came before a resumed listing. */
export const delivered = wholeNumber(0, "delivered must be a whole number of records, 0 or above");

/** Where a listing resumes: `delivered` counts the records before a cursor, and says nothing without one. */
export const resumption = <From extends { readonly cursor: unknown; readonly delivered: unknown }>(
  from: From,
): Result.Result<From, string> =>
  from.cursor === undefined && from.delivered !== undefined && from.delivered !== 0
    ? Result.fail("delivered needs the cursor that it belongs to")
    : Result.succeed(from);

/** How many pages to fetch ahead. */
export const prefetch = wholeNumber(0, "prefetch must be a whole number of pages, 0 or above");

/** How many runs to list at once. */
export const concurrency = wholeNumber(
  1,
  "The concurrency must be a whole number of runs, 1 or above",
);

/** Whether a listing checks its end. Text would count as a yes or a no that its author did not mean. */
export const verifyTotal = (value: unknown): Result.Result<boolean, string> =>
  typeof value === "boolean"
    ? Result.succeed(value)
    : Result.fail("verifyTotal must be true or false");

/** The reader that gives records their types; undefined is allowed. */
export const reader = (as: unknown): Result.Result<void, string> =>
  as === undefined || (Predicate.hasProperty(as, "decode") && typeof as.decode === "function")
    ? Result.void
    : Result.fail("as is malformed: expected what TypedRecord.make returns");

/** What sends requests; undefined is the global fetch. */
export const fetch = (own: unknown): Result.Result<void, string> =>
  own === undefined || typeof own === "function"
    ? Result.void
    : Result.fail("fetch is malformed: expected a function");

/** What sends requests in place of fetch; undefined is nothing. */
export const dispatcher = (own: unknown): Result.Result<void, string> =>
  own === undefined ||
  (Predicate.hasProperty(own, "dispatch") && typeof own.dispatch === "function")
    ? Result.void
    : Result.fail(
        "dispatcher is malformed: expected an undici Agent, Pool, Client or ProxyAgent (Bun has none)",
      );

/** A retry policy of the caller's, the default one with the caller's options, or none (`false`). */
export const retry = (
  input: RetryPolicy.RetryOptions | RetryPolicy.RetryPolicy<AttemptFailure> | false,
): Result.Result<RetryPolicy.RetryPolicy<AttemptFailure>, string> => {
  if (typeof input === "function") return Result.succeed(input);
  if (input === false) return Result.succeed(() => undefined);
  const isObject: boolean = Predicate.isObject(input);
  if (!isObject) {
    return Result.fail("retry is malformed: expected options such as { attempts: 3 }, or a policy");
  }
  return Result.gen(function* () {
    yield* known(input, retryNames, "retry");
    const { attempts = defaults.attempts } = input;
    return RetryPolicy.exponential({
      attempts: yield* attemptCount(attempts),
      baseDelay: yield* delay("baseDelay", input.baseDelay ?? defaults.baseDelayMillis),
      maxDelay: yield* delay("maxDelay", input.maxDelay ?? defaults.maxDelayMillis),
      maxRetryAfter: yield* delay(
        "maxRetryAfter",
        input.maxRetryAfter ?? defaults.maxRetryAfterMillis,
      ),
    });
  });
};

const retryNames = ["attempts", "baseDelay", "maxDelay", "maxRetryAfter"] satisfies ReadonlyArray<
  keyof RetryPolicy.RetryOptions
>;

const attemptCount = wholeNumber(1, "retry.attempts must be a whole number, 1 or above");

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

/** A gate of the caller's, or one that enforces a rate limit. */
export const requestGate = (
  limit: RequestGate.RateLimit | RequestGate.RequestGate | undefined,
): Result.Result<RequestGate.RequestGate, string> => {
  if (limit === undefined) return Result.succeed(RequestGate.make(limit));
  if (Predicate.hasProperty(limit, "enter")) {
    return Effect.isEffect(limit.enter)
      ? Result.succeed(limit)
      : Result.fail("rateLimit is malformed: enter of a RequestGate must be an Effect");
  }
  const valid = known(limit, ["requests", "window"], "rateLimit");
  if (Result.isFailure(valid)) return Result.fail(valid.failure);
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
