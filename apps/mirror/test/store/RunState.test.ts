import { NodeServices } from "@effect/platform-node";
import { assert, layer } from "@effect/vitest";
import { Cursor, RunId } from "@scorecard-effect/contract";
import { Effect, Layer } from "effect";
import { SqlClient } from "effect/sql";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";
import { MirrorStore } from "../../src/store/MirrorStore.ts";
import type { Progress } from "../../src/store/Progress.ts";
import { RunState, type TransitionName, transitions } from "../../src/store/RunState.ts";

const Live = MirrorStore.layer.pipe(
  Layer.provideMerge(EmbeddedPostgres.layer),
  Layer.provide(NodeServices.layer),
);

const failure = { _tag: "Test", message: "a failure" };

/** How the store makes each transition. */
const make = (
  store: MirrorStore["Service"],
): {
  readonly [name in TransitionName]: (run: Progress) => Effect.Effect<unknown, unknown>;
} => {
  const write = (run: Progress, next: Cursor | null) =>
    store.writePage({ ...run, next, records: [], total: undefined, acceptIncomplete: false });
  return {
    start: ({ runId }) => store.start(runId),
    refresh: store.refresh,
    adopt: store.adopt,
    advance: (run) => write(run, Cursor.make("next")),
    complete: (run) => write(run, null),
    rescan: store.rescan,
    noteRetry: ({ runId, generation }) => store.noteRetry(runId, generation, failure),
    wait: (run) => store.waitOrPark(run, failure, 60_000),
    park: (run) => store.park(run, failure),
    pause: ({ runId }) => store.pause(runId),
    resume: ({ runId }) => store.resume(runId),
    cancel: ({ runId }) => store.cancel(runId),
    forget: ({ runId }) => store.forget(runId),
  };
};

const isName = (name: string): name is TransitionName => name in transitions;
const names = Object.keys(transitions).filter(isName);

const rowOf = Effect.fnUntraced(function* (runId: RunId) {
  const sql = yield* SqlClient.SqlClient;
  const [row] = yield* sql<{ readonly state: RunState }>`
    SELECT * FROM mirror.runs WHERE run_id = ${runId}`;
  return row;
});

layer(Live, { timeout: 60_000 })("The states of a run", (it) => {
  it.effect("are those that the tables accept", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const [check] = yield* sql<{ readonly definition: string }>`
        SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'runs_state_check'`;
      const accepted = [...(check?.definition ?? "").matchAll(/'(\w+)'/g)].map(([, name]) => name);
      assert.sameMembers(accepted, [...RunState.literals]);
    }),
  );

  it.effect.each(names)("allow %s where the table says so, and nowhere else", (name) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const store = yield* MirrorStore;
      const from: ReadonlyArray<RunState> = transitions[name].from;
      for (const state of RunState.literals) {
        const runId = RunId.make(`${name} from ${state}`);
        const run = yield* store.start(runId);
        yield* sql`UPDATE mirror.runs SET state = ${state} WHERE run_id = ${runId}`;
        const before = yield* rowOf(runId);
        yield* make(store)[name](run);
        const after = yield* rowOf(runId);
        if (from.includes(state)) {
          assert.strictEqual(after?.state, transitions[name].to, runId);
          assert.notDeepEqual(after, before, runId);
        } else {
          assert.deepStrictEqual(after, before, runId);
        }
      }
      // A run without a row.
      const runId = RunId.make(`${name} from nothing`);
      const run = yield* store.start(runId);
      yield* sql`DELETE FROM mirror.runs WHERE run_id = ${runId}`;
      yield* make(store)[name](run);
      assert.strictEqual((yield* rowOf(runId))?.state, name === "start" ? "running" : undefined);
    }),
  );

  it.effect("have the same transitions in the README", () =>
    Effect.sync(() => {
      const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
      const [, table = ""] = /^## The states of a run$(.*?)^- /ms.exec(readme) ?? [];
      const documented = [...table.matchAll(/^\| `(\w+)` +\| ([^|]+?) +\| (\w+) +\|/gm)].map(
        ([, name, from, to]) => [name, from, to],
      );
      const expected = names.map((name) => {
        const from = transitions[name].from.join(", ");
        return [name, name === "start" ? `none, ${from}` : from, transitions[name].to];
      });
      assert.deepStrictEqual(documented, expected);
    }),
  );
});
