import { afterAll, assert, describe, it } from "@effect/vitest";
import { RunId, type RecordWithScores } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, Redacted } from "effect";
import { parquetReadObjects } from "hyparquet";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { textCell } from "../../src/export/CsvEncoder.ts";
import { demo, demoProcess, terminal } from "../setup/DemoProcess.ts";

const secret = "ak_do_not_tell_anyone";
const { correctness, helpfulness, overlap } = FakeRun.metrics;
const folder = mkdtempSync(join(tmpdir(), "export-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const bytesOf = (name: string) => readFileSync(at(name));
const textOf = (name: string) => readFileSync(at(name), "utf8");
const partOf = (name: string) => [`${name}.part`, `${name}.part.journal`];
const hasPart = (name: string) => partOf(name).map((part) => existsSync(at(part)));

/** Parses CSV as RFC 4180 defines it. */
const parseCsv = (text: string): ReadonlyArray<ReadonlyArray<string>> =>
  text
    .split(/\r\n(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .slice(0, -1)
    .map((line) =>
      line
        .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
        .map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)),
    );

const fileOf = (name: string) => {
  const { buffer, byteOffset, byteLength } = bytesOf(name);
  const file = buffer.slice(byteOffset, byteOffset + byteLength);
  if (!(file instanceof ArrayBuffer)) throw new TypeError("Expected an ArrayBuffer");
  return file;
};
const rowsOf = (name: string) => parquetReadObjects({ file: fileOf(name) });

const exported = Effect.fnUntraced(function* (name: string, ...args: ReadonlyArray<string>) {
  const outcome = yield* demo(["export", "--to", at(name), ...args]);
  assert.strictEqual(outcome.code, 0, outcome.stderr);
  assert.deepStrictEqual(hasPart(name), [false, false]);
  return outcome;
});

const scoreOf = (record: RecordWithScores, id: string, field: string): unknown => {
  const score = record.scores.find(({ metricConfigId }) => metricConfigId === id);
  return score === undefined || (score.validationErrors?.length ?? 0) > 0
    ? undefined
    : score.score[field];
};

const small = FakeRun.make({ records: 230 });

const cellOf = (value: unknown): string =>
  value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);

describe("An export", { timeout: 60_000 }, () => {
  const records = Array.from({ length: 230 }, (_, index) => small.record(index));

  it.live("to JSON lines holds every record as it arrived", () =>
    Effect.gen(function* () {
      const { stdout } = yield* exported("a.jsonl", "--records", "230");
      assert.match(
        stdout,
        /^Run 135 from fake API, a generated run, seed 1\n {2}230 records, [\d,]+ bytes in /,
      );
      assert.strictEqual(
        textOf("a.jsonl"),
        records.map((one) => `${JSON.stringify(one)}\n`).join(""),
      );
      assert.include(stdout, `${bytesOf("a.jsonl").length.toLocaleString("en-US")} bytes`);
    }),
  );

  it.live("to CSV has a row for each record and columns for each metric", () =>
    Effect.gen(function* () {
      yield* exported("a.csv", "--records", "230");
      const [head, ...rows] = parseCsv(textOf("a.csv"));
      const column = (name: string) => head?.indexOf(name) ?? -1;
      assert.strictEqual(column(overlap), -1);
      assert.lengthOf(rows, 230);
      for (const [index, row] of rows.entries()) {
        const record = small.record(index);
        assert.strictEqual(row[column("id")], record.id);
        assert.strictEqual(row[column("testcaseId")], record.testcaseId ?? "");
        assert.strictEqual(row[column("inputs")], JSON.stringify(record.inputs));
        assert.strictEqual(row[column("scores")], JSON.stringify(record.scores));
        for (const [id, field] of [
          [correctness, "binaryScore"],
          [helpfulness, "intScore"],
        ] as const) {
          assert.strictEqual(row[column(id)], cellOf(scoreOf(record, id, field)));
          assert.strictEqual(
            row[column(`${id}_reasoning`)],
            scoreOf(record, id, "reasoning") ?? "",
          );
        }
      }
    }),
  );

  it.live("to Parquet has typed columns, and null where there is no score", () =>
    Effect.gen(function* () {
      yield* exported("a.parquet", "--records", "230");
      const rows = yield* Effect.promise(() => rowsOf("a.parquet"));
      assert.lengthOf(rows, 230);
      for (const [index, row] of rows.entries()) {
        const record = small.record(index);
        assert.strictEqual(row["id"], record.id);
        assert.strictEqual(row["outputs"], JSON.stringify(record.outputs));
        assert.strictEqual(
          row[correctness] ?? undefined,
          scoreOf(record, correctness, "binaryScore"),
        );
        assert.strictEqual(row[helpfulness] ?? undefined, scoreOf(record, helpfulness, "intScore"));
      }
    }),
  );

  it.live("of a run without records is a valid file", () =>
    Effect.gen(function* () {
      for (const extension of ["jsonl", "csv", "parquet"]) {
        yield* exported(`empty.${extension}`, "--records", "0");
      }
      assert.strictEqual(textOf("empty.jsonl"), "");
      assert.lengthOf(parseCsv(textOf("empty.csv")), 1);
      assert.deepStrictEqual(yield* Effect.promise(() => rowsOf("empty.parquet")), []);
    }),
  );

  it.live("of records with some tags holds those alone", () =>
    Effect.gen(function* () {
      const { stdout } = yield* exported("tags.jsonl", "--records", "230", "--tag", "urgent");
      assert.include(stdout, 'seed 1, records tagged "urgent"\n');
      assert.strictEqual(
        textOf("tags.jsonl"),
        records
          .filter((_, index) => small.tags?.(index).includes("urgent"))
          .map((record) => `${JSON.stringify(record)}\n`)
          .join(""),
      );
    }),
  );

  it.live("refuses to overwrite existing files, and reports how to continue", () =>
    Effect.gen(function* () {
      writeFileSync(at("mine.csv"), "mine");
      writeFileSync(at("half.csv.part"), "half");
      for (const [args, message] of [
        [["--to", at("mine.csv")], "already exists: replace it with --overwrite"],
        [["--to", at("mine.csv"), "--resume"], "already exists"],
        [["--to", at("half.csv")], "is an interrupted export: continue it with --resume"],
        [
          ["--to", at("half.csv"), "--resume", "--overwrite"],
          "--resume cannot be combined with --overwrite",
        ],
        [
          ["--to", at("none.txt")],
          "has no known extension: use one of .jsonl, .ndjson, .csv, .parquet",
        ],
        [["--to", at("none/a.csv")], "there is no such folder"],
        [[], "--to"],
      ] as const) {
        const { code, stdout, stderr } = yield* demo(["export", "--records", "5", ...args]);
        assert.strictEqual(code, 2);
        assert.strictEqual(stdout, "");
        assert.match(stderr, /^demo: [^\n]+\n$/);
        assert.include(stderr, message);
      }
      assert.strictEqual(textOf("mine.csv"), "mine");
      assert.strictEqual(textOf("half.csv.part"), "half");
      yield* exported("mine.csv", "--records", "5", "--overwrite");
      assert.lengthOf(parseCsv(textOf("mine.csv")), 6);
    }),
  );

  it.live("never contains the API key", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* FakeScorecard;
      for (const extension of ["jsonl", "csv", "parquet"]) {
        const args = [
          "export",
          "--to",
          at(`key.${extension}`),
          "--base-url",
          baseUrl,
          "--run",
          "135",
          ...(extension === "jsonl" ? [] : ["--by", `inputs.${secret}`]),
        ];
        const { code, stdout, stderr } = yield* demo(args, { SCORECARD_API_KEY: secret });
        assert.strictEqual(code, 0, stderr);
        assert.notInclude(stdout + stderr, secret);
      }
      for (const name of readdirSync(folder)) assert.notInclude(textOf(name), secret, name);
      assert.include(textOf("key.csv"), "<redacted>");
      const [row] = yield* Effect.promise(() => rowsOf("key.parquet"));
      assert.include(String(row?.["inputs"]), "<redacted>");
    }).pipe(
      Effect.provide(
        FakeScorecardNode.layer({
          runs: FakeRun.fromRecords([{ ...small.record(0), inputs: { echo: `Bearer ${secret}` } }]),
        }),
      ),
    ),
  );
});

