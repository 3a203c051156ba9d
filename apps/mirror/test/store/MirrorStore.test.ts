import { NodeServices } from "@effect/platform-node";
import { assert, layer } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { Cursor, type RecordWithScores, RunId } from "@scorecard-effect/contract";
import { parseMetricsFile } from "@scorecard-effect/contract/metrics";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { Effect, Layer, Result, Struct } from "effect";
import { SqlClient } from "effect/sql";
import { TestClock } from "effect/testing";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as Database from "../../src/store/Database.ts";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";
import * as Jsonb from "../../src/store/Jsonb.ts";
import * as MetricViews from "../../src/store/MetricViews.ts";
import { migrate } from "../../src/store/Migrations.ts";
import { MirrorStore } from "../../src/store/MirrorStore.ts";
import type { PageToWrite } from "../../src/store/PageWriter.ts";
import type { Checkpoint } from "../../src/store/Progress.ts";
import { verify } from "../../src/run/Verification.ts";

const Live = MirrorStore.layer.pipe(
  Layer.provideMerge(EmbeddedPostgres.layer),
  Layer.provide(NodeServices.layer),
);

const size = 10;
const recordsOf = (run: FakeRun.FakeRun): ReadonlyArray<RecordWithScores> =>
  Array.from({ length: run.size }, (_, index) => run.record(index));

const pagesOf = (
  runId: RunId,
  records: ReadonlyArray<RecordWithScores>,
  scan: number,
): ReadonlyArray<PageToWrite> => {
  const cursor = (page: number) =>
    page * size < records.length ? Cursor.make(`at ${page}`) : null;
  // A run without records has one page, which is empty.
  return Array.from({ length: Math.max(1, Math.ceil(records.length / size)) }, (_, page) => ({
    runId,
    scan,
    cursor: page === 0 ? null : cursor(page),
    next: cursor(page + 1),
    records: records.slice(page * size, (page + 1) * size),
    total: new Set(records.map(({ id }) => id)).size,
    acceptIncomplete: false,
  }));
};

/** Mirrors records as a generation of a run. Returns the run. */
const mirror = Effect.fnUntraced(function* (
  runId: RunId,
  records: ReadonlyArray<RecordWithScores>,
) {
  const store = yield* MirrorStore;
  const { scan } = yield* store.start(runId);
  for (const page of pagesOf(runId, records, scan)) {
    assert.strictEqual(yield* store.writePage(page), "written");
  }
  return yield* store.progress(runId);
});

const scoresOf = (records: ReadonlyArray<RecordWithScores>) =>
  records.reduce((sum, { scores }) => sum + scores.length, 0);

