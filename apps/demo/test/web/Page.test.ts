import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, assert, describe, it } from "@effect/vitest";
import { RecordId, type RecordWithScores, RunId, TestcaseId } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect, Stream } from "effect";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import * as Comparison from "../../src/analysis/Comparison.ts";
import * as Series from "../../src/analysis/Series.ts";
import { shortLabels } from "../../src/figures/MetricLabels.ts";
import { figureFormat } from "../../src/figures/FigureFormat.ts";
import { percent, plural } from "../../src/figures/Figures.ts";
import { launch, open, type Tab, type TabOptions } from "../setup/Chromium.ts";
import { type Explorer, type Options, start } from "../setup/TestExplorer.ts";

const browser = await launch();
const { correctness, helpfulness, faithfulness } = FakeRun.metrics;

const folder = mkdtempSync(join(tmpdir(), "explore-"));
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

interface VisitOptions extends TabOptions {
  /** The fragment of the URL: a `#` and a query. */
  readonly fragment?: string;
  /** A complaint of the browser that the test expects. */
  readonly expectComplaint?: RegExp;
}

/** Visits a page, and checks that the browser has no complaint that the test does not expect. */
const visit = <A>(
  explorer: Options,
  use: (tab: Tab & Explorer) => Promise<A>,
  { fragment = "", expectComplaint, ...options }: VisitOptions = {},
) =>
  Effect.gen(function* () {
    if (browser === undefined) return;
    const started = yield* start(explorer);
    const tab = yield* open(browser, options);
    yield* Effect.promise(() => tab.page.goto(`${started.url}${fragment}`));
    yield* Effect.promise(() => use({ ...tab, ...started }));
    assert.deepStrictEqual(
      tab.complaints.filter((complaint) => expectComplaint?.test(complaint) !== true),
      [],
    );
  }).pipe(Effect.scoped);

const run = FakeRun.make({ records: 450 });
const records = Array.from({ length: 450 }, (_, index) => run.record(index));
const valueOf = (record: RecordWithScores, metric: string) =>
  record.scores.find(
    ({ metricConfigId, validationErrors = [] }) =>
      metricConfigId === metric && validationErrors.length === 0,
  )?.score;
const passes = (record: RecordWithScores) => valueOf(record, correctness)?.["binaryScore"];
const failing = records.filter((record) => passes(record) === false);

const shown = (page: Page, text: string) =>
  page
    .locator(".count")
    .filter({ hasText: new RegExp(`^${text}$`) })
    .waitFor();
const rows = (page: Page) => page.locator(".line");
const cells = async (page: Page, column: number): Promise<ReadonlyArray<string>> => {
  const lines = await rows(page).all();
  return Promise.all(lines.map((line) => line.locator("[role=gridcell]").nth(column).innerText()));
};
const findings = async (axe: AxeBuilder) =>
  (await axe.analyze()).violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
/** The left and right edges of a row, and of each of its cells. */
const edges = async (page: Page, row: string) => {
  const line = page.locator(row);
  const boxes = [line, ...(await line.locator(":scope > *").all())].map(async (part) => {
    const box = await part.boundingBox();
    return box === null ? undefined : [box.x, box.x + box.width].map(Math.round);
  });
  return Promise.all(boxes);
};
const bar = (page: Page, metric: string, name: string) =>
  page
    .getByRole("group", { name: `Scores of ${metric.slice(0, 8)}` })
    .getByRole("button", { name: new RegExp(`^${name}:`) });

