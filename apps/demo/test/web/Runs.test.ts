import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, assert, describe, it } from "@effect/vitest";
import {
  MetricConfigId,
  RecordId,
  type RecordWithScores,
  RunId,
  TestcaseId,
} from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect } from "effect";
import { readFile } from "node:fs/promises";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import * as Comparison from "../../src/analysis/Comparison.ts";
import * as SavedReport from "../../src/explore/SavedReport.ts";
import { signed } from "../../src/figures/Figures.ts";
import { NodeFileSystem } from "@effect/platform-node";
import { launch, open } from "../setup/Chromium.ts";
import { start } from "../setup/TestExplorer.ts";

const browser = await launch();
const folder = mkdtempSync(join(tmpdir(), "runs-"));
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Five runs over the same testcases. */
const runs = [0.8, 0.6, 0.7, 0.8, 0.4].map((quality, run) =>
  FakeRun.make({
    // One has an odd character, which must not turn the text around it.
    runId: `${135 + run}${run === 2 ? "\u202E" : ""}`,
    records: 60,
    quality,
    answerSeed: run,
    missingTestcases: 0,
    missingScores: 0,
    invalidScores: 0,
  }),
);
const recordsOf = ({ size, record }: FakeRun.FakeRun): ReadonlyArray<RecordWithScores> =>
  Array.from({ length: size }, (_, index) => record(index));

/** What compare says of a later run. */
const comparisonWith = (run: number): Comparison.Comparison => {
  const joining = Comparison.join();
  const [first, later] = [runs[0], runs[run]];
  if (first !== undefined) joining.add("baseline", { records: recordsOf(first) });
  if (later !== undefined) joining.add("candidate", { records: recordsOf(later) });
  return joining.comparison();
};

/** Twelve testcases with so many trials: three fail, five pass, and four have no score. One run has a label. */
const trialsOf = (runId: string, trials: number) =>
  Array.from({ length: 12 * trials }, (_, index): RecordWithScores => {
    const recordId = RecordId.make(`${runId}-${index}`);
    const scoreOf = (metric: number, score: RecordWithScores["scores"][number]["score"]) => ({
      recordId,
      metricConfigId: MetricConfigId.make(`0000000${metric}-0000-4000-8000-000000000000`),
      score,
    });
    return {
      id: recordId,
      runId: RunId.make(runId),
      testcaseId: TestcaseId.make(`T${index % 12}`),
      inputs: {},
      expected: {},
      outputs: {},
      scores: [
        ...(index % 12 < 4 ? [] : [scoreOf(1, { passed: index % 12 < 9 })]),
        ...(runId === "later" ? [scoreOf(2, { label: "polite" })] : []),
      ],
    };
  });

const loaded = async (page: Page, count: number): Promise<void> => {
  await page.locator(".count").filter({ hasText: "60 testcases" }).waitFor();
  await page
    .locator(".progress.done")
    .nth(count - 1)
    .waitFor();
};
const card = (page: Page) => page.locator(".card").first();
const filter = (page: Page) => page.getByRole("combobox", { name: "Filter" });

