import { NodeServices } from "@effect/platform-node";
import { assert, layer } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { RecordId, RunId, TestcaseId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard, Fault, Faults } from "@scorecard-effect/fixtures";
import { Effect, Layer, Logger, Schedule } from "effect";
import { HttpClient } from "effect/http";
import { SqlClient } from "effect/sql";
import * as StatusTable from "../../src/commands/StatusTable.ts";
import { Capacity } from "../../src/run/Capacity.ts";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";
import * as Fleet from "../../src/fleet/Fleet.ts";
import * as MirrorRun from "../../src/run/MirrorRun.ts";
import { verify } from "../../src/run/Verification.ts";
import { MirrorStore } from "../../src/store/MirrorStore.ts";
import { createHash } from "node:crypto";
import type { RunState } from "../../src/store/RunState.ts";

const runNamed = (runId: string, seed: number) => FakeRun.make({ seed, records: 700, runId });
const whole = runNamed("whole", 99);
const plain = runNamed("unstorable", 98);
const hex = (length: number) =>
  Array.from({ length }, (_, at) => createHash("sha256").update(`${at}`).digest("hex")).join("");
/** What Postgres can hold in no row, by the index of the record. */
const hostile = new Map([
  [150, { id: RecordId.make("a\u0000b") }],
  [251, { id: RecordId.make("a\uD800b") }],
  // Too long for an index, and not compressible.
  [352, { id: RecordId.make(hex(60)) }],
  [399, { testcaseId: TestcaseId.make("t\u0000") }],
]);
const unstorable: FakeRun.FakeRun = {
  ...plain,
  record: (index) => ({
    ...plain.record(index),
    ...hostile.get(index),
    ...(index === 555
      ? { id: RecordId.make("with U+0000 in its inputs"), inputs: { text: "\0" } }
      : {}),
  }),
};
/** A run whose first listings show other records at some positions. */
const shifted = (
  runId: string,
  seed: number,
  listings: number,
  shift: (index: number) => number,
): FakeRun.FakeRun => {
  const run = runNamed(runId, seed);
  let listing = 0;
  return {
    ...run,
    isFixed: false,
    record: (index) => {
      if (index === 0) listing += 1;
      return run.record(listing > listings ? index : shift(index));
    },
  };
};
const twice = (index: number) => (index === 250 ? 10 : index);
const circle = (index: number) => (index >= 200 && index < 300 ? index - 100 : index);
const many = Array.from({ length: 6 }, (_, seed) =>
  FakeRun.make({ seed, records: 300, runId: `many-${seed}` }),
);
const runs = [
  whole,
  unstorable,
  shifted("shifted", 97, 1, twice),
  shifted("never whole", 96, 99, twice),
  shifted("repeated", 95, 1, circle),
  shifted("circle", 94, 99, circle),
  ...many,
  ...[
    "flaky",
    "paused",
    "cancelled",
    "refused",
    "expired",
    "forgotten",
    "deleted",
    "full",
    "again",
  ].map(runNamed),
];
const Fake = FakeScorecard.layer({ runs, apiKey: "ak_mirror_0123456789" });

/** The runs whose pages are being fetched now, and the most runs that were fetched at once. */
const fetching = { now: new Set<string>(), max: 0 };
const observedHttp = Effect.map(HttpClient.HttpClient, (http) =>
  HttpClient.transform(http, (effect, { url }) => {
    const [, runId = ""] = /\/runs\/([^/]+)\//.exec(url) ?? [];
    return Effect.sync(() => {
      fetching.now.add(runId);
      fetching.max = Math.max(fetching.max, fetching.now.size);
    }).pipe(Effect.andThen(effect), Effect.ensuring(Effect.sync(() => fetching.now.delete(runId))));
  }),
);
const Client = ScorecardClient.layerAt(FakeScorecard, { retry: { attempts: 1 } }).pipe(
  Layer.provide(Layer.effect(HttpClient.HttpClient, observedHttp)),
  Layer.provideMerge(Fake),
);

/** What the runner has logged. */
const logged: Array<string> = [];

const Postgres = EmbeddedPostgres.layer.pipe(Layer.provide(NodeServices.layer));

