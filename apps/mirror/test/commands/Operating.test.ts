// Commands for many runs at once, in this process: which runs they select, what they print, how they exit.
import { NodeServices } from "@effect/platform-node";
import { assert, layer } from "@effect/vitest";
import { RunId } from "@scorecard-effect/contract";
import { Context, Duration, Effect, Fiber, Layer, Redacted, Schedule } from "effect";
import { SqlClient } from "effect/sql";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import * as Database from "../../src/store/Database.ts";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";
import { MirrorStore } from "../../src/store/MirrorStore.ts";
import type { RunState } from "../../src/store/RunState.ts";
import * as MirrorProgram from "./MirrorProgram.ts";

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

/** Runs a command on the database. Also returns its complaint; empty where it has none. */
const run = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  options: { readonly stdin?: string; readonly out?: Array<string> } = {},
) {
  const { url } = yield* Postgres;
  const env = { DATABASE_URL: Redacted.value(url), SCORECARD_API_KEY: "ak_operating_0123456789" };
  const outcome = yield* MirrorProgram.run(args, env, options);
  const message = outcome.code === 0 ? "" : (outcome.err.at(-1) ?? "").replace(/^mirror: /, "");
  return { ...outcome, message };
});

/** Makes runs of the given states. The states are set by hand: no runner works here. */
const seed = Effect.fnUntraced(function* (states: { readonly [runId: string]: RunState }) {
  const store = yield* MirrorStore;
  const sql = yield* SqlClient.SqlClient;
  yield* sql`DELETE FROM runs`;
  for (const [id, state] of Object.entries(states)) {
    const runId = RunId.make(id);
    yield* store.start(runId);
    yield* sql`UPDATE runs SET state = ${state}, updated_at = now() - interval '2 hours' WHERE run_id = ${id}`;
  }
});
const statesOf = Effect.gen(function* () {
  const { all } = yield* MirrorStore;
  return Object.fromEntries((yield* all).map(({ runId, state }) => [runId, state]));
});

const until = (condition: () => boolean) =>
  Effect.sync(condition).pipe(
    Effect.repeat({ schedule: Schedule.spaced("20 millis"), until: (holds) => holds }),
  );