describe.skipIf(browser === undefined)("The explorer's page", { timeout: 60_000 }, () => {
  it.live("shows the figures of a run, and its records with the failing ones first", () =>
    visit({ runs: [run] }, async ({ page }) => {
      await shown(page, "450 records");
      const card = page.locator(".card").first();
      const scored = records.filter((record) => typeof passes(record) === "boolean");
      const rate = (scored.length - failing.length) / scored.length;
      assert.include(await card.innerText(), percent(rate));
      const invalid = records
        .flatMap(({ scores }) => scores)
        .filter(
          ({ metricConfigId, validationErrors = [] }) =>
            metricConfigId === correctness && validationErrors.length > 0,
        );
      assert.include(await card.innerText(), `${invalid.length} invalid`);
      const missing = records.filter(
        ({ scores }) => !scores.some(({ metricConfigId }) => metricConfigId === correctness),
      );
      assert.include(await card.innerText(), `${missing.length} missing`);
      // The document has only the rows in sight.
      assert.isBelow(await rows(page).count(), 60);
      for (const verdict of await cells(page, 2)) assert.include(verdict, "fail");
      assert.strictEqual(await page.title(), "Run 135 · Scorecard explorer");
    }),
  );

  it.live("shows records and progress while the run is read", () =>
    visit(
      { runs: [FakeRun.make({ records: 4000 })], faults: "slow 300ms" },
      async ({ page, fake }) => {
        await page
          .getByText(/ of 4,000 records \(\d+%\) · \d+ pages? · \d+ records\/s · \d+ s left/)
          .waitFor();
        await page
          .locator(".count")
          .filter({ hasText: /^\d00 records$/ })
          .waitFor();
        await Effect.runPromise(fake.inject(""));
        await shown(page, "4,000 records");
      },
    ),
  );

  it.live("keeps rows in their places while a pointer moves over them", () =>
    visit({ runs: [run], faults: "from request 2: slow 1s" }, async ({ page }) => {
      await shown(page, "100 records");
      const first = async () => (await cells(page, 0)).slice(0, 5);
      const { x = 0, y = 0 } = (await page.locator("#item-3").boundingBox()) ?? {};
      await page.mouse.move(x + 20, y + 20);
      const before = await first();
      for (let n = 0; (await page.locator(".progress.done").count()) === 0; n += 1) {
        await page.mouse.move(x + 20 + (n % 40), y + 20);
      }
      assert.deepStrictEqual(await first(), before);
      // The new order comes after a pause.
      await shown(page, "450 records");
      await page.locator(".grid[aria-rowcount='451']").waitFor();
      assert.notDeepEqual(await first(), before);
    }),
  );

  it.live("filters by the bars of a chart, and keeps the filters in the URL", () =>
    visit({ runs: [run] }, async ({ page, url }) => {
      await shown(page, "450 records");
      await bar(page, correctness, "fail").click();
      await shown(page, `${failing.length} of 450 records`);
      const filter = page.getByRole("combobox", { name: "Filter" });
      assert.strictEqual(await filter.inputValue(), "6f1a5c0e = fail");
      assert.include(page.url(), "where=6f1a5c0e+%3D+fail");
      const twos = failing.filter((record) => valueOf(record, helpfulness)?.["intScore"] === 2);
      await bar(page, helpfulness, "2").click();
      await shown(page, `${twos.length} of 450 records`);
      // A link restores the filters.
      const link = page.url();
      await page.goto("about:blank");
      await page.goto(link);
      await shown(page, `${twos.length} of 450 records`);
      await page.goBack();
      await page.goForward();
      assert.strictEqual(await filter.inputValue(), "6f1a5c0e = fail and b84e2f97 = 2");
      await bar(page, helpfulness, "2").click();
      await shown(page, `${failing.length} of 450 records`);
      await page.goBack();
      await shown(page, `${twos.length} of 450 records`);
      await page.goto(url);
      await shown(page, "450 records");
    }),
  );

  it.live("finds words in inputs, outputs and reasoning", () =>
    visit({ runs: [run] }, async ({ page }) => {
      await shown(page, "450 records");
      await page.keyboard.press("/");
      await page.keyboard.type("evades CRATE");
      const found = records.filter((record) => {
        const text = JSON.stringify(record).toLowerCase();
        return text.includes("evades") && text.includes("crate");
      });
      assert.isAbove(found.length, 1);
      await shown(page, `${found.length} of 450 records`);
      await page.getByRole("searchbox").fill("no such words anywhere");
      await page.getByText("No record matches.").waitFor();
      await page.getByRole("button", { name: "Show all" }).click();
      await shown(page, "450 records");
    }),
  );

  it.live("sorts by any metric, missing scores last", () =>
    visit({ runs: [run] }, async ({ page }) => {
      await shown(page, "450 records");
      const values = records
        .map((record) => valueOf(record, faithfulness)?.["value"])
        .filter((value) => typeof value === "number");
      const header = page.getByRole("columnheader", { name: faithfulness.slice(0, 8) });
      await header.getByRole("button").click();
      await page
        .locator("[aria-sort=ascending]")
        .filter({ hasText: faithfulness.slice(0, 8) })
        .waitFor();
      // The third metric's cell.
      const cell = page.locator("#item-0 .numeric").nth(2);
      await cell.getByText(String(Math.min(...values))).waitFor();
      await header.getByRole("button").click();
      await cell.getByText(String(Math.max(...values)), { exact: true }).waitFor();
      assert.strictEqual(await header.getAttribute("aria-sort"), "descending");
      await page.locator(".grid").press("End");
      await page.locator("#item-449").waitFor();
      assert.match(await page.locator("#item-449").innerText(), /–|invalid/);
    }),
  );

  it.live(
    "shows a record in full, with its scores, its errors and the difference of its texts",
    () => {
      const flawed = records.findIndex(({ scores }) =>
        scores.some(({ validationErrors = [] }) => validationErrors.length > 0),
      );
      const record = records[flawed];
      return visit(
        { runs: [run] },
        async ({ page }) => {
          const drawer = page.getByRole("complementary", { name: "Record in full" });
          await drawer.getByText(`Record ${record?.id}`).waitFor();
          const text = await drawer.innerText();
          for (const { score, validationErrors = [] } of record?.scores ?? []) {
            if (typeof score["reasoning"] === "string") assert.include(text, score["reasoning"]);
            for (const { path, message } of validationErrors) {
              assert.include(text, message);
              assert.include(text, path);
            }
          }
          assert.include(text, String(record?.inputs["question"]));
          assert.include(text, String(record?.expected["idealAnswer"]));
          assert.include(text, String(record?.outputs["response"]));
          await drawer.getByRole("button", { name: "Difference" }).click();
          const whole = await drawer.locator(".difference").innerText();
          const gone = await drawer.locator(".difference ins").allInnerTexts();
          assert.isAbove(gone.length, 0);
          assert.include(whole, gone[0] ?? "?");
        },
        { fragment: `#record=0:${record?.id}` },
      );
    },
  );

  it.live("can be used with the keyboard alone", () =>
    visit({ runs: [run] }, async ({ page }) => {
      await shown(page, "450 records");
      await page.locator(".grid").focus();
      const active = () => page.locator(".grid").getAttribute("aria-activedescendant");
      assert.strictEqual(await active(), "item-0");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("j");
      assert.strictEqual(await active(), "item-2");
      await page.keyboard.press("End");
      assert.strictEqual(await active(), "item-449");
      await page.locator("#item-449").waitFor();
      await page.keyboard.press("Home");
      await page.keyboard.press("Enter");
      const heading = page.getByRole("complementary").getByRole("heading", { level: 2 });
      const id = await page.locator("#item-0 .id bdi").first().innerText();
      await heading.filter({ hasText: id }).waitFor();
      await page.locator("h2:focus").waitFor();
      await page.getByRole("button", { name: "Next record" }).press("Enter");
      await heading
        .filter({ hasText: await page.locator("#item-1 .id bdi").first().innerText() })
        .waitFor();
      await page.keyboard.press("Escape");
      await page.locator(".grid:focus").waitFor();
      assert.strictEqual(await page.getByRole("complementary").count(), 0);
    }),
  );

  it.live("handles keys wherever the focus is, except in a field", () =>
    visit({ runs: [run] }, async ({ page }) => {
      await shown(page, "450 records");
      const active = (item: number) =>
        page.locator(`.grid[aria-activedescendant="item-${item}"]`).waitFor();
      const focused = (what: string) => page.locator(`${what}:focus`).waitFor();
      // Nothing has the focus on a fresh page.
      await page.keyboard.press("j");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("k");
      await active(1);
      await focused(".grid");
      await page.keyboard.press("/");
      await page.keyboard.type("jk");
      assert.strictEqual(await page.getByRole("searchbox").inputValue(), "jk");
      await page.getByRole("searchbox").fill("crate");
      const found = records.filter((record) =>
        JSON.stringify(record).toLowerCase().includes("crate"),
      );
      await shown(page, `${found.length} of 450 records`);
      await page.keyboard.press("Escape");
      await focused(".grid");
      assert.strictEqual(await page.getByRole("searchbox").inputValue(), "crate");
      for (const key of ["Enter", "ArrowDown"]) {
        await page.keyboard.press("/");
        await page.keyboard.press(key);
        await focused(".grid");
        await active(0);
      }
      const heading = page.getByRole("complementary").getByRole("heading", { level: 2 });
      const opened = async (item: number) =>
        heading
          .filter({
            hasText: (await page.locator(`#item-${item} .id bdi`).first().textContent()) ?? "?",
          })
          .waitFor();
      await page.keyboard.press("Enter");
      await opened(0);
      await focused("h2");
      await page.keyboard.press("j");
      await opened(1);
      await page.keyboard.press("ArrowDown");
      await opened(2);
      await page.keyboard.press("k");
      await opened(1);
      // In a narrow window the drawer hides the records.
      await page.setViewportSize({ width: 800, height: 600 });
      await page.keyboard.press("j");
      await opened(2);
      await page.keyboard.press("Escape");
      await focused(".grid");
      await page.setViewportSize({ width: 1280, height: 800 });
      await active(2);
    }),
  );

  it.live("opens a record with one key, and skips to the records with two", () =>
    visit({ runs: [run] }, async ({ page, url }) => {
      await shown(page, "450 records");
      await page.keyboard.press("Enter");
      await page.getByRole("complementary").waitFor();
      await page.goto("about:blank");
      await page.goto(url);
      await shown(page, "450 records");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.locator(".grid:focus").waitFor();
      assert.strictEqual(page.url(), url);
    }),
  );

  it.live("has one tab stop for each chart, and arrow keys between its bars", () =>
    visit({ runs: [run] }, async ({ page }) => {
      await shown(page, "450 records");
      const stops = page.locator(".bars").nth(1).locator("button");
      const count = await stops.count();
      assert.isAbove(count, 2);
      assert.strictEqual(
        await page.locator('.bars button[tabindex="0"]').count(),
        await page.locator(".bars").count(),
      );
      const focused = (index: number) =>
        page.locator(`:nth-child(${index + 1}):focus[tabindex="0"]`).waitFor();
      await stops.first().focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowLeft");
      await focused(1);
      await page.keyboard.press("End");
      await focused(count - 1);
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Tab");
      await focused(count - 1);
    }),
  );

  it.live("explains an error, and resumes without a gap or a duplicate", () =>
    visit({ runs: [run], faults: "from request 3: 500" }, async ({ page, fake, session }) => {
      const banner = page.locator(".banner.failed");
      await banner.getByText("The service failed (500)", { exact: true }).waitFor();
      assert.include(await banner.innerText(), "after 200 records");
      await shown(page, "200 records");
      await Effect.runPromise(fake.inject(""));
      await banner.getByRole("button", { name: "Resume" }).click();
      await shown(page, "450 records");
      await banner.waitFor({ state: "detached" });
      assert.strictEqual(session.state().runs[0]?.records, 450);
    }),
  );

  it.live("reports in a saved report how much of a failed run it holds", () =>
    Effect.gen(function* () {
      if (browser === undefined) return;
      const file = join(folder, "failed.html");
      yield* visit({ runs: [run], faults: "from request 3: 500" }, async ({ page }) => {
        await page.locator(".banner.failed").waitFor();
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("link", { name: "Save report" }).click(),
        ]);
        await download.saveAs(file);
      });
      const { page } = yield* open(browser);
      yield* Effect.promise(async () => {
        await page.goto(pathToFileURL(file).href);
        await shown(page, "200 records");
        const text = await page.locator(".banner.failed").innerText();
        assert.include(text, "The service failed (500) after 200 records");
        assert.include(text, "This is a saved page");
        assert.include(text, "the 200 records that had arrived");
        assert.notInclude(text, "Resume");
      });
    }).pipe(Effect.scoped),
  );

  it.live("lets the user switch faults on, and see the client recover", () =>
    visit({ runs: [run] }, async ({ page, fake }) => {
      await shown(page, "450 records");
      await page.getByRole("button", { name: "Fake API" }).click();
      await page.getByLabel("The fake API").selectOption("flaky");
      await page.getByRole("button", { name: "Read again" }).click();
      await page.getByText(/\d+ retr(y|ies)/).waitFor();
      await page.getByRole("button", { name: "Fake API" }).click();
      await page.getByLabel("The fake API").selectOption("none");
      const resume = page.getByRole("button", { name: "Resume" });
      const all = page.locator(".count").filter({ hasText: /^450 records$/ });
      await resume.or(all).waitFor();
      if (await resume.isVisible()) await resume.click();
      await shown(page, "450 records");
      assert.isTrue(
        (await Effect.runPromise(fake.requests)).some(({ fault }) => fault !== undefined),
      );
    }),
  );

  it.live("reconnects after a lost connection, and continues where it was", () =>
    Effect.gen(function* () {
      const sockets: Array<Socket> = [];
      const seen: Array<string | undefined> = [];
      const onRequest = (message: unknown): void => {
        const request: unknown = Object(message).request;
        if (!(request instanceof IncomingMessage)) return;
        if (request.url?.endsWith("/events") !== true) return;
        sockets.push(request.socket);
        seen.push(request.headers["last-event-id"]?.toString());
      };
      yield* Effect.acquireRelease(
        Effect.sync(() => subscribe("http.server.request.start", onRequest)),
        () => Effect.sync(() => unsubscribe("http.server.request.start", onRequest)),
      );
      yield* visit(
        { runs: [run], faults: "from request 2: slow 1s" },
        async ({ page }) => {
          await shown(page, "100 records");
          sockets[0]?.destroy();
          await shown(page, "450 records");
          assert.strictEqual(sockets.length, 2);
          assert.strictEqual(seen[0], undefined);
          assert.match(seen[1] ?? "", /^0\.[1-4]$/);
        },
        { expectComplaint: /ERR_INCOMPLETE_CHUNKED_ENCODING/ },
      );
    }).pipe(Effect.scoped),
  );

  const { baseline, candidate } = FakeRun.pair({ records: 300, regression: 0.3 });

  it.live("compares two runs, regressions first", () =>
    visit({ runs: [baseline, candidate] }, async ({ page }) => {
      const testcases = Array.from(
        { length: 300 },
        (_, index) => [baseline.record(index), candidate.record(index)] as const,
      );
      const paired = testcases.filter(([{ testcaseId }]) => testcaseId !== undefined);
      const unpaired = 300 - paired.length;
      await shown(page, `${paired.length + 2 * unpaired} testcases`);
      const worse = paired.filter(([a, b]) => passes(a) === true && passes(b) === false);
      const button = page
        .locator(".card")
        .first()
        .getByRole("button", { name: /worse$/ });
      assert.strictEqual(await button.innerText(), `${worse.length} worse`);
      assert.match(await page.locator("#item-0").innerText(), /pass\s*→\s*✕ fail/);
      await button.click();
      await shown(page, `${worse.length} of ${paired.length + 2 * unpaired} testcases`);
      await page.getByLabel("Testcases", { exact: true }).selectOption("baseline");
      await page.getByText("No record matches.").waitFor();
      await page.getByRole("button", { name: "Show all" }).click();
      await page.locator("#item-0").click();
      const drawer = page.getByRole("complementary");
      await drawer
        .getByRole("heading", { name: /^Baseline/ })
        .first()
        .waitFor();
      await drawer
        .getByRole("heading", { name: /^Candidate/ })
        .first()
        .waitFor();
      await drawer.getByRole("button", { name: "Difference" }).click();
      assert.isAbove(await drawer.locator(".difference del").count(), 0);
    }),
  );

  it.live("shows the same figures of two runs as the terminal", () =>
    visit({ runs: [baseline, candidate] }, async ({ page }) => {
      const joining = Comparison.join();
      for (const [side, { record }] of [
        ["baseline", baseline],
        ["candidate", candidate],
      ] as const) {
        joining.add(side, { records: Array.from({ length: 300 }, (_, index) => record(index)) });
      }
      const { metrics, paired, ...parts } = joining.comparison();
      const lone = [parts.baseline, parts.candidate].reduce(
        (sum, { alone, withoutTestcase }) => sum + alone + withoutTestcase,
        0,
      );
      await shown(page, `${paired + lone} testcases`);
      assert.isAbove(metrics.length, 2);
      const labels = shortLabels(
        metrics.map((metric) => Series.keyText({ ...metric, metricId: metric.metricConfigId })),
      );
      const nowhere = { lower: Number.NaN, upper: Number.NaN };
      for (const metric of metrics) {
        const { value, difference, differenceInterval } = figureFormat(metric.kind);
        const label = labels.get(Series.keyText({ ...metric, metricId: metric.metricConfigId }));
        const card = page.locator(".card").filter({
          has: page.locator("h2").getByText(label ?? "", { exact: true }),
        });
        const text = (await card.innerText()).replaceAll(/\s+/g, " ");
        const figures =
          metric.kind === "other"
            ? []
            : [
                `${value(metric.baseline ?? Number.NaN)} → ${value(metric.candidate ?? Number.NaN)}`,
                `${difference(metric.difference ?? Number.NaN)} ${differenceInterval(metric.interval ?? nowhere)}`,
                `over ${plural(metric.n, "scored pair")}: ${metric.verdict}`,
                `${metric.regressions} worse`,
                `${metric.improvements} better`,
              ];
        const invalid = metric.invalid === 0 ? [] : [`${plural(metric.invalid, "pair")} invalid`];
        const incomplete = `${plural(metric.missing, "pair")} missing`;
        for (const part of [...figures, ...invalid, incomplete]) {
          assert.include(text, part);
        }
        const missing = card.getByRole("button", { name: /missing$/ });
        if (metric.missing === 0) continue;
        await missing.click();
        await page
          .locator(".count")
          .filter({ hasText: new RegExp(`^${metric.missing} of `) })
          .waitFor();
        await missing.click();
        await shown(page, `${paired + lone} testcases`);
      }
    }),
  );

  it.live("has each score under its header, and rows as wide as the header, in every layout", () =>
    Effect.gen(function* () {
      for (const runs of [[run], [baseline, candidate]]) {
        yield* visit({ runs }, async ({ page }) => {
          await page
            .locator(".progress.done")
            .nth(runs.length - 1)
            .waitFor();
          const check = async () => {
            const line = await edges(page, "#item-0");
            assert.deepStrictEqual(await edges(page, ".head [role=row]"), line);
            const [whole] = line;
            assert.isAtLeast(whole?.[1] ?? 0, line.at(-1)?.[1] ?? Number.NaN);
          };
          await check();
          await page.locator("#item-0").click();
          await page.getByRole("complementary").waitFor();
          await check();
          await page.locator(".grid").evaluate("document.querySelector('.grid').scrollLeft = 9999");
          await check();
        });
      }
    }),
  );

  it.live("is saved as one file that needs no server", () =>
    Effect.gen(function* () {
      if (browser === undefined) return;
      const file = join(folder, "report.html");
      yield* visit({ runs: [baseline, candidate] }, async ({ page }) => {
        await page.locator(".progress.done").nth(1).waitFor();
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("link", { name: "Save report" }).click(),
        ]);
        await download.saveAs(file);
      });
      // The explorer and its server have stopped.
      const { page, complaints } = yield* open(browser);
      const asked: Array<string> = [];
      page.on("request", (request) => asked.push(request.url()));
      yield* Effect.promise(async () => {
        await page.goto(pathToFileURL(file).href);
        await page
          .locator(".count")
          .filter({ hasText: /testcases$/ })
          .waitFor();
        await page.locator(".progress.done").nth(1).waitFor();
        await page.locator("#item-0").click();
        await page
          .getByRole("complementary")
          .getByRole("heading", { name: /^Candidate/ })
          .first()
          .waitFor();
        await page.getByRole("searchbox").fill("crate");
        await page.locator(".count").filter({ hasText: " of " }).waitFor();
        assert.strictEqual(await page.getByText("Save report").count(), 0);
      });
      assert.deepStrictEqual(
        asked.filter((url) => !/^(file|blob|data):/.test(url)),
        [],
      );
      assert.deepStrictEqual(complaints, []);
    }).pipe(Effect.scoped),
  );

  const hostile =
    '</script><script>globalThis.pwned = 1</script><img src=x onerror="pwned=1"><!--<script>';
  const [hostileRun = run] = FakeRun.fromRecords(
    [1, 2].map((n) => ({
      ...run.record(0),
      id: RecordId.make(`${hostile}${n}`),
      testcaseId: TestcaseId.make(hostile),
      inputs: {
        question: `${hostile} \u202Egnp.exe\u0000\u001B[2J`,
        [hostile]: hostile,
        ...JSON.parse('{"__proto__": {"polluted": true}, "constructor": "x"}'),
        "\\": "backslash",
        "\n": "line break",
      },
      expected: { text: hostile, html: { nested: [hostile] } },
      outputs: { text: `${hostile}!` },
      scores: run.record(0).scores.map((score) => ({
        ...score,
        score: { binaryScore: false, reasoning: hostile },
        validationErrors: n === 1 ? [{ path: hostile, message: hostile }] : [],
      })),
    })),
  );

  const inspect = async ({ page }: Tab) => {
    await shown(page, "2 records");
    await page.locator("#item-0").click();
    const drawer = page.getByRole("complementary");
    await drawer.getByText("line break").waitFor();
    await drawer.getByRole("button", { name: "Difference" }).click();
    const text = await page.locator("#root").innerText();
    assert.include(text, hostile);
    assert.include(text, "⟨U+202E⟩gnp.exe␀␛[2J");
    assert.notInclude(text, "\u202E");
    const keys = await drawer.locator("dt").allInnerTexts();
    for (const key of ["__proto__", "constructor", "\\", "\n", hostile]) {
      assert.include(
        keys.map((shownKey) => shownKey.trim()),
        key.trim(),
      );
    }
    assert.strictEqual(await page.evaluate('"pwned" in globalThis || "polluted" in {}'), false);
    assert.strictEqual(await page.locator("#root img, #root script").count(), 0);
  };

  it.live("shows hostile texts as text", () => visit({ runs: [hostileRun] }, inspect));

  it.live("shows them as text in a saved report too", () =>
    Effect.gen(function* () {
      if (browser === undefined) return;
      const file = join(folder, "hostile.html");
      yield* visit({ runs: [hostileRun] }, async ({ page }) => {
        await shown(page, "2 records");
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("link", { name: "Save report" }).click(),
        ]);
        await download.saveAs(file);
      });
      const tab = yield* open(browser);
      yield* Effect.promise(async () => {
        await tab.page.goto(pathToFileURL(file).href);
        await inspect(tab);
      });
      assert.deepStrictEqual(tab.complaints, []);
    }).pipe(Effect.scoped),
  );

  it.live("has no finding of axe, in the light and in the dark theme", () =>
    visit({ runs: [baseline, candidate], faults: "on request 5: 404" }, async ({ page }) => {
      await page.locator(".banner.failed").waitFor();
      await page.locator("#item-0").click();
      await page
        .getByRole("complementary")
        .getByRole("heading", { name: /^Candidate/ })
        .first()
        .waitFor();
      await page
        .getByRole("button", { name: /worse$/ })
        .first()
        .click();
      assert.deepStrictEqual(await findings(new AxeBuilder({ page }).setLegacyMode()), []);
      // Only colours differ.
      await page.emulateMedia({ colorScheme: "dark" });
      const colors = new AxeBuilder({ page }).setLegacyMode().withRules("color-contrast");
      assert.deepStrictEqual(await findings(colors), []);
    }),
  );

  it.live("reports that a run is empty, or does not exist", () =>
    Effect.gen(function* () {
      yield* visit({ runs: [FakeRun.make({ records: 0 })] }, ({ page }) =>
        page.getByText("This run has no records.").waitFor(),
      );
      yield* visit({ runs: [run], faults: "404" }, async ({ page }) => {
        await page.getByText("There is no such run").waitFor();
        await page.getByText("No records arrived.").waitFor();
      });
    }),
  );

  it.live("has only the rows in sight in the document, for any number of records", () =>
    visit(
      { runs: [FakeRun.make({ records: 5000, runId: RunId.make("big") })] },
      async ({ page }) => {
        await shown(page, "5,000 records");
        assert.strictEqual(await page.locator(".grid").getAttribute("aria-rowcount"), "5001");
        await page.locator(".grid").press("End");
        await page.locator("#item-4999").waitFor();
        assert.isBelow(await rows(page).count(), 60);
      },
    ),
  );

  it.live("paints a few rows first, and then those near them", () =>
    visit({ runs: [FakeRun.make({ records: 300 })] }, async ({ page }) => {
      await page.addInitScript(`new MutationObserver((_, observer) => {
        if (document.querySelector(".line") === null) return;
        observer.disconnect();
        requestAnimationFrame(() => {
          globalThis.paintedFirst = document.querySelectorAll(".line").length;
        });
      }).observe(document, { childList: true, subtree: true })`);
      await page.reload();
      await shown(page, "300 records");
      const paintedFirst = await page.evaluate<number>("paintedFirst");
      assert.strictEqual(paintedFirst, 12);
      await rows(page).nth(paintedFirst).waitFor();
    }),
  );
});

