import { afterAll, assert, describe, it } from "@effect/vitest";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect } from "effect";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demo, main } from "../setup/DemoProcess.ts";

const { NODE_COMPILE_CACHE = "", PATH = "" } = process.env;

const folder = mkdtempSync(join(tmpdir(), "explore-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Four runs with one record each. */
const recordings = mkdtempSync(join(tmpdir(), "explore-recordings-"));
afterAll(() => rmSync(recordings, { recursive: true }));
const recording = join(recordings, "runs.jsonl");
const recorded = FakeRun.make({ records: 4 });
writeFileSync(
  recording,
  ["r-1", "r-2", "r-3", "r-4"]
    .map((runId, index) => JSON.stringify({ ...recorded.record(index), runId }))
    .join("\n"),
);

/** Runs `explore` to its end. */
const explore = (...args: ReadonlyArray<string>) => demo(["explore", ...args]);

describe("explore", { timeout: 60_000 }, () => {
  it.live("prints the URL of its page, serves the page, and exits on Ctrl-C", () =>
    Effect.gen(function* () {
      const child = yield* Effect.acquireRelease(
        Effect.sync(() =>
          spawn(process.execPath, [main, "explore", "--records", "120"], {
            env: { NODE_COMPILE_CACHE, PATH },
          }),
        ),
        (own) => Effect.sync(() => own.kill("SIGKILL")),
      );
      const url = yield* Effect.callback<string>((resume) => {
        let output = "";
        child.stdout.on("data", (chunk: Buffer) => {
          output += chunk.toString();
          const [found] = /http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\//.exec(output) ?? [];
          if (found !== undefined) resume(Effect.succeed(found));
        });
      });
      const page = yield* Effect.promise(async () => (await fetch(url)).text());
      assert.include(page, "<title>Run 135 · Scorecard explorer</title>");
      const detail = yield* Effect.promise(async () => (await fetch(`${url}records/0/7`)).text());
      assert.match(detail, /^{"id":"100007",/);
      const code = yield* Effect.callback<number | null>((resume) => {
        child.on("exit", (exit) => resume(Effect.succeed(exit)));
        child.kill("SIGINT");
      });
      assert.strictEqual(code, 130);
    }).pipe(Effect.scoped),
  );

  it.live("writes the page to one file with --save, and exits", () =>
    Effect.gen(function* () {
      const file = join(folder, "report.html");
      const { code, stdout, stderr } = yield* explore("--records", "250", "--save", file);
      assert.strictEqual(code, 0, stderr);
      assert.match(
        stdout,
        /^Wrote 250 records of run 135 from fake API, a generated run, seed 1 to .+\n$/,
      );
      const text = readFileSync(file, "utf8");
      assert.strictEqual(text.match(/class="(cells|records)"/g)?.length, 2);
      assert.include(text, '"mode":"saved"');
      const pair = yield* explore("1", "--compare", "2", "--seed", "5", "--save", file);
      assert.include(pair.stdout, "Wrote 4,000 records of run 1 and run 2");
      const runs = "--run 7 --run 8 --run 9 --records 100 --preset chat".split(" ");
      const three = yield* explore(...runs, "--save", file);
      assert.include(
        three.stdout,
        "Wrote 300 records of run 7, run 8 and run 9 from fake API, 3 generated runs, preset chat",
      );
      assert.include(readFileSync(file, "utf8"), '"runs":["7","8","9"]');
      const named = "r-1 r-2 r-4 --compare r-3".split(" ");
      const replayed = yield* explore(...named, "--replay", recording, "--save", file);
      assert.include(replayed.stdout, "Wrote 4 records of run r-1, run r-2, run r-4 and run r-3");
      assert.deepStrictEqual(readdirSync(folder), ["report.html"]);
    }),
  );

  it.live.each<readonly [string, ReadonlyArray<string>, string]>([
    ["an invalid port", ["--port", "70000"], "from 0 to 65535"],
    ["runs named in two ways", ["1", "--run", "2"], "name the runs in one of the two ways"],
    ["a run named twice", ["1", "2", "--compare", "1"], "Run 1 is named twice"],
    ["six runs", ["1", "2", "3", "--compare", "4", "--compare", "5", "--compare", "6"], "6 runs"],
    ["two runs to compare", ["--compare", "2", "--compare", "3"], "Runs 2 and 3 are compared"],
    ["one run to compare", ["--compare", "2"], "Only run 2 is named"],
    [
      "a file that cannot be written",
      ["--save", join(folder, "none", "r.html")],
      "cannot be written",
    ],
    [
      "an API that refuses",
      ["7", "--base-url", "http://127.0.0.1:2", "--save", join(folder, "x.html")],
      "SCORECARD_API_KEY",
    ],
  ])("fails with one line on %s", ([, args, says]) =>
    Effect.gen(function* () {
      const { code, stdout, stderr } = yield* explore(...args);
      assert.strictEqual(code, 2);
      assert.strictEqual(stdout, "");
      assert.match(stderr, /^demo: [^\n]+\n$/);
      assert.include(stderr, says);
      assert.isFalse(existsSync(join(folder, "x.html")));
    }),
  );

  it.live("prints its help", () =>
    Effect.gen(function* () {
      const { code, stdout } = yield* explore("--help");
      assert.strictEqual(code, 0);
      for (const flag of ["--compare", "--save", "--port", "--records", "--base-url"]) {
        assert.include(stdout, flag);
      }
    }),
  );
});
