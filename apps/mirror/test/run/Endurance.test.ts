// What a run endures without an operator: a database short of connections, lost workflows, a service that sends no page.
import { NodeServices } from "@effect/platform-node";
import { assert, layer } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import {
  Context,
  Cron,
  type Duration,
  Effect,
  Layer,
  Logger,
  type Redacted,
  Schedule,
} from "effect";
import { SqlClient } from "effect/sql";
import * as Runner from "../../src/fleet/Runner.ts";
import * as Database from "../../src/store/Database.ts";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";
import { MirrorStore } from "../../src/store/MirrorStore.ts";
import type { Progress } from "../../src/store/Progress.ts";

const runOf = (runId: string, records = 5) => FakeRun.make({ seed: 7, records, runId });
const many = Array.from({ length: 100 }, (_, index) => runOf(`many-${index}`));
const single = ["deleted", "defect"].map((runId) => runOf(runId));
const long = ["no page", "wrong key", "rotated key"].map((runId) => runOf(runId, 250));

const maxBodyBytes = 500_000;
/** A run of which three records are too long for a body. */
const light = runOf("heavy", 30);
const heavy: FakeRun.FakeRun = {
  ...light,
  record: (index) => ({ ...light.record(index), outputs: { trace: "x".repeat(200_000) } }),
};

/** A Postgres for eight clients. */
class Postgres extends Context.Service<Postgres, { readonly url: Redacted.Redacted }>()(
  "test/Postgres",
) {
  static readonly layer = Layer.effect(
    Postgres,
    EmbeddedPostgres.startWith({ max_connections: "8", superuser_reserved_connections: "0" }),
  ).pipe(Layer.provide(NodeServices.layer));
}

/** One connection, which is kept: the test reads the tables while runners fight for the others. */
const Observer = Layer.unwrap(
  Effect.map(Postgres, ({ url }) =>
    Layer.provideMerge(MirrorStore.layer, Database.layer(url, { connections: 1 })),
  ),
);

const Fake = FakeScorecard.layer({ runs: [...many, ...single, ...long, heavy] });
let defects = 0;
const dying = Effect.map(ScorecardClient, (client) =>
  ScorecardClient.of({
    ...client,
    listPageResults: (runId, options) => {
      if (runId === "defect" && defects < 2) {
        defects += 1;
        throw new TypeError("a defect of the mirror");
      }
      return client.listPageResults(runId, options);
    },
  }),
);
const Client = Layer.effect(ScorecardClient, dying).pipe(
  Layer.provide(ScorecardClient.layerAt(FakeScorecard, { maxBodyBytes, retry: { attempts: 1 } })),
  Layer.provideMerge(Fake),
);

const everySecond = Cron.parseUnsafe("* * * * * *");
const onceAYear = Cron.parseUnsafe("0 0 1 1 *");

/** Starts a runner, which ends with the scope. */
const startRunner = ({
  connections = 4,
  patience = "24 seconds",
}: {
  readonly connections?: number;
  readonly patience?: Duration.Input;
} = {}) =>
  Effect.gen(function* () {
    const { url } = yield* Postgres;
    const port = yield* EmbeddedPostgres.freePort;
    yield* Layer.build(
      Runner.layer({
        host: "127.0.0.1",
        port,
        refresh: onceAYear,
        watch: everySecond,
        silence: "1 second",
        patience,
      }).pipe(Layer.provide(Database.layer(url, { connections }))),
    );
  });

const until = (runId: RunId, isReached: (run: Progress) => boolean) =>
  Effect.flatMap(MirrorStore, ({ progress }) =>
    progress(runId).pipe(
      Effect.repeat({
        schedule: Schedule.spaced("50 millis"),
        until: (run) => run !== undefined && isReached(run),
      }),
      Effect.timeout("20 seconds"),
    ),
  );

const isParked = ({ state }: Progress) => state === "parked";

const complete = (runIds: ReadonlyArray<RunId>) =>
  Effect.flatMap(MirrorStore, ({ all }) =>
    all.pipe(
      Effect.repeat({
        schedule: Schedule.spaced("100 millis"),
        until: (runs) =>
          runs.filter(({ runId, state }) => state === "complete" && runIds.includes(runId))
            .length === runIds.length,
      }),
      Effect.timeout("60 seconds"),
    ),
  );

const Live = Layer.provideMerge(Observer, Layer.provideMerge(Postgres.layer, Client)).pipe(
  Layer.provideMerge(Logger.layer([])),
);

