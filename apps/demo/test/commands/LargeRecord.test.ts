/** A record of 20 MB, in a heap that has no room for many copies of it. */
import { afterAll, assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoProcess } from "../setup/DemoProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "large-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const megabytes20 = 20 * 1024 * 1024;

/** Outputs whose JSON takes 20 MB: one text, with a character beyond Latin-1, or a great many small objects. */
const outputs = {
  text: { response: "日" + 'The answer is "42"; it is\n'.repeat(megabytes20 / 29) },
  objects: { steps: Array.from({ length: megabytes20 / 8 }, (_, index) => ({ a: index % 10 })) },
};

describe("A record of 20 MB", { timeout: 300_000 }, () => {
  for (const [name, own] of Object.entries(outputs)) {
    const file = at(`${name}-replayed.jsonl`);
    const json = JSON.stringify({
      id: "1",
      runId: "135",
      inputs: {},
      expected: {},
      outputs: own,
      scores: [
        {
          recordId: "1",
          metricConfigId: "00000001-0000-4000-8000-000000000001",
          score: { passed: true },
        },
      ],
    });
    const run = (args: ReadonlyArray<string>) =>
      demoProcess([...args, "--replay", file], { NODE_OPTIONS: "--max-old-space-size=512" });

    it.live(`is reported and exported within a heap of 512 MB: ${name}`, () =>
      Effect.gen(function* () {
        writeFileSync(file, `${json}\n`);
        assert.isAbove(statSync(file).size, megabytes20 - 100);
        const report = yield* run(["report", "--json"]);
        assert.strictEqual(report.code, 0, report.stderr);
        assert.include(report.stdout, '"records":1');
        for (const extension of ["jsonl", "csv", "parquet"]) {
          const to = at(`${name}.${extension}`);
          const { code, stdout, stderr } = yield* run(["export", "--to", to]);
          assert.strictEqual(code, 0, stderr);
          assert.include(stdout, "1 record,");
          rmSync(to);
        }
      }),
    );
  }
});
