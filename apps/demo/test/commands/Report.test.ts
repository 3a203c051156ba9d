import { afterAll, assert, describe, it } from "@effect/vitest";
import { RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard, Fault, Faults } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, Redacted, Schema } from "effect";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Interval from "../../src/analysis/statistics/Interval.ts";
import { demo, demoProcess, main, type Outcome } from "../setup/DemoProcess.ts";

const secret = "ak_do_not_tell_anyone";
const example = join(import.meta.dirname, "../data/example-page.json");

const Document = Schema.Struct({
  runId: Schema.String,
  records: Schema.Int,
  scores: Schema.Int,
  pages: Schema.Int,
  metrics: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)),
  testcases: Schema.Int,
  reduction: Schema.String,
  readings: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)),
  gates: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)),
});
const Members = Schema.Array(Schema.Struct({ name: Schema.String }));
const membersOf = (members: unknown) =>
  Schema.decodeUnknownSync(Members)(members).map(({ name }) => name);
const documentOf = ({ stdout }: Outcome) =>
  Schema.decodeSync(Schema.fromJsonString(Document))(stdout);

/** Runs the demo in a shell that pipes or redirects its output. */
const inShell = (rest: string) =>
  Effect.callback<Outcome>((resume) => {
    const command = `"${process.execPath}" "${main}" ${rest}`;
    execFile("bash", ["-o", "pipefail", "-c", command], (error, stdout, stderr) =>
      resume(Effect.succeed({ code: Number(error?.code ?? 0), stdout, stderr })),
    );
  });

