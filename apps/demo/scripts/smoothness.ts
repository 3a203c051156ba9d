// Measures the explorer's page at 100,000 records: how soon the first rows appear, and whether any task of its main
// thread takes longer than 100 ms while records arrive, and while the user scrolls, searches, filters and sorts. It
// judges tasks by their processor time, because on a busy machine any task takes long by the clock.
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect } from "effect";
import type { Browser, Page } from "playwright-core";
import { launch, open } from "../test/setup/Chromium.ts";
import { start } from "../test/setup/TestExplorer.ts";

const records = Number(process.argv[2] ?? 100_000);
/** The longest acceptable times, in milliseconds. */
const bounds = { firstRows: 1000, longTask: 100 };

/** Runs in the page: stores the time of the first row. */
const firstRowProbe = `
  const timer = setInterval(() => {
    if (document.querySelector(".line") === null) return;
    globalThis.firstRow = performance.timeOrigin + performance.now();
    clearInterval(timer);
  }, 5);
`;

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds by the clock, and of processor time. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string; readonly labels?: string };
}

/** The longest task of the page's main thread during an action, in milliseconds. */
const longestTask = async (browser: Browser, page: Page, act: () => Promise<unknown>) => {
  await browser.startTracing(page, {
    categories: ["disabled-by-default-devtools.timeline", "toplevel"],
  });
  await act();
  const trace = await browser.stopTracing();
  // The format of Chromium's traces.
  const { traceEvents }: { readonly traceEvents: ReadonlyArray<TraceEvent> } = JSON.parse(
    trace.toString(),
  );
  const mainThreads = new Set(
    traceEvents.flatMap(({ name, args, pid, tid }) =>
      name === "thread_name" && args.name === "CrRendererMain" ? [`${pid}/${tid}`] : [],
    ),
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name.endsWith("RunTask") && mainThreads.has(`${pid}/${tid}`),
  );
  const longest = (duration: "dur" | "tdur") =>
    Math.round(Math.max(0, ...tasks.map((task) => task[duration] ?? 0)) / 1000);
  return { tasks: tasks.length, processorMillis: longest("tdur"), clockMillis: longest("dur") };
};

const program = Effect.gen(function* () {
  const browser = yield* Effect.promise(launch);
  if (browser === undefined) throw new Error("There is no browser.");
  yield* Effect.addFinalizer(() => Effect.promise(() => browser.close()));
  // The first page of the run is slow, so that the browser is ready before it.
  const { url, session } = yield* start({
    runs: [FakeRun.make({ records })],
    faults: "on request 1: slow 3s",
  });
  let firstPage = 0;
  const watch = setInterval(() => {
    if (session.batches().length === 0) return;
    firstPage = Date.now();
    clearInterval(watch);
  }, 2);
  const { page } = yield* open(browser);
  yield* Effect.promise(() => page.addInitScript(firstRowProbe));
  yield* Effect.promise(() => page.goto(url));

  const step = (name: string, act: () => Promise<unknown>) =>
    Effect.promise(async () => {
      const started = Date.now();
      const { tasks, processorMillis, clockMillis } = await longestTask(browser, page, act);
      const isSmooth = tasks > 0 && processorMillis <= bounds.longTask;
      const longest = `${processorMillis} ms of processor time (${clockMillis} ms by the clock)`;
      const all = `${Date.now() - started} ms in all`;
      console.log(`${isSmooth ? "ok  " : "FAIL"} ${name}: longest task ${longest}, ${all}`);
      if (!isSmooth) process.exitCode = 1;
    });
  const count = (pattern: RegExp) =>
    page.locator(".count").filter({ hasText: pattern }).waitFor({ timeout: 120_000 });

  yield* Effect.promise(() => page.locator(".line").first().waitFor());
  const firstRow = yield* Effect.promise(() => page.evaluate<number>("firstRow"));
  const wait = Math.round(firstRow - firstPage);
  console.log(
    `${wait <= bounds.firstRows ? "ok  " : "FAIL"} first rows ${wait} ms after the first page`,
  );
  if (wait > bounds.firstRows) process.exitCode = 1;

  yield* step(`${records} records arrive`, () =>
    count(new RegExp(`^${records.toLocaleString("en-US")} records$`)),
  );
  yield* step("scrolling by the wheel", async () => {
    await page.locator(".grid").hover();
    for (let turn = 0; turn < 100; turn++) await page.mouse.wheel(0, 900);
  });
  yield* step("dragging the scroll bar", () =>
    page.evaluate(`(async () => {
      const grid = document.querySelector(".grid");
      for (let at = 0; at <= 100; at++) {
        grid.scrollTop = (grid.scrollHeight * at) / 100;
        await new Promise(requestAnimationFrame);
      }
    })()`),
  );
  yield* step("searching", async () => {
    await page.getByRole("searchbox").pressSequentially("evades crate", { delay: 20 });
    await count(/ of /);
    await page.getByRole("searchbox").fill("");
    await count(/^[^o]+ records$/);
  });
  yield* step("filtering", async () => {
    await page.getByRole("button", { name: /^fail:/ }).click();
    await count(/ of /);
  });
  yield* step("sorting", async () => {
    await page.getByRole("button", { name: /Remove filter/ }).click();
    await count(/^[^o]+ records$/);
    await page.getByRole("columnheader").nth(3).getByRole("button").click();
    await page.locator("[aria-sort=ascending]").nth(0).waitFor();
  });
  yield* step("opening a record", async () => {
    await page.locator(".line").nth(2).click();
    await page.getByRole("complementary").getByText("Expected").waitFor();
  });
  yield* step("walking through records", async () => {
    await page.locator(".grid").focus();
    for (let turn = 0; turn < 50; turn++) await page.keyboard.press("ArrowDown");
  });
  console.log(`${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB in this process`);
}).pipe(Effect.scoped);

await Effect.runPromise(program);
