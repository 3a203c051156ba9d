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

/** What is tried with each record. CI tries everything with one of them; CHAOS=1 with both. */
const all = ["report", "jsonl", "csv", "parquet"];
const tried =
  process.env["CHAOS"] === "1"
    ? { text: all, objects: all }
    : { text: ["jsonl", "csv"], objects: ["report", "parquet"] };

describe("A record of 20 MB", { timeout: 300_000 }, () => {
  for (const name of ["text", "objects"] as const) {
    const file = at(`${name}-replayed.jsonl`);
    const json = JSON.stringify({
      id: "1",
      runId: "135",
      inputs: {},
      expected: {},
      outputs: outputs[name],
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
        for (const what of tried[name]) {
          if (what === "report") {
            const report = yield* run(["report", "--json"]);
            assert.strictEqual(report.code, 0, report.stderr);
            assert.include(report.stdout, '"records":1');
            continue;
          }
          const to = at(`${name}.${what}`);
          const { code, stdout, stderr } = yield* run(["export", "--to", to]);
          assert.strictEqual(code, 0, stderr);
          assert.include(stdout, "1 record,");
          rmSync(to);
        }
      }),
    );
  }
});
