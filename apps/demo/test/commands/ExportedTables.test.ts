/** Tables as other programs read them: DuckDB, and a CSV parser that is not ours. */
import { afterAll, assert, describe, it } from "@effect/vitest";
import { DuckDBInstance } from "@duckdb/node-api";
import { parse } from "csv-parse/sync";
import { RecordWithScores } from "@scorecard-effect/contract";
import { Effect, Schema } from "effect";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as MetricKnowledge from "../../src/analysis/MetricKnowledge.ts";
import type { Extras } from "../../src/export/ExtraColumns.ts";
import { formatOf } from "../../src/export/Formats.ts";
import { piecesOf } from "../../src/export/TextBytes.ts";
import { demo } from "../setup/DemoProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "tables-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const metricId = (number: number) => `0000000${number}-0000-4000-8000-00000000000${number}`;

interface Fields {
  readonly id?: string;
  readonly testcaseId?: string;
  readonly outputs?: { readonly [name: string]: unknown };
  /** By the numbers of their metrics. */
  readonly scores?: { readonly [number: number]: unknown };
}

const recordOf = ({ id = "1", testcaseId, outputs = {}, scores = {} }: Fields) => ({
  id,
  runId: "135",
  ...(testcaseId === undefined ? {} : { testcaseId }),
  inputs: { question: "?" },
  expected: {},
  outputs,
  scores: Object.entries(scores).map(([number, score]) => ({
    recordId: id,
    metricConfigId: metricId(Number(number)),
    score,
  })),
});

let files = 0;

/** Exports records, and returns what the command printed on stderr but for its progress. */
const exported = Effect.fnUntraced(function* (
  extension: "csv" | "parquet",
  records: ReadonlyArray<Fields>,
  ...args: ReadonlyArray<string>
) {
  files += 1;
  const from = at(`${files}.jsonl`);
  const to = at(`${files}.${extension}`);
  writeFileSync(from, records.map((record) => `${JSON.stringify(recordOf(record))}\n`).join(""));
  const { code, stderr } = yield* demo(["export", "--replay", from, "--to", to, ...args]);
  assert.strictEqual(code, 0, stderr);
  return { to, remarks: stderr.split("\n").filter((line) => line.startsWith("demo: ")) };
});

type Cells = { readonly [column: string]: unknown };

const query = Effect.fnUntraced(function* (sql: string) {
  return yield* Effect.promise(async (): Promise<ReadonlyArray<Cells>> => {
    const database = await DuckDBInstance.create(":memory:");
    const connection = await database.connect();
    const reader = await connection.runAndReadAll(sql);
    const rows = reader.getRowObjectsJson();
    connection.closeSync();
    database.closeSync();
    return rows;
  });
});

/** The types of the columns, as DuckDB finds them. */
const typesOf = Effect.fnUntraced(function* (source: string) {
  const rows = yield* query(`DESCRIBE SELECT * FROM ${source}`);
  return Object.fromEntries(rows.map((row) => [row["column_name"], row["column_type"]]));
});

const csvRows = (file: string): ReadonlyArray<Cells> =>
  parse(readFileSync(file), { columns: true, bom: true });

