// Several mirrors in one database: schemas, sources, and what each of them leaves in the engine's tables.
import { NodeServices } from "@effect/platform-node";
import { assert, layer } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { ConfigProvider, Context, Effect, Exit, Layer, Option, Redacted, Schedule } from "effect";
import { SqlClient } from "effect/sql";
import * as Neighbours from "../../src/fleet/Neighbours.ts";
import * as Retention from "../../src/fleet/Retention.ts";
import * as Runner from "../../src/fleet/Runner.ts";
import * as MirrorRun from "../../src/run/MirrorRun.ts";
import { verify } from "../../src/run/Verification.ts";
import * as Database from "../../src/store/Database.ts";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";
import { MirrorStore } from "../../src/store/MirrorStore.ts";
import * as Source from "../../src/store/Source.ts";

class Postgres extends Context.Service<Postgres, EmbeddedPostgres.EmbeddedPostgres>()(
  "test/Postgres",
) {
  static readonly layer = Layer.effect(Postgres, EmbeddedPostgres.start).pipe(
    Layer.provide(NodeServices.layer),
  );
}
const Store = Layer.unwrap(
  Effect.map(Postgres, ({ url }) => Layer.provideMerge(MirrorStore.layer, Database.layer(url))),
);

// What a DBA has prepared: a role that may connect, and a schema in which it may create tables.
const role = "plain";
const prepared = "Team A's";
const asRole = Effect.map(Postgres, ({ url }) => {
  const own = new URL(Redacted.value(url));
  own.username = role;
  own.password = role;
  return Redacted.make(own.href);
});

const runId = RunId.make("same id");
const runOf = (seed: number) => FakeRun.make({ seed, records: 120, runId });

/** A fleet of one runner, whose API is a fake of its own. */
const fleet = (url: Redacted.Redacted, schema: string, seed: number) =>
  Layer.unwrap(
    Effect.map(EmbeddedPostgres.freePort, (port) => Runner.layer({ host: "127.0.0.1", port })),
  ).pipe(
    Layer.provideMerge(
      ScorecardClient.layerAt(FakeScorecard).pipe(
        Layer.provide(FakeScorecard.layer({ runs: [runOf(seed)] })),
      ),
    ),
    Layer.provideMerge(Database.layer(url, { schema })),
  );

const untilComplete = Effect.gen(function* () {
  const { progress } = yield* MirrorStore;
  return yield* progress(runId).pipe(
    Effect.repeat({
      schedule: Schedule.spaced("50 millis"),
      until: (own) => own?.state === "complete",
    }),
  );
});

const mirrored = (own: Redacted.Redacted, schema: string, seed: number) =>
  Effect.gen(function* () {
    yield* MirrorRun.start(runId);
    yield* untilComplete;
    return yield* verify(runId);
  }).pipe(Effect.provide(fleet(own, schema, seed), { local: true }));

const claim = (baseUrl: string, name?: string) =>
  Source.claim(Option.fromUndefinedOr(name)).pipe(
    Effect.provide(
      ConfigProvider.layer(ConfigProvider.fromEnv({ env: { SCORECARD_BASE_URL: baseUrl } })),
    ),
    Effect.match({ onSuccess: () => "", onFailure: (error) => error.message }),
  );

