import { assert, describe, it } from "@effect/vitest";
import { RunId } from "@scorecard-effect/contract";
import { Duration } from "effect";
import { InvalidRequest, ServiceError } from "../src/index.ts";
import * as RetryPolicy from "../src/page/RetryPolicy.ts";

const at = { runId: RunId.make("135"), attempts: 1 };
const passing = new ServiceError({ ...at, status: 503 });
const lasting = new InvalidRequest({ ...at, problem: "" });
const policy = RetryPolicy.exponential({
  attempts: 12,
  baseDelay: 500,
  maxDelay: 8000,
  maxRetryAfter: 60_000,
});
const wait = (failure: Partial<RetryPolicy.Failure>, by = policy) => {
  const duration = by({
    error: passing,
    attempts: 1,
    retryAfter: undefined,
    random: 0.5,
    ...failure,
  });
  return duration === undefined ? undefined : Duration.toMillis(duration);
};

describe("The default retry policy", () => {
  it("doubles its waits up to the longest, of which jitter takes up to half", () => {
    const attempts = [1, 2, 3, 4, 5, 6, 11];
    const longest = [500, 1000, 2000, 4000, 8000, 8000, 8000];
    assert.deepStrictEqual(
      attempts.map((n) => wait({ attempts: n, random: 0 })),
      longest.map((ms) => ms / 2),
    );
    assert.deepStrictEqual(
      attempts.map((n) => wait({ attempts: n, random: 0.5 })),
      longest.map((ms) => 0.75 * ms),
    );
  });

  it("gives up after so many attempts, and on what will not pass", () => {
    assert.isUndefined(wait({ attempts: 12 }));
    assert.isUndefined(wait({ error: lasting }));
  });

  it("waits as the service asked, and gives up where that is too long", () => {
    assert.strictEqual(wait({ retryAfter: Duration.millis(7) }), 7);
    assert.strictEqual(wait({ retryAfter: Duration.seconds(60) }), 60_000);
    assert.isUndefined(wait({ retryAfter: Duration.millis(60_001) }));
    assert.isUndefined(wait({ retryAfter: Duration.infinity }));
  });

  it("has no wait that overflows", () => {
    const endless = RetryPolicy.exponential({
      attempts: Number.MAX_SAFE_INTEGER,
      baseDelay: 1000,
      maxDelay: 8000,
      maxRetryAfter: 0,
    });
    assert.strictEqual(wait({ attempts: 5000, random: 0 }, endless), 4000);
  });
});