layer(Live, { timeout: 90_000, excludeTestServices: true })(
  "A run is mirrored to its end",
  (it) => {
    it.effect("although the database is short of connections", () =>
      Effect.gen(function* () {
        const store = yield* MirrorStore;
        // Their runners find them without a workflow: the watchdog creates it.
        yield* Effect.forEach(many, ({ runId }) => store.start(runId));
        // Together they want twice as many connections as there are.
        yield* startRunner({ connections: 8 });
        yield* startRunner({ connections: 8 });
        yield* complete(many.map(({ runId }) => runId));
      }).pipe(Effect.scoped),
    );

    it.effect("within the connections that its runner may open", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient;
        const store = yield* MirrorStore;
        const count = Effect.map(
          sql<{ readonly count: number }>`
          SELECT count(*)::integer AS count FROM pg_stat_activity
          WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
          ([row]) => row?.count ?? 0,
        );
        yield* Effect.repeat(count, {
          schedule: Schedule.spaced("50 millis"),
          until: (open) => open === 0,
        });
        const counts: Array<number> = [];
        const few = many.slice(0, 20);
        yield* Effect.forEach(few, ({ runId }) => store.start(runId));
        yield* count.pipe(
          Effect.tap((open) => Effect.sync(() => counts.push(open))),
          Effect.repeat(Schedule.spaced("20 millis")),
          Effect.forkScoped,
        );
        yield* startRunner({ connections: 3 });
        yield* complete(few.map(({ runId }) => runId));
        assert.strictEqual(Math.max(...counts), 3);
      }).pipe(Effect.scoped),
    );

    it.effect("after a defect", () =>
      Effect.gen(function* () {
        const runId = RunId.make("defect");
        const store = yield* MirrorStore;
        yield* startRunner();
        yield* store.start(runId);
        yield* complete([runId]);
        assert.strictEqual(defects, 2);
      }).pipe(Effect.scoped),
    );

    it.effect("after the engine has lost its messages", () =>
      Effect.gen(function* () {
        const runId = RunId.make("deleted");
        const sql = yield* SqlClient.SqlClient;
        const store = yield* MirrorStore;
        const fake = yield* FakeScorecard;
        yield* startRunner();
        yield* fake.inject("from request 1: html");
        yield* store.start(runId);
        // It waits for a clock of more than a second, so that no fiber and no activity works on it.
        yield* until(runId, ({ waitMillis }) => (waitMillis ?? 0) > 1_100);
        yield* sql`DELETE FROM cluster_messages WHERE entity_type LIKE 'Workflow/%'`;
        yield* fake.inject("recover");
        yield* complete([runId]);
      }).pipe(Effect.scoped),
    );
    it.effect(
      "although the service sends bodies that are no page, and refuses a key for a while",
      () =>
        Effect.gen(function* () {
          const runId = RunId.make("no page");
          const store = yield* MirrorStore;
          const fake = yield* FakeScorecard;
          yield* fake.inject(
            "on request 2: html then half then empty then null then utf-16 then no-cursor then 401 then recover",
          );
          yield* startRunner({ patience: "6 seconds" });
          yield* store.start(runId);
          const waiting = yield* until(runId, ({ waits }) => waits >= 3);
          assert.deepInclude(waiting, { state: "running", pages: 1, stoppedAt: null });
          assert.isNotNull(waiting?.failingSince);
          yield* complete([runId]);
          const progress = yield* store.progress(runId);
          assert.deepInclude(progress, {
            records: 250,
            error: null,
            failingSince: null,
            retryAt: null,
          });
          assert.isAtLeast(progress?.waits ?? 0, 7);
        }).pipe(Effect.scoped),
    );

    it.effect(
      "or parked at once by a key that never worked, and after its patience by one that did",
      () =>
        Effect.gen(function* () {
          const store = yield* MirrorStore;
          const fake = yield* FakeScorecard;
          yield* startRunner({ patience: "2 seconds" });
          const wrong = RunId.make("wrong key");
          yield* fake.inject("from request 1: 401");
          yield* store.start(wrong);
          assert.deepInclude(yield* until(wrong, isParked), {
            pages: 0,
            waits: 0,
            failingSince: null,
          });
          const rotated = RunId.make("rotated key");
          yield* fake.inject("from request 2: 401");
          yield* store.start(rotated);
          const parked = yield* until(rotated, isParked);
          assert.deepInclude(parked, { pages: 1, records: 100, retryAt: null });
          assert.isAtLeast(parked?.waits ?? 0, 2);
          assert.include(JSON.stringify(parked?.error), "Unauthenticated");
          const waitedMillis =
            (parked?.stoppedAt?.getTime() ?? 0) - (parked?.failingSince?.getTime() ?? 0);
          assert.isAtLeast(waitedMillis, 2_000);
          // A key that works again: both continue where they stopped.
          yield* fake.inject("recover");
          yield* store.resume(wrong);
          yield* store.resume(rotated);
          yield* complete([wrong, rotated]);
        }).pipe(Effect.scoped),
    );
    it.effect("in smaller pages, if its records are too long for a hundred of them", () =>
      Effect.gen(function* () {
        const store = yield* MirrorStore;
        yield* startRunner();
        yield* store.start(heavy.runId);
        yield* complete([heavy.runId]);
        const progress = yield* store.progress(heavy.runId);
        assert.deepInclude(progress, { records: 30, quarantined: 0, error: null, waits: 0 });
        // One record a page: with the sizes before it, 100, 25 and 6, a body is too long.
        assert.strictEqual(progress?.pages, 30);
      }).pipe(Effect.scoped),
    );
  },
);