const Live = MirrorRun.layer().pipe(
  Layer.provideMerge(
    Layer.unwrap(
      Effect.map(EmbeddedPostgres.freePort, (port) =>
        Fleet.layerRunner({ host: "127.0.0.1", port }),
      ),
    ),
  ),
  Layer.provideMerge(MirrorStore.layer),
  Layer.provideMerge(Postgres),
  Layer.provideMerge(Client),
  Layer.provideMerge(Capacity.layer({ chunk: 3, concurrency: 2 })),
  Layer.provideMerge(Logger.layer([Logger.make(({ message }) => logged.push(String(message)))])),
);

const until = (runId: RunId, state: RunState) =>
  Effect.flatMap(MirrorStore, (store) =>
    store.progress(runId).pipe(
      Effect.repeat({
        schedule: Schedule.spaced("50 millis"),
        until: (progress) => progress?.state === state,
      }),
      Effect.timeout("20 seconds"),
    ),
  );

/** Sets the faults of later requests. */
const inject = (faults: string) => Effect.flatMap(FakeScorecard, (fake) => fake.inject(faults));
const requests = (runId: string) =>
  Effect.flatMap(FakeScorecard, (fake) =>
    Effect.map(
      fake.requests,
      (all) => all.filter(({ url }) => url.includes(`/runs/${runId}/`)).length,
    ),
  );

const rows = (runId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient;
    return yield* sql<{ readonly id: string; readonly inputs: unknown; readonly gone: boolean }>`
      SELECT record_id AS id, inputs, vanished_at IS NOT NULL AS gone FROM mirror.records
      WHERE run_id = ${runId} ORDER BY position`;
  });

const isWhole = (run: FakeRun.FakeRun) =>
  Effect.map(rows(run.runId), (found) => {
    assert.deepStrictEqual<unknown>(
      found,
      Array.from({ length: run.size }, (_, index) => {
        const { id, inputs } = run.record(index);
        return { id, inputs, gone: false };
      }),
    );
  });

const runOf = (runId: string) => {
  const run = runs.find((own) => own.runId === runId);
  if (run === undefined) throw new Error(runId);
  return run;
};

