/** How a reader finds: hits counted over all records and stepped through, notes in filters, and units, in one browser. */
import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, assert, describe, it } from "@effect/vitest";
import { type RecordWithScores, TestcaseId } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launch } from "../setup/Chromium.ts";
import { visitIn } from "../setup/Visit.ts";

const browser = await launch();
const folder = mkdtempSync(join(tmpdir(), "find-"));
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const visit = visitIn(browser);

const run = FakeRun.make({ records: 60, preset: "classification" });
const records = Array.from({ length: 60 }, (_, index) => run.record(index));

/** Every key and value that a search reads. */
const textsOf = (value: unknown): ReadonlyArray<string> =>
  typeof value !== "object" || value === null
    ? [String(value)]
    : Object.entries(value).flatMap(([key, own]: [string, unknown]) =>
        Array.isArray(value) ? textsOf(own) : [key, ...textsOf(own)],
      );
const searched = ({ id, testcaseId, scores, inputs, expected, outputs }: RecordWithScores) => [
  id,
  testcaseId ?? "",
  ...textsOf([inputs, expected, outputs]),
  ...scores.flatMap(({ score, validationErrors = [] }) => textsOf([score, validationErrors])),
];
const hitsIn = (record: RecordWithScores, pattern: RegExp): number =>
  searched(record).reduce((sum, text) => sum + Array.from(text.matchAll(pattern)).length, 0);
const total = (pattern: RegExp, of: ReadonlyArray<RecordWithScores> = records): string => {
  const counts = of.map((record) => hitsIn(record, pattern)).filter((hits) => hits > 0);
  return `${counts.reduce((sum, hits) => sum + hits, 0)} hits in ${counts.length} records`;
};

const findings = async (page: Page) =>
  (await new AxeBuilder({ page }).setLegacyMode().analyze()).violations.map(({ id, nodes }) => [
    id,
    nodes.map(({ html }) => html),
  ]);

const reads = (page: Page, text: string) =>
  page.locator(".hit-count").getByText(text, { exact: true }).waitFor();

