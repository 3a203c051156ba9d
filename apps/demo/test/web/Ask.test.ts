/** How a reader asks: the filter by keyboard, the choice of metrics, and many metrics, in one browser. */
import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, assert, describe, it } from "@effect/vitest";
import { MetricConfigId, type RecordWithScores } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { launch } from "../setup/Chromium.ts";
import { visitIn } from "../setup/Visit.ts";

const browser = await launch();
afterAll(() => browser?.close());

const visit = visitIn(browser);

const run = FakeRun.make({ records: 60, preset: "classification" });
const records = Array.from({ length: 60 }, (_, index) => run.record(index));
const wrong = records.filter(({ scores }) =>
  scores.some(({ score }) => score["correct"] === false),
);

const shown = (page: Page, text: string) =>
  page
    .locator(".count")
    .filter({ hasText: new RegExp(`^${text}$`) })
    .waitFor();
const findings = async (page: Page) =>
  (await new AxeBuilder({ page }).setLegacyMode().analyze()).violations.map(({ id, nodes }) => [
    id,
    nodes.map(({ html }) => html),
  ]);

/** How many records match. */
const found = (pattern: RegExp): number =>
  records.filter((record) => pattern.test(JSON.stringify(record))).length;

/** A record that 60 metrics score. */
const scoredBy60 = (index: number): RecordWithScores => {
  const record = run.record(index);
  return {
    ...record,
    inputs: {},
    outputs: {},
    scores: Array.from({ length: 60 }, (_, metric) => ({
      recordId: record.id,
      metricConfigId: MetricConfigId.make(`${1000 + metric}0000-0000-4000-8000-000000000000`),
      score: metric % 2 === 0 ? { passed: (index + metric) % 3 > 0 } : { value: index },
    })),
  };
};

