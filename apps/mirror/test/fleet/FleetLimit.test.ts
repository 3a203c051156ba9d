import { NodeServices } from "@effect/platform-node";
import { assert, layer } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { type Duration, Effect, Latch, Layer, Stream } from "effect";
import { HttpClient } from "effect/http";
import { SqlClient } from "effect/sql";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";
import * as FleetLimit from "../../src/fleet/FleetLimit.ts";

const run = FakeRun.make({ records: 200 });
const Live = EmbeddedPostgres.layer.pipe(Layer.provide(NodeServices.layer));

/** A runner's client of its own, on a fake that all share. */
const reader = (limit: FleetLimit.Limit | undefined, pageSize: number, timeout?: Duration.Input) =>
  Effect.gen(function* () {
    const { apiKey, baseUrl } = yield* FakeScorecard;
    const http = yield* HttpClient.HttpClient;
    const rateLimit = yield* FleetLimit.gate(limit);
    const client = ScorecardClient.layer({
      apiKey,
      baseUrl,
      rateLimit,
      timeout,
      retry: { attempts: 50 },
    }).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, http)));
    return yield* Effect.flatMap(ScorecardClient, (own) =>
      Stream.runCount(own.listRecords(run.runId, { pageSize, prefetch: 0 })),
    ).pipe(Effect.provide(client));
  });

const statuses = Effect.flatMap(FakeScorecard, ({ requests }) =>
  Effect.map(requests, (all) => all.map(({ status }) => status)),
);

layer(Live, { timeout: 60_000, excludeTestServices: true })("A fleet's limit", (it) => {
  it.effect("is never exceeded where it is known, by however many runners", () =>
    Effect.gen(function* () {
      const readers = Array.from({ length: 3 }, () => reader({ requestsPerSecond: 40 }, 5));
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

  it.effect(
    "lets everybody have a turn, however long the queue is beside the timeout of a request",
    () =>
      Effect.gen(function* () {
        // Twenty who wait: up to a second each, and a third of that is what a request may take.
        const readers = Array.from({ length: 20 }, () =>
          reader({ requestsPerSecond: 20 }, 100, "300 millis"),
        );
        const counts = yield* Effect.all(readers, { concurrency: 20 });
        assert.deepStrictEqual(new Set(counts), new Set([200]));
        assert.lengthOf(yield* statuses, 40);
      }).pipe(Effect.provide(FakeScorecard.layer({ runs: [run] }))),
  );

  it.effect("gives away no turns that are far off, which whoever stops would take along", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      yield* sql`DELETE FROM mirror.rate_limits`;
      // One each 2.2 seconds: of twenty who wait, two know when.
      const readers = Array.from({ length: 20 }, () => reader({ requestsPerSecond: 0.5 }, 100));
      yield* Effect.all(readers, { concurrency: 20 }).pipe(Effect.timeoutOption("1 second"));
      assert.lengthOf(yield* statuses, 1);
      const [bucket] = yield* sql<{ readonly held: number }>`
        SELECT (state ->> 'tokens')::float8 AS held FROM mirror.rate_limits WHERE key LIKE 'bucket %'`;
      assert.strictEqual(bucket?.held, -2);
      yield* sql`DELETE FROM mirror.rate_limits`;
    }).pipe(Effect.provide(FakeScorecard.layer({ runs: [run] }))),
  );

  it.effect("keeps to more than a thousand a second", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      yield* sql`DELETE FROM mirror.rate_limits`;
      yield* reader({ requestsPerSecond: 4000 }, 100);
      const [bucket] = yield* sql<{ readonly held: number }>`
        SELECT (state ->> 'tokens')::float8 AS held FROM mirror.rate_limits WHERE key LIKE 'bucket %'`;
      // Eight at once, 2.2 ms apart: one was taken.
      assert.strictEqual(bucket?.held, 7);
    }).pipe(Effect.provide(FakeScorecard.layer({ runs: [run] }))),
  );

  it.effect("goes on where the database's clock was set back", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const read = reader({ requestsPerSecond: 100 }, 100);
      yield* read;
      yield* sql`UPDATE mirror.rate_limits SET state = jsonb_set(state, '{at}', to_jsonb((state ->> 'at')::float8 + 3600000))
        WHERE key LIKE 'bucket %'`;
      yield* read;
      const buckets = yield* sql<{ readonly ahead: boolean }>`
        SELECT (state ->> 'at')::float8 > extract(epoch FROM clock_timestamp()) * 1000 AS ahead
        FROM mirror.rate_limits WHERE key LIKE 'bucket %'`;
      assert.isAtLeast(buckets.length, 1);
      assert.isTrue(buckets.some(({ ahead }) => !ahead));
    }).pipe(Effect.provide(FakeScorecard.layer({ runs: [run] }))),
  );

  it.effect("is held up by nobody who lists within a transaction", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const own = yield* Latch.make();
      const other = yield* Latch.make();
      const read = reader({ requestsPerSecond: 100 }, 100);
      const within = sql.withTransaction(
        Effect.gen(function* () {
          yield* read;
          yield* own.open;
          yield* other.await;
        }),
      );
      const meanwhile = own.await.pipe(Effect.andThen(read), Effect.andThen(other.open));
      yield* Effect.all([within, meanwhile], { concurrency: 2 });
      assert.lengthOf(yield* statuses, 4);
    }).pipe(Effect.provide(FakeScorecard.layer({ runs: [run] }))),
  );

  it.effect("holds all back after a 429, where it is not known", () =>
    Effect.gen(function* () {
      const readers = Array.from({ length: 3 }, () => reader(undefined, 20));
      assert.deepStrictEqual(yield* Effect.all(readers, { concurrency: 3 }), [200, 200, 200]);
      const refused = (yield* statuses).filter((status) => status === 429).length;
      assert.isAtLeast(refused, 1);
      // Each reader for itself would be refused in each of the five windows that are full.
      assert.isBelow(refused, 3 * 5);
    }).pipe(
      Effect.provide(
        FakeScorecard.layer({ runs: [run], rateLimit: { requests: 5, window: "1 second" } }),
      ),
    ),
  );
});
