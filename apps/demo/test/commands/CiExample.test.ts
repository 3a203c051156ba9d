import { afterAll, assert, describe, it } from "@effect/vitest";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect } from "effect";
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../setup/DemoProcess.ts";

const example = join(import.meta.dirname, "../../../../examples/ci");
const workflow = readFileSync(join(example, "evaluation.yml"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "ci-"));
afterAll(() => rmSync(folder, { recursive: true }));
copyFileSync(join(example, "metrics.json"), join(folder, "metrics.json"));

/** The commands of the workflow's steps, apart from the installation. */
const commands = Array.from(workflow.matchAll(/^ +run: (.*)$/gm), ([, command = ""]) => command);

/** Runs a command as a step does, with the demo of this folder. */
const step = (command: string, baseUrl: string) =>
  Effect.callback<number>((resume) => {
    const { PATH = "" } = process.env;
    execFile(
      "bash",
      ["-e", "-c", command.replace("pnpm --silent demo", `"${process.execPath}" "${main}"`)],
      {
        cwd: folder,
        env: {
          PATH,
          SCORECARD_API_KEY: "ak_example",
          SCORECARD_BASE_URL: baseUrl,
          RUN: "136",
          BASELINE: "135",
          GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
        },
      },
      (error) => resume(Effect.succeed(Number(error?.code ?? 0))),
    );
  });

const { baseline, candidate } = FakeRun.pair({ seed: 1, records: 300, regression: 0.3 });

describe("The example for GitHub Actions", { timeout: 60_000 }, () => {
  it.live("runs: a run that got worse fails its gates, and the summary says so", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* FakeScorecard;
      const demoSteps = commands.filter((command) => command.includes(" demo "));
      assert.lengthOf(demoSteps, 2);
      for (const command of demoSteps)
        assert.strictEqual(yield* step(command, baseUrl), 1, command);
      assert.strictEqual(yield* step(commands.at(-1) ?? "", baseUrl), 0);
      const summary = readFileSync(join(folder, "summary.md"), "utf8");
      assert.lengthOf(summary.match(/^### <code>Run /gm) ?? [], 2);
      assert.match(summary, /^\| \*\*failed\*\* \| <code>pass rate of Correctness is /m);
      assert.match(summary, /^\| <code>Helpful<\/code> \| worse \| /m);
      for (const file of ["report.xml", "compare.xml"]) {
        assert.match(readFileSync(join(folder, file), "utf8"), /<failure message=/);
      }
    }).pipe(Effect.provide(FakeScorecardNode.layer({ runs: [baseline, candidate] }))),
  );

  it.live("exits with 3 where the service has no such run", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* FakeScorecard;
      assert.strictEqual(
        yield* step(commands.find((own) => own.includes("report")) ?? "", baseUrl),
        3,
      );
      assert.match(readFileSync(join(folder, "report.xml"), "utf8"), /<error message=/);
    }).pipe(Effect.provide(FakeScorecardNode.layer({ runs: [baseline] }))),
  );
});
