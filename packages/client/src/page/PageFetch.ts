/**
 * Fetches a page in as many attempts as it takes. Each attempt waits at the request gate, has a time limit and a span
 * of its own, and is retried as the policy says.
 */
import * as FailureReason from "@scorecard-effect/contract/protocol/FailureReason";
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type * as Fiber from "effect/Fiber";
import * as LogLevel from "effect/LogLevel";
import * as Metric from "effect/Metric";
import * as Option from "effect/Option";
import * as Predicate from "effect/Predicate";
import * as Random from "effect/Random";
import { type AttemptFailure, failureAttributes } from "../diagnostics/Failure.ts";
import * as Telemetry from "../diagnostics/Telemetry.ts";
import type { ArrivedPage } from "./PageReader.ts";
import { type Endpoint, fetchPage, type PageParams } from "./PageRequest.ts";
import type { RequestGate, RequestPermit } from "./RequestGate.ts";
import type { FailedAttempt, RetryPolicy } from "./RetryPolicy.ts";

type Fetched<A> = readonly [page: ArrivedPage<A>, attempts: number];

/** Fetches pages from one endpoint. A client makes it once, for all its listings. */
export interface PageFetch {
  /** Fetches a page, and says how many requests it took. */
  readonly fetch: <A>(
    params: Omit<PageParams<A>, "attempt">,
  ) => Effect.Effect<Fetched<A>, AttemptFailure>;
}

/** How attempts are made. */
export interface Attempts {
  readonly endpoint: Endpoint;
  readonly gate: RequestGate;
  /** The longest time an attempt may take, including the body. */
  readonly timeout: Duration.Duration;
  readonly policy: RetryPolicy<AttemptFailure>;
}

/** Fetches pages from an endpoint, as fast as a gate admits requests. */
export const make = ({ endpoint, gate, timeout, policy }: Attempts): PageFetch => {
  const attempt = <A>(params: PageParams<A>): Effect.Effect<Fetched<A>, AttemptFailure> =>
    Effect.flatMap(gate.enter, (permit) =>
      observe(within(fetchPage(endpoint, params), timeout, params), params).pipe(
        Effect.map((page) => [page, params.attempt] as const),
        Effect.catch((failure) => retry(failure, permit, params)),
      ),
    );

  const retry = Effect.fnUntraced(function* <A>(
    failure: AttemptFailure,
    permit: RequestPermit,
    params: PageParams<A>,
  ): Effect.fn.Return<Fetched<A>, AttemptFailure> {
    const retryAfter = "retryAfter" in failure ? failure.retryAfter : undefined;
    const random = yield* Random.next;
    const failed = { error: failure, attempts: params.attempt, retryAfter, random };
    const { wait, problem } = decide(policy, failed);
    if (failure._tag === "RateLimited") yield* permit.rateLimited({ retryAfter, wait });
    if (wait === undefined) {
      return yield* Effect.fail(
        problem === undefined
          ? failure
          : { ...failure, retryProblem: endpoint.redaction.line(problem) },
      );
    }
    yield* Metric.update(Telemetry.retries, 1);
    yield* Effect.logDebug("Retrying a page", {
      ...attributesOf(params),
      ...failureAttributes(failure),
      wait: Duration.format(wait),
    });
    yield* Effect.sleep(wait);
    return yield* attempt({ ...params, attempt: params.attempt + 1 });
  });

  return { fetch: (params) => attempt({ ...params, attempt: 1 }) };
};

/** What a policy decided: how long to wait, or to give up; and why it gave up, where it did not mean to. */
interface Decision {
  readonly wait?: Duration.Duration;
  readonly problem?: string;
}

// The caller wrote the policy: one that throws, or returns no duration, gives up.
const decide = (
  policy: RetryPolicy<AttemptFailure>,
  failed: FailedAttempt<AttemptFailure>,
): Decision => {
  try {
    const chosen: unknown = policy(failed);
    if (chosen === undefined || chosen === null) return {};
    if (Predicate.isPromiseLike(chosen)) {
      // Nobody waits for it: its rejection would end the process.
      chosen.then(undefined, () => {});
      return { problem: "the retry policy returned a promise, and must return a duration at once" };
    }
    const wait = durationOf(chosen);
    return wait === undefined
      ? { problem: "the retry policy returned no duration such as '2 seconds'" }
      : { wait };
  } catch (thrown) {
    return { problem: `the retry policy threw ${FailureReason.ofThrown(thrown)}` };
  }
};

