import { assert, describe, it } from "@effect/vitest";
import { RunId } from "@scorecard-effect/contract";
import { Duration } from "effect";
import type { AttemptFailure } from "../src/diagnostics/Failure.ts";
import * as RetryPolicy from "../src/page/RetryPolicy.ts";

const location = { runId: RunId.make("135"), attempts: 1 };
const transientFailure = { _tag: "ServiceError" as const, ...location, status: 503 };
const permanentFailure = { _tag: "InvalidRequest" as const, ...location, problem: "" };
const policy = RetryPolicy.exponential({
  attempts: 12,
  baseDelay: 500,
  maxDelay: 8000,
  maxRetryAfter: 60_000,
});
const waitAfter = (failure: Partial<RetryPolicy.FailedAttempt<AttemptFailure>>, by = policy) => {
  const duration = by({
    error: transientFailure,
    attempts: 1,
    retryAfter: undefined,
    random: 0.5,
    ...failure,
  });
  return duration === undefined ? undefined : Duration.toMillis(duration);
};

describe("The default retry policy", () => {
  it("doubles its waits up to maxDelay, and jitter takes up to half of each", () => {
    const attempts = [1, 2, 3, 4, 5, 6, 11];
    const longest = [500, 1000, 2000, 4000, 8000, 8000, 8000];
    assert.deepStrictEqual(
      attempts.map((n) => waitAfter({ attempts: n, random: 0 })),
      longest.map((ms) => ms / 2),
    );
    assert.deepStrictEqual(
      attempts.map((n) => waitAfter({ attempts: n, random: 0.5 })),
      longest.map((ms) => 0.75 * ms),
    );
  });

  it("gives up after the last attempt, and on permanent failures", () => {
    assert.isUndefined(waitAfter({ attempts: 12 }));
    assert.isUndefined(waitAfter({ error: permanentFailure }));
  });

  it("waits as long as the service asks, and gives up if that is too long", () => {
    assert.strictEqual(waitAfter({ retryAfter: Duration.millis(7) }), 7);
    assert.strictEqual(waitAfter({ retryAfter: Duration.seconds(60) }), 60_000);
    assert.isUndefined(waitAfter({ retryAfter: Duration.millis(60_001) }));
    assert.isUndefined(waitAfter({ retryAfter: Duration.infinity }));
  });

  it("never overflows", () => {
    const endless = RetryPolicy.exponential({
      attempts: Number.MAX_SAFE_INTEGER,
      baseDelay: 1000,
      maxDelay: 8000,
      maxRetryAfter: 0,
    });
    assert.strictEqual(waitAfter({ attempts: 5000, random: 0 }, endless), 4000);
  });
});