describe("A table", { timeout: 60_000 }, () => {
  it.live("has the same columns of the same types in CSV and Parquet, as DuckDB reads them", () =>
    Effect.gen(function* () {
      // More than a page whose first metric is mostly a number, after a first page of booleans.
      const records = Array.from({ length: 300 }, (_, index): Fields => ({
        id: `r${index}`,
        scores: {
          1: { value: index < 100 ? index % 2 === 0 : index + 0.5 },
          2: { passed: index % 3 === 0, score: index / 8, explanation: `because ${index}` },
          ...(index < 150 ? {} : { 3: { label: index % 2 === 0 ? "good" : "bad" } }),
        },
      }));
      const csv = yield* exported("csv", records);
      const parquet = yield* exported("parquet", records);
      const csvTypes = yield* typesOf(`read_csv('${csv.to}', header = true, sample_size = -1)`);
      const parquetTypes = yield* typesOf(`read_parquet('${parquet.to}')`);
      assert.deepStrictEqual(Object.keys(csvTypes), Object.keys(parquetTypes));
      for (const [name, type] of [
        [metricId(1), "DOUBLE"],
        [`${metricId(2)}/passed`, "BOOLEAN"],
        [`${metricId(2)}/score`, "DOUBLE"],
        [`${metricId(2)}_reasoning`, "VARCHAR"],
        [metricId(3), "VARCHAR"],
        ["outputs", "VARCHAR"],
      ] as const) {
        assert.strictEqual(parquetTypes[name], type, name);
        assert.strictEqual(csvTypes[name], type, name);
      }
      assert.deepStrictEqual(csv.remarks, parquet.remarks);
      assert.deepStrictEqual(csv.remarks, [
        `demo: ${metricId(1)} is empty in 100 records where the scores disagree or have another kind than most: the column scores has them`,
      ]);
      const figures = `count(*)::INT AS n, count("${metricId(1)}")::INT AS numbers, sum("${metricId(1)}") AS sum, count("${metricId(3)}")::INT AS labels`;
      for (const source of [
        `read_csv('${csv.to}', header = true, sample_size = -1)`,
        `read_parquet('${parquet.to}')`,
      ]) {
        const [row] = yield* query(`SELECT ${figures} FROM ${source}`);
        // 100.5 + 101.5 + … + 299.5.
        assert.deepStrictEqual(row, { n: 300, numbers: 200, sum: 40_000, labels: 150 });
      }
    }),
  );

  it.live("has a column for each metric of the first 2,000 records, or says why not", () =>
    Effect.gen(function* () {
      const records = Array.from({ length: 2150 }, (_, index): Fields => ({
        id: String(index),
        scores: {
          1: { binaryScore: true },
          ...(index >= 1990 ? { 2: { value: index } } : {}),
          ...(index >= 2100 ? { 3: { passed: true, score: 0.5 } } : {}),
          4: { answer: "nothing that is a value" },
        },
      }));
      for (const extension of ["csv", "parquet"] as const) {
        const { to, remarks } = yield* exported(extension, records);
        const source =
          extension === "csv"
            ? `read_csv('${to}', header = true, all_varchar = true)`
            : `read_parquet('${to}')`;
        const names = Object.keys(yield* typesOf(source));
        assert.includeMembers(names, [metricId(1), metricId(2)]);
        assert.notIncludeMembers(names, [metricId(3), metricId(4)]);
        const late = (member: string) =>
          `demo: ${metricId(3)}/${member} has no column: it first appears in record 2,101, and the first 2,000 records decided on the columns. It has values in 50 records: the column scores has them`;
        assert.sameMembers(remarks, [
          late("passed"),
          late("score"),
          `demo: ${metricId(4)} has no column: in 2,150 records, its scores are invalid or hold no value that is recognised: the column scores has them`,
        ]);
      }
    }),
  );

  it.live("in CSV starts no formula, whether commas, semicolons or tabs separate its cells", () =>
    Effect.gen(function* () {
      const formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", '"=1', " =1", "\u00a0=1"];
      const starts = ["", ";", "a;", "\t", "a\t", "\n", "a\r\n", "a\r", 'a";', ";;", "\t;", ";\n"];
      const texts = formulas.flatMap((formula) =>
        starts.map((start) => `${start}${formula};x\t${formula}`),
      );
      const records = texts.map((text): Fields => ({
        id: text,
        testcaseId: text,
        outputs: { [text]: text, numbers: [-1, "a;", -2] },
        scores: { 1: { label: text, reasoning: text, [text]: true } },
      }));
      const { to } = yield* exported("csv", records);
      for (const delimiter of [",", ";", "\t"]) {
        const rows: ReadonlyArray<ReadonlyArray<string>> = parse(readFileSync(to), {
          delimiter,
          // As spreadsheets do: quotes within a cell are text.
          relax_quotes: true,
          relax_column_count: true,
          ...(delimiter === "," ? {} : { quote: null }),
        });
        for (const cell of rows.flat()) {
          assert.notMatch(cell, /^[\s"]*[=+\-@＝]/u, `${JSON.stringify(delimiter)}: ${cell}`);
        }
      }
      // JSON still says the same.
      for (const [index, row] of csvRows(to).entries()) {
        const record = recordOf(records[index] ?? {});
        assert.deepStrictEqual(JSON.parse(String(row["outputs"])), record.outputs);
        assert.deepStrictEqual(JSON.parse(String(row["scores"])), record.scores);
      }
    }),
  );

  it.live("keeps ids as text, and tells an empty text from none", () =>
    Effect.gen(function* () {
      const ids = ["007", "12345678901234567890", "1E5", "2024-01-02", "TRUE", "null", "NA", "7"];
      const records = ids.map((id): Fields => ({
        id,
        ...(id === "7" ? {} : { testcaseId: id === "NA" ? "" : id }),
      }));
      const { to: csv } = yield* exported("csv", records);
      const { to: parquet } = yield* exported("parquet", records);
      assert.deepStrictEqual(
        csvRows(csv).map((row) => row["id"]),
        ids,
      );
      for (const id of ids) assert.include(readFileSync(csv, "utf8"), `\n"${id}","135",`);
      for (const source of [
        `read_csv('${csv}', header = true, all_varchar = true, allow_quoted_nulls = false)`,
        `read_parquet('${parquet}')`,
      ]) {
        const rows = yield* query(`SELECT id, testcaseId FROM ${source}`);
        assert.deepStrictEqual(
          rows,
          records.map(({ id, testcaseId }) => ({ id, testcaseId: testcaseId ?? null })),
        );
      }
    }),
  );

  it.live("for Excel has a byte order mark, and no cell that Excel would change or cut", () =>
    Effect.gen(function* () {
      const long = `${"y".repeat(32_700)}😀${"z".repeat(10_000)}`;
      const records: ReadonlyArray<Fields> = [
        { id: "007", testcaseId: "case 7", scores: { 1: { value: 1, reasoning: long } } },
        { id: "8", scores: { 1: { value: 2, reasoning: "grüße" } } },
      ];
      const { to, remarks } = yield* exported("csv", records, "--excel");
      assert.deepStrictEqual(Array.from(readFileSync(to).subarray(0, 3)), [0xef, 0xbb, 0xbf]);
      const [first, second] = csvRows(to);
      const cut = String(first?.[`${metricId(1)}_reasoning`]);
      assert.isAtMost(cut.length, 32_767);
      assert.match(cut, /^y{32700}😀z+… \(cut: 42702 characters\)$/u);
      assert.strictEqual(first?.["id"], "'007");
      assert.strictEqual(first?.["testcaseId"], "case 7");
      assert.strictEqual(second?.["id"], "8");
      assert.strictEqual(second?.[`${metricId(1)}_reasoning`], "grüße");
      assert.sameMembers(remarks, [
        "demo: id: an apostrophe precedes 1 id that Excel would take for a number or a date",
        `demo: ${metricId(1)}_reasoning: 1 cell of more than 32,767 characters cut, with a mark`,
        "demo: scores: 1 cell of more than 32,767 characters cut, with a mark",
      ]);

      const plain = yield* exported("csv", records);
      assert.strictEqual(csvRows(plain.to)[0]?.[`${metricId(1)}_reasoning`], long);
      assert.include(
        plain.remarks,
        "demo: scores: 1 cell of more than 32,767 characters, the most that Excel reads: --excel cuts them with a mark",
      );

      const other = yield* demo(["export", "--records", "1", "--to", at("x.parquet"), "--excel"]);
      assert.strictEqual(other.code, 2);
      assert.include(other.stderr, "--excel applies to .csv alone");
    }),
  );
});

describe("A table with slices and trials", { timeout: 60_000 }, () => {
  it.live("has them as columns, the same in CSV and Parquet", () =>
    Effect.gen(function* () {
      const records: ReadonlyArray<Fields> = [
        { id: "1", testcaseId: "T", outputs: { model: "m;1", "a.b": 1 } },
        { id: "2", testcaseId: "U", outputs: { model: "=1", "a.b": "1" } },
        { id: "3", testcaseId: "T", outputs: { model: "", "a.b": null } },
        { id: "4", outputs: {} },
      ];
      const flags = ["--trials", "--by", "outputs.model", "--by", "/outputs/a.b"];
      const csv = yield* exported("csv", records, ...flags);
      const parquet = yield* exported("parquet", records, ...flags);
      const names = ["trial", "slice_outputs.model", "slice_/outputs/a.b"];
      const expected = [
        [1, "m;1", "1"],
        [1, "=1", '"1"'],
        [2, '""', "null"],
        [1, "(missing)", "(missing)"],
      ];
      assert.deepStrictEqual(
        (yield* query(`FROM read_parquet('${parquet.to}')`)).map((row) =>
          names.map((name) => row[name]),
        ),
        expected,
      );
      assert.deepStrictEqual(
        csvRows(csv.to).map((row) => names.map((name) => row[name])),
        // An apostrophe keeps the formulas from being computed.
        expected.map(([trial, model, other]) => [
          String(trial),
          model === "=1" ? "'=1" : model,
          other,
        ]),
      );
    }),
  );
});

describe("CSV for Excel", () => {
  it("reports the records that are beyond the last row of Excel", () => {
    const record = Schema.decodeUnknownSync(RecordWithScores)(recordOf({}));
    const remarksOf = (rows: number, isForExcel: boolean) => {
      const format = formatOf(".csv", { isForExcel });
      if (typeof format === "string") throw new TypeError(format);
      const encoder = format.encoder({
        redact: (text) => text,
        records: rows - 1,
        bytes: 1,
        notes: [
          { columns: { metrics: [], reasoning: [], renamed: [], chosenFrom: 2000 }, losses: [] },
        ],
        extras,
        knowledge: MetricKnowledge.nothing,
      });
      encoder.add([record]);
      return encoder.remarks();
    };
    // The first of 1,048,576 rows is the head.
    assert.deepStrictEqual(remarksOf(1_048_575, true), []);
    assert.deepStrictEqual(remarksOf(1_048_576, true), [
      "Excel reads 1,048,576 rows, the first of which is the head: the last record is beyond them",
    ]);
    assert.include(remarksOf(1_048_590, true)[0], "the last 15 records are beyond them");
    assert.deepStrictEqual(remarksOf(1_048_590, false), []);
  });
});

const extras: Extras = { by: [], trials: false };

describe("A resumed table", () => {
  it.each([".csv", ".parquet"])(
    "has the same bytes and reports the same losses: %s",
    (extension) => {
      const format = formatOf(extension, { isForExcel: false });
      if (typeof format === "string") throw new TypeError(format);
      const pages = Array.from({ length: 60 }, (_, page) =>
        Array.from({ length: 100 }, (__, index) =>
          Schema.decodeUnknownSync(RecordWithScores)(
            recordOf({
              id: `${page}-${index}`,
              scores: {
                1: { value: page % 2 === 0 || index },
                ...(page < 25 ? {} : { 2: { value: index } }),
                3: { answer: "?" },
              },
            }),
          ),
        ),
      );
      const start = {
        redact: (text: string) => text,
        records: 0,
        bytes: 0,
        extras,
        knowledge: MetricKnowledge.nothing,
      };
      const write = (isResumed: boolean) => {
        let encoder = format.encoder({ ...start, notes: [] });
        const chunks: Array<Uint8Array> = [];
        const notes: Array<unknown> = [];
        for (const [number, records] of pages.entries()) {
          const { bytes, isWhole, note } = encoder.add(records);
          chunks.push(bytes.slice());
          if (note !== undefined) notes.push(JSON.parse(JSON.stringify(note)));
          if (!isWhole || !isResumed) continue;
          const size = chunks.reduce((sum, { length }) => sum + length, 0);
          encoder = format.encoder({ ...start, records: 100 * (number + 1), bytes: size, notes });
        }
        chunks.push(encoder.end().slice());
        return { file: Buffer.concat(chunks), remarks: encoder.remarks() };
      };
      const whole = write(false);
      const resumed = write(true);
      assert.isTrue(whole.file.equals(resumed.file));
      assert.sameDeepMembers(
        whole.remarks.map((remark) => /^(\S+) .* in ([\d,]+) records/.exec(remark)?.slice(1)),
        [
          // 30 odd pages of numbers against 30 of booleans: of equal counts, booleans win.
          [metricId(1), "3,000"],
          [metricId(3), "6,000"],
          [`${metricId(2)}/value`, "3,500"],
        ],
      );
      assert.sameMembers([...resumed.remarks], [...whole.remarks]);
    },
  );
});

describe("A long text", () => {
  it("is cut into pieces that separate neither a surrogate pair nor a formula from what starts it", () => {
    for (const unit of ["😀", "a😀", '; "=1', ";", " ", "\n-1", "a\t\t=", "ab"]) {
      const text = unit.repeat(200_000 / unit.length);
      const pieces = Array.from(piecesOf(text));
      assert.strictEqual(pieces.join(""), text);
      assert.isAbove(pieces.length, 1);
      for (const [index, piece] of pieces.entries()) {
        if (index > 0) assert.notMatch(piece, /^[\uDC00-\uDFFF]/);
        if (index > 0 && /^[\s"]{0,20}[=+\-@]/.test(piece)) {
          assert.notMatch(pieces[index - 1] ?? "", /[;\t\r\n][ "]*$/);
        }
      }
    }
  });
});
