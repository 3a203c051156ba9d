import { assert, describe, it } from "@effect/vitest";
import { RecordId, RunId, TestcaseId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, Fiber, Redacted, Schema } from "effect";
import type { ChildProcess } from "node:child_process";
import { widthOf } from "../../src/terminal/Layout.ts";
import { demo, demoInTerminal, demoProcess, terminal } from "../setup/DemoProcess.ts";

const escape = "\u001b";
const erased = new RegExp(`\\r${escape}\\[K`);
const colour = new RegExp(`${escape}\\[\\d+m`);
const secret = "ak_do_not_tell_anyone";
const { correctness, helpfulness } = FakeRun.metrics;

/** The screen at the end: of a line that was rewritten, the last writing. */
const screenOf = (output: string): ReadonlyArray<string> =>
  output.split("\r\n").map((line) => line.split("\r").at(-1)?.replace("\u001b[K", "") ?? "");

/** Everything that was ever written to a line, in order. */
const writingsOf = (output: string): ReadonlyArray<string> =>
  output
    .split("\r\n")
    .flatMap((line) => line.split(erased))
    .map((line) => line.replaceAll("\r", ""));

describe("In a terminal, the demo", { timeout: 60_000 }, () => {
  it.live.each([40, 80, 200])("fits trials and categories into %s columns", (width) =>
    Effect.gen(function* () {
      for (const command of ["report", "compare"]) {
        const args = [command, "--preset", "trials", "--records", "300"];
        const { code, stdout } = yield* demoInTerminal(width, args);
        assert.strictEqual(code, 0);
        for (const line of writingsOf(stdout)) assert.isAtMost(widthOf(line), width, line);
        const screen = screenOf(stdout).join("\n");
        assert.match(screen, command === "report" ? /pass@4\s+100%/ : /20\s+changed/);
        assert.match(screen, /C\s+83\.33%/);
      }
    }),
  );

  it.live.each([40, 80])("fits its width and cuts no figure: %s columns", (width) =>
    Effect.gen(function* () {
      for (const command of ["report", "compare"]) {
        const run = command === "report" ? terminal : demoInTerminal;
        const { code, stdout } = yield* run(width, [command, "--records", "700"]);
        assert.strictEqual(code, 0);
        for (const line of writingsOf(stdout)) assert.isAtMost(widthOf(line), width, line);
        const screen = screenOf(stdout).join("\n");
        for (const id of [correctness, helpfulness]) assert.include(screen, id.slice(0, 8));
        assert.match(screen, /\d\d(\.\d+)?%/);
        assert.match(screen, /█+░+|worse/);
      }
    }),
  );

  it.live("shows a bar that grows, and removes it", () =>
    Effect.gen(function* () {
      const { stdout } = yield* terminal(110, ["--records", "3000"]);
      const lines = writingsOf(stdout).filter((line) => / of 3,000 records \(/.test(line));
      assert.isAbove(lines.length, 1);
      for (const line of lines) assert.match(line, /^ {2}█+░* [\d,]+ of 3,000 records \(\d+%\), /);
      const filled = lines.map((line) => line.split("█").length);
      assert.deepStrictEqual(
        filled.toSorted((a, b) => a - b),
        filled,
      );
      assert.notInclude(screenOf(stdout).join("\n"), " of 3,000 records (");
    }),
  );

  it.live("colours, unless the environment forbids it", () =>
    Effect.gen(function* () {
      const args = ["compare", "--records", "500"];
      assert.match((yield* terminal(80, args)).stdout, colour);
      for (const command of [args, ["--help"], ["--records", "500", "--unknown"]]) {
        for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
          assert.notInclude((yield* terminal(80, command, env)).stdout, escape, command.join(" "));
        }
      }
      const piped = yield* demoProcess(args);
      assert.notInclude(piped.stdout + piped.stderr, escape);
    }),
  );

  it.live("counts retries", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* FakeScorecard;
      const args = ["--base-url", baseUrl, "--run", "135"];
      const { code, stdout } = yield* terminal(110, args, { SCORECARD_API_KEY: secret });
      assert.strictEqual(code, 0);
      assert.match(stdout, /500 of 800 .*, 1 retry/);
      assert.include(stdout, "800 records");
    }).pipe(
      Effect.provide(
        FakeScorecardNode.layer({
          runs: [FakeRun.make({ records: 800 })],
          apiKey: Redacted.make(secret),
          rateLimit: { requests: 5, window: "1 second" },
        }),
      ),
    ),
  );

  for (const json of [false, true]) {
    it.live(
      `exits on Ctrl-C with 130${json ? " and prints no partial document" : ", and prints the figures so far"}`,
      () =>
        Effect.gen(function* () {
          const args = ["--records", "1000000", ...(json ? ["--json"] : [])];
          let isPressed = false;
          const { code, stdout } = yield* terminal(110, args, {}, (child, output) => {
            if (isPressed || !/[1-9],\d00 of 1,000,000/.test(output.stdout)) return;
            isPressed = true;
            child.stdin?.write("\u0003");
          });
          assert.isTrue(isPressed);
          assert.strictEqual(code, 130);
          const screen = screenOf(stdout).join("\n");
          if (json) {
            assert.notInclude(screen, "{");
          } else {
            assert.match(screen, /\d% pass/);
            assert.match(
              screen,
              /^ {2}Part of the run: [\d,]+ records, [\d,]+ scores, \d+ pages in/m,
            );
          }
        }),
    );
  }

  it.live("aborts the request in progress", () =>
    Effect.gen(function* () {
      const { baseUrl, requests } = yield* FakeScorecard;
      const args = ["--base-url", baseUrl, "--run", "135"];
      let running: ChildProcess | undefined;
      const outcome = yield* Effect.forkChild(
        demoProcess(args, { SCORECARD_API_KEY: secret }, (child) => {
          running = child;
        }),
      );
      const isAsked = Effect.map(requests, ({ length }) => length > 0);
      yield* Effect.repeat(Effect.delay(isAsked, "10 millis"), { until: (asked) => asked });
      running?.kill("SIGINT");
      const { code } = yield* Fiber.join(outcome);
      assert.strictEqual(code, 130);
      // The response would take an hour.
      assert.deepStrictEqual(
        (yield* requests).map(({ status }) => status),
        [undefined],
      );
    }).pipe(Effect.provide(FakeScorecardNode.layer({ runs: [FakeRun.make()], latency: "1 hour" }))),
  );

  const hostile = "\u001b[2J\u001b]0;title\u0007 a\r\nb\u009b31m \u202egnp.exe\u2028";
  const echo = `${"x".repeat(20)} ${secret}`;
  const run = FakeRun.make({ records: 60 });
  const records = Array.from({ length: 60 }, (_, index) => {
    const record = run.record(index);
    return {
      ...record,
      id: RecordId.make(`${hostile}${index}`),
      testcaseId: TestcaseId.make(`${hostile}${index}`),
      inputs: { question: index % 2 === 0 ? hostile : echo },
      scores: record.scores.map((score) => ({
        ...score,
        score: { ...score.score, reasoning: `${hostile} ${secret} ${"y".repeat(15)}` },
      })),
    };
  });

  it.live("lets no record control the terminal, or print the key or half of it", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* FakeScorecard;
      const api = ["--base-url", baseUrl];
      for (const args of [
        ["report", "--run", "135", ...api],
        ["report", "--json", "--run", "135", ...api],
        ["compare", "135", "135", ...api],
        ["compare", "135", "135", "--json", ...api],
      ]) {
        {
          const { code, stdout } = yield* demoInTerminal(70, args, { SCORECARD_API_KEY: secret });
          assert.strictEqual(code, 0);
          // Without the program's own line ends, line of progress and colours.
          const rest = writingsOf(stdout).join("").replaceAll(new RegExp(colour, "g"), "");
          assert.notMatch(rest, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          assert.notInclude(rest, secret.slice(0, 7));
        }
      }
    }).pipe(Effect.provide(FakeScorecardNode.layer({ runs: FakeRun.fromRecords(records) }))),
  );
});