describe.skipIf(browser === undefined)("What the explorer finds", { timeout: 60_000 }, () => {
  it.live("is counted over all records that are shown, and stepped through by keyboard", () =>
    visit({ runs: [run] }, async (page) => {
      const search = page.getByRole("searchbox", { name: "Search" });
      await search.fill("charg");
      await reads(page, total(/charg/gi));
      const filter = page.getByRole("combobox", { name: "Filter" });
      const category = records.find((record) => hitsIn(record, /charg/gi) > 0)?.inputs["category"];
      await filter.fill(`inputs.category = "${String(category)}"`);
      const same = records.filter(({ inputs }) => inputs["category"] === category);
      assert.isBelow(same.length, records.length);
      await reads(page, total(/charg/gi, same));
      await filter.fill("");
      await page.getByRole("button", { name: "Regular expression" }).click();
      await search.fill("charg(er|ed)\\b");
      await reads(page, total(/charg(er|ed)\b/gim));
      await page.keyboard.press("Enter");

      const hits = page.getByRole("group", { name: "Hits of the search" });
      const at = (place: string) => hits.getByText(new RegExp(`^Hit ${place} of`)).waitFor();
      const opened = () => new URLSearchParams(new URL(page.url()).hash.slice(1)).get("record");
      await page.keyboard.press("h");
      await at("1");
      const first = opened();
      const shown = Number(/^Hit 1 of (\d+)/.exec(await hits.innerText())?.[1]);
      assert.isAtLeast(shown, 1);
      for (let hit = 2; hit <= shown; hit++) {
        await page.keyboard.press("h");
        await at(String(hit));
      }
      assert.strictEqual(opened(), first);
      await page.keyboard.press("h");
      await page.waitForURL(() => opened() !== first);
      await at("1");
      await page.keyboard.press("Shift+H");
      await page.waitForURL(() => opened() === first);
      await at(String(shown));
      for (let hit = shown; hit > 1; hit--) await page.keyboard.press("Shift+H");
      await at("1");
      await page.keyboard.press("Shift+H");
      await hits.getByText("No earlier record is shown").waitFor();
      assert.deepStrictEqual(await findings(page), []);
      assert.strictEqual(opened(), first);
      // A record fills a small window, and leaves the buttons in reach.
      await page.setViewportSize({ width: 390, height: 780 });
      await hits.getByRole("button", { name: "Next hit" }).click();
      await at(shown > 1 ? "2" : "1");
    }),
  );

  it.live("is unfolded where it is folded", () => {
    const folded = `${"A long reply. ".repeat(20)}needle ${"More of it. ".repeat(20)}needle`;
    const base = records.slice(0, 2);
    const scored = base.map((record, index) => ({
      ...record,
      outputs: { answer: "a needle", latencyMs: 120 - 40 * index },
      scores: record.scores.slice(0, 1).map((score) => ({
        ...score,
        score: index === 0 ? { passed: false, transcript: folded } : { passed: true },
      })),
    }));
    return visit({ runs: FakeRun.fromRecords(scored) }, async (page) => {
      await page.getByRole("searchbox", { name: "Search" }).fill("needle");
      await reads(page, "4 hits in 2 records");
      await page.keyboard.press("Enter");
      const hits = page.getByRole("group", { name: "Hits of the search" });
      const read = (text: string) => hits.getByText(text, { exact: true }).waitFor();
      await page.keyboard.press("h");
      await read("Hit 1 of 3");
      await page.keyboard.press("h");
      await read("Hit 2 of 3");
      await page.keyboard.press("h");
      await read("Hit 3 of 3");
      await page.keyboard.press("h");

      await read("Hit 1 of 1");
      // The unit of a metric stands beside its percentiles, in the table and in the record.
      const card = page.getByRole("article").filter({ hasText: "latencyMs" });
      assert.strictEqual(
        await card.locator(".percentiles").innerText(),
        "median 100 ms\n5–95%: 82 to 118 ms",
      );
      assert.deepStrictEqual(
        await page.locator(".line [role=gridcell]:last-child .score").allInnerTexts(),
        ["120 ms", "80 ms"],
      );
    });
  });

  it.live("can be what a reader noted, and changes with the notes", () =>
    visit({ runs: [run], notes: join(folder, "notes.jsonl") }, async (page) => {
      const shown = (text: string) =>
        page.locator(".count").getByText(text, { exact: true }).waitFor();
      await shown("60 records");
      const filter = page.getByRole("combobox", { name: "Filter" });
      await filter.fill("thumb is missing");
      await page.keyboard.press("Enter");
      const title = page.locator(".drawer h2 bdi").first();
      const titles: Array<string> = [];
      await page.keyboard.press("Enter");
      // A record that leaves the table under the reader does not make a step skip the next one.
      for (const [key, left] of [
        ["+", 59],
        ["-", 58],
        ["+", 57],
      ] as const) {
        await title.waitFor();
        titles.push(await title.innerText());
        const next = await page.locator(".line.active + .line .id bdi").first().innerText();
        await page.keyboard.press(key);
        await shown(`${left} of 60 records`);
        await page.keyboard.press("j");
        await page.locator(".drawer h2 bdi").getByText(`Record ${next}`, { exact: true }).waitFor();
      }
      assert.strictEqual(new Set(titles).size, 3);
      await page.keyboard.press("Escape");
      await filter.fill("");
      await page.getByRole("button", { name: "2 thumbs up" }).click();
      await shown("2 of 60 records");
      await page.getByRole("button", { name: "1 thumb down" }).click();
      await shown("3 of 60 records");
      assert.strictEqual(await filter.inputValue(), "thumb in (up, down)");
      assert.deepStrictEqual(await findings(page), []);
      const ids = await page.locator(".line .id > bdi").allInnerTexts();
      assert.sameMembers(
        ids,
        titles.map((own) => own.replace("Record ", "")),
      );
    }),
  );

  it.live("has the mark of a note on any trial where trials are one line", () => {
    const trials = records.slice(0, 3).map((record, index) => ({
      ...record,
      testcaseId: TestcaseId.make(index < 2 ? "shared" : "other"),
    }));
    const [, second] = trials;
    const file = join(folder, "trials.jsonl");
    const line = { runId: second?.runId, recordId: second?.id, thumb: "down", text: "" };
    writeFileSync(file, `${JSON.stringify(line)}\n`);
    return visit({ runs: FakeRun.fromRecords(trials), notes: file }, async (page, url) => {
      await page.goto(`${url}#trials=together`);
      await page.reload();
      const lines = page.locator(".line");
      await lines.nth(1).waitFor();
      const marked = lines.filter({ has: page.getByRole("img", { name: "Thumb down" }) });
      await marked.waitFor();
      assert.strictEqual(await marked.locator(".id > bdi").innerText(), "shared");
    });
  });
});