describe("A cell of CSV", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "\"'\t'=1\""],
    ["\r=1", "\"'\r'=1\""],
    ["＝1", "'＝1"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ["a=1", "a=1"],
    ["a;=1", '"a;\'=1"'],
    ["a\t=1", '"a\t\'=1"'],
    ["a\r\n-1", '"a\r\n\'-1"'],
    [";; \u00a0@SUM(A1)", '";;\' \u00a0@SUM(A1)"'],
    ['a;"=1', '"a;\'""=1"'],
    [" =1", "' =1"],
    ["a - b", "a - b"],
    ["", '""'],
    ['a,"b"', '"a,""b"""'],
    ["a\nb", '"a\nb"'],
    ["\u001b[2Ja\u009b31m\u0000", "\uFFFD[2Ja\uFFFD31m\uFFFD"],
  ])("contains no formula and no control character: %j", (text, cell) => {
    assert.strictEqual(textCell(text), cell);
  });
});

describe("An interrupted export", { timeout: 60_000 }, () => {
  const size = 5_000;
  const size5000 = ["--records", String(size)];

  it.live.each(["jsonl", "csv", "parquet"])(
    "resumes after a kill without a duplicate or a gap: %s",
    (extension) =>
      Effect.gen(function* () {
        const whole = `whole.${extension}`;
        const killed = `killed.${extension}`;
        yield* exported(whole, ...size5000);
        // At any page; the second time further on.
        let kills = 0;
        for (const minRecords of [1, 2_500]) {
          const { code } = yield* demoProcess(
            ["export", "--to", at(killed), ...size5000, "--resume"],
            {},
            (child, { stderr }) => {
              const read = /^ {2}([\d,]+) of/m.exec(stderr.trimEnd().split("\n").at(-1) ?? "")?.[1];
              if (Number(read?.replaceAll(",", "") ?? 0) >= minRecords) child.kill("SIGKILL");
            },
          );
          if (code === 0) break;
          kills += 1;
          assert.deepStrictEqual([existsSync(at(killed)), ...hasPart(killed)], [false, true, true]);
          // The remains of a kill in the middle of a record, or of a line of the journal.
          writeFileSync(at(`${killed}.part`), "half a rec", { flag: "a" });
          writeFileSync(at(`${killed}.part.journal`), '{"cursor":"', { flag: "a" });
        }
        assert.isAbove(kills, 0);
        const { stdout } = existsSync(at(killed))
          ? { stdout: "" }
          : yield* exported(killed, ...size5000, "--resume");
        assert.match(stdout, /^$|5,000 records/);
        assert.isTrue(bytesOf(killed).equals(bytesOf(whole)));
        if (extension === "parquet") {
          assert.lengthOf(yield* Effect.promise(() => rowsOf(killed)), size);
        }
      }),
  );

  it.live("can be resumed after Ctrl-C, reports so, and fetches no page twice", () =>
    Effect.gen(function* () {
      const name = "stopped.jsonl";
      const { baseUrl, requests } = yield* FakeScorecard;
      const key = { SCORECARD_API_KEY: secret };
      const api = ["export", "--to", at(name), "--base-url", baseUrl, "--run", "135"];
      let isPressed = false;
      const stopped = yield* terminal(110, api, key, (child, { stdout }) => {
        if (isPressed || !/[1-9],\d00 of 10,000/.test(stdout)) return;
        isPressed = true;
        child.stdin?.write("\u0003");
      });
      assert.strictEqual(stopped.code, 130);
      const kept = Number(
        /([\d,]+) records kept for/.exec(stopped.stdout)?.[1]?.replaceAll(",", ""),
      );
      assert.strictEqual(textOf(`${name}.part`).split("\n").length - 1, kept);
      const before = (yield* requests).length;
      const { code, stdout } = yield* demo([...api, "--resume"], key);
      assert.strictEqual(code, 0);
      assert.include(
        stdout,
        `10,000 records, ${kept.toLocaleString("en-US")} of them from an earlier export`,
      );
      assert.strictEqual((yield* requests).length - before, (10_000 - kept) / 100);
      const ids = textOf(name)
        .trimEnd()
        .split("\n")
        .map((line) => /^\{"id":"(\d+)"/.exec(line)?.[1]);
      assert.deepStrictEqual(
        ids,
        Array.from({ length: 10_000 }, (_, index) => String(100_000 + index)),
      );
    }).pipe(
      Effect.provide(
        FakeScorecardNode.layer({
          runs: [FakeRun.make({ records: 10_000 })],
          apiKey: Redacted.make(secret),
          latency: "5 millis",
        }),
      ),
    ),
  );

  it.live(
    "is resumed only for the same run, source and format, and not from a damaged journal",
    () =>
      Effect.gen(function* () {
        const { baseUrl } = yield* FakeScorecard;
        const key = { SCORECARD_API_KEY: secret };
        const to = (name: string, run = "135") => [
          "export",
          "--to",
          at(name),
          "--base-url",
          baseUrl,
          "--run",
          run,
        ];
        // The service limits requests after five pages, for longer than the client waits.
        const { code, stderr } = yield* demo(to("other.jsonl"), key);
        assert.strictEqual(code, 3);
        assert.match(
          stderr,
          /^demo: 500 records kept for [^\n]+ continue with --resume\ndemo: The service is limiting/m,
        );
        for (const [args, message] of [
          [to("other.jsonl", "136"), "has another run, 135"],
          [["export", "--to", at("other.jsonl")], "has another source, "],
          [[...to("other.jsonl"), "--tag", "urgent"], "has another source, "],
        ] as const) {
          const refused = yield* demo([...args, "--resume"], key);
          assert.strictEqual(refused.code, 2);
          assert.include(refused.stderr, message);
        }
        // The export starts over where the file is shorter than its journal says, and refuses an invalid journal.
        truncateSync(at("other.jsonl.part"), 10);
        const restarted = yield* demo([...to("other.jsonl"), "--resume"], key);
        assert.include(restarted.stderr, "0 records kept");
        writeFileSync(at("other.jsonl.part.journal"), "{}\n");
        assert.include((yield* demo([...to("other.jsonl"), "--resume"], key)).stderr, "is damaged");
      }).pipe(
        Effect.provide(
          FakeScorecardNode.layer({
            runs: [FakeRun.make(), FakeRun.make({ runId: RunId.make("136") })],
            apiKey: Redacted.make(secret),
            rateLimit: { requests: 5, window: "1 hour" },
          }),
        ),
      ),
  );
});

describe("A large run", { timeout: 110_000 }, () => {
  // CHAOS=1 exports a larger one.
  const longest =
    process.env["CHAOS"] === "1" ? ([100_000, 160] as const) : ([40_000, 120] as const);
  it.live.each([
    ["jsonl", ...longest],
    ["csv", 40_000, 120],
    ["parquet", 40_000, 120],
  ] as const)(
    "is exported in a heap that could not hold its records: %s",
    ([extension, size, megabytes]) =>
      Effect.gen(function* () {
        const { baseUrl } = yield* FakeScorecard;
        const name = `large.${extension}`;
        const args = ["export", "--to", at(name), "--base-url", baseUrl, "--run", "135"];
        const { code, stdout, stderr } = yield* demoProcess(args, {
          SCORECARD_API_KEY: secret,
          NODE_OPTIONS: `--max-old-space-size=${megabytes}`,
        });
        assert.strictEqual(code, 0, stderr);
        assert.include(stdout, `${size.toLocaleString("en-US")} records`);
        rmSync(at(name));
      }).pipe(
        Effect.provide(
          FakeScorecardNode.layer({
            // The same records again and again: the test does not measure their generation.
            runs: [{ ...small, size, record: (index) => small.record(index % small.size) }],
          }),
        ),
      ),
  );
});