layer(Live, { timeout: 60_000, excludeTestServices: true })("A mirrored run", (it) => {
  it.effect("is whole after several chunks", () =>
    Effect.gen(function* () {
      yield* MirrorRun.start(whole.runId);
      const progress = yield* until(whole.runId, "complete");
      assert.deepInclude(progress, { records: 700, pages: 7, total: 700, rescans: 0, error: null });
      yield* isWhole(whole);
      // At the end of each of the first two chunks, one page was fetched ahead.
      assert.isAtMost(yield* requests("whole"), 7 + 2);
    }),
  );

  it.effect("has its tables and the engine's in one schema, whatever the name of the role", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const schemas = yield* sql<{ readonly schema: string; readonly tables: number }>`
        SELECT schemaname AS schema, count(*)::integer AS tables FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema') GROUP BY schemaname`;
      assert.deepStrictEqual(
        schemas.map(({ schema }) => schema),
        ["mirror"],
      );
      assert.isAtLeast(schemas[0]?.tables ?? 0, 4 + 5);
      const [user] = yield* sql<{ readonly name: string }>`SELECT current_user AS name`;
      assert.notStrictEqual(user?.name, "mirror");
    }),
  );

  it.effect("is whole although a third of the requests fail", () =>
    Effect.gen(function* () {
      const run = runOf("flaky");
      yield* inject("33 % of requests: 500 or 503 or close-body or reset");
      yield* MirrorRun.start(run.runId);
      yield* until(run.runId, "complete");
      yield* inject("recover");
      yield* isWhole(run);
    }),
  );

  it.effect("is the same when it is mirrored again, and found unchanged", () =>
    Effect.gen(function* () {
      const run = runOf("again");
      yield* MirrorRun.start(run.runId);
      yield* until(run.runId, "complete");
      const before = yield* rows(run.runId);
      for (const unchanged of [1, 2]) {
        yield* MirrorRun.start(run.runId);
        const progress = yield* until(run.runId, "complete").pipe(
          Effect.repeat({ until: (own) => own?.generation === unchanged + 1 }),
        );
        assert.deepInclude(progress, { changed: 0, unchanged, scan: unchanged + 1 });
      }
      assert.deepStrictEqual(yield* rows(run.runId), before);
    }),
  );

  it.effect("waits for a slot among many runs", () =>
    Effect.gen(function* () {
      yield* inject("from request 1: slow 150ms");
      fetching.max = 0;
      yield* Effect.forEach(many, ({ runId }) => MirrorRun.start(runId));
      yield* Effect.forEach(many, ({ runId }) => until(runId, "complete"));
      yield* inject("recover");
      yield* Effect.forEach(many, isWhole);
      assert.strictEqual(fetching.max, 2);
    }),
  );

  it.effect("pauses, and resumes at its cursor", () =>
    Effect.gen(function* () {
      const run = runOf("paused");
      const store = yield* MirrorStore;
      yield* inject("from request 1: slow 100ms");
      yield* MirrorRun.start(run.runId);
      yield* store.progress(run.runId).pipe(
        Effect.repeat({
          schedule: Schedule.spaced("20 millis"),
          until: (progress) => (progress?.pages ?? 0) >= 2,
        }),
      );
      assert.deepInclude(yield* store.pause(run.runId), { state: "paused" });
      yield* Effect.sleep("1 second");
      const paused = yield* store.progress(run.runId);
      assert.strictEqual(paused?.state, "paused");
      const asked = yield* requests("paused");
      yield* Effect.sleep("1 second");
      assert.strictEqual(yield* requests("paused"), asked);
      yield* inject("recover");
      // A process that resumes the run may die before it wakes the workflow, and the run may be paused again. The next
      // one wakes the workflow from both stops.
      yield* store.resume(run.runId);
      assert.deepInclude(yield* store.pause(run.runId), { state: "paused" });
      yield* store.resume(run.runId);
      yield* MirrorRun.start(run.runId);
      // Waking it twice does no harm.
      yield* MirrorRun.start(run.runId);
      yield* until(run.runId, "complete");
      yield* isWhole(run);
    }),
  );

  it.effect("is cancelled, and keeps its rows", () =>
    Effect.gen(function* () {
      const run = runOf("cancelled");
      yield* inject("from request 1: slow 100ms");
      yield* MirrorRun.start(run.runId);
      yield* Effect.sleep("500 millis");
      assert.isTrue(yield* MirrorRun.cancel(run.runId));
      yield* Effect.sleep("500 millis");
      yield* inject("recover");
      const kept = (yield* rows(run.runId)).length;
      assert.isBelow(kept, 700);
      assert.isFalse(yield* MirrorRun.cancel(run.runId));
      assert.isFalse(yield* MirrorRun.resume(run.runId));
      // A refresh that has seen an earlier state leaves the run alone.
      const { all, progress } = yield* MirrorStore;
      const [was] = (yield* all).filter(({ runId }) => runId === run.runId);
      if (was === undefined) return assert.fail();
      yield* MirrorRun.refresh({ ...was, state: "running" });
      yield* MirrorRun.refresh({ ...was, state: "complete" });
      assert.deepStrictEqual(yield* progress(run.runId), was);
      // It can be started again.
      yield* MirrorRun.start(run.runId);
      yield* until(run.runId, "complete");
      yield* isWhole(run);
      return undefined;
    }),
  );

  it.effect("is parked by a permanent failure, and resumed once the cause is fixed", () =>
    Effect.gen(function* () {
      const run = runOf("refused");
      yield* inject("on request 3: 403");
      yield* MirrorRun.start(run.runId);
      const parked = yield* until(run.runId, "parked");
      assert.deepInclude(parked, { records: 200, pages: 2 });
      assert.isNotNull(parked?.cursor);
      assert.include(JSON.stringify(parked?.error), "RequestRejected");
      assert.isNotNull(parked?.stoppedAt);
      assert.notInclude(JSON.stringify(parked?.error), "ak_mirror");
      assert.isTrue(yield* MirrorRun.resume(run.runId));
      yield* until(run.runId, "complete");
      yield* isWhole(run);
      // One request was refused, and one page was fetched ahead at the end of a chunk. Two more are under way in a
      // chunk if the engine replays the workflow when the resume arrives.
      assert.isAtMost(yield* requests("refused"), 7 + 1 + 1 + 2);
    }),
  );

  it.effect("is rescanned when its cursor has expired, without duplicate records", () =>
    Effect.gen(function* () {
      const run = runOf("expired");
      yield* inject("on request 2: 410");
      yield* MirrorRun.start(run.runId);
      const progress = yield* until(run.runId, "complete");
      assert.deepInclude(progress, { rescans: 1, scan: 2, records: 700, pages: 7 });
      yield* isWhole(run);
    }),
  );

  it.effect("is rescanned when its pages do not add up, and says so if they never do", () =>
    Effect.gen(function* () {
      const store = yield* MirrorStore;
      for (const id of ["shifted", "repeated"]) {
        const run = runNamed(id, id === "shifted" ? 97 : 95);
        yield* MirrorRun.start(run.runId);
        assert.deepInclude(yield* until(run.runId, "complete"), { rescans: 1, error: null });
        yield* isWhole(run);
      }
      yield* MirrorRun.start(RunId.make("never whole"));
      const complete = yield* until(RunId.make("never whole"), "complete");
      assert.deepInclude(complete, { rescans: 3, records: 700 });
      assert.match(
        JSON.stringify(complete?.error),
        /Incomplete.*announced 700 records and listed 699/,
      );
      yield* MirrorRun.start(RunId.make("circle"));
      const parked = yield* until(RunId.make("circle"), "parked");
      assert.deepInclude(parked, { rescans: 3, pages: 2 });
      assert.include(JSON.stringify(parked?.error), "CursorCircle");
      assert.deepInclude(yield* store.progress(RunId.make("circle")), { state: "parked" });
    }),
  );

  it.effect("starts a new generation after it was forgotten, or its row was deleted", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const forgotten = runOf("forgotten");
      yield* inject("from request 1: slow 100ms");
      yield* MirrorRun.start(forgotten.runId);
      yield* Effect.sleep("300 millis");
      assert.isDefined(yield* MirrorRun.forget(forgotten.runId));
      yield* inject("recover");
      assert.lengthOf(yield* rows(forgotten.runId), 0);
      assert.isUndefined(yield* MirrorRun.forget(forgotten.runId));
      const deleted = runOf("deleted");
      yield* MirrorRun.start(deleted.runId);
      yield* until(deleted.runId, "complete");
      yield* sql`DELETE FROM mirror.runs WHERE run_id = ${deleted.runId}`;
      for (const run of [forgotten, deleted]) {
        yield* MirrorRun.start(run.runId);
        assert.deepInclude(yield* until(run.runId, "complete"), { generation: 2 });
        yield* isWhole(run);
      }
    }),
  );

  it.effect("retries while the disk is full, and logs that once", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const run = runOf("full");
      yield* sql`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$`;
      yield* sql`CREATE TRIGGER refuse BEFORE INSERT ON mirror.records FOR EACH ROW WHEN (NEW.run_id = 'full')
        EXECUTE FUNCTION refuse()`;
      yield* MirrorRun.start(run.runId);
      yield* Effect.sleep("2 seconds");
      const { progress } = yield* MirrorStore;
      const waiting = yield* progress(run.runId);
      assert.deepInclude(waiting, { state: "running", pages: 0 });
      assert.include(JSON.stringify(waiting?.error), "no space left on device");
      yield* sql`DROP TRIGGER refuse ON mirror.records`;
      yield* until(run.runId, "complete");
      yield* isWhole(run);
      assert.deepStrictEqual(
        logged.filter((line) => line.includes("Run full")).map((line) => line.split(",", 1)[0]),
        [
          "Run full waits to retry: The page cannot be written: no space left on device. The server's disk is full: free space there. Runs continue by themselves",
          "Run full is complete: 700 records",
        ],
      );
    }),
  );

  it.effect("sets records aside that no row can hold, and keeps all others", () =>
    Effect.gen(function* () {
      const runId = RunId.make("unstorable");
      const { quarantined } = yield* MirrorStore;
      const sql = yield* SqlClient.SqlClient;
      // On every page: a record without outputs, which is no record of the contract.
      yield* inject("from request 1: null-outputs");
      yield* MirrorRun.start(runId);
      const complete = yield* until(runId, "complete");
      const aside = 7 + hostile.size;
      assert.deepInclude(complete, { records: 700, pages: 7, quarantined: aside, error: null });
      const held = yield* rows("unstorable");
      assert.strictEqual(held.length, 700 - aside);
      // What an id cannot hold, a value can.
      assert.include(
        held.map(({ id }) => id),
        "with U+0000 in its inputs",
      );
      const found = yield* sql<{
        readonly position: number;
        readonly place: string;
        readonly path: string;
        readonly reason: string;
        readonly record: string;
      }>`SELECT position::integer, path, reason, record, index || ' after ' ||
        coalesce(cursor, 'the start') AS place FROM quarantine WHERE run_id = 'unstorable' ORDER BY position`;
      const byPosition = new Map(found.map((own) => [own.position, own]));
      for (const page of [0, 1, 2, 3, 4, 5, 6]) {
        assert.deepInclude(byPosition.get(100 * page), { path: "/outputs" });
      }
      const [withNull, surrogate, long, testcase] = [150, 251, 352, 399].map((at) =>
        byPosition.get(at),
      );
      assert.deepInclude(withNull, { path: "/id" });
      assert.include(withNull?.record, String.raw`"a\u0000b"`);
      assert.match(withNull?.place ?? "", /^50 after ./);
      assert.include(surrogate?.record, String.raw`"a\ud800b"`);
      assert.match(long?.reason ?? "", /index row size \d+ exceeds/);
      assert.deepInclude(testcase, { path: "/testcaseId" });

      const listed = yield* verify(runId);
      assert.deepStrictEqual(listed, { records: 700, quarantined: aside, differences: [] });
      assert.isTrue((yield* quarantined(runId))({ id: "a\u0000b", value: unstorable.record(150) }));
      assert.include(
        logged.find((line) => line.includes("Run unstorable")),
        `, ${aside} records in quarantine`,
      );

      // A record that is whole again leaves the quarantine.
      const rowsOf = (index: number) => 1 + unstorable.record(index).scores.length;
      const mirrorAgain = Effect.fnUntraced(function* (faults: string, generation: number) {
        yield* inject(faults);
        yield* MirrorRun.start(runId);
        return yield* until(runId, "complete").pipe(
          Effect.repeat({ until: (own) => own?.generation === generation }),
        );
      });
      const second = yield* mirrorAgain("on request 3: null-outputs", 2);
      assert.deepInclude(second, {
        quarantined: 1 + hostile.size,
        changed: [0, 1, 3, 4, 5, 6].reduce((sum, page) => sum + rowsOf(100 * page), 0),
      });
      // Of one that is set aside later, the rows of an earlier scan stay.
      const third = yield* mirrorAgain("on request 1: null-outputs", 3);
      assert.deepInclude(third, { quarantined: 1 + hostile.size, changed: rowsOf(200) });
      yield* inject("recover");
      const kept = yield* rows("unstorable");
      assert.deepInclude(kept[0], { id: unstorable.record(0).id, gone: false });
      const verified = yield* verify(runId);
      assert.deepInclude(verified, { quarantined: 1 + hostile.size, differences: [] });
    }),
  );

  it.effect("is parked with what the server said, and the id of the request", () =>
    Effect.gen(function* () {
      const fake = yield* FakeScorecard;
      const forbidden = Fault.respond("forbidden", {
        status: 403,
        headers: { "x-request-id": "req_7" },
        body: JSON.stringify({ message: "No access for ak_mirror_0123456789", details: null }),
      });
      yield* fake.inject(Faults.on(1, forbidden));
      const runId = RunId.make("forbidden");
      yield* MirrorRun.start(runId);
      const parked = yield* until(runId, "parked");
      assert(parked !== undefined);
      assert.deepInclude(parked.error, {
        serverMessage: "No access for <redacted>",
        requestId: "req_7",
      });
      assert.include(
        StatusTable.format(
          yield* Effect.flatMap(MirrorStore, ({ list }) => list({ runIds: [runId] })),
        ),
        'The service rejected the request (403): No access for <redacted> (run "forbidden", first page, request "req_7")',
      );
    }),
  );

  it.effect("is parked if the service does not know it", () =>
    Effect.gen(function* () {
      const runId = RunId.make("no such run");
      yield* MirrorRun.start(runId);
      const parked = yield* until(runId, "parked");
      assert.include(JSON.stringify(parked?.error), "404");
      assert.strictEqual((yield* rows(runId)).length, 0);
    }),
  );
});