const durationOf = (value: unknown): Duration.Duration | undefined =>
  isNothing(value)
    ? undefined
    : Option.getOrUndefined(
        Option.filter(
          // It takes any value, and judges it.
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion
          Duration.fromInput(value as Duration.Input),
          (duration) => Duration.toMillis(duration) >= 0,
        ),
      );

// `Duration.fromInput` takes these for zero: such a policy would retry without a wait, for ever.
const isNothing = (wait: unknown): boolean =>
  Number.isNaN(wait) ||
  (typeof wait === "object" &&
    wait !== null &&
    !Duration.isDuration(wait) &&
    Object.keys(wait).length === 0);

const within = <A>(
  attempt: Effect.Effect<A, AttemptFailure>,
  timeout: Duration.Duration,
  { runId, cursor, attempt: attempts }: PageParams<unknown>,
): Effect.Effect<A, AttemptFailure> => {
  if (!Duration.isFinite(timeout)) return attempt;
  const timer = Effect.andThen(
    unblockedSleep(Duration.toMillis(timeout)),
    Effect.suspend(() =>
      Effect.fail({ _tag: "RequestTimeout" as const, runId, cursor, attempts, timeout }),
    ),
  );
  return Effect.raceFirst(attempt, timer);
};

// Timers are this much late on a busy machine without anything having blocked the event loop.
const toleratedLatenessMillis = 20;

// How long a response that arrived during a block may take to be read, at least.
const minReadingMillis = 1000;

/**
 * Sleeps for a time in which the program does not block the event loop. After a block, timers run before sockets are
 * read, and a response that arrived meanwhile would be taken for a timeout: a timer that is late sleeps again, for as
 * long as it was late, and for a second at least.
 */
const unblockedSleep = (millis: number): Effect.Effect<void> =>
  Effect.clockWith((clock) => {
    const due = clock.monotonicTimeNanosUnsafe() + BigInt(Math.ceil(millis * 1e6));
    return Effect.flatMap(Effect.sleep(millis), () => {
      const late = Number(clock.monotonicTimeNanosUnsafe() - due) / 1e6;
      return late > toleratedLatenessMillis
        ? unblockedSleep(Math.max(late, Math.min(millis, minReadingMillis)))
        : Effect.void;
    });
  });

const attributesOf = ({ runId, cursor, attempt }: PageParams<unknown>) => ({
  runId,
  cursor: cursor ?? "start",
  attempt,
});

// One span for each attempt, with its result. Latency includes failed attempts.
const observe = <A>(
  attempt: Effect.Effect<ArrivedPage<A>, AttemptFailure>,
  params: PageParams<A>,
): Effect.Effect<ArrivedPage<A>, AttemptFailure> =>
  Effect.withFiber((fiber) => {
    const observed = measured(attempt, params, fiber);
    // Nobody traces. Only where the caller has a span, the attempt needs its own: else it would annotate the caller's.
    if (!fiber.cache.tracerEnabled && fiber.cache.span === undefined) return observed;
    return observed.pipe(
      Effect.withSpan(
        "ScorecardClient.page",
        { kind: "client", attributes: attributesOf(params) },
        // It would be the same line of this module for every page.
        { captureStackTrace: false },
      ),
    );
  });

// This runs for every page: metrics are updated without an effect, and a log line is built only if it is logged.
const measured = <A>(
  attempt: Effect.Effect<ArrivedPage<A>, AttemptFailure>,
  params: PageParams<A>,
  fiber: Fiber.Fiber<unknown, unknown>,
): Effect.Effect<ArrivedPage<A>, AttemptFailure> => {
  const clock = fiber.getRef(Clock.Clock);
  const start = clock.monotonicTimeNanosUnsafe();
  const record = (recordsRead: number | undefined): void => {
    const millis = Number(clock.monotonicTimeNanosUnsafe() - start) / 1e6;
    Telemetry.recordAttempt(millis, recordsRead, fiber.context);
  };
  return Effect.matchEffect(attempt, {
    onFailure: (failure) => {
      record(undefined);
      return Effect.andThen(
        Effect.annotateCurrentSpan(failureAttributes(failure)),
        Effect.fail(failure),
      );
    },
    onSuccess: (page) => {
      const { length } = page.records;
      record(length);
      const annotated = Effect.as(Effect.annotateCurrentSpan("records", length), page);
      if (LogLevel.isGreaterThan(fiber.cache.minimumLogLevel, "Debug")) return annotated;
      return Effect.tap(annotated, () =>
        Effect.logDebug("Page read", { ...attributesOf(params), records: length }),
      );
    },
  });
};
