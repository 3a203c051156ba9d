import { afterAll, assert, describe, it } from "@effect/vitest";
import {
  MetricConfigId,
  type RecordWithScores,
  RunId,
  TestcaseId,
} from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect, Stream } from "effect";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import * as Comparison from "../../src/analysis/Comparison.ts";
import { tally } from "../../src/analysis/Summary.ts";
import type { Meta, RunState } from "../../src/explore/ExploreProtocol.ts";
import * as PageDocument from "../../src/explore/PageDocument.ts";
import * as SavedReport from "../../src/explore/SavedReport.ts";
import * as ComparisonReport from "../../src/terminal/ComparisonReport.ts";
import * as Progress from "../../src/terminal/Progress.ts";
import * as RunReport from "../../src/terminal/RunReport.ts";
import { launch, open } from "../setup/Chromium.ts";
import { start } from "../setup/TestExplorer.ts";

const browser = await launch();
const folder = mkdtempSync(join(tmpdir(), "same-figures-"));
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** A metric for each odd number, and one whose mean overflows. */
const odd = [0, -0, 0.0004, 59.6, 3780, 1e12, -1234.567, 5.551e-17];
const idOf = (index: number) => MetricConfigId.make(`abcdef0${index}-0000-4000-8000-000000000000`);
const base = FakeRun.make({ records: 1 }).record(0);

/** Two records that score `values`, and ±1.5e308 by the last metric. */
const recordsOf = (runId: string, values: ReadonlyArray<number>): ReadonlyArray<RecordWithScores> =>
  [1.5e308, -1.5e308].map((huge, record) => ({
    ...base,
    // Without a latency, which the page shows too.
    outputs: {},
    runId: RunId.make(runId),
    testcaseId: TestcaseId.make(String(record)),
    scores: [...values, huge].map((value, index) => ({
      recordId: base.id,
      metricConfigId: idOf(index),
      score: { value },
    })),
  }));

/** Opens the explorer on some records, in listing order, as soon as all of them are there. */
const explore = (records: ReadonlyArray<RecordWithScores>, use: (page: Page) => Promise<void>) =>
  Effect.gen(function* () {
    if (browser === undefined) return;
    const { url } = yield* start({ runs: FakeRun.fromRecords(records) });
    const { page } = yield* open(browser);
    yield* Effect.promise(async () => {
      await page.goto(`${url}#sort=listed`);
      await page.locator(".count").filter({ hasText: /^2 / }).waitFor();
      await page.locator(".progress.done").first().waitFor();
      await use(page);
    });
  }).pipe(Effect.scoped);

const cardOf = (page: Page, index: number) =>
  page.locator(".card").filter({ hasText: idOf(index).slice(0, 8) });

const cellsOf = (line: string) => line.trim().split(/ {3,}/);

/** The columns of a metric in a table of the terminal, by their heads. */
const columnsOf = (table: string, index: number): ReadonlyMap<string, string> => {
  const lines = table.split("\n");
  const row = lines.find((line) => line.startsWith(`  ${idOf(index)}`)) ?? "";
  return new Map(cellsOf(lines[0] ?? "").map((head, column) => [head, cellsOf(row)[column] ?? ""]));
};

describe.skipIf(browser === undefined)("The terminal and the page", { timeout: 60_000 }, () => {
  it.live("show the same scores and means", () => {
    const records = recordsOf("1", odd);
    const run = tally();
    run.add({ records });
    const table = RunReport.table(run.summary());
    return explore(records, async (page) => {
      for (const index of [...odd, Number.NaN].keys()) {
        const result = columnsOf(table, index).get("result") ?? "";
        const [, mean = result] = /^mean (\S+)/.exec(result) ?? [];
        const headline = cardOf(page, index).locator(".headline strong");
        assert.strictEqual(await headline.innerText(), mean);
      }
      for (const [record, one] of records.entries()) {
        const cells = await page.locator(`#item-${record} .numeric`).allInnerTexts();
        assert.include(RunReport.recordLine(one), `  ${cells.join("  ")}`);
      }
    });
  });

  it.live("show the same differences and intervals", () => {
    const sides = {
      baseline: recordsOf("1", odd),
      candidate: recordsOf(
        "2",
        odd.map((n) => 2 * n + 1),
      ),
    };
    const joining = Comparison.join();
    joining.add("baseline", { records: sides.baseline });
    joining.add("candidate", { records: sides.candidate });
    const runs = { baselineId: RunId.make("1"), candidateId: RunId.make("2") };
    const table = ComparisonReport.text(joining.comparison(), runs, 0);
    return explore([...sides.baseline, ...sides.candidate], async (page) => {
      for (const index of odd.keys()) {
        const columns = columnsOf(table, index);
        const card = cardOf(page, index);
        assert.strictEqual(
          await card.locator(".headline strong").innerText(),
          `${columns.get("before")} → ${columns.get("after")}`,
        );
        assert.strictEqual(
          await card.locator(".difference-of").first().innerText(),
          `${columns.get("difference")} ${columns.get("95% interval")}`,
        );
      }
    });
  });

  it.live.each([0.0004, 59.6, 3780, 1e12, Number.NaN])(
    "show the same remaining time: %d s",
    (seconds) =>
      Effect.gen(function* () {
        if (browser === undefined) return;
        const records = 10_000;
        const total = Number.isNaN(seconds) ? undefined : records * (1 + seconds);
        const line = Progress.line({ records, pages: 1, total, seconds: 1, retries: 1 });
        const run: RunState = {
          runId: "1",
          phase: "reading",
          records,
          pages: 1,
          total: total ?? null,
          seconds: 1,
          problem: null,
        };
        const meta: Meta = {
          mode: "saved",
          source: "",
          runs: ["1"],
          reduction: "mean",
          faults: [],
          savedAt: null,
        };
        const session: SavedReport.SavedSession = {
          batches: () => [],
          fields: () => [],
          store: { records: () => 0, size: () => 0, bytes: () => Buffer.alloc(0) },
          state: () => ({ runs: [run], retries: 1, isRetrying: false, fault: null }),
        };
        const assets = yield* PageDocument.build;
        const chunks = yield* Stream.runCollect(SavedReport.document(session, assets, meta));
        const file = join(folder, `${seconds}.html`);
        writeFileSync(file, Buffer.concat(chunks));
        const { page } = yield* open(browser);
        yield* Effect.promise(async () => {
          await page.goto(pathToFileURL(file).href);
          const texts = await page.locator(".progresses .progress").allInnerTexts();
          assert.deepStrictEqual(
            texts.flatMap((text) => text.trim().split(" · ")),
            line.trim().split(", "),
          );
        });
      }).pipe(Effect.scoped),
  );
});