layer(Layer.provideMerge(Store, Postgres.layer), {
  timeout: 60_000,
  excludeTestServices: true,
})("A database", (it) => {
  it.effect(
    "holds several mirrors in schemas of their own, one of them made for a role that may not create any",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient;
        const { url } = yield* Postgres;
        yield* sql`CREATE ROLE ${sql(role)} LOGIN PASSWORD 'plain'`;
        yield* sql`CREATE SCHEMA ${sql(prepared)}`;
        yield* sql`GRANT USAGE, CREATE ON SCHEMA ${sql(prepared)} TO ${sql(role)}`;
        // It cannot create another one, and the message says what it lacks.
        const refused = yield* Effect.exit(
          Layer.build(Database.layer(yield* asRole, { schema: "none" })),
        );
        assert(Exit.isFailure(refused));
        assert.match(String(refused.cause), /permission denied for database mirror.*schema "none"/);

        // Both fleets work at the same time, and neither waits for the other's locks.
        const results = yield* Effect.all(
          [mirrored(yield* asRole, prepared, 1), mirrored(url, "mirror", 2)],
          { concurrency: 2 },
        );
        assert.deepStrictEqual(results, [
          { records: 120, quarantined: 0, differences: [] },
          { records: 120, quarantined: 0, differences: [] },
        ]);
        const tables = yield* sql<{ readonly schema: string; readonly count: number }>`
        SELECT schemaname AS schema, count(*)::integer AS count FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema') GROUP BY 1 ORDER BY 1`;
        assert.deepStrictEqual(
          tables.map(({ schema }) => schema),
          [prepared, "mirror"],
        );
        assert.strictEqual(tables[0]?.count, tables[1]?.count);
      }),
  );

  it.effect("tells runners on two machines that one of them registers a loopback address", () =>
    Effect.gen(function* () {
      const { url } = yield* Postgres;
      const start = (host: string, schema = "mirror") =>
        Effect.exit(
          Layer.build(Layer.provide(Neighbours.layer(host), Database.layer(url, { schema }))),
        );
      // Alone, or with others on this machine, any address will do.
      assert(Exit.isSuccess(yield* start("127.0.0.1")));
      const applicationName = Neighbours.applicationName("mirror", "localhost", "another0");
      yield* Layer.build(Database.layer(url, { applicationName }));
      const refused = yield* start("127.0.0.1");
      assert(Exit.isFailure(refused));
      assert.include(String(refused.cause), "give --host this machine's address, or auto");
      assert(Exit.isSuccess(yield* start("192.0.2.1")));
      // Fleets in other schemas do not matter.
      assert(Exit.isSuccess(yield* start("127.0.0.1", prepared)));
      // Postgres keeps 63 bytes of a name.
      assert.isAtMost(Neighbours.applicationName("another schema", "::1").length, 63);
    }).pipe(Effect.scoped),
  );

  it.effect("belongs to the source that was recorded first, by its URL and its name", () =>
    Effect.gen(function* () {
      // Two that start at once: one of them is recorded.
      const both = yield* Effect.all(
        [claim("https://one.test/api/"), claim("https://two.test/api")],
        { concurrency: 2 },
      );
      assert.deepStrictEqual(both.filter((message) => message === "").length, 1);
      const recorded = yield* Source.find;
      assert(recorded !== undefined);
      assert.strictEqual(yield* claim(recorded.baseUrl), "");
      assert.strictEqual(
        yield* claim("https://staging.test/api"),
        `The schema "mirror" holds runs of ${recorded.baseUrl} (without --source), and this command is for https://staging.test/api (without --source). Runs of two sources are never mixed: use another --schema, or correct SCORECARD_BASE_URL or --source`,
      );
      assert.include(yield* claim(recorded.baseUrl, "team b"), "(--source team b)");
      assert.include(yield* claim("nowhere"), "SCORECARD_BASE_URL: The base URL is malformed");
    }),
  );

  it.effect(
    "keeps nothing of finished generations in the engine's tables, and all of stopped runs",
    () =>
      Effect.gen(function* () {
        const { url } = yield* Postgres;
        yield* Effect.gen(function* () {
          const store = yield* MirrorStore;
          const sql = yield* SqlClient.SqlClient;
          const count = Effect.gen(function* () {
            const [row] = yield* sql<{ readonly messages: number; readonly replies: number }>`
            SELECT (SELECT count(*)::integer FROM cluster_messages WHERE entity_type = 'Workflow/MirrorRun') AS messages,
              (SELECT count(*)::integer FROM cluster_replies AS reply JOIN cluster_messages AS message
                ON message.id = reply.request_id WHERE entity_type = 'Workflow/MirrorRun') AS replies`;
            return row ?? { messages: -1, replies: -1 };
          });
          for (let generation = 0; generation < 3; generation += 1) {
            yield* MirrorRun.start(runId);
            yield* untilComplete;
          }
          const isOver = Effect.repeat(count, {
            schedule: Schedule.spaced("50 millis"),
            until: ({ messages, replies }) => messages === replies,
          });
          const before = yield* isOver;
          assert.isAtLeast(before.messages, 6);
          // Within the time of grace, nothing is deleted.
          assert.strictEqual(yield* Retention.prune(Retention.graceSeconds), 0);
          assert.deepStrictEqual(yield* count, before);
          assert.isAtLeast(yield* Retention.prune(0), 3);
          assert.deepStrictEqual(yield* count, { messages: 0, replies: 0 });

          // A stopped run keeps its workflow, and continues.
          yield* MirrorRun.start(runId);
          yield* store.pause(runId);
          yield* isOver;
          const paused = yield* store.progress(runId);
          if (paused?.state === "paused") {
            yield* Retention.prune(0);
            assert.isAbove((yield* count).messages, 0);
            yield* MirrorRun.resume(runId);
          }
          const last = yield* untilComplete;
          assert.strictEqual(last?.generation, 5);
        }).pipe(Effect.provide(fleet(url, "mirror", 2), { local: true }));
      }),
  );
});
