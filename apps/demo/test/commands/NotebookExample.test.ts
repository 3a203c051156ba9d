/** The queries of examples/notebook, on the file that its README says how to export. */
import { assert, it } from "@effect/vitest";
import { DuckDBInstance } from "@duckdb/node-api";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect, Schema } from "effect";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demo } from "../setup/DemoProcess.ts";

const example = join(import.meta.dirname, "../../../../examples/notebook");

const Notebook = Schema.fromJsonString(
  Schema.Struct({
    cells: Schema.Array(
      Schema.Struct({ cell_type: Schema.String, source: Schema.Array(Schema.String) }),
    ),
  }),
);

const queries = Schema.decodeUnknownSync(Notebook)(
  readFileSync(join(example, "run.ipynb"), "utf8"),
).cells.flatMap(({ cell_type: kind, source }) =>
  kind === "code" ? (/"""(.*)"""/s.exec(source.join(""))?.[1] ?? []) : [],
);

it.live("each query of the notebook has rows, and its pass rates are those of the run", () =>
  Effect.gen(function* () {
    const folder = mkdtempSync(join(tmpdir(), "notebook-"));
    yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true })));
    const file = join(folder, "run.parquet");
    const flags = ["--preset", "graded", "--metrics", join(example, "metrics.json")];
    const slices = ["--by", "inputs.category", "--by", "inputs.language"];
    const { code, stderr } = yield* demo(["export", ...flags, ...slices, "--to", file]);
    assert.strictEqual(code, 0, stderr);

    const results = yield* Effect.promise(async () => {
      const database = await DuckDBInstance.create(":memory:");
      const connection = await database.connect();
      await connection.run(`SET VARIABLE file = '${file}'`);
      const rows = [];
      for (const query of queries) {
        rows.push((await connection.runAndReadAll(query)).getRowObjectsJson());
      }
      connection.closeSync();
      database.closeSync();
      return rows;
    });
    assert.strictEqual(results.length, 4);
    for (const rows of results) assert.isNotEmpty(rows);

    const run = FakeRun.make({ preset: "graded", records: 2000, seed: 1 });
    const passed = new Map<unknown, Array<boolean>>();
    for (let index = 0; index < run.size; index += 1) {
      const { inputs, scores } = run.record(index);
      const score = scores.find(
        ({ metricConfigId }) => metricConfigId === "0a74d9c3-58e2-4b16-9f3d-c60b7a2e81f5",
      );
      const value = score?.score["passed"];
      if (typeof value !== "boolean" || (score?.validationErrors ?? []).length > 0) continue;
      const category = inputs["category"];
      passed.set(category, [...(passed.get(category) ?? []), value]);
    }
    assert.strictEqual(results[0]?.length, passed.size);
    for (const row of results[0] ?? []) {
      const values = passed.get(row["category"]) ?? [];
      assert.strictEqual(Number(row["scored"]), values.length);
      const rate = values.filter(Boolean).length / values.length;
      assert.approximately(Number(row["pass_rate"]), rate, 0.0006);
    }
  }).pipe(Effect.scoped),
);