const Gates = Schema.Struct({
  gates: Schema.Array(
    Schema.Struct({
      figure: Schema.String,
      metric: Schema.String,
      least: Schema.Finite,
      found: Schema.optionalKey(Schema.Finite),
      isKept: Schema.Boolean,
    }),
  ),
});

describe("A gate", { timeout: 60_000 }, () => {
  it.live.each([
    [["--min-pass", "6F1A5C0E=0.5", "--min-mean", `${helpfulness}=3.5`], 0, /^$/],
    [
      ["--min-pass", "6f1a5c0e=0.99"],
      1,
      /The run fails a gate: pass rate of 6f1a5c0e-\S+ is 0\.8\d+, 0\.1\d+ below 0\.99/,
    ],
    [["--min-pass", "6f1a5c0e=90%"], 2, /share from 0 to 1/],
    [["--min-mean", "b84e2f97= "], 2, /Expected METRIC=NUMBER/],
  ] as const)("%j exits with %s", ([args, expected, message]) =>
    Effect.gen(function* () {
      const { code, stdout, stderr } = yield* demoProcess([...args, "--worst", "0"]);
      assert.strictEqual(code, expected, stderr);
      assert.match(stderr.replaceAll(/^ .*\n/gm, ""), message);
      if (expected === 0) assert.lengthOf(stdout.match(/^ {2}passed {2}/gm) ?? [], 2);
    }),
  );

  it.live("judges neither a generated run in place of the user's own, nor part of a run", () =>
    Effect.gen(function* () {
      const generated = yield* demo(["--run", "135", "--min-pass", "6f1a5c0e=0.5"]);
      assert.strictEqual(generated.code, 2);
      assert.strictEqual(generated.stdout, "");
      assert.match(generated.stderr, /SCORECARD_API_KEY is not set.*gates cannot judge it\n$/);
      const { baseUrl } = yield* FakeScorecard;
      const partial = yield* demoProcess(
        ["--run", "135", "--base-url", baseUrl, "--min-pass", "6f1a5c0e=0.5"],
        { SCORECARD_API_KEY: "ak_any" },
      );
      assert.strictEqual(partial.code, 3);
      assert.notInclude(partial.stdout, "passed");
      assert.match(partial.stdout, /^ {2}Part of the run: 200 records, /m);
    }).pipe(
      Effect.provide(
        FakeScorecardNode.layer({
          runs: [FakeRun.make({ records: 500 })],
          faults: "from request 3: 404",
        }),
      ),
    ),
  );

  it.live("appears in the JSON document", () =>
    Effect.gen(function* () {
      const { code, stdout } = yield* demo([
        "--json",
        "--min-pass",
        "6f1a5c0e=0.99",
        "--min-mean",
        "ffff=1",
      ]);
      assert.strictEqual(code, 1);
      const { gates } = yield* Schema.decodeEffect(Schema.fromJsonString(Gates))(stdout);
      const [pass, mean] = gates;
      assert.deepInclude(pass, { figure: "pass rate", metric: "6f1a5c0e", least: 0.99 });
      assert.deepInclude(pass, { isKept: false });
      assert.isBelow(pass?.found ?? 1, 0.99);
      assert.deepStrictEqual(mean, { figure: "mean", metric: "ffff", least: 1, isKept: false });
    }),
  );
});

