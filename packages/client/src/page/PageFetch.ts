/**
 * Fetches a page in one or more attempts. Each attempt waits at the request gate and has its own span; the retry policy
 * decides whether another one follows.
 */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Metric from "effect/Metric";
import * as Option from "effect/Option";
import * as Random from "effect/Random";
import * as Result from "effect/Result";
import * as Telemetry from "../diagnostics/Telemetry.ts";
import type { ReadPage } from "./PageReader.ts";
import { type AttemptError, type Endpoint, fetchPage, type PageParams } from "./PageRequest.ts";
import type { RequestGate, RequestPermit } from "./RequestGate.ts";
import type { Failure, RetryPolicy } from "./RetryPolicy.ts";

type Fetched<A> = readonly [page: ReadPage<A>, attempts: number];

/** Fetches pages from one endpoint. A client makes it once, for all its listings. */
export interface PageFetch {
  /** Fetches a page. Returns it with the number of attempts. */
  readonly fetch: <A>(
    params: Omit<PageParams<A>, "attempt">,
  ) => Effect.Effect<Fetched<A>, AttemptError>;
}

/** Makes a {@link PageFetch} for an endpoint. The gate decides when requests are sent. */
export const make = (endpoint: Endpoint, gate: RequestGate, policy: RetryPolicy): PageFetch => {
  const attempt = <A>(params: PageParams<A>): Effect.Effect<Fetched<A>, AttemptError> =>
    Effect.flatMap(gate.enter, (permit) =>
      observe(fetchPage(endpoint, params), params).pipe(
        Effect.map((page) => [page, params.attempt] as const),
        Effect.catch((error) => retry(error, permit, params)),
      ),
    );

  const retry = Effect.fnUntraced(function* <A>(
    error: AttemptError,
    permit: RequestPermit,
    params: PageParams<A>,
  ): Effect.fn.Return<Fetched<A>, AttemptError> {
    const retryAfter = "retryAfter" in error ? error.retryAfter : undefined;
    const random = yield* Random.next;
    const wait = askPolicy(policy, { error, attempts: params.attempt, retryAfter, random });
    if (error._tag === "RateLimited") yield* permit.rateLimited({ retryAfter, wait });
    if (wait === undefined) return yield* error;
    yield* Metric.update(Telemetry.retries, 1);
    yield* Effect.logDebug("Retrying a page", {
      ...attributesOf(params),
      error: error._tag,
      wait: Duration.format(wait),
    });
    yield* Effect.sleep(wait);
    return yield* attempt({ ...params, attempt: params.attempt + 1 });
  });

  return { fetch: (params) => attempt({ ...params, attempt: 1 }) };
};

// A policy of the caller's may throw, or return something that is not a duration: then it gives up.
const askPolicy = (policy: RetryPolicy, failure: Failure): Duration.Duration | undefined => {
  try {
    const wait = policy(failure);
    return wait === undefined
      ? undefined
      : Option.getOrUndefined(
          Option.filter(Duration.fromInput(wait), (duration) => Duration.toMillis(duration) >= 0),
        );
  } catch {
    return undefined;
  }
};

const attributesOf = ({ runId, cursor, attempt }: PageParams<unknown>) => ({
  runId,
  cursor: cursor ?? "start",
  attempt,
});

// Reports an attempt: a span with its result, and metrics. The duration of a failed attempt counts too.
const observe = <A>(
  attempt: Effect.Effect<ReadPage<A>, AttemptError>,
  params: PageParams<A>,
): Effect.Effect<ReadPage<A>, AttemptError> =>
  Effect.timed(Effect.result(attempt)).pipe(
    Effect.flatMap(([duration, result]) =>
      Effect.andThen(
        Telemetry.recordAttempt(duration, Result.getOrUndefined(result)?.records.length),
        Result.match(result, {
          onFailure: (error) =>
            Effect.andThen(Effect.annotateCurrentSpan("error", error._tag), Effect.fail(error)),
          onSuccess: (page) => Effect.as(reportPageRead(page.records.length, params), page),
        }),
      ),
    ),
    Effect.withSpan(
      "ScorecardClient.page",
      { kind: "client", attributes: attributesOf(params) },
      // A stack trace would be the same for every page.
      { captureStackTrace: false },
    ),
  );

const reportPageRead = (records: number, params: PageParams<unknown>): Effect.Effect<void> =>
  Effect.andThen(
    Effect.annotateCurrentSpan("records", records),
    Effect.logDebug("Page read", { ...attributesOf(params), records }),
  );
