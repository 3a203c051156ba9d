/** A page, however many attempts it takes: each in its turn, seen from outside, and tried again by the policy. */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Metric from "effect/Metric";
import * as Option from "effect/Option";
import * as Random from "effect/Random";
import * as Result from "effect/Result";
import type * as RequestGate from "./RequestGate.ts";
import { type AttemptError, type Endpoint, fetchPage, type PageParams } from "./PageRequest.ts";
import type { ReadPage } from "./PageReader.ts";
import type { Failure, RetryPolicy } from "./RetryPolicy.ts";
import * as Telemetry from "./Telemetry.ts";

/** A page, and how many requests it took. */
interface FetchedPage<out A> {
  readonly page: ReadPage<A>;
  readonly attempts: number;
}

/** Fetches pages from one endpoint. */
export interface PageFetch {
  readonly fetch: <A>(
    params: Omit<PageParams<A>, "attempt">,
  ) => Effect.Effect<FetchedPage<A>, AttemptError>;
}

/** Fetches pages at a pace, and again as a policy says. */
export const make = (
  endpoint: Endpoint,
  gate: RequestGate.RequestGate,
  policy: RetryPolicy,
): PageFetch => {
  const attempt = <A>(params: PageParams<A>): Effect.Effect<FetchedPage<A>, AttemptError> =>
    Effect.flatMap(gate.enter, (permit) =>
      observed(fetchPage(endpoint, params), params).pipe(
        Effect.map((page) => ({ page, attempts: params.attempt })),
        Effect.catch((error) => again(error, permit, params)),
      ),
    );

  const again = Effect.fnUntraced(function* <A>(
    error: AttemptError,
    permit: RequestGate.RequestPermit,
    params: PageParams<A>,
  ): Effect.fn.Return<FetchedPage<A>, AttemptError> {
    const retryAfter = "retryAfter" in error ? error.retryAfter : undefined;
    const random = yield* Random.next;
    const wait = decide(policy, { error, attempts: params.attempt, retryAfter, random });
    if (error._tag === "RateLimited") yield* permit.rateLimited({ retryAfter, wait });
    if (wait === undefined) return yield* error;
    yield* Metric.update(Telemetry.retries, 1);
    yield* Effect.logDebug("Asking for a page again", {
      ...whereabouts(params),
      error: error._tag,
      wait: Duration.format(wait),
    });
    yield* Effect.sleep(wait);
    return yield* attempt({ ...params, attempt: params.attempt + 1 });
  });

  return { fetch: (params) => attempt({ ...params, attempt: 1 }) };
};

// A policy is the caller's: one that throws, or gives no duration, gives up.
const decide = (policy: RetryPolicy, failure: Failure): Duration.Duration | undefined => {
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

const whereabouts = ({ runId, cursor, attempt }: PageParams<unknown>) => ({
  runId,
  cursor: cursor ?? "start",
  attempt,
});

// One span an attempt, with what it came to; latency counts for what fails too.
const observed = <A>(
  attempt: Effect.Effect<ReadPage<A>, AttemptError>,
  params: PageParams<A>,
): Effect.Effect<ReadPage<A>, AttemptError> =>
  Effect.timed(Effect.result(attempt)).pipe(
    Effect.flatMap(([duration, result]) =>
      Effect.andThen(
        Telemetry.attempted(duration, Result.getOrUndefined(result)?.records.length),
        Result.match(result, {
          onFailure: (error) =>
            Effect.andThen(Effect.annotateCurrentSpan("error", error._tag), Effect.fail(error)),
          onSuccess: (page) => Effect.as(arrived(page.records.length, params), page),
        }),
      ),
    ),
    Effect.withSpan(
      "ScorecardClient.page",
      { kind: "client", attributes: whereabouts(params) },
      // It would be the same line of this module for every page.
      { captureStackTrace: false },
    ),
  );

const arrived = (records: number, params: PageParams<unknown>): Effect.Effect<void> =>
  Effect.andThen(
    Effect.annotateCurrentSpan("records", records),
    Effect.logDebug("Page read", { ...whereabouts(params), records }),
  );
