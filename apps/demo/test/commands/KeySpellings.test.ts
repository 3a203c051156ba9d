import { afterAll, assert, describe, it } from "@effect/vitest";
import { RecordId, type RecordWithScores, RunId, TestcaseId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect } from "effect";
import { parquetReadObjects } from "hyparquet";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { demo, main } from "../setup/DemoProcess.ts";

const secret = "ak_Do_not/tell~anyone";
const env = { SCORECARD_API_KEY: secret };
const characters = Array.from(secret, (character) => ({
  character,
  code: character.charCodeAt(0),
  hex: character.charCodeAt(0).toString(16),
}));

const spellings: ReadonlyArray<string> = [
  secret,
  secret.toUpperCase(),
  secret.toLowerCase(),
  encodeURIComponent(secret),
  secret.replace("a", "%61"),
  characters.map(({ hex }) => `%${hex}`).join(""),
  characters.map(({ hex }) => `\\u00${hex}`).join(""),
  characters.map(({ character }) => `\\${character}`).join(""),
  secret.replace("/", "\\/"),
  characters.map(({ code }) => `&#${code};`).join(""),
  characters.map(({ hex }) => `&#x0${hex.toUpperCase()};`).join(""),
  secret.replace("D", "%44").replace("t", "\\u0074").replace("_", "&#95;"),
];

const characterOf = (_: string, code: string): string => String.fromCodePoint(Number(`0x${code}`));

/** Undoes every spelling, so that one search finds them all. */
const decoded = (text: string): string =>
  text
    .replaceAll("\\", "")
    .replaceAll(/u00([0-9a-f]{2})/gi, characterOf)
    .replaceAll(/%([0-9a-f]{2})/gi, characterOf)
    .replaceAll(/&#x0*([0-9a-f]+);/gi, characterOf)
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .toLowerCase();

const assertNoKey = (text: string, where: string): void => {
  const start = secret.toLowerCase().slice(0, 9);
  const at = decoded(text).indexOf(start);
  assert.strictEqual(at, -1, `${where}: …${decoded(text).slice(Math.max(0, at - 40), at + 40)}…`);
};

/** A record with one spelling of the key wherever a record can have a text. */
const recordWith = (runId: string, spelled: string, index: number): RecordWithScores => {
  const echo = `Bearer ${spelled}!`;
  const unknownField = { [echo]: echo };
  return {
    ...FakeRun.make({ records: 1 }).record(0),
    ...unknownField,
    id: RecordId.make(`${index} ${spelled}`),
    runId: RunId.make(runId),
    testcaseId: TestcaseId.make(`${index} ${spelled}`),
    inputs: index % 2 === 0 ? { echo, [echo]: 1 } : { list: [[echo], { [echo]: { echo } }] },
    expected: { echo: { echo: JSON.stringify({ echo }) } },
    outputs: { echo: `${"x".repeat(190)}${echo}` },
    scores: Object.values(FakeRun.metrics).map((metricConfigId, metric) => ({
      recordId: RecordId.make(String(index)),
      metricConfigId,
      score: { binaryScore: runId === "1", reasoning: echo, [echo]: echo },
      validationErrors: metric === 0 ? [] : [{ path: `/${spelled}`, message: echo }],
    })),
  };
};

const folder = mkdtempSync(join(tmpdir(), "key-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** The scripts of a saved report, unpacked. */
const unpacked = (html: string): string =>
  Array.from(html.matchAll(/class="(?:cells|records)"[^>]*>([^<]+)</g), ([, packed = ""]) =>
    inflateSync(Buffer.from(packed, "base64")).toString(),
  ).join("\n");

/** A text in which Base64 is decoded. */
const withoutBase64 = (text: string): string =>
  text.replaceAll(/[\w+/]{40,}={0,2}/g, (packed) => Buffer.from(packed, "base64").toString());

const served = FakeScorecardNode.layer({
  runs: FakeRun.fromRecords(
    ["1", "2"].flatMap((runId) =>
      spellings.map((spelled, index) => recordWith(runId, spelled, index)),
    ),
  ),
});

describe("However a record spells the API key,", { timeout: 60_000 }, () => {
  it.live.each([
    ["report", ["--run", "2", "--worst", "20"]],
    ["report", ["--run", "2", "--worst", "20", "--json"]],
    ["compare", ["1", "2", "--changes", "20"]],
    ["compare", ["1", "2", "--changes", "20", "--json"]],
  ] as const)("it is not in the output of %s %j", ([command, flags]) =>
    Effect.gen(function* () {
      const { baseUrl } = yield* FakeScorecard;
      const args = [command, ...flags, "--base-url", baseUrl];
      const { code, stdout, stderr } = yield* demo(args, env);
      assert.strictEqual(code, 0, stderr);
      assert.include(stdout, "<redacted>");
      assertNoKey(stdout + stderr, args.join(" "));
      if (args.includes("--json")) assert.isObject(JSON.parse(stdout));
    }).pipe(Effect.provide(served)),
  );

  it.live("it is not in an export, and the file is valid", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* FakeScorecard;
      for (const extension of ["jsonl", "csv", "parquet"]) {
        const to = at(`export.${extension}`);
        const args = ["export", "--to", to, "--run", "1", "--base-url", baseUrl];
        const { code, stdout, stderr } = yield* demo(args, env);
        assert.strictEqual(code, 0, stderr);
        assertNoKey(stdout + stderr, extension);
      }
      const lines = readFileSync(at("export.jsonl"), "utf8").trimEnd().split("\n");
      for (const [index, line] of lines.entries()) {
        assertNoKey(line, "JSON lines");
        assert.strictEqual(JSON.parse(line).id, `${index} <redacted>`);
      }
      assert.lengthOf(lines, spellings.length);
      assertNoKey(readFileSync(at("export.csv"), "utf8"), "CSV");
      const { buffer } = Uint8Array.from(readFileSync(at("export.parquet")));
      const rows = yield* Effect.promise(() => parquetReadObjects({ file: buffer }));
      for (const row of rows) {
        for (const [column, value] of Object.entries(row)) {
          assertNoKey(String(value), column);
          if (!["inputs", "expected", "outputs", "scores", "other"].includes(column)) continue;
          assert.isOk(JSON.parse(String(value)), column);
        }
      }
      assert.lengthOf(rows, spellings.length);
    }).pipe(Effect.provide(served)),
  );

  it.live("it is not in the explorer, and not in a saved report", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* FakeScorecard;
      const args = ["explore", "1", "--compare", "2", "--base-url", baseUrl];
      const saved = yield* demo([...args, "--save", at("report.html")], env);
      assert.strictEqual(saved.code, 0, saved.stderr);
      const html = readFileSync(at("report.html"), "utf8");
      assertNoKey(saved.stdout + saved.stderr + html, "report");
      assertNoKey(unpacked(html), "unpacked report");
      assert.include(unpacked(html), "<redacted>");

      const { PATH = "" } = process.env;
      const child = yield* Effect.acquireRelease(
        Effect.sync(() => spawn(process.execPath, [main, ...args], { env: { PATH, ...env } })),
        (own) => Effect.sync(() => own.kill("SIGKILL")),
      );
      const url = yield* Effect.callback<string>((resume) => {
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          const [found] = /http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\//.exec(text) ?? [];
          if (found !== undefined) resume(Effect.succeed(found));
        });
      });
      yield* Effect.promise(async () => {
        assertNoKey(await (await fetch(url)).text(), "page");
        const { body } = await fetch(`${url}events`);
        let events = "";
        for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
          events += chunk;
          if (/"phase":"done".*"phase":"done"/.test(events)) break;
        }
        assertNoKey(events, "events");
        assertNoKey(withoutBase64(events), "decoded events");
        assert.include(withoutBase64(events), "<redacted>");
        for (const index of spellings.keys()) {
          const detail = await (await fetch(`${url}records/1/${index}`)).text();
          assertNoKey(detail, "detail");
          assert.strictEqual(JSON.parse(detail).id, `${index} <redacted>`);
        }
      });
    }).pipe(Effect.scoped, Effect.provide(served)),
  );
});