describe("A saved report", () => {
  it.live("says what it left out where it would be larger than a file can be", () =>
    Effect.gen(function* () {
      if (browser === undefined) return;
      const { session, assets, meta } = yield* start({ runs: [FakeRun.make({ records: 120 })] });
      const { document } = yield* Effect.promise(() => import("../../src/explore/SavedReport.ts"));
      yield* session.complete;
      const chunks = yield* Stream.runCollect(document(session, assets, meta, 100));
      const file = join(folder, "large.html");
      writeFileSync(file, Buffer.concat(chunks));
      const { page } = yield* open(browser);
      yield* Effect.promise(async () => {
        await page.goto(pathToFileURL(file).href);
        await shown(page, "120 records");
        await page.getByText("left out the texts of 120 records").waitFor();
        await page.locator("#item-0").getByText("(left out of this file)").waitFor();
        assert.include(await page.locator("#item-0").innerText(), "fail");
      });
    }).pipe(Effect.scoped),
  );

  it.live("contains no text of a record as markup", () =>
    Effect.gen(function* () {
      const { session, assets, meta } = yield* start({ runs: [FakeRun.make({ records: 120 })] });
      const { document } = yield* Effect.promise(() => import("../../src/explore/SavedReport.ts"));
      yield* session.complete;
      const hostileMeta = { ...meta, source: "</script><script>alert(1)</script>" };
      const chunks = yield* Stream.runCollect(document(session, assets, hostileMeta));
      const text = Buffer.concat(chunks).toString();
      // The page's own, what the file holds, a block of figures, and a block of records.
      assert.strictEqual(text.match(/<script/g)?.length, 3 + 1 + 2);
      assert.notInclude(text, "crate holds");
      assert.include(text, "connect-src 'none'");
    }).pipe(Effect.scoped),
  );
});