describe("report", { timeout: 60_000 }, () => {
  it.live("reads a generated run and summarises it", () =>
    Effect.gen(function* () {
      const { code, stdout, stderr } = yield* demoProcess([]);
      assert.strictEqual(code, 0);
      assert.match(stdout, /^Run 135 from fake API, a generated run, seed 1\n/);
      assert.match(stdout, /^ {2}100004 .*$/m);
      assert.match(
        stdout,
        /^ {2}6f1a5c0e-.* boolean +█+░+ +1,\d\d\d +\d\d(\.\d+)?% pass +[\d.]+% to [\d.]+% +– +\d+ +\d+$/m,
      );
      assert.match(
        stdout,
        /^ {2}b84e2f97-.* number +\d [▁▂▃▄▅▆▇█]+ 5 +1,\d\d\d +mean \d\.\d+ ± \d\.\d+ +[\d.]+ to [\d.]+ +\d +\d+ +\d+$/m,
      );
      assert.match(stdout, /^ {2}2,000 records, 7,\d\d\d scores, 20 pages in \d+\.\d s\n$/m);
      assert.match(stderr, /^ {2}100 of 2,000 records \(5%\), 1 page/);
    }),
  );

  it.live("writes one JSON document and nothing else with --json", () =>
    Effect.gen(function* () {
      const run = FakeRun.make({ records: 321, seed: 9 });
      const scores = Array.from({ length: 321 }, (_, index) => run.record(index).scores.length);
      const outcome = yield* demo(["--json", "--records", "321", "--seed", "9", "--run", "mine"]);
      const { metrics, gates, readings, ...counts } = documentOf(outcome);
      assert.deepStrictEqual(gates, []);
      assert.deepStrictEqual(
        readings.map(({ unrecognised, members }) => [unrecognised, membersOf(members)]),
        [
          [0, ["binaryScore"]],
          [0, ["intScore"]],
          [0, ["value"]],
          [0, ["f1_score", "precision", "recall"]],
        ],
      );
      assert.deepStrictEqual<unknown>(counts, {
        runId: "mine",
        records: 321,
        scores: scores.reduce((a, b) => a + b),
        pages: 4,
        testcases: 321,
        reduction: "mean",
      });
      assert.deepStrictEqual(
        metrics.map(({ kind }) => kind),
        ["boolean", "number", "number", "number", "number", "number"],
      );
      assert.deepStrictEqual(
        metrics.map((metric) => Object.keys(metric).join()),
        [
          "metricConfigId,member,kind,isLowerBetter,n,passRate,invalid,otherKind,missing,interval,standardDeviation," +
            "trials,histogram,categories,worst",
          ...Array.from(
            { length: 5 },
            () =>
              "metricConfigId,member,kind,isLowerBetter,n,mean,invalid,otherKind,missing,interval,standardDeviation," +
              "percentiles,trials,histogram,categories,worst",
          ),
        ],
      );
      assert.deepStrictEqual(
        documentOf(yield* demo(["--json", "--records", "321", "--seed", "9", "--run", "mine"])),
        documentOf(outcome),
      );
    }),
  );

  it.live("reports a run of a preset", () =>
    Effect.gen(function* () {
      const outcome = yield* demo(["--json", "--preset", "trials", "--records", "40"]);
      assert.deepStrictEqual(
        new Set(documentOf(outcome).metrics.map(({ metricConfigId }) => metricConfigId)),
        new Set(Object.values(FakeRun.presets.trials.metrics)),
      );
      const pair = yield* demo(["compare", "--preset", "graded", "--records", "60"]);
      assert.include(pair.stdout, "a generated pair of runs, preset graded, seed 1");
    }),
  );

  it.live("reads only records with the tags of --tag, and reports so", () =>
    Effect.gen(function* () {
      const run = FakeRun.make({ records: 500 });
      const expected = Array.from({ length: 500 }, (_, index) => run.tags?.(index) ?? []).filter(
        (tags) => tags.includes("smoke") && tags.includes("needs review"),
      ).length;
      const flags = ["--records", "500", "--tag", "smoke", "--tag", "needs review"];
      const { code, stdout } = yield* demo(flags);
      assert.strictEqual(code, 0);
      assert.include(stdout, 'seed 1, records tagged "smoke" and "needs review"\n');
      assert.match(stdout, new RegExp(`^ {2}${expected} records, .* 1 page in`, "m"));
      const json = yield* demo([...flags, "--json"]);
      assert.strictEqual(documentOf(json).records, expected);
      assert.include(json.stdout, '"tags":["smoke","needs review"]');
      const compared = yield* demo(["compare", ...flags]);
      assert.include(compared.stdout, 'records tagged "smoke" and "needs review"');
      const refused = yield* demo(["--tag", "smoke", "--tag", ""]);
      assert.deepStrictEqual(refused, {
        code: 2,
        stdout: "",
        stderr: "demo: --tag cannot be sent: Tag 2 is empty\n",
      });
    }),
  );

  it.live("replays recorded records", () =>
    Effect.gen(function* () {
      const outcome = yield* demo(["--replay", example, "--json"]);
      assert.deepStrictEqual(documentOf(outcome), {
        runId: "135",
        records: 2,
        scores: 4,
        pages: 1,
        testcases: 2,
        reduction: "mean",
        readings: documentOf(outcome).readings,
        metrics: [
          {
            metricConfigId: "a1b2c3d4-e5f6-7890-1234-567890abcdef",
            member: "binaryScore",
            kind: "boolean",
            isLowerBetter: false,
            n: 2,
            passRate: 1,
            invalid: 0,
            otherKind: 0,
            missing: 0,
            interval: Interval.ofRate(1, 2),
            standardDeviation: 0,
            trials: { total: 2, min: 1, max: 1, passAt: [] },
            histogram: [],
            categories: [],
            worst: [],
          },
          {
            metricConfigId: "b2c3d4e5-f6a7-8901-2345-67890abcdef0",
            member: "intScore",
            kind: "number",
            isLowerBetter: false,
            n: 2,
            mean: 4.5,
            invalid: 0,
            otherKind: 0,
            missing: 0,
            interval: Interval.ofMean(4.5, 0.5, 2),
            standardDeviation: Math.sqrt(0.5),
            percentiles: { p5: 4.05, p25: 4.25, p50: 4.5, p75: 4.75, p95: 4.95 },
            trials: { total: 2, min: 1, max: 1, passAt: [] },
            categories: [],
            histogram: [
              { lower: 4, upper: 4, count: 1 },
              { lower: 5, upper: 5, count: 1 },
            ],
            worst: documentOf(outcome).metrics[1]?.["worst"],
          },
        ],
        gates: [],
      });
      const { stdout } = yield* demo(["--replay", example]);
      assert.include(stdout, "100% pass");
      assert.include(stdout, "mean 4.5");
    }),
  );

  it.live("reads another API with --base-url, or where the environment names it", () =>
    Effect.gen(function* () {
      const { baseUrl, requests } = yield* FakeScorecard;
      const key = { SCORECARD_API_KEY: secret };
      for (const [args, env] of [
        [["--base-url", baseUrl, "--run", "77"], key],
        [["--run", "77"], { ...key, SCORECARD_BASE_URL: baseUrl }],
      ] as const) {
        const { code, stdout, stderr } = yield* demo(args, env);
        assert.strictEqual(code, 0, stderr);
        assert.include(stdout, `real API at ${baseUrl}`);
        assert.include(stdout, "150 records");
        assert.notInclude(stdout + stderr, secret);
      }
      assert.strictEqual((yield* requests).length, 4);
    }).pipe(
      Effect.provide(
        FakeScorecardNode.layer({
          runs: [FakeRun.make({ records: 150, runId: RunId.make("77") })],
          apiKey: Redacted.make(secret),
        }),
      ),
    ),
  );

  const folder = mkdtempSync(join(tmpdir(), "demo-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const page = { data: [], nextCursor: null, hasMore: false };
  const refused = "http://127.0.0.1:2";
  const key = { SCORECARD_API_KEY: secret };

  /** What cannot be read exits with 3, all other mistakes with 2. */
  const unreadable = new Set([
    "a missing file",
    "a folder",
    "a file that is not JSON",
    "a wrong field",
    "a file that is not UTF-8",
    "a file name with control characters",
    "a wrong line",
    "a file without records",
    "a run that the file does not hold",
    "a refused connection",
  ]);
  const bad: ReadonlyArray<
    readonly [string, ReadonlyArray<string>, string, Readonly<Record<string, string>>?]
  > = [
    ["a negative number of records", ["--records", "-1"], "0 or above"],
    ["a number of records that is no number", ["--records", "many"], "--records"],
    ["a seed with a fraction", ["--seed", "1.5"], "integer"],
    ["an unknown flag", ["--recrods", "1"], "--recrods"],
    ["an unexpected argument", ["135"], "135"],
    [
      "a missing file",
      ["--replay", join(folder, "none.json")],
      "none.json: cannot be read: there is no such file",
    ],
    ["a folder", ["--replay", folder], "it is not a file"],
    ["a file that is not JSON", ["--replay", file("a.json", "{")], "a.json: is not JSON"],
    [
      "a wrong field",
      ["--replay", file("b.json", JSON.stringify({ ...page, data: [{ id: 7 }] }))],
      "b.json: /data/0/id: Expected string",
    ],
    [
      "a file that is not UTF-8",
      ["--replay", file("e.json", Buffer.from('{"data":"\xff"}', "latin1"))],
      "e.json: is not UTF-8",
    ],
    [
      "a file name with control characters",
      ["--replay", "\u001b[2J\u202e"],
      "cannot be read: there is no such file",
    ],
    [
      "a wrong line",
      ["--replay", file("c.jsonl", '{"data":[],"nextCursor":null,"hasMore":false}\n[{}]')],
      "c.jsonl: line 2: /0/id: Missing key",
    ],
    [
      "a file without records",
      ["--replay", file("d.json", JSON.stringify(page))],
      "holds no records",
    ],
    [
      "a run that the file does not hold",
      ["--replay", example, "--run", "9"],
      "no run 9, only 135",
    ],
    ["a replay with --preset", ["--replay", example, "--preset", "chat"], "--preset"],
    ["an unknown preset", ["--preset", "nonsense"], "question-answering"],
    ["a real API with a preset", ["--base-url", refused, "--preset", "chat"], "--preset", key],
    ["a replay with --records", ["--replay", example, "--records", "5"], "--replay"],
    ["a real API with a seed", ["--base-url", refused, "--seed", "5"], "--seed", key],
    [
      "a real API without a key",
      ["--base-url", refused, "--run", "1"],
      "SCORECARD_API_KEY is not set",
    ],
    ["a real API without a run", ["--base-url", refused], "--run is missing", key],
    [
      "a malformed key",
      ["--base-url", refused, "--run", "1"],
      "API key is malformed",
      { SCORECARD_API_KEY: `x${secret}` },
    ],
    ["a malformed URL", ["--base-url", "nowhere", "--run", "1"], "base URL is malformed", key],
    [
      "a URL with credentials",
      ["--base-url", `http://me:${secret}@127.0.0.1:2`, "--run", "1"],
      "credentials",
      key,
    ],
    ["an empty run id", ["--base-url", refused, "--run", ""], "run id is empty", key],
    ["a refused connection", ["--base-url", refused, "--run", "1"], "ECONNREFUSED", key],
  ];

  it.live.each(bad)("fails with one line on %s", ([what, args, message, env]) =>
    Effect.gen(function* () {
      const { code, stdout, stderr } = yield* demo([...args, "--json"], env);
      assert.strictEqual(code, unreadable.has(what) ? 3 : 2);
      assert.strictEqual(stdout, "");
      assert.match(stderr, /^demo: [^\p{Cc}\p{Cf}]+\n$/u);
      assert.include(stderr, message);
      assert.notInclude(stderr, secret);
      if (env === undefined) return;
      const asText = yield* demo(args, env);
      assert.notInclude(asText.stdout + asText.stderr, secret);
    }),
  );

  const id = { "x-request-id": "req_7" };
  it.live.each<readonly [string, Fault.Fault, string]>([
    [
      "a message without details",
      Fault.respond("403", { status: 403, headers: id, body: '{"message":"No access"}' }),
      '(403): No access (run "135", first page, request "req_7")',
    ],
    [
      "the title of a page in HTML",
      Fault.respond("404", { status: 404, body: `<title>Not\u001b[31m\nhere, ${secret}</title>` }),
      '(404): Not [31m here, <redacted> (run "135", first page)',
    ],
    [
      "the title of a sign-in page",
      Fault.respond("200", { headers: id, body: "<title>Sign in</title>" }),
      'the server says: Sign in (run "135", first page, request "req_7")',
    ],
  ])("prints what the server said in one line: %s", ([, fault, message]) =>
    Effect.gen(function* () {
      const { baseUrl } = yield* FakeScorecard;
      const { code, stderr } = yield* demo(["--json", "--base-url", baseUrl, "--run", "135"], key);
      assert.strictEqual(code, 3);
      assert.match(stderr, /^demo: [^\p{Cc}\p{Cf}]+\n$/u);
      assert.include(stderr, message);
      assert.notInclude(stderr, secret);
    }).pipe(Effect.provide(FakeScorecardNode.layer({ runs: [], faults: Faults.from(1, fault) }))),
  );

  it.live("reports that its output cannot be written, but not that a reader stopped early", () =>
    Effect.gen(function* () {
      const full = yield* inShell("--json --records 5 >/dev/full");
      assert.strictEqual(full.code, 2);
      assert.match(full.stderr, /^demo: the output cannot be written: ENOSPC[^\n]+\n$/m);
      const head = yield* inShell("--records 5 | head -n 1");
      assert.strictEqual(head.code, 0);
      assert.match(head.stdout, /^Run 135 [^\n]+\n$/);
    }),
  );

  it.live("shows no secret of a base URL", () =>
    Effect.gen(function* () {
      for (const baseUrl of [
        `http://127.0.0.1:2/?key=${secret}`,
        `http://127.0.0.1:2/#${secret}`,
        `http://127.0.0.1:2/${secret}/`,
        `http://me:${secret}@127.0.0.1:2/`,
        `http://${secret}@127.0.0.1:2/`,
        `${secret}://x`,
        secret,
      ]) {
        const { code, stdout, stderr } = yield* demo(["--base-url", baseUrl, "--run", "1"], key);
        // A path is a valid base URL: only the connection to it fails.
        assert.strictEqual(code, baseUrl.endsWith(`${secret}/`) ? 3 : 2);
        assert.notInclude(stdout + stderr, secret);
      }
    }),
  );

  it.live("warns that a named run is generated where no key is set", () =>
    Effect.gen(function* () {
      const asked = yield* demo(["--run", "4711", "--json"]);
      assert.strictEqual(asked.code, 0);
      assert.include(asked.stderr, "SCORECARD_API_KEY is not set: this is a generated run");
      const named = yield* demo(["--run", "4711", "--records", "5", "--json"]);
      assert.notInclude(named.stderr, "SCORECARD_API_KEY");
    }),
  );

  it.live("never prints the key, not even as a run id or from a record", () =>
    Effect.gen(function* () {
      const asRun = yield* demo(["--base-url", refused, "--run", secret], key);
      assert.strictEqual(asRun.code, 2);
      assert.notInclude(asRun.stdout + asRun.stderr, secret);
      const { baseUrl } = yield* FakeScorecard;
      const echoed = yield* demo(["--base-url", baseUrl, "--run", "135"], key);
      assert.strictEqual(echoed.code, 0);
      assert.include(echoed.stdout, "<redacted>");
      assert.notInclude(echoed.stdout + echoed.stderr, secret);
    }).pipe(
      Effect.provide(
        FakeScorecardNode.layer({
          runs: FakeRun.fromRecords([
            { ...FakeRun.make().record(0), inputs: { echo: `Bearer ${secret}` } },
          ]),
        }),
      ),
    ),
  );

  it.live("prints its help", () =>
    Effect.gen(function* () {
      const { code, stdout } = yield* demo(["--help"]);
      assert.strictEqual(code, 0);
      for (const flag of ["--records", "--seed", "--replay", "--run", "--base-url", "--json"])
        assert.include(stdout, flag);
    }),
  );
});
