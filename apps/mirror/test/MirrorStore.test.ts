import { NodeServices } from "@effect/platform-node";
import { PgClient } from "@effect/sql-pg";
import { assert, layer } from "@effect/vitest";
import { Cursor, RunId } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect, Layer, Struct } from "effect";
import { SqlClient } from "effect/sql";
import * as EmbeddedPostgres from "../src/EmbeddedPostgres.ts";
import { migrate } from "../src/Migrations.ts";
import { MirrorStore, type PageOfRun } from "../src/MirrorStore.ts";

const Postgres = Layer.unwrap(
  Effect.map(EmbeddedPostgres.start, ({ url }) => PgClient.layer({ url })),
).pipe(Layer.provide(NodeServices.layer));

const Live = MirrorStore.layer.pipe(
  Layer.provideMerge(Layer.effectDiscard(migrate)),
  Layer.provideMerge(Postgres),
);

const pagesOf = (run: FakeRun.FakeRun, scan: number): ReadonlyArray<PageOfRun> => {
  const size = 10;
  const cursor = (page: number) => (page * size < run.size ? Cursor.make(`at ${page}`) : null);
  return Array.from({ length: Math.ceil(run.size / size) }, (_, page) => ({
    runId: RunId.make(run.runId),
    scan,
    from: page === 0 ? null : cursor(page),
    next: cursor(page + 1),
    records: Array.from({ length: Math.min(size, run.size - page * size) }, (__, index) =>
      run.record(page * size + index),
    ),
    total: run.size,
  }));
};

layer(Live, { timeout: 60_000 })("MirrorStore", (it) => {
  it.effect("writes each page once, whoever else brings it", () =>
    Effect.gen(function* () {
      const store = yield* MirrorStore;
      const sql = yield* SqlClient.SqlClient;
      const run = FakeRun.make({ seed: 7, records: 35, runId: "once" });
      const runId = RunId.make("once");
      yield* store.begin(runId);
      for (const page of pagesOf(run, 1)) {
        const twice = yield* Effect.all([store.write(page), store.write(page)], { concurrency: 2 });
        assert.deepStrictEqual(twice.toSorted(), ["superseded", "written"]);
      }
      const progress = yield* store.progress(runId);
      assert.deepInclude(progress, { state: "complete", pages: 4, records: 35, total: 35 });
      const scores = Array.from({ length: 35 }, (_, index) => run.record(index).scores.length);
      assert.strictEqual(progress?.changed, 35 + scores.reduce((sum, own) => sum + own, 0));
      const rows = yield* sql<{ readonly inputs: unknown }>`
        SELECT record_id, inputs, expected, outputs FROM mirror.records WHERE run_id = 'once' ORDER BY position`;
      assert.deepStrictEqual<unknown>(
        rows,
        Array.from({ length: 35 }, (_, index) => {
          const { id, ...record } = run.record(index);
          return { record_id: id, ...Struct.pick(record, ["inputs", "expected", "outputs"]) };
        }),
      );
    }),
  );
});