describe.skipIf(browser === undefined)("The explorer's questions", { timeout: 60_000 }, () => {
  it.live("are typed, completed and corrected by keyboard, and lose nothing", () =>
    visit({ runs: [run] }, async (page, url) => {
      await shown(page, "60 records");
      const filter = page.getByRole("combobox", { name: "Filter" });
      const options = page.getByRole("option");
      await page.keyboard.press("f");
      await page.keyboard.type("a80");
      assert.deepStrictEqual(await options.locator("bdi").allInnerTexts(), ["a80c3e5b"]);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Tab");
      for (const [typed, completed] of [
        ["", "a80c3e5b = "],
        ["f", "a80c3e5b = fail "],
      ] as const) {
        await page.keyboard.type(typed);
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        assert.strictEqual(await filter.inputValue(), completed);
      }
      await shown(page, `${wrong.length} of 60 records`);
      // Enter without a choice goes to the records.
      await page.keyboard.press("Enter");
      await page.locator(".grid:focus").waitFor();
      await filter.fill("a80c3e5b = fial and");
      // What was valid counts while an expression is typed.
      await shown(page, `${wrong.length} of 60 records`);
      const problem = page.locator("#filter-problem");
      await page.locator(".grid").focus();
      await problem.getByText("Expected a metric or a field").waitFor();
      assert.include(page.url(), "where=a80c3e5b+%3D+fial+and");
      await filter.fill("a80c3e5b = fial");
      await shown(page, "60 records");
      await page.keyboard.press("Enter");
      await problem
        .getByText("The values of this metric are pass, fail, mixed, not “fial”")
        .waitFor();
      assert.deepStrictEqual(await findings(page), []);
      await problem.getByRole("button", { name: "Use fail" }).click();
      await shown(page, `${wrong.length} of 60 records`);
      await page.reload();
      await shown(page, `${wrong.length} of 60 records`);
      assert.strictEqual(await filter.inputValue(), "a80c3e5b = fail");
      await page.getByRole("button", { name: "Clear the filter" }).click();
      await shown(page, "60 records");
      assert.strictEqual(page.url(), `${url}#`);
    }),
  );

  it.live("show the metrics that the reader chose, in the order of the choice", () =>
    visit({ runs: [run] }, async (page) => {
      await shown(page, "60 records");
      const heads = () => page.locator(".head .numeric").allInnerTexts();
      const cards = () => page.locator(".card h2 > bdi").allInnerTexts();
      const all = await heads();
      const [first = "", second = "", third = "", ...others] = all;
      // Besides the four scores, what the answers took.
      assert.deepStrictEqual(others.slice(1), ["latency", "cost", "total_tokens"]);
      await page.getByRole("button", { name: "Metrics" }).click();
      await page.getByRole("checkbox", { name: second }).click();
      await page.getByRole("button", { name: `Move ${first} down` }).click();
      await page.getByRole("button", { name: "Metrics: 6 of 7" }).waitFor();
      assert.deepStrictEqual(await heads(), [third, first, ...others]);
      assert.deepStrictEqual(await cards(), [third, first, ...others]);
      await page.reload();
      await shown(page, "60 records");
      assert.deepStrictEqual(await cards(), [third, first, ...others]);
      await page.getByRole("button", { name: "Metrics: 6 of 7" }).click();
      assert.deepStrictEqual(await findings(page), []);
      await page.getByRole("button", { name: "Show all" }).click();
      await page.keyboard.press("Escape");
      assert.deepStrictEqual(await heads(), all);
    }),
  );

  it.live("search by words or a regular expression, and lead from hit to hit", () =>
    visit({ runs: [run] }, async (page) => {
      await shown(page, "60 records");
      const search = page.getByRole("searchbox", { name: "Search" });
      await search.fill("charg");
      await shown(page, `${found(/charg/i)} of 60 records`);
      await page.getByRole("button", { name: "Regular expression" }).click();
      await search.fill("charg(er|ed)\\b");
      await shown(page, `${found(/charg(er|ed)\b/i)} of 60 records`);
      assert.include(page.url(), "regex=1");
      await page.locator("#item-0").click();
      const hits = page.getByRole("group", { name: "Hits of the search" });
      await hits.getByText(/^\d+ hits?$/).waitFor();
      await page.keyboard.press("h");
      await hits.getByText(/^Hit 1 of \d+$/).waitFor();
      // The browser marks the hit once the words beside it are shown.
      const marked = await page.waitForFunction(
        "[...(CSS.highlights.get('search-current') ?? [])].map(String)[0]",
      );
      assert.match(String(await marked.jsonValue()), /^charg(er|ed)$/i);
      await page.keyboard.press("Escape");
      await search.fill("charg(");
      await page
        .locator("#search-problem")
        .getByText(/[Uu]nterminated group/)
        .waitFor();
      await search.fill("");
      await shown(page, "60 records");
    }),
  );

  it.live("group by a field, and filter by a slice", () =>
    visit({ runs: [run] }, async (page) => {
      await shown(page, "60 records");
      await page.getByLabel("Group by").selectOption("inputs.category");
      const slices = page.getByRole("region", { name: "Slices by inputs.category" });
      const lines = slices.locator("tbody tr");
      await lines.first().waitFor();
      const sizes = Map.groupBy(records, ({ inputs }) => String(inputs["category"]));
      assert.deepStrictEqual(
        (await slices.locator("tbody th").allInnerTexts()).toSorted(),
        Array.from(sizes.keys()).toSorted(),
      );
      // Of a latency the worst is the highest, and the page says in which direction it sorts.
      const latency = slices.getByRole("columnheader", { name: /^latency/ });
      await latency.getByRole("button").click();
      assert.strictEqual(await latency.getAttribute("aria-sort"), "descending");
      const place = await latency.evaluate((cell) =>
        Array.from(cell.parentElement?.children ?? []).indexOf(cell),
      );
      const shownLatencies = await slices
        .locator(`tbody td:nth-child(${place + 1})`)
        .allInnerTexts();
      const latencies = shownLatencies.map(Number);
      assert.deepStrictEqual(
        latencies,
        latencies.toSorted((a, b) => b - a),
      );
      // Categories have no order.
      const confused = slices.getByRole("columnheader", { name: "2f9b7d04" });
      assert.strictEqual(await confused.getByRole("button").count(), 0);
      await slices.getByRole("button", { name: "comment", exact: true }).click();
      await shown(page, `${sizes.get("comment")?.length} of 60 records`);
      assert.strictEqual(
        await page.getByRole("combobox", { name: "Filter" }).inputValue(),
        "inputs.category = comment",
      );
      assert.strictEqual(await lines.count(), sizes.size);
      assert.deepStrictEqual(await findings(page), []);
      // What is shown can be taken away.
      await page.getByRole("button", { name: "Export" }).click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "JSON lines" }).click(),
      ]);
      const lists = (await readFile(await download.path(), "utf8")).trim().split("\n");
      assert.deepStrictEqual(
        lists.map((line) => JSON.parse(line)).toSorted((a, b) => a.id - b.id),
        JSON.parse(JSON.stringify(sizes.get("comment"))),
      );
      await page.keyboard.press("Escape");
      await slices.getByRole("button", { name: "Close the slices" }).click();
      await slices.waitFor({ state: "detached" });
    }),
  );

  it.live("reach each of 60 metrics", () =>
    visit(
      { runs: FakeRun.fromRecords(Array.from({ length: 9 }, (_, index) => scoredBy60(index))) },
      async (page) => {
        await shown(page, "9 records");
        const cards = page.locator(".card");
        assert.strictEqual(await cards.count(), 60);
        await page.getByRole("searchbox", { name: "Find a metric", exact: true }).fill("1042");
        assert.deepStrictEqual(await cards.locator("h2").allInnerTexts(), ["10420000"]);
        await cards.getByRole("button", { name: /^fail:/ }).click();
        await shown(page, "3 of 9 records");
        await page.setViewportSize({ width: 800, height: 600 });
        // Half of the window is left for the records.
        const grid = await page.locator(".grid").boundingBox();
        assert.isAtLeast(grid?.height ?? 0, 240);
        assert.deepStrictEqual(await findings(page), []);
      },
    ),
  );
});