describe("A comparison of runs", { timeout: 60_000 }, () => {
  it.live("needs no flags, and lists the worst metrics first", () =>
    Effect.gen(function* () {
      const { code, stdout } = yield* demo(["compare"]);
      assert.strictEqual(code, 0);
      assert.match(
        stdout,
        /^Run 136 against run 135 from fake API, a generated pair of runs, seed 1\n/,
      );
      assert.match(
        stdout,
        /^ {2}6f1a5c0e-\S+ +worse +1,8\d\d +86\.\d+% +7\d\.\d+% +−1\d\.\d+ points +−\d/m,
      );
      assert.match(stdout, /Regressions\n {2}6f1a5c0e… {2}pass → fail {2}testcase \d+ /);
      assert.match(stdout, /Improvements\n {2}6f1a5c0e… {2}fail → pass {2}testcase \d+ /);
      assert.match(stdout, /^ {2}1,9\d\d testcases in both runs\n/m);
    }),
  );

  it.live("lists the testcases that only one run has, and refuses a single run", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* FakeScorecard;
      const key = { SCORECARD_API_KEY: secret };
      const outcome = yield* demo(["compare", "a", "b", "--base-url", baseUrl], key);
      assert.include(outcome.stdout, "1 testcase only in this run: 1");
      assert.include(outcome.stdout, "2 testcases only in this run: 4, 5");
      for (const [args, message, expected] of [
        [["compare", "a"], "Only run a is named", 2],
        [["compare", "a", "--base-url", baseUrl], "Only run a is named", 2],
        [["compare", "--base-url", baseUrl], "Two runs are missing", 2],
        [["compare", "a", "none", "--base-url", baseUrl], "404", 3],
      ] as const) {
        const { code, stderr } = yield* demo([...args, "--json"], key);
        assert.strictEqual(code, expected);
        assert.match(stderr, /demo: [^\n]+\n$/);
        assert.include(stderr, message);
      }
    }).pipe(
      Effect.provide(
        FakeScorecardNode.layer({
          runs: FakeRun.fromRecords(
            [["a", [1, 2, 3]] as const, ["b", [2, 3, 4, 5]] as const].flatMap(([runId, cases]) =>
              cases.map((number) => ({
                ...FakeRun.make({ missingTestcases: 0 }).record(number),
                runId: RunId.make(runId),
                testcaseId: TestcaseId.make(String(number)),
              })),
            ),
          ),
        }),
      ),
    ),
  );
});

describe("Each command", { timeout: 60_000 }, () => {
  it.live("prints its help, and shell completions", () =>
    Effect.gen(function* () {
      for (const [command, flag] of [
        ["report", "--min-pass"],
        ["export", "--resume"],
        ["compare", "--changes"],
      ] as const) {
        const { code, stdout } = yield* demo([command, "--help"]);
        assert.strictEqual(code, 0);
        assert.include(stdout, flag);
        assert.include(stdout, "--base-url");
      }
      const { code, stdout } = yield* demo(["--completions", "bash"]);
      assert.strictEqual(code, 0);
      for (const word of ["report", "export", "compare", "--min-pass"])
        assert.include(stdout, word);
    }),
  );
});