describe.skipIf(browser === undefined)("Runs side by side", { timeout: 60_000 }, () => {
  it.live("show in the cards, the table and the drawer what changed in each", () =>
    Effect.gen(function* () {
      if (browser === undefined) return;
      const { url, session, assets, meta } = yield* start({ runs: runs.slice(0, 3) });
      const { page, complaints } = yield* open(browser);
      yield* Effect.promise(async () => {
        await page.goto(url);
        await loaded(page, 3);
        const figures = [1, 2].map((run) => comparisonWith(run).metrics[0]?.difference ?? 0);
        assert.deepStrictEqual(
          await card(page).locator(".delta").allInnerTexts(),
          figures.map((difference) => signed(100 * difference)),
        );
        assert.include(await page.locator(".run-chooser").innerText(), "Verdicts are adjusted for");
        assert.strictEqual(
          await page.getByRole("heading", { level: 1 }).innerText(),
          "Run 135 and 2 more",
        );
        // A score for each run, under its badge.
        assert.deepStrictEqual(
          await page.locator(".head .run-scores").first().locator("span").allInnerTexts(),
          ["@1", "@2", "@3"],
        );
        assert.strictEqual(
          await page.locator("#item-0 .run-scores").first().locator(":scope > span").count(),
          3,
        );
        // No number is cut, of a cost neither: the start of a number is another number.
        assert.deepStrictEqual(
          await page
            .locator(
              "#item-0 .run-scores > span, .run-lines .level, .run-lines .delta, .run-lines .wide",
            )
            .evaluateAll((cells) =>
              cells
                .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
                .map(({ textContent }) => textContent),
            ),
          [],
        );
        // Another run in focus: by its key, and in the URL.
        await page.keyboard.press("3");
        await page.waitForURL(/focus=3/);
        await card(page).locator('[aria-pressed="true"]').getByText("@3").waitFor();
        const { regressions = 0 } = comparisonWith(2).metrics[0] ?? {};
        await card(page)
          .getByRole("button", { name: `${regressions} worse` })
          .click();
        assert.match(await filter(page).inputValue(), /^\S+@3 is worse$/);
        await page
          .locator(".count")
          .filter({ hasText: `${regressions} of 60 testcases` })
          .waitFor();
        // The export says which run each record is of.
        await page.getByRole("button", { name: "Export" }).click();
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: "JSON lines" }).click(),
        ]);
        const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
        assert.deepStrictEqual(
          lines.map((line) => /"runId":"(\d+)/.exec(line)?.[1]),
          Array.from({ length: regressions }, () => ["135", "136", "137"]).flat(),
        );
        await page.keyboard.press("Escape");
        // The drawer has room for three columns; a click leaves the first record and the chosen one.
        await page.locator("#item-0").click();
        const drawer = page.getByRole("complementary");
        const titles = (): Promise<ReadonlyArray<string>> =>
          drawer.locator(".titles .column").allInnerTexts();
        await drawer
          .getByRole("heading", { name: /^@3 run 137/ })
          .first()
          .waitFor();
        const all = await titles();
        assert.lengthOf(all, 3);
        assert.match(all[2] ?? "", /^@3 run 137⟨U\+202E⟩/);
        await drawer.getByRole("button", { name: "@2 run 136" }).click();
        await drawer
          .getByRole("heading", { name: /^@2 run 136/ })
          .first()
          .waitFor();
        await drawer
          .getByRole("heading", { name: /^@3 run 137/ })
          .first()
          .waitFor({ state: "detached" });
        assert.lengthOf(await titles(), 2);
        assert.notMatch(page.url(), /focus=/);
        await drawer.getByRole("button", { name: "All side by side" }).click();
        await drawer
          .getByRole("heading", { name: /^@3 run 137/ })
          .first()
          .waitFor();
        assert.lengthOf(await titles(), 3);
        // What one run or two do not show.
        const axe = new AxeBuilder({ page })
          .setLegacyMode()
          .include(".run-chooser")
          .include(".run-lines")
          .include(".run-strip")
          .include(".grid");
        const { violations } = await axe.analyze();
        assert.deepStrictEqual(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
          [],
        );
      });
      // A saved report shows the same.
      const file = join(folder, "report.html");
      yield* SavedReport.write(session, assets, meta, file);
      yield* Effect.promise(async () => {
        await page.goto(`${pathToFileURL(file).href}#focus=3`);
        await page.locator(".count").filter({ hasText: "60 testcases" }).waitFor();
        await card(page).locator('[aria-pressed="true"]').getByText("@3").waitFor();
        assert.strictEqual(await card(page).locator(".delta").count(), 2);
      });
      assert.deepStrictEqual(complaints, []);
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
  );

  it.live("count testcases, and the trials of each run", () =>
    Effect.gen(function* () {
      if (browser === undefined) return;
      // The last run lacks a testcase that passes.
      const incomplete = trialsOf("later", 3).filter(({ testcaseId }) => testcaseId !== "T4");
      const all = [trialsOf("before", 3), trialsOf("after", 2), incomplete];
      const runsOf = (own: typeof all) => FakeRun.fromRecords(own.flat());
      for (const shown of [all.slice(0, 2), all]) {
        const { url } = yield* start({ runs: runsOf(shown) });
        const { page, complaints } = yield* open(browser);
        yield* Effect.promise(async () => {
          await page.goto(url);
          await page.locator(".count").filter({ hasText: "12 testcases" }).waitFor();
          const several = shown.length > 2;
          await page
            .locator(".line .id small")
            .getByText(several ? "2–3 trials" : "3 → 2 trials")
            .first()
            .waitFor();
          const [first, later] = several
            ? ["@1 run before", "@2 run after"]
            : ["the baseline", "the candidate"];
          assert.deepStrictEqual(
            await card(page)
              .locator(".bars button")
              .evaluateAll((bars) => bars.map((bar) => bar.title)),
            [
              `fail: 3 testcases of ${later}, 3 of ${first}`,
              `pass: 5 testcases of ${later}, 5 of ${first}`,
            ],
          );
          if (several) {
            // 5 of 8 pass; of those that the last run has, 4 of 7.
            const firstLine = card(page).locator(".run-lines .first");
            assert.include(await firstLine.innerText(), "of all");
            assert.strictEqual(
              await firstLine.getAttribute("title"),
              "@1 run before, over 8 testcases; 57.14% over the pairs with @3",
            );
            // The first run has no such score: nothing is the same.
            assert.deepStrictEqual(
              await page.locator(".card", { hasText: "00000002" }).locator(".wide").allInnerTexts(),
              ["0 testcases", "nothing to compare", "nothing to compare"],
            );
          }
          const missing = card(page).locator(".aside.missing");
          assert.strictEqual(await missing.innerText(), several ? "4 missing" : "4 pairs missing");
          assert.strictEqual(
            await missing.getAttribute("title"),
            several
              ? "Testcases without a valid score in @2 run after, whether or not @1 run before has one"
              : "Testcases in both runs with such a score in at least one of them",
          );
        });
        assert.deepStrictEqual(complaints, []);
      }
    }).pipe(Effect.scoped),
  );

  it.live("fit a phone, five of them", () =>
    Effect.gen(function* () {
      if (browser === undefined) return;
      const { url } = yield* start({ runs });
      const { page, complaints } = yield* open(browser);
      yield* Effect.promise(async () => {
        await page.setViewportSize({ width: 390, height: 844 });
        await page.goto(url);
        await page.locator(".count").filter({ hasText: "60 testcases" }).waitFor();
        await page.locator("#item-0").waitFor();
        const overflow = (): Promise<number> =>
          page.evaluate("document.documentElement.scrollWidth - innerWidth");
        assert.strictEqual(await overflow(), 0);
        // Five verdicts of the first metric are in sight.
        const box = await page.locator("#item-0 .run-scores").first().boundingBox();
        assert.isAtMost((box?.x ?? 390) + (box?.width ?? 0), 390);
        await page.locator("#item-0").click();
        const drawer = page.getByRole("complementary");
        await drawer.getByRole("button", { name: "@5 run 139" }).click();
        await drawer
          .getByRole("heading", { name: /^@5 run 139/ })
          .first()
          .waitFor({ state: "attached" });
        assert.strictEqual(await overflow(), 0);
      });
      assert.deepStrictEqual(complaints, []);
    }).pipe(Effect.scoped),
  );
});