layer(Layer.provideMerge(Store, Postgres.layer), {
  timeout: 60_000,
  excludeTestServices: true,
})("Many runs", (it) => {
  it.effect("are selected by state and age, and changed with a line each and a count", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      yield* seed({ a: "parked", b: "parked", c: "parked", d: "complete", e: "paused" });
      yield* sql`UPDATE runs SET updated_at = now() - interval '10 minutes' WHERE run_id = 'c'`;
      const resumed = yield* run(["resume", "--state", "parked", "--older", "1h"]);
      // Several are changed at once, so their lines come in any order.
      assert.sameMembers(resumed.out.slice(0, 2), ["Run a is resumed.", "Run b is resumed."]);
      assert.deepStrictEqual(resumed.out.slice(2), ["2 of 2 runs are resumed."]);
      assert.deepInclude(resumed, { err: [], code: 0, message: "" });
      assert.deepStrictEqual(yield* statesOf, {
        a: "running",
        b: "running",
        c: "parked",
        d: "complete",
        e: "paused",
      });
      // Nothing is that old now.
      const again = yield* run(["resume", "--state", "parked", "--older", "1h"]);
      assert.deepStrictEqual(again.out, ["No selected run is parked."]);
      assert.strictEqual(again.code, 0);
      // Named runs, limited to a state.
      const cancelled = yield* run(["cancel", "c", "d", "e", "--state", "paused,parked"]);
      assert.sameMembers(cancelled.out.slice(0, 2), ["Run c is cancelled.", "Run e is cancelled."]);
      assert.strictEqual(cancelled.out[2], "2 of 2 runs are cancelled.");
      const started = yield* run(["run", "--state", "cancelled"]);
      assert.deepStrictEqual(
        started.out[0],
        "2 runs are running. To see their progress: mirror status",
      );
      assert.deepInclude(yield* statesOf, { c: "running", d: "complete", e: "running" });
    }),
  );

  it.effect(
    "are named by arguments, a flag, a file and standard input, and those that cannot change are named",
    () =>
      Effect.gen(function* () {
        const folder = mkdtempSync(join(tmpdir(), "mirror-runs-"));
        yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true })));
        const file = join(folder, "runs.txt");
        writeFileSync(file, "c\nd # complete\n");
        yield* seed({ a: "running", b: "running", c: "running", d: "complete", e: "running" });
        const paused = yield* run(["pause", "a", "--runs", "b,unknown", "--from", file]);
        assert.sameMembers(paused.out.slice(0, 3), [
          "Run a is paused.",
          "Run b is paused.",
          "Run c is paused.",
        ]);
        assert.deepStrictEqual(paused.out.slice(3), [
          "Run unknown is not mirrored. To start it: mirror run --runs unknown",
          "Run d is complete. To start it again: mirror run --runs d",
          "3 of 5 runs are paused.",
        ]);
        assert.strictEqual(paused.code, 1);
        assert.strictEqual(paused.message, "2 of 5 runs could not be paused: see their lines");
        const resumed = yield* run(["resume", "--from", "-"], { stdin: "a\nb\n" });
        assert.strictEqual(resumed.out.at(-1), "2 of 2 runs are resumed.");
        assert.strictEqual(resumed.code, 0);
        assert.deepInclude(yield* statesOf, { a: "running", b: "running", c: "paused" });
      }),
  );

  it.effect("are counted by state and age, for people and for programs", () =>
    Effect.gen(function* () {
      yield* seed({ a: "parked", b: "complete", c: "complete" });
      const table = yield* run(["status"]);
      assert.match(
        table.out[0] ?? "",
        /^a +parked .* 2 h\nb +complete [^]*\n1 parked \(oldest 2 h\), 2 complete \(oldest 2 h\)$/m,
      );
      const { out } = yield* run(["status", "--json", "--state", "complete"]);
      assert.strictEqual(out.length, 1);
      const {
        counts,
        runners,
        runs,
      }: {
        counts: unknown;
        runners: unknown;
        runs: ReadonlyArray<{ runId: string; ageSeconds: number }>;
      } = JSON.parse(out[0] ?? "");
      assert.deepStrictEqual(counts, [{ state: "complete", runs: 2, oldestSeconds: 7200 }]);
      assert.strictEqual(runners, 0);
      assert.deepStrictEqual(
        runs.map(({ runId }) => runId),
        ["b", "c"],
      );
      const missing = yield* run(["status", "b", "nowhere"]);
      assert.deepInclude(missing, { code: 1, message: "This run is not mirrored: nowhere" });
    }),
  );

  it.effect("are wrong use without a selection, with an age alone, and with an unknown state", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* run(["pause"]), {
        code: 2,
        message: "No runs are named: use ids, --runs, --from FILE or --state",
      });
      assert.deepInclude(yield* run(["cancel", "a", "--older", "1h"]), {
        code: 2,
        message: "--older needs --state",
      });
      for (const args of [
        ["resume", "--state", "forgotten"],
        ["resume", "--state", "parked", "--older", "soon"],
      ]) {
        assert.strictEqual((yield* run(args)).code, 2);
      }
    }),
  );

  it.effect("get views of their metrics, and a source file for dbt that is YAML", () =>
    Effect.gen(function* () {
      const folder = mkdtempSync(join(tmpdir(), "mirror-views-"));
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true })));
      const [metrics, dbt] = ["metrics.json", "source.yml"].map((name) => join(folder, name));
      assert(metrics !== undefined && dbt !== undefined);
      const id = "6f1a5c0e-8d1b-4a7e-9c55-0b6a4e1f2d31";
      const entries = [
        { name: `It's "so: #1`, path: "/a", pass: ">= 4" },
        { name: "Plain", path: "/b", kind: "number", unit: "s" },
      ];
      writeFileSync(metrics, JSON.stringify({ metrics: { [id]: entries } }));
      const made = yield* run(["views", "--metrics", metrics, "--dbt", dbt]);
      assert.strictEqual(made.message, "");
      assert.deepStrictEqual(made.out, [
        `metric_it_s_so_1 (double precision): It's "so: #1; passes: >= 4; metric ${id}`,
        `metric_plain (double precision): Plain; unit: s; metric ${id}`,
        "metrics_wide: one row for each record, 2 metrics",
      ]);
      assert.deepInclude(made, { code: 0, err: [] });
      const source: {
        readonly sources: ReadonlyArray<{
          readonly schema: string;
          readonly tables: ReadonlyArray<{
            readonly name: string;
            readonly description: string;
            readonly columns: ReadonlyArray<{ readonly name: string; readonly data_type?: string }>;
          }>;
        }>;
      } = parseYaml(readFileSync(dbt, "utf8"));
      const [own] = source.sources;
      assert(own !== undefined);
      assert.strictEqual(own.schema, "mirror");
      // Its tables and columns are those of the database.
      const sql = yield* SqlClient.SqlClient;
      for (const { name, columns } of own.tables) {
        const held = yield* sql<{ readonly name: string; readonly type: string }>`
          SELECT column_name AS name, data_type AS type FROM information_schema.columns
          WHERE table_schema = 'mirror' AND table_name = ${name}`;
        const typeOf = new Map(held.map((column) => [column.name, column.type]));
        for (const column of columns)
          assert.strictEqual(typeOf.get(column.name), column.data_type, `${name}.${column.name}`);
      }
      assert.strictEqual(
        own.tables.find(({ name }) => name === "metric_it_s_so_1")?.description,
        `It's "so: #1; passes: >= 4; metric ${id}`,
      );
      writeFileSync(metrics, "{}");
      assert.match(
        (yield* run(["views", "--metrics", metrics])).message,
        /metrics\.json: Not a metrics file: /,
      );
      assert.match(
        (yield* run(["views", "--metrics", join(folder, "none")])).message,
        /none cannot be read: NotFound$/,
      );
    }).pipe(Effect.scoped),
  );

  it.effect(
    "are waited for through a restart of Postgres, and the exit code says whether all are whole",
    () =>
      Effect.gen(function* () {
        const { restart } = yield* Postgres;
        const sql = yield* SqlClient.SqlClient;
        yield* seed({ a: "running", b: "running" });
        const out: Array<string> = [];
        const finish = (id: string, state: RunState) =>
          sql`UPDATE runs SET state = ${state} WHERE run_id = ${id}`.pipe(
            Effect.retry(Schedule.spaced("100 millis")),
          );
        const waiting = yield* Effect.forkChild(run(["status", "--watch"], { out }));
        yield* until(() => out.length > 0);
        yield* restart(Duration.seconds(1));
        const printed = out.length;
        yield* until(() => out.length > printed);
        yield* finish("a", "complete");
        yield* finish("b", "parked");
        const parked = yield* Fiber.join(waiting);
        assert.deepInclude(parked, { code: 3, message: "1 of 2 runs are not whole: b (parked)" });
        assert.match(
          parked.err.join("\n"),
          /^mirror: The database does not answer, waiting for it: [^\n]+\nmirror: 1 of 2 [^\n]+$/,
        );

        // `run` leaves the parked one as it is, and waits for the others.
        const lines: Array<string> = [];
        const runWait = yield* Effect.forkChild(run(["run", "a", "--wait"], { out: lines }));
        yield* until(() => lines.length > 0);
        yield* finish("a", "complete");
        const whole = yield* Fiber.join(runWait);
        assert.strictEqual(whole.code, 0);
        assert.strictEqual(whole.out.at(-1), "Run a is complete: 0 records, 0 rows changed");
        assert.deepInclude(yield* run(["run", "b", "--wait"]), { code: 3 });
        assert.deepInclude(yield* run(["status", "a", "--watch"]), { code: 0 });
      }),
  );
});
