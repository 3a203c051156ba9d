/**
 * Checks the options of a client and of a listing before anything is sent. Each check accepts any value, because
 * callers without types may pass one, and fails with a reason that does not quote strings.
 */
import type { Cursor, RunId } from "@scorecard-effect/contract";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Predicate from "effect/Predicate";
import * as Result from "effect/Result";
import type { Redaction } from "../diagnostics/Redaction.ts";
import * as RequestGate from "../page/RequestGate.ts";
import * as RetryPolicy from "../page/RetryPolicy.ts";

/** Checks a run id: it can be sent, and does not contain the key. */
export const runId = (id: unknown, { hasKey }: Redaction): Result.Result<RunId, string> =>
  typeof id === "string" && hasKey(id)
    ? Result.fail("The run id contains the API key")
    : ListRecordsRequest.runId(id);

/** Checks a cursor: it can be sent, and does not contain the key. */
export const cursor = (value: unknown, { hasKey }: Redaction): Result.Result<Cursor, string> =>
  typeof value === "string" && hasKey(value)
    ? Result.fail("The cursor contains the API key")
    : ListRecordsRequest.cursor(value);

/** Checks a timeout: a duration above zero, which may be infinite. */
export const timeout = (input: Duration.Input): Result.Result<Duration.Duration, string> =>
  Result.fromOption(
    Option.filter(Duration.fromInput(input), (duration) => Duration.toMillis(duration) > 0),
    () => "The timeout is malformed: expected a duration above zero, such as '60 seconds'",
  );

/** Checks the most bytes that a body may have: a number, 1 or above, which may be infinite. */
export const maxBodyBytes = (bytes: unknown): Result.Result<number, string> =>
  typeof bytes === "number" && bytes >= 1
    ? Result.succeed(bytes)
    : Result.fail("maxBodyBytes must be a number of bytes, 1 or above");

/** Checks a whole number of at least `min`; fails with `problem`. */
const wholeNumber =
  (min: number, problem: string) =>
  (value: unknown): Result.Result<number, string> =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= min
      ? Result.succeed(value)
      : Result.fail(problem);

/** Checks how many records came before a resumed listing. */
export const delivered = wholeNumber(0, "delivered must be a whole number of records, 0 or above");

/** Checks how many pages to fetch ahead. */
export const prefetch = wholeNumber(0, "prefetch must be a whole number of pages, 0 or above");

/** Checks how many runs to list at the same time. */
export const concurrency = wholeNumber(
  1,
  "The concurrency must be a whole number of runs, 1 or above",
);

/** Checks the reader that gives records their types; it may be undefined. */
export const reader = (as: unknown): Result.Result<void, string> =>
  as === undefined || (Predicate.hasProperty(as, "decode") && typeof as.decode === "function")
    ? Result.void
    : Result.fail("as is malformed: expected what TypedRecord.make returns");

/** Checks retry options: a policy of the caller's, or options of the default policy, which this function makes. */
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
    return RetryPolicy.exponential({
      attempts: yield* attemptCount(attempts),
      baseDelay: yield* delay("baseDelay", input.baseDelay ?? "500 millis"),
      maxDelay: yield* delay("maxDelay", input.maxDelay ?? "8 seconds"),
      maxRetryAfter: yield* delay("maxRetryAfter", input.maxRetryAfter ?? "60 seconds"),
    });
  });
};

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

/** Checks a rate limit: a gate of the caller's, or a limit for which this function makes a gate. */
export const requestGate = (
  limit: RequestGate.RateLimit | RequestGate.RequestGate | undefined,
): Result.Result<RequestGate.RequestGate, string> => {
  if (limit === undefined) return Result.succeed(RequestGate.make(limit));
  if (Predicate.hasProperty(limit, "enter")) {
    return Effect.isEffect(limit.enter)
      ? Result.succeed(limit)
      : Result.fail("rateLimit is malformed: enter of a RequestGate must be an Effect");
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
