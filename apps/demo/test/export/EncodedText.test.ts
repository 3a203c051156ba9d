/** The bytes of exports against a plain reference: whole texts, joined and encoded at once. */
import { assert, describe, it } from "@effect/vitest";
import { DuckDBInstance } from "@duckdb/node-api";
import { parse } from "csv-parse/sync";
import { RecordWithScores } from "@scorecard-effect/contract";
import { Effect, Schema } from "effect";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as MetricKnowledge from "../../src/analysis/MetricKnowledge.ts";
import { formatOf } from "../../src/export/Formats.ts";
import * as TextBytes from "../../src/export/TextBytes.ts";

// CI tries some of the texts; CHAOS=1 tries many.
const scale = process.env["CHAOS"] === "1" ? 20 : 1;

/** Draws the same numbers below a limit each time. */
const drawer = (seed: number) => {
  let state = seed;
  return (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
};
type Draw = ReturnType<typeof drawer>;

const high = "\uD83D";
const low = "\uDE00";

/** What a cut, a quote or a formula can be confused by. */
const units = [
  ["a", "Z", "0", " ", "'", '"', '""', "\\", ",", ";", "\t", "\r", "\n", "\r\n"],
  ["=", "+", "-", "@", "＝", "－", ';"=1', "; @x", `;${" ".repeat(20)}=`, `;${" ".repeat(21)}=`],
  ["\0", "\u0007", "\u000B", "\u007F", "\u0085", "\u00A0", "\u2028", "\uFEFF", "\uFFFD"],
  ["é", "ß", "Ω", "я", "مرحبا", "日本語", "한", "ก็", "😀", "👩‍👩‍👧", high, low, low + high],
].flat();

const drawText = (draw: Draw, length: number): string => {
  let text = "";
  while (text.length < length) text += units[draw(units.length)] ?? "";
  return text;
};

/** A text that is dull but for the places around each multiple of a length, where pieces end. */
const drawLongText = (draw: Draw, pieceLength: number, pieces: number): string => {
  let text = "";
  for (let piece = 1; piece <= pieces; piece += 1) {
    const filler = ["x", "é", "語", "😀", " ", ";", '"'][draw(7)] ?? "x";
    const until = piece * pieceLength - 30 + draw(30);
    text += filler.repeat(Math.max(0, Math.floor((until - text.length) / filler.length)));
    text += drawText(draw, 30 + draw(30));
  }
  return text;
};

const isControl = (character: string): boolean => /[^\P{Cc}\t\r\n]/u.test(character);
const isPadding = (character: string): boolean => /[^\S\t\r\n]/u.test(character);
const startsFormula = (text: string, at: number, padding: (character: string) => boolean) => {
  let place = at;
  while (place < at + 20 && padding(text.charAt(place))) place += 1;
  return place < text.length && "=+-@＝＋－＠".includes(text.charAt(place)) ? place : undefined;
};

const mayPrecede = (character: string) => character === '"' || isPadding(character);

/** A text as a cell, decided character by character. */
const disarmedText = (text: string): string => {
  const shown = Array.from(text, (character) => (isControl(character) ? "\uFFFD" : character));
  const whole = shown.join("");
  let safe = /^[\t\r]/.test(text) || startsFormula(text, 0, mayPrecede) !== undefined ? "'" : "";
  for (let at = 0; at < whole.length; at += 1) {
    safe += whole.charAt(at);
    const mayStart = ";\t\r\n".includes(whole.charAt(at));
    if (mayStart && startsFormula(whole, at + 1, mayPrecede) !== undefined) safe += "'";
  }
  return safe;
};

/** JSON as a cell: the first character of a formula is an escape. */
const disarmedJson = (json: string): string => {
  const escaped = new Set<number>();
  for (let at = json.indexOf(";"); at !== -1; at = json.indexOf(";", at + 1)) {
    const place = startsFormula(json, at + 1, isPadding);
    if (place !== undefined) escaped.add(place);
  }
  let safe = "";
  for (let at = 0; at < json.length; at += 1) {
    safe += escaped.has(at)
      ? `\\u${json.charCodeAt(at).toString(16).padStart(4, "0")}`
      : json.charAt(at);
  }
  return safe;
};

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const metricConfigId = "00000001-0000-4000-8000-000000000001";
const columns = [
  ["id", "runId", "testcaseId", metricConfigId, `${metricConfigId}_reasoning`],
  ["inputs", "expected", "outputs", "scores", "other"],
].flat();

const recordOf = (text: string, index: number): RecordWithScores =>
  Schema.decodeUnknownSync(RecordWithScores)({
    id: `${index} ${text.slice(0, 13)}`,
    runId: "135",
    testcaseId: text,
    inputs: { text },
    expected: {},
    outputs: { [text.slice(-13)]: [text, text.slice(0, 12)] },
    scores: [
      { recordId: "1", metricConfigId, score: { passed: index % 2 === 0, reasoning: text } },
    ],
  });

interface Cell {
  readonly kind: "id" | "text" | "json" | "boolean" | "none";
  readonly raw: string;
  /** The text without formulas and control characters. */
  readonly safe: string;
}

const jsonOf = (value: unknown): Cell => {
  const raw = JSON.stringify(value);
  return { kind: "json", raw, safe: disarmedJson(raw) };
};

const cellsOf = (record: RecordWithScores, text: string, index: number): ReadonlyArray<Cell> => {
  const safe = disarmedText(text);
  const idOf = (id: string): Cell => ({ kind: "id", raw: id, safe: disarmedText(id) });
  const passed = String(index % 2 === 0);
  return [
    idOf(record.id),
    idOf(record.runId),
    { kind: "id", raw: text, safe },
    { kind: "boolean", raw: passed, safe: passed },
    // An empty reasoning is none.
    { kind: text === "" ? "none" : "text", raw: text, safe },
    ...[record.inputs, record.expected, record.outputs, record.scores].map(jsonOf),
    { kind: "none", raw: "", safe: "" },
  ];
};

const csvCell = ({ kind, raw, safe }: Cell): string => {
  if (kind === "boolean" || kind === "none") return raw;
  // A text that is longer than a cell of Excel is quoted, too.
  return kind !== "text" || /[",;\t\r\n]/.test(raw) || raw.length > 32_766 ? quoted(safe) : safe;
};

const encoded = (
  extension: string,
  records: ReadonlyArray<RecordWithScores>,
  pageSize: number,
  isForExcel = false,
) => {
  const format = formatOf(extension, { isForExcel });
  if (typeof format === "string") throw new TypeError(format);
  const encoder = format.encoder({
    redact: (text) => text,
    records: 0,
    bytes: 0,
    notes: [],
    extras: { by: [], trials: false },
    knowledge: MetricKnowledge.nothing,
  });
  const chunks: Array<Uint8Array> = [];
  for (let at = 0; at < records.length; at += pageSize) {
    chunks.push(encoder.add(records.slice(at, at + pageSize)).bytes.slice());
  }
  chunks.push(encoder.end().slice());
  return Buffer.concat(chunks);
};

/** The place of the first difference, in words: a diff of long texts takes minutes. */
const differenceOf = (actual: Uint8Array, expected: Uint8Array): string => {
  if (Buffer.from(actual).equals(expected)) return "none";
  const at = expected.findIndex((byte, index) => actual[index] !== byte);
  const around = (bytes: Uint8Array) =>
    JSON.stringify(Buffer.from(bytes.subarray(Math.max(0, at - 40), at + 40)).toString());
  return `at byte ${at}: ${around(actual)} instead of ${around(expected)}`;
};

const pieceLength = 64 * 1024;

const texts = (): ReadonlyArray<string> => {
  const draw = drawer(11);
  const lengths = [0, 1, 2, 11, 12, 13, 14, 40];
  const limits = [8191, 8192, 32_765, 32_766, 32_767, pieceLength - 1, pieceLength];
  return [
    ...lengths.flatMap((length) =>
      ["a", '"', "é", "\0", high, low, "=", "\u007F"].map((unit) => unit.repeat(length)),
    ),
    ...Array.from({ length: 200 * scale }, () => drawText(draw, draw(30))),
    ...limits.map((length) => drawText(draw, length).slice(0, length)),
    ...limits.map((length) => "y".repeat(length)),
    ...Array.from({ length: 6 * scale }, () => drawLongText(draw, pieceLength, 1 + draw(2))),
    ...["😀", "a😀", "; ", '""'].map((unit) => unit.repeat(pieceLength)),
  ];
};

describe("TextBytes", () => {
  it("encodes pieces of any length as the whole text is encoded", () => {
    const draw = drawer(5);
    for (let round = 0; round < 800 * scale; round += 1) {
      const length = 1 + draw(70);
      const bytes = TextBytes.make(length);
      for (let file = 0; file < 2; file += 1) {
        let whole = "";
        for (let part = draw(4); part >= 0; part -= 1) {
          const text =
            draw(2) === 0 ? drawText(draw, draw(40)) : drawLongText(draw, length, 1 + draw(3));
          // Two texts are encoded apart: the halves of a pair in them are no pair.
          const isDoubled = draw(2) === 0;
          if (isDoubled) bytes.addDoubled(text);
          else bytes.add(text);
          whole += (isDoubled ? text.replaceAll('"', '""') : text).toWellFormed();
          const pieces = Array.from(TextBytes.piecesOf(text, length));
          assert.strictEqual(pieces.join(""), text);
        }
        const difference = differenceOf(bytes.take(), new TextEncoder().encode(whole));
        assert.strictEqual(difference, "none", `round ${round}`);
      }
      assert.lengthOf(bytes.take(), 0);
    }
  });

  it("grows for a text of any length, whatever it holds already", () => {
    for (const unit of ["a", '"', "語", "😀", high]) {
      for (const length of [1, 7, 8, 9, 31, 32, 33, 4096]) {
        const bytes = TextBytes.make(8);
        for (const before of [0, 1, 31, 32, 33]) {
          bytes.add("b".repeat(before));
          bytes.addDoubled(unit.repeat(length));
          bytes.add(unit.repeat(length));
          const doubled = unit.repeat(unit === '"' ? 2 * length : length);
          const whole = "b".repeat(before) + doubled.toWellFormed() + unit.repeat(length);
          const difference = differenceOf(bytes.take(), new TextEncoder().encode(whole));
          assert.strictEqual(difference, "none", `${unit} ${length}`);
        }
      }
    }
  });
});

// DuckDB's client leaves out a byte order mark at the start of a text.
const read = (cell: Cell, text: string): string | null =>
  cell.kind === "none" ? null : text.replace(/^\uFEFF/, "");

describe("An export of texts of every sort", { timeout: 60_000 }, () => {
  const all = texts();
  const records = all.map(recordOf);
  const cells = records.map((record, index) => cellsOf(record, all[index] ?? "", index));

  it("has in CSV the bytes of its cells, joined and encoded at once", () => {
    const lines = [columns, ...cells.map((row) => row.map(csvCell))].map((row) => row.join(","));
    const expected = new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(""));
    for (const pageSize of [records.length, 7]) {
      const difference = differenceOf(encoded(".csv", records, pageSize), expected);
      assert.strictEqual(difference, "none", `pages of ${pageSize}`);
    }
  });

  it("has for Excel the same cells, but for the ends of those that are too long", () => {
    const [, ...rows]: ReadonlyArray<ReadonlyArray<string>> = parse(
      encoded(".csv", records, 7, true),
      { bom: true },
    );
    let cutCells = 0;
    const found = rows.map((row, index) =>
      row.map((cell, column) => {
        const { kind, raw = "", safe = "" } = cells[index]?.[column] ?? {};
        // Excel would take the id for a number.
        if (kind === "id" && cell === `'${safe.toWellFormed()}`) return cell.slice(1);
        assert.isAtMost(cell.length, 32_767);
        if (safe.length <= 32_767) return cell;
        const mark = `… (cut: ${raw.length} characters)`;
        assert.isTrue(cell.endsWith(mark), `row ${index}, ${columns[column]}`);
        cutCells += 1;
        const start = cell.slice(0, -mark.length);
        // Half a pair at the end is left out.
        assert.isAtLeast(cell.length, 32_766);
        return start === safe.toWellFormed().slice(0, start.length) ? safe.toWellFormed() : cell;
      }),
    );
    assert.isAbove(cutCells, 20);
    assertSameCells(found, cells, ({ safe }) => safe, "for Excel");
  });

  it("has in JSON lines each record as JSON writes it", () => {
    const expected = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    const lines = encoded(".jsonl", records, 7);
    assert.strictEqual(differenceOf(lines, new TextEncoder().encode(expected)), "none");
  });

  it.live("reads back as the same cells from CSV and Parquet", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "encoded-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true })),
      );
      const csv = encoded(".csv", records, 100);
      writeFileSync(join(folder, "run.csv"), csv);
      writeFileSync(join(folder, "run.parquet"), encoded(".parquet", records, 100));

      const [head, ...rows]: ReadonlyArray<ReadonlyArray<string>> = parse(csv);
      assert.deepStrictEqual(head, columns);
      assertSameCells(rows, cells, ({ safe }) => safe, "csv-parse");

      const ofCsv = yield* rowsOf(
        `read_csv('${join(folder, "run.csv")}', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', allow_quoted_nulls = false, max_line_size = 8000000)`,
      );
      assertSameCells(ofCsv, cells, (cell) => read(cell, cell.safe), "DuckDB from CSV");
      const ofParquet = yield* rowsOf(`read_parquet('${join(folder, "run.parquet")}')`);
      assertSameCells(ofParquet, cells, (cell) => read(cell, cell.raw), "DuckDB from Parquet");
    }).pipe(Effect.scoped),
  );
});

const assertSameCells = (
  actual: ReadonlyArray<ReadonlyArray<string | null>>,
  cells: ReadonlyArray<ReadonlyArray<Cell>>,
  expectedOf: (cell: Cell) => string | null,
  what: string,
): void => {
  assert.lengthOf(actual, cells.length, what);
  for (const [index, row] of cells.entries()) {
    for (const [column, cell] of row.entries()) {
      const found = actual[index]?.[column];
      const expected = expectedOf(cell)?.toWellFormed() ?? null;
      if (found === expected) continue;
      const text = JSON.stringify([found?.slice(0, 80), expected?.slice(0, 80)]);
      assert.fail(`${what}: row ${index}, ${columns[column]}: ${text}`);
    }
  }
};

const rowsOf = Effect.fnUntraced(function* (source: string) {
  return yield* Effect.promise(async (): Promise<ReadonlyArray<ReadonlyArray<string | null>>> => {
    const database = await DuckDBInstance.create(":memory:");
    const connection = await database.connect();
    const reader = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM ${source}`);
    const rows = reader.getRowsJson();
    connection.closeSync();
    database.closeSync();
    return rows.map((row) => row.map((cell) => (typeof cell === "string" ? cell : null)));
  });
});
