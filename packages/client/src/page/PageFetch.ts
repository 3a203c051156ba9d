/**
 * Fetches a page in as many attempts as it takes. Each attempt waits at the request gate, has a time limit and a span
 * of its own, and is retried as the policy says.
 */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Metric from "effect/Metric";
import * as Option from "effect/Option";
import * as Random from "effect/Random";
import * as Result from "effect/Result";
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
    const wait = waitOf(policy, { error: failure, attempts: params.attempt, retryAfter, random });
    if (failure._tag === "RateLimited") yield* permit.rateLimited({ retryAfter, wait });
    if (wait === undefined) return yield* Effect.fail(failure);
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

// The caller wrote the policy: one that throws, or returns no duration, gives up.
const waitOf = (
  policy: RetryPolicy<AttemptFailure>,
  failed: FailedAttempt<AttemptFailure>,
): Duration.Duration | undefined => {
  try {
    const wait = policy(failed);
    if (wait === undefined || isNothing(wait)) return undefined;
    return Option.getOrUndefined(
      Option.filter(Duration.fromInput(wait), (duration) => Duration.toMillis(duration) >= 0),
    );
  } catch {
    return undefined;
  }
};

// `Duration.fromInput` takes these for zero: such a policy would retry without a wait, for ever.
const isNothing = (wait: Duration.Input): boolean =>
  Number.isNaN(wait) ||
  (typeof wait === "object" && !Duration.isDuration(wait) && Object.keys(wait).length === 0);

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
  Effect.timed(Effect.result(attempt)).pipe(
    Effect.flatMap(([duration, result]) =>
      Effect.andThen(
        Telemetry.recordAttempt(duration, Result.getOrUndefined(result)?.records.length),
        Result.match(result, {
          onFailure: (failure) =>
            Effect.andThen(
              Effect.annotateCurrentSpan(failureAttributes(failure)),
              Effect.fail(failure),
            ),
          onSuccess: (page) => Effect.as(reportPage(page.records.length, params), page),
        }),
      ),
    ),
    Effect.withSpan(
      "ScorecardClient.page",
      { kind: "client", attributes: attributesOf(params) },
      // It would be the same line of this module for every page.
      { captureStackTrace: false },
    ),
  );

const reportPage = (records: number, params: PageParams<unknown>): Effect.Effect<void> =>
  Effect.andThen(
    Effect.annotateCurrentSpan("records", records),
    Effect.logDebug("Page read", { ...attributesOf(params), records }),
  );
