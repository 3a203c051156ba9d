/** Columns that a metrics file names and fixes. */
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, assert, describe, it } from "@effect/vitest";
import { RecordWithScores } from "@scorecard-effect/contract";
import { parseMetricsFile } from "@scorecard-effect/contract/metrics";
import { parse } from "csv-parse/sync";
import { Result, Schema } from "effect";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as FileKnowledge from "../../src/analysis/FileKnowledge.ts";
import { formatOf } from "../../src/export/Formats.ts";

const folder = mkdtempSync(join(tmpdir(), "named-"));
afterAll(() => rmSync(folder, { recursive: true }));

const id = (index: number) => `0000000${index}-0000-4000-8000-000000000000`;

/** A record, with scores by the numbers of their metrics. */
const recordOf = (index: number, scores: Readonly<Record<number, unknown>>) =>
  Schema.decodeUnknownSync(RecordWithScores)({
    id: String(index),
    runId: "1",
    inputs: {},
    expected: {},
    outputs: {},
    scores: Object.entries(scores).map(([metric, score]) => ({
      recordId: String(index),
      metricConfigId: id(Number(metric)).toUpperCase(),
      score,
    })),
  });

/** A table in the bytes of its file, written page by page. With `isResumed`, each page by an encoder of its own. */
const tableOf = (
  extension: ".csv" | ".parquet",
  metrics: object,
  pages: ReadonlyArray<ReadonlyArray<RecordWithScores>>,
  isResumed = false,
) => {
  const format = formatOf(extension, { isForExcel: false });
  if (typeof format === "string") throw new TypeError(format);
  const start = {
    redact: (text: string) => text,
    extras: { by: [], trials: false },
    knowledge: FileKnowledge.make(Result.getOrThrow(parseMetricsFile(JSON.stringify({ metrics })))),
  };
  const notes: Array<unknown> = [];
  const chunks: Array<Uint8Array> = [];
  let records = 0;
  let encoder = format.encoder({ ...start, records, bytes: 0, notes });
  for (const page of pages) {
    const { bytes, isWhole, note } = encoder.add(page);
    chunks.push(bytes.slice());
    records += page.length;
    if (note !== undefined) notes.push(JSON.parse(JSON.stringify(note)));
    if (!isWhole || !isResumed) continue;
    const size = chunks.reduce((sum, { length }) => sum + length, 0);
    encoder = format.encoder({ ...start, records, bytes: size, notes });
  }
  chunks.push(encoder.end().slice());
  return { file: Buffer.concat(chunks), remarks: encoder.remarks() };
};

type Cells = { readonly [column: string]: string };

const csvOf = (metrics: object, records: ReadonlyArray<RecordWithScores>) => {
  const { file, remarks } = tableOf(".csv", metrics, [records]);
  const rows: ReadonlyArray<Cells> = parse(file, { columns: true });
  const [heads = []]: ReadonlyArray<ReadonlyArray<string>> = parse(file);
  // Between the ids and the JSON.
  return { heads: heads.slice(3, -5), rows, remarks };
};

/** The scores of a record of a run whose last two metrics come late. */
const scoresOf = (index: number): Readonly<Record<number, unknown>> => ({
  1: { passed: index > 0, score: 0.5 },
  ...(index < 2000 ? {} : { 2: { value: index }, 3: { value: index % 2 === 0 } }),
});