describe("An API key in a flag", { timeout: 60_000 }, () => {
  it.live("is not in the journal of an export", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* FakeScorecard;
      for (const [name, ...flags] of [
        ["run.csv", "--run", secret, "--base-url", baseUrl],
        ["run.csv", "--run", secret, "--base-url", baseUrl, "--resume"],
        ["url.csv", "--run", "1", "--base-url", `${baseUrl}/${secret}`],
      ]) {
        const { code, stdout, stderr } = yield* demo(
          ["export", "--to", at(name ?? ""), ...flags],
          env,
        );
        // A key is no run id. As part of a URL it is valid, and the service has no such path.
        assert.strictEqual(code, name === "url.csv" ? 3 : 2);
        assertNoKey(stdout + stderr, flags.join(" "));
        assert.notInclude(stderr, "is damaged");
      }
      for (const file of readdirSync(folder)) {
        assertNoKey(readFileSync(at(file), "latin1"), file);
      }
    }).pipe(Effect.provide(served)),
  );

  it.live("is not in a message that quotes the flag", () =>
    Effect.gen(function* () {
      for (const args of [
        ["export", "--to", at(`${secret.replace("/", "%2f")}.txt`)],
        ["explore", "--compare", secret],
      ]) {
        const { code, stdout, stderr } = yield* demo(args, env);
        assert.strictEqual(code, 2);
        assert.include(stderr, "<redacted>");
        assertNoKey(stdout + stderr, args.join(" "));
      }
    }),
  );
});
