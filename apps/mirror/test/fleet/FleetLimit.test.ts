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

/** Lists the run with a new client, as each runner does, on a fake API that all share. */
const reader = (limit: FleetLimit.Limit | undefined, pageSize: number, timeout?: Duration.Input) =>
  Effect.gen(function* () {
    const http = yield* HttpClient.HttpClient;
    const rateLimit = yield* FleetLimit.gate(limit);
    const client = ScorecardClient.layerAt(FakeScorecard, {
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
  it.effect("is never exceeded by several runners, if it is configured", () =>
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

  it.effect("admits every request, even if the queue is longer than the timeout of a request", () =>
    Effect.gen(function* () {
      // Twenty clients wait up to a second each, three times the timeout of a request.
      const readers = Array.from({ length: 20 }, () =>
        reader({ requestsPerSecond: 20 }, 100, "300 millis"),
      );
      const counts = yield* Effect.all(readers, { concurrency: 20 });
      assert.deepStrictEqual(new Set(counts), new Set([200]));
      assert.lengthOf(yield* statuses, 40);
    }).pipe(Effect.provide(FakeScorecard.layer({ runs: [run] }))),
  );

  it.effect("reserves no slots far ahead, which a runner that stops would take with it", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      yield* sql`DELETE FROM mirror.rate_limits`;
      // One slot in 2.2 seconds: of twenty clients that wait, two have reserved theirs.
      const readers = Array.from({ length: 20 }, () => reader({ requestsPerSecond: 0.5 }, 100));
      yield* Effect.all(readers, { concurrency: 20 }).pipe(Effect.timeoutOption("1 second"));
      assert.lengthOf(yield* statuses, 1);
      const [bucket] = yield* sql<{ readonly held: number }>`
        SELECT (state ->> 'tokens')::float8 AS held FROM mirror.rate_limits WHERE key LIKE 'bucket %'`;
      assert.strictEqual(bucket?.held, -2);
      yield* sql`DELETE FROM mirror.rate_limits`;
    }).pipe(Effect.provide(FakeScorecard.layer({ runs: [run] }))),
  );

  it.effect("allows more than a thousand requests a second", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      yield* sql`DELETE FROM mirror.rate_limits`;
      yield* reader({ requestsPerSecond: 4000 }, 100);
      const [bucket] = yield* sql<{ readonly held: number }>`
        SELECT (state ->> 'tokens')::float8 AS held FROM mirror.rate_limits WHERE key LIKE 'bucket %'`;
      // Groups of eight, 2.2 ms apart: one token was taken.
      assert.strictEqual(bucket?.held, 7);
    }).pipe(Effect.provide(FakeScorecard.layer({ runs: [run] }))),
  );

  it.effect("continues after the database's clock was set back", () =>
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

  it.effect("is not blocked by a client that lists within a transaction", () =>
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

  it.effect("pauses all runners after a 429, if it is not configured", () =>
    Effect.gen(function* () {
      const readers = Array.from({ length: 3 }, () => reader(undefined, 20));
      assert.deepStrictEqual(yield* Effect.all(readers, { concurrency: 3 }), [200, 200, 200]);
      const refused = (yield* statuses).filter((status) => status === 429).length;
      assert.isAtLeast(refused, 1);
      // Without a shared limit, each reader would be refused in each of the five full windows.
      assert.isBelow(refused, 3 * 5);
    }).pipe(
      Effect.provide(
        FakeScorecard.layer({ runs: [run], rateLimit: { requests: 5, window: "1 second" } }),
      ),
    ),
  );
});