layer(Live, { timeout: 60_000 })("MirrorStore", (it) => {
  it.effect("writes each page once, even if two workers bring it at the same time", () =>
    Effect.gen(function* () {
      const store = yield* MirrorStore;
      const sql = yield* SqlClient.SqlClient;
      const runId = RunId.make("once");
      const records = recordsOf(FakeRun.make({ seed: 7, records: 35, runId }));
      yield* store.start(runId);
      for (const page of pagesOf(runId, records, 1)) {
        const twice = yield* Effect.all([store.writePage(page), store.writePage(page)], {
          concurrency: 2,
        });
        assert.deepStrictEqual(twice.toSorted(), ["superseded", "written"]);
      }
      const progress = yield* store.progress(runId);
      assert.deepInclude(progress, { state: "complete", pages: 4, records: 35, total: 35 });
      assert.strictEqual(progress?.changed, 35 + scoresOf(records));
      const rows = yield* sql<{ readonly inputs: unknown }>`
        SELECT record_id, inputs, expected, outputs FROM mirror.records WHERE run_id = 'once' ORDER BY position`;
      assert.deepStrictEqual<unknown>(
        rows,
        records.map(({ id, ...record }) => ({
          record_id: id,
          ...Struct.pick(record, ["inputs", "expected", "outputs"]),
        })),
      );
    }),
  );

  it.effect("counts changes, and marks rows as vanished until they are listed again", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const runId = RunId.make("changing");
      const records = recordsOf(FakeRun.make({ seed: 8, records: 30, runId, missingScores: 0 }));
      yield* mirror(runId, records);
      const gone = (table: string) =>
        Effect.map(
          sql<{ readonly id: string }>`
            SELECT record_id AS id FROM mirror.${sql(table)}
            WHERE run_id = ${runId} AND vanished_at IS NOT NULL ORDER BY record_id`,
          (found) => found.map(({ id }) => id),
        );

      // The first record is gone, the second has other outputs, the third has one score less.
      const [first, second, third, ...others] = records;
      if (first === undefined || second === undefined || third === undefined) return assert.fail();
      const changed = [
        { ...second, outputs: { response: "another" } },
        { ...third, scores: third.scores.slice(1) },
        ...others,
      ];
      const progress = yield* mirror(runId, changed);
      assert.deepInclude(progress, { generation: 2, unchanged: 0, records: 29 });
      assert.strictEqual(progress?.changed, 1 + first.scores.length + 1 + 1);
      assert.deepStrictEqual(yield* gone("records"), [first.id]);
      assert.deepStrictEqual(yield* gone("scores"), [
        ...first.scores.map(() => first.id),
        third.id,
      ]);

      assert.deepInclude(yield* mirror(runId, changed), { changed: 0, unchanged: 1 });
      assert.deepInclude(yield* mirror(runId, records), { unchanged: 0, records: 30 });
      assert.deepStrictEqual(yield* gone("records"), []);
      assert.deepStrictEqual(yield* gone("scores"), []);
      return undefined;
    }),
  );

  it.effect("keeps values that jsonb refuses exactly, next to what it can hold", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const runId = RunId.make("odd");
      const [plain, ...others] = recordsOf(FakeRun.make({ seed: 9, records: 6, runId }));
      if (plain === undefined) return assert.fail();
      const deep: unknown = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);
      const large: unknown = JSON.parse("[1e400, -1e400, 1e300, -0]");
      const odd = ["a\u0000b", "half of \uD83D", deep, { "k\u0000": 1 }, large].map(
        (value, index) => ({
          ...(others[index] ?? plain),
          outputs: { value },
        }),
      );
      const records = [...odd, { ...plain, id: plain.id, more: "than known" }];
      yield* mirror(runId, records);
      const rows = yield* sql<{ readonly outputs: unknown; readonly exact: string | null }>`
        SELECT outputs, exact FROM mirror.records WHERE run_id = ${runId} ORDER BY position`;
      assert.deepStrictEqual(
        rows.map(({ outputs }) => outputs),
        [
          { value: "a\uFFFDb" },
          { value: "half of \uFFFD" },
          rows[2]?.outputs,
          { value: { "k\uFFFD": 1 } },
          { value: [null, null, 1e300, 0] },
          plain.outputs,
        ],
      );
      for (const [index, { outputs }] of odd.entries()) {
        const exact: { readonly outputs: unknown } = JSON.parse(rows[index]?.exact ?? "null");
        assert.strictEqual(Jsonb.stringify(exact.outputs), Jsonb.stringify(outputs));
      }
      assert.include(rows[4]?.exact, "[1e999,-1e999,1e+300,-0]");
      assert.isNull(rows[5]?.exact);
      assert.include(rows[2]?.exact, "[".repeat(20_000));
      return undefined;
    }),
  );

  it.effect("keeps the last of two records with one id on a page", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const runId = RunId.make("twice");
      const [first, second] = recordsOf(FakeRun.make({ seed: 13, records: 2, runId }));
      if (first === undefined || second === undefined) return assert.fail();
      const listed = [first, second, { ...first, outputs: { last: true } }];
      const progress = yield* mirror(runId, listed);
      // The count is of what was listed.
      assert.deepInclude(progress, { records: 3, changed: 2 + scoresOf([first, second]) });
      const rows = yield* sql<{ readonly outputs: unknown }>`
        SELECT outputs FROM mirror.records WHERE run_id = ${runId} ORDER BY position`;
      assert.deepStrictEqual(rows[0]?.outputs, { last: true });
      assert.strictEqual(rows.length, 2);
      const { compare } = yield* MirrorStore;
      const differences = yield* compare(runId, (comparePage) =>
        Effect.map(comparePage(listed), (found) => assert.deepStrictEqual(found, [])),
      );
      assert.deepStrictEqual(differences, []);
      return undefined;
    }),
  );

  it.effect("does not complete a run that lists one record twice and another never", () =>
    Effect.gen(function* () {
      const store = yield* MirrorStore;
      const runId = RunId.make("incomplete");
      const records = recordsOf(FakeRun.make({ seed: 15, records: 25, runId }));
      const { scan } = yield* store.start(runId);
      const listed = records.map((own, index) => (index === 13 ? (records[4] ?? own) : own));
      const [first, second, last] = pagesOf(runId, listed, scan).map((page) => ({
        ...page,
        total: 25,
      }));
      if (first === undefined || second === undefined || last === undefined) return assert.fail();
      yield* store.writePage(first);
      yield* store.writePage(second);
      const before = yield* store.progress(runId);
      assert.strictEqual(yield* store.writePage(last), "incomplete");
      assert.deepStrictEqual(yield* store.progress(runId), before);
      assert.strictEqual(yield* store.writePage({ ...last, acceptIncomplete: true }), "written");
      const progress = yield* store.progress(runId);
      assert.deepInclude(progress, { state: "complete", records: 25 });
      assert.match(JSON.stringify(progress?.error), /announced 25 records and listed 24/);

      // The record that was not listed has not vanished, and is unchanged when it is listed again.
      const whole = yield* mirror(runId, records);
      assert.deepInclude(whole, { generation: 2, error: null });
      const third = yield* store.start(runId);
      const again = pagesOf(runId, listed, third.scan).map((page) => ({
        ...page,
        total: 25,
        acceptIncomplete: true,
      }));
      yield* Effect.forEach(again, store.writePage);
      assert.deepInclude(yield* store.progress(runId), { state: "complete", changed: 0 });
      return undefined;
    }),
  );

  it.effect("does not complete a run whose records slid past the listing when it shrank", () =>
    Effect.gen(function* () {
      const store = yield* MirrorStore;
      const runId = RunId.make("shrunk");
      const records = recordsOf(FakeRun.make({ seed: 21, records: 30, runId }));
      const { scan } = yield* store.start(runId);
      const [first, second, last] = pagesOf(runId, records, scan);
      if (first === undefined || second === undefined || last === undefined) return assert.fail();
      yield* store.writePage(first);
      // Ten records of the first page are deleted, and the second page slides to its place.
      const end = { ...last, cursor: second.cursor, total: 20 };
      assert.strictEqual(yield* store.writePage(end), "incomplete");
      yield* store.rescan(end);
      assert.deepInclude(yield* store.progress(runId), {
        total: null,
        rescans: 1,
        scan: scan + 1,
      });
      for (const page of pagesOf(runId, records.slice(10), scan + 1)) yield* store.writePage(page);
      assert.deepInclude(yield* store.progress(runId), {
        state: "complete",
        total: 20,
        error: null,
      });
      return undefined;
    }),
  );

  it.effect("allows a run all its rescans again after it was resumed", () =>
    Effect.gen(function* () {
      const store = yield* MirrorStore;
      const runId = RunId.make("resumed");
      const { scan } = yield* store.start(runId);
      yield* store.rescan({ runId, scan, cursor: null });
      const place = { runId, scan: scan + 1, cursor: null };
      yield* store.park(place, { _tag: "CursorCircle", message: "again" });
      assert.deepInclude(yield* store.progress(runId), { state: "parked", rescans: 1 });
      assert.deepInclude(yield* store.resume(runId), { state: "running", rescans: 0 });
      assert.isUndefined(yield* store.resume(runId));
    }),
  );

  it.effect("ends the transaction of a frozen worker as soon as its shard locks", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const rows = yield* sql<{ readonly timeout: string }>`
        SELECT current_setting('idle_in_transaction_session_timeout') AS timeout`;
      assert.deepStrictEqual(rows, [{ timeout: "9s" }]);
      const ended = yield* Effect.flip(
        Database.transaction(sql)(
          Effect.gen(function* () {
            yield* sql`SET LOCAL idle_in_transaction_session_timeout = 50`;
            yield* TestClock.withLive(Effect.sleep("200 millis"));
            yield* sql`SELECT 1`;
          }),
        ),
      );
      // That is a transient failure: a worker that thaws retries at the checkpoint that the run has by then.
      assert.isTrue(Database.isUnavailable(ended));
    }),
  );

  it.effect("marks scores that a record no longer has when one scan lists it again", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const runId = RunId.make("fewer");
      const records = recordsOf(FakeRun.make({ seed: 16, records: 15, runId, missingScores: 0 }));
      const [first] = records;
      if (first === undefined) return assert.fail();
      const [kept] = first.scores;
      if (kept === undefined) return assert.fail();
      // A record before it was added meanwhile, so that it slid to the second page.
      yield* mirror(runId, [...records, { ...first, scores: [kept] }]);
      const rows = yield* sql<{ readonly id: string }>`
        SELECT metric_config_id AS id FROM mirror.scores
        WHERE run_id = ${runId} AND record_id = ${first.id} AND vanished_at IS NULL`;
      assert.isAbove(first.scores.length, 1);
      assert.deepStrictEqual(rows, [{ id: kept.metricConfigId }]);
      assert.deepInclude(
        yield* mirror(runId, [{ ...first, scores: [kept] }, ...records.slice(1)]),
        {
          changed: 0,
        },
      );
      return undefined;
    }),
  );

  it.effect("finds values that are only listed in another order unchanged", () =>
    Effect.gen(function* () {
      const runId = RunId.make("ordered");
      const [plain] = recordsOf(FakeRun.make({ seed: 17, records: 1, runId, missingScores: 0 }));
      const [score] = plain?.scores ?? [];
      if (plain === undefined || score === undefined) return assert.fail();
      const twins = [
        { ...score, score: { intScore: 1 } },
        { ...score, score: { intScore: 2 } },
      ];
      const text = "half of \uD83D";
      yield* mirror(runId, [
        { ...plain, outputs: { text, b: 1, a: { d: 1, c: -0 } }, scores: twins },
      ]);
      const again = yield* mirror(runId, [
        { ...plain, outputs: { a: { c: -0, d: 1 }, b: 1, text }, scores: twins.toReversed() },
      ]);
      assert.deepInclude(again, { changed: 0, unchanged: 1 });
      return undefined;
    }),
  );

  it.effect("does not count the first generation of an empty run as unchanged", () =>
    Effect.gen(function* () {
      const runId = RunId.make("empty");
      assert.deepInclude(yield* mirror(runId, []), { state: "complete", changed: 0, unchanged: 0 });
      assert.deepInclude(yield* mirror(runId, []), { changed: 0, unchanged: 1 });
    }),
  );

  it.effect(
    "refreshes a run the more rarely, the longer it has not changed, and at last no more",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient;
        const store = yield* MirrorStore;
        const runId = RunId.make("refreshed");
        const records = recordsOf(FakeRun.make({ seed: 3, records: 5, runId }));
        const day = 86_400_000;
        const mirrorAgain = Effect.gen(function* () {
          const { scan } = yield* store.start(runId);
          for (const page of pagesOf(runId, records, scan)) {
            yield* store.writePage({ ...page, refreshForMillis: 7 * day });
          }
          const run = yield* store.progress(runId);
          const { lastSuccessAt = null, lastChangedAt = null, nextRefreshAt = null } = run ?? {};
          return [
            (lastSuccessAt?.getTime() ?? 0) - (lastChangedAt?.getTime() ?? 0),
            nextRefreshAt === null
              ? null
              : nextRefreshAt.getTime() - (lastSuccessAt?.getTime() ?? 0),
          ];
        });
        const isDue = Effect.map(store.due(7 * day), (due) =>
          due.some((run) => run.runId === runId),
        );
        // Just changed: the next look of the refresh finds it.
        assert.deepStrictEqual(yield* mirrorAgain, [0, 0]);
        assert.isTrue(yield* isDue);
        const hour = 3_600_000;
        for (const [unchangedFor, wait] of [
          [hour, hour / 4],
          [8 * hour, 2 * hour],
          [3 * day, 6 * hour],
          [7 * day - hour, 6 * hour],
          [7 * day + hour, null],
        ] as const) {
          yield* sql`UPDATE runs SET last_changed_at = now() - ${`${unchangedFor} milliseconds`}::interval
          WHERE run_id = ${runId}`;
          const [age, next] = yield* mirrorAgain;
          assert.closeTo(age ?? 0, unchangedFor, 60_000);
          if (wait === null) assert.isNull(next);
          else assert.closeTo(next ?? 0, wait, 15_000);
          assert.isFalse(yield* isDue);
        }
        // A longer time applies to runs that are complete already.
        yield* sql`UPDATE runs SET last_success_at = now() - interval '7 hours' WHERE run_id = ${runId}`;
        const due = yield* store.due(14 * day);
        assert.isTrue(due.some((run) => run.runId === runId));
        const [seen] =
          yield* sql`SELECT state, last_success_at < now() AS succeeded FROM freshness WHERE run_id = ${runId}`;
        assert.deepStrictEqual(seen, { state: "complete", succeeded: true });
      }),
  );

  it.effect("lets no delayed worker park, rescan or note a run that has moved on", () =>
    Effect.gen(function* () {
      const store = yield* MirrorStore;
      const runId = RunId.make("moved on");
      const records = recordsOf(FakeRun.make({ seed: 18, records: 30, runId }));
      const { scan, generation } = yield* store.start(runId);
      const [first, second] = pagesOf(runId, records, scan);
      if (first === undefined || second === undefined) return assert.fail();
      const error = { _tag: "Old", message: "from long ago" };
      const late = (place: Checkpoint) =>
        Effect.andThen(store.rescan(place), store.park(place, error));
      yield* store.writePage(first);
      const before = yield* store.progress(runId);
      yield* late(first);
      assert.deepStrictEqual(yield* store.progress(runId), before);
      // The next generation has the same cursor.
      yield* store.cancel(runId);
      const begun = yield* store.start(runId);
      yield* late({ ...first, cursor: null });
      yield* store.noteRetry(runId, generation, error);
      assert.deepStrictEqual(yield* store.progress(runId), begun);
      yield* store.noteRetry(runId, generation + 1, error);
      assert.deepInclude((yield* store.progress(runId))?.error, error);
      yield* store.park({ runId, scan: begun.scan, cursor: null }, error);
      assert.deepInclude(yield* store.progress(runId), { state: "parked", stops: 1 });
      return undefined;
    }),
  );

  it.effect(
    "knows what earlier scans saw after the run's row was deleted, and forgets all of it on request",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient;
        const store = yield* MirrorStore;
        const runId = RunId.make("deleted");
        const records = recordsOf(FakeRun.make({ seed: 19, records: 30, runId }));
        yield* mirror(runId, records);
        yield* sql`DELETE FROM mirror.runs WHERE run_id = ${runId}`;
        yield* mirror(runId, records.slice(1));
        const gone = yield* sql<{ readonly id: string }>`
        SELECT record_id AS id FROM mirror.records WHERE run_id = ${runId} AND vanished_at IS NOT NULL`;
        assert.deepStrictEqual(gone, [{ id: records[0]?.id ?? "" }]);
        const { scan } = yield* store.start(runId);
        const [late] = pagesOf(runId, records, scan);
        if (late === undefined) return assert.fail();
        assert.strictEqual(yield* store.forget(runId), 30);
        assert.isUndefined(yield* store.forget(runId));
        const [left] = yield* sql<{ readonly rows: number }>`
        SELECT (SELECT count(*) FROM mirror.records WHERE run_id = ${runId})::integer
          + (SELECT count(*) FROM mirror.scores WHERE run_id = ${runId})::integer AS rows`;
        assert.deepStrictEqual(left, { rows: 0 });
        assert.isUndefined(yield* store.progress(runId));
        assert.isFalse((yield* store.all).some((own) => own.runId === runId));
        // A page that was fetched before the run was forgotten does not belong to the next generation.
        const restarted = yield* store.start(runId);
        assert.strictEqual(restarted.scan, scan + 1);
        assert.strictEqual(yield* store.writePage(late), "superseded");
        return undefined;
      }),
  );

  it.effect("keeps the ids of a record and scores that name another run or record", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const runId = RunId.make("contradicted");
      const [plain, odd] = recordsOf(
        FakeRun.make({ seed: 14, records: 2, runId, missingScores: 0 }),
      );
      if (plain === undefined || odd === undefined) return assert.fail();
      const scores = odd.scores.map((score) => ({ ...score, recordId: plain.id }));
      yield* mirror(runId, [plain, { ...odd, runId: RunId.make("another"), scores }]);
      const others = (table: string) =>
        Effect.map(
          sql<{ readonly others: unknown }>`
            SELECT DISTINCT record_id, others FROM mirror.${sql(table)} WHERE run_id = ${runId} ORDER BY record_id`,
          (rows) => rows.map((row) => row.others),
        );
      assert.deepStrictEqual(yield* others("records"), [{}, { runId: "another" }]);
      assert.deepStrictEqual(yield* others("scores"), [{}, { recordId: plain.id }]);
      return undefined;
    }),
  );

  it.effect("detects a circle of cursors, and changes nothing", () =>
    Effect.gen(function* () {
      const store = yield* MirrorStore;
      const runId = RunId.make("circle");
      const records = recordsOf(FakeRun.make({ seed: 10, records: 30, runId }));
      const { scan } = yield* store.start(runId);
      const [first, second] = pagesOf(runId, records, scan);
      if (first === undefined || second === undefined) return assert.fail();
      yield* store.writePage(first);
      const before = yield* store.progress(runId);
      const again = { ...second, records: first.records };
      assert.strictEqual(yield* store.writePage(again), "repeated");
      assert.deepStrictEqual(yield* store.progress(runId), before);
      // A page with one new record proves no circle.
      const partly = {
        ...second,
        records: [...first.records.slice(1), ...second.records.slice(0, 1)],
      };
      assert.strictEqual(yield* store.writePage(partly), "written");

      // A page that is set aside as a whole shows a circle as well.
      const asideRun = yield* store.start(RunId.make("circle of records aside"));
      const refused = [{ index: 0, id: undefined, path: "", reason: "not a record", value: null }];
      const aside = { ...asideRun, records: [], refused, total: 9, acceptIncomplete: false };
      const [one, two] = [Cursor.make("one"), Cursor.make("two")];
      assert.strictEqual(yield* store.writePage({ ...aside, cursor: null, next: one }), "written");
      assert.strictEqual(yield* store.writePage({ ...aside, cursor: one, next: two }), "written");
      assert.strictEqual(yield* store.writePage({ ...aside, cursor: two, next: one }), "written");
      assert.strictEqual(yield* store.writePage({ ...aside, cursor: one, next: two }), "repeated");
      return undefined;
    }),
  );

  it.effect("reports where it differs from what the service lists", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const run = FakeRun.make({ seed: 11, records: 250, runId: "verified" });
      const records = recordsOf(run);
      yield* mirror(run.runId, records);
      const check = verify(run.runId).pipe(
        Effect.provide(
          ScorecardClient.layerAt(FakeScorecard).pipe(
            Layer.provide(FakeScorecard.layer({ runs: [run] })),
          ),
        ),
      );
      assert.deepStrictEqual(yield* check, { records: 250, quarantined: 0, differences: [] });

      const id = (index: number) => records[index]?.id ?? assert.fail();
      yield* sql`DELETE FROM mirror.records WHERE run_id = 'verified' AND record_id = ${id(1)}`;
      yield* sql`UPDATE mirror.records SET vanished_at = now() WHERE run_id = 'verified' AND record_id = ${id(2)}`;
      yield* sql`UPDATE mirror.records SET outputs = '{}' WHERE run_id = 'verified' AND record_id = ${id(3)}`;
      yield* sql`DELETE FROM mirror.scores WHERE run_id = 'verified' AND record_id = ${id(4)}`;
      yield* sql`UPDATE mirror.scores SET score = '{}' WHERE run_id = 'verified' AND record_id = ${id(5)}`;
      yield* sql`INSERT INTO mirror.records (run_id, record_id, inputs, expected, outputs, others, position, scan)
        VALUES ('verified', 'more', '{}', '{}', '{}', '{}', 999, 1)`;
      const { differences } = yield* check;
      assert.sameDeepMembers(
        [...differences],
        [
          { recordId: id(1), kind: "missing" },
          { recordId: id(2), kind: "missing" },
          { recordId: id(3), kind: "different" },
          { recordId: id(4), kind: "different" },
          { recordId: id(5), kind: "different" },
          { recordId: "more", kind: "extra" },
        ],
      );
    }),
  );

  it.effect("fails if its connection ends during a comparison, and leaves nothing behind", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const { compare } = yield* MirrorStore;
      const runId = RunId.make("compared");
      const [record] = recordsOf(FakeRun.make({ seed: 20, records: 1, runId }));
      if (record === undefined) return assert.fail();
      const error = yield* Effect.flip(
        compare(runId, (comparePage) =>
          Effect.gen(function* () {
            assert.lengthOf(yield* comparePage([record]), 1);
            // The connection that compares.
            const [own] = yield* sql<{ readonly pid: number }>`SELECT pg_backend_pid() AS pid`;
            yield* Effect.ignore(sql`SELECT pg_terminate_backend(${own?.pid ?? 0})`);
            yield* comparePage([record]);
          }),
        ),
      );
      assert.strictEqual(error._tag, "SqlError");
      const extra = yield* compare(runId, (comparePage) => Effect.asVoid(comparePage([record])));
      assert.deepStrictEqual(extra, []);
      const [left] = yield* sql<{ readonly tables: number }>`
        SELECT count(*)::integer AS tables FROM pg_class WHERE relname = 'mirror_listed'`;
      assert.deepStrictEqual(left, { tables: 0 });
      return undefined;
    }),
  );

  it.effect("answers the README's queries", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const run = FakeRun.make({ seed: 12, records: 100, runId: "asked" });
      yield* mirror(run.runId, recordsOf(run));
      const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
      // Some of them ask the views of the metrics file that the README shows.
      const [, file = ""] = /^```json\n([\s\S]+?)^```$/m.exec(readme) ?? [];
      yield* MetricViews.replace(Result.getOrThrow(parseMetricsFile(file)));
      const queries = [...readme.matchAll(/^```sql\n([\s\S]+?)^```$/gm)];
      assert.isAtLeast(queries.length, 4);
      for (const [, query = ""] of queries) {
        const rows = yield* sql<{ readonly run_id: string }>`${sql.literal(query)}`;
        assert.isTrue(
          rows.some(({ run_id }) => run_id === "asked"),
          query,
        );
      }
    }),
  );

  it.effect("refuses the tables of a newer mirror, and does not change them", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      yield* sql`INSERT INTO mirror_migrations (migration_id, name) VALUES (99, 'from the future')`;
      const error = yield* Effect.flip(migrate);
      assert.match(error.message, /version 99, and this mirror supports up to 6/);
      yield* sql`DELETE FROM mirror_migrations WHERE migration_id = 99`;
      yield* migrate;
    }),
  );
});
