import { NodeServices } from "@effect/platform-node";
import { assert, describe, it, layer } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { Duration, Effect, Layer, Stream } from "effect";
import { HttpClient } from "effect/http";
import * as AdaptiveLimit from "../src/AdaptiveLimit.ts";
import * as Database from "../src/Database.ts";
import * as EmbeddedPostgres from "../src/EmbeddedPostgres.ts";
import * as FleetLimit from "../src/FleetLimit.ts";

const run = FakeRun.make({ records: 200 });
const Live = Layer.unwrap(
  Effect.map(EmbeddedPostgres.start, ({ url }) => Database.layer(url)),
).pipe(Layer.provide(NodeServices.layer));

/** A runner's client of its own, on a fake that all share. */
const reader = (limit: FleetLimit.Limit | undefined) =>
  Effect.gen(function* () {
    const { apiKey, baseUrl } = yield* FakeScorecard;
    const http = yield* HttpClient.HttpClient;
    const client = ScorecardClient.layer({ apiKey, baseUrl, retry: { attempts: 50 } }).pipe(
      Layer.provide(FleetLimit.layer(limit)),
      Layer.provide(Layer.succeed(HttpClient.HttpClient, http)),
    );
    return yield* Effect.flatMap(ScorecardClient, (own) =>
      Stream.runCount(own.listRecords(run.runId, { pageSize: 5, prefetch: 0 })),
    ).pipe(Effect.provide(client));
  });

const statuses = Effect.flatMap(FakeScorecard, ({ requests }) =>
  Effect.map(requests, (all) => all.map(({ status }) => status)),
);

layer(Live, { timeout: 60_000, excludeTestServices: true })("A fleet's limit", (served) => {
  served.effect("is never exceeded where it is known, by however many runners", () =>
    Effect.gen(function* () {
      const readers = Array.from({ length: 3 }, () => reader({ requestsPerSecond: 40 }));
      assert.deepStrictEqual(yield* Effect.all(readers, { concurrency: 3 }), [200, 200, 200]);
      const answers = yield* statuses;
      assert.strictEqual(answers.length, 120);
      assert.isTrue(answers.every((status) => status === 200));
    }).pipe(
      Effect.provide(
        FakeScorecard.layer({ runs: [run], rateLimit: { requests: 40, window: "1 second" } }),
      ),
    ),
  );

  served.effect("is learned where it is not", () =>
    Effect.gen(function* () {
      const readers = Array.from({ length: 3 }, () => reader(undefined));
      assert.deepStrictEqual(yield* Effect.all(readers, { concurrency: 3 }), [200, 200, 200]);
      const refused = (yield* statuses).filter((status) => status === 429).length;
      assert.isAtLeast(refused, 1);
      // Each refusal that was on its way when another taught the limit.
      assert.isAtMost(refused, 12);
    }).pipe(
      Effect.provide(
        FakeScorecard.layer({ runs: [run], rateLimit: { requests: 40, window: "1 second" } }),
      ),
    ),
  );
});

const ask = (state: AdaptiveLimit.State, now: number) =>
  AdaptiveLimit.consume(state, now, {
    key: "k",
    tokens: 1,
    fallbackLimit: 1,
    fallbackWindow: Duration.seconds(1),
  });
const refuse = (state: AdaptiveLimit.State, now: number, epoch: number) =>
  AdaptiveLimit.feedback(state, now, {
    key: "k",
    tokens: 1,
    status: 429,
    retryAfter: Duration.seconds(1),
    epoch,
  });

describe("What is learned of a limit", () => {
  it("waits, counts, and then keeps to what it counted", () => {
    assert.strictEqual(ask(AdaptiveLimit.unknown, 0)[0].phase, "inactive");
    let state = refuse(AdaptiveLimit.unknown, 0, 0);
    assert.strictEqual(Duration.toMillis(ask(state, 400)[0].delay), 600);
    for (const now of [1000, 1100, 1200]) {
      const [answer, next] = ask(state, now);
      assert.strictEqual(answer.phase, "learning");
      state = next;
    }
    // The third was refused: two in 1,200 ms.
    state = refuse(state, 1200, 1);
    assert.include(state, { phase: "learned", limit: 2, window: 1200 });
    const delays = [2200, 2200, 2200, 2200, 2200].map((now) => {
      const [answer, next] = ask(state, now);
      state = next;
      return Duration.toMillis(answer.delay);
    });
    assert.deepStrictEqual(delays, [0, 0, 1200, 1200, 2400]);
  });

  it("takes no report of an earlier phase, and forgets in time", () => {
    const cooling = refuse(AdaptiveLimit.unknown, 0, 0);
    const [, learning] = ask(cooling, 1000);
    assert.deepStrictEqual(refuse(learning, 1001, 0), learning);
    assert.deepStrictEqual(refuse(learning, 1_000_000, 0), {
      ...cooling,
      until: 1_001_000,
      expires: 1_061_000,
    });
  });
});