describe("With a metrics file, a table", () => {
  it("has columns by its names and in its order, also for metrics without scores", () => {
    const metrics = {
      [id(3)]: { name: "Never", path: "/x", kind: "number" },
      [id(1)]: [
        { name: "Helpfulness", path: "/intScore", kind: "number" },
        { name: "Helpful", path: "/intScore", pass: ">= 4" },
      ],
      [id(2)]: { name: "Grade; a", path: "/label", kind: "category" },
    };
    const { heads, rows, remarks } = csvOf(metrics, [
      recordOf(0, { 2: { label: "good" }, 1: { intScore: 5, reasoning: "because" } }),
      recordOf(1, { 1: { intScore: 3 }, 4: { passed: true } }),
    ]);
    assert.deepStrictEqual(heads, [
      "Never",
      "Never_reasoning",
      "Helpfulness",
      "Helpful",
      "Helpfulness_reasoning",
      "Grade; a",
      "Grade; a_reasoning",
      id(4),
      `${id(4)}_reasoning`,
    ]);
    assert.deepInclude(rows[0], {
      Never: "",
      Helpfulness: "5",
      Helpful: "true",
      Helpfulness_reasoning: "because",
      "Grade; a": "good",
    });
    assert.deepInclude(rows[1], { Helpfulness: "3", Helpful: "false", [id(4)]: "true" });
    assert.deepStrictEqual(remarks, ["the run has no score of Never: its column is empty"]);
  });

  it("has the column of a metric that first appears late, in the type of the file", async () => {
    const metrics = {
      [id(1)]: { name: "Early", path: "/value", kind: "number" },
      [id(2)]: { name: "Late", path: "/value", kind: "boolean" },
    };
    const pages = Array.from({ length: 45 }, (_, page) =>
      Array.from({ length: 100 }, (__, index) =>
        recordOf(100 * page + index, {
          1: { value: index },
          ...(page < 30 ? {} : { 2: { value: index % 4 === 0 } }),
        }),
      ),
    );
    const file = join(folder, "late.parquet");
    const whole = tableOf(".parquet", metrics, pages);
    const resumed = tableOf(".parquet", metrics, pages, true);
    assert.isTrue(whole.file.equals(resumed.file));
    assert.deepStrictEqual([whole.remarks, resumed.remarks], [[], []]);
    writeFileSync(file, whole.file);
    const database = await DuckDBInstance.create(":memory:");
    const connection = await database.connect();
    const sql = `SELECT typeof(any_value("Early")) AS early, typeof(any_value("Late")) AS late, count("Late")::INT AS n, count_if("Late")::INT AS passed FROM '${file}'`;
    const reader = await connection.runAndReadAll(sql);
    const [row] = reader.getRowObjectsJson();
    connection.closeSync();
    database.closeSync();
    assert.deepStrictEqual(row, { early: "DOUBLE", late: "BOOLEAN", n: 1500, passed: 375 });
  });

  it("gives no two columns one name, in any case, and says which it renamed", () => {
    const { heads, rows, remarks } = csvOf(
      {
        [id(1)]: { name: "Inputs", path: "/value", kind: "number" },
        [id(2)]: { name: "Tone", path: "/value", kind: "number" },
        [id(3)]: { name: "tone_REASONING", path: "/value", kind: "number" },
      },
      [recordOf(0, { 1: { value: 1 }, 2: { value: 2, reasoning: "why" }, 3: { value: 3 } })],
    );
    assert.deepStrictEqual(heads, [
      "Inputs (00000001)",
      "Inputs (00000001)_reasoning",
      "Tone",
      "Tone_reasoning (00000002)",
      "tone_REASONING",
      "tone_REASONING_reasoning",
    ]);
    assert.deepInclude(rows[0], {
      inputs: "{}",
      "Inputs (00000001)": "1",
      "Tone_reasoning (00000002)": "why",
      tone_REASONING: "3",
    });
    assert.deepStrictEqual(remarks, [
      "the column of Inputs is called Inputs (00000001): another has its name",
      "the column of Tone_reasoning is called Tone_reasoning (00000002): another has its name",
    ]);
  });

  it("finds the members of a name without a path, and takes texts where it knows no kind", () => {
    const metrics = {
      [id(1)]: { name: "Tone" },
      [id(2)]: { name: "Later" },
      [id(3)]: { name: "Open", path: "/value" },
    };
    const pages = [0, 2000].map((start) =>
      Array.from({ length: 2000 }, (_, index) => recordOf(start + index, scoresOf(start + index))),
    );
    const { file, remarks } = tableOf(".csv", metrics, pages);
    const rows: ReadonlyArray<Cells> = parse(file, { columns: true });
    assert.deepInclude(rows[1], {
      "Tone passed": "true",
      "Tone score": "0.5",
      Later: "",
      Open: "",
    });
    assert.deepInclude(rows[2001], { Later: "2001", Open: "false" });
    assert.deepStrictEqual(remarks, [
      "Later, Open have text in their columns: the metrics file gives no kind, and the first 2,000 records have no values",
    ]);
  });

  it("says where its columns are empty though there are scores", () => {
    const { rows, remarks } = csvOf(
      {
        [id(1)]: { name: "Typo", path: "/binaryScroe", kind: "boolean" },
        [id(2)]: { name: "Score", path: "/score", kind: "number" },
      },
      [
        recordOf(0, { 1: { binaryScore: true }, 2: { score: "high" } }),
        recordOf(1, { 1: { binaryScore: false }, 2: { score: 1 } }),
      ],
    );
    assert.deepStrictEqual(
      rows.map(({ Typo, Score }) => [Typo, Score]),
      [
        ["", ""],
        ["", "1"],
      ],
    );
    assert.deepStrictEqual(remarks, [
      "Typo is empty in 2 records: their scores are invalid or hold none of the values that the metrics file describes: the column scores has them",
      "Score is empty in 1 record where the scores disagree or have another kind than most: the column scores has them",
    ]);
  });
});
