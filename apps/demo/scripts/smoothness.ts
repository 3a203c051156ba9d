// Measures the explorer with many records, by the clock: `pnpm smoothness 1000000`. It prints a row for each figure,
// and fails where one exceeds its bound. Run it on a machine that does nothing else. The explorer runs in a process of
// its own, with the heap that Node has by default. For all figures of time, this process has the fake API in it, as that
// of the bare stream has. The memory of the server is that of the command, which reads an API in another process.
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem";
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient";
import { ScorecardClient } from "@scorecard-effect/client";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, Layer, Stream } from "effect";
import { type ChildProcess, fork, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, CDPSession, Page } from "playwright-core";
import * as SavedReport from "../src/explore/SavedReport.ts";
import { launch } from "../test/setup/Chromium.ts";
import { start } from "../test/setup/TestExplorer.ts";

const [, , records = "100000", role = "measure"] = process.argv;
const size = Number(records);
const isLarge = size > 300_000;

/** The greatest acceptable figures: up to 100,000 records, and up to 1,000,000. */
const bounds = {
  "server process, MiB": isLarge ? 1024 : 400,
  "all loaded, times the bare stream": 1.3,
  "first rows after the first page, ms": 100,
  "longest task, ms": isLarge ? 80 : 50,
  "search for a rare word, ms": isLarge ? 1000 : 200,
  "filter by a click, ms": isLarge ? 300 : 80,
  "heap of page and worker, MiB": isLarge ? 700 : 150,
  "saved report, MB": isLarge ? 150 : 20,
  "saved report written in, s": 60,
} as const;

const run = FakeRun.make({ records: size });
const now = (): number => performance.timeOrigin + performance.now();

/** In a process of its own: reads the run with the client alone. */
const bare = Effect.gen(function* () {
  const client = yield* ScorecardClient;
  const started = now();
  yield* Stream.runDrain(client.listPages(run.runId));
  process.send?.({ type: "read", millis: now() - started });
}).pipe(
  Effect.provide(
    ScorecardClient.layerAt(FakeScorecard).pipe(
      Layer.provideMerge(FakeScorecardNode.layer({ runs: [run] })),
      Layer.provide(NodeHttpClient.layerUndici),
    ),
  ),
);

/** In a process of its own: serves the explorer. The run's first page is slow, so that the browser is ready for it. */
const serve = Effect.gen(function* () {
  const slow = "on request 1: slow 4s";
  const { url, session, assets, meta } = yield* start({ runs: [run], faults: slow });
  process.send?.({ type: "url", url });
  const watch = setInterval(() => {
    if (session.batches().length === 0) return;
    process.send?.({ type: "first", at: now() });
    clearInterval(watch);
  }, 1);
  yield* session.complete;
  process.send?.({ type: "done", at: now() });
  const file = yield* Effect.callback<string>((resume) => {
    process.once("message", (message) =>
      resume(Effect.succeed(typeof message === "string" ? message : "")),
    );
  });
  const started = now();
  yield* SavedReport.write(session, assets, meta, file);
  process.send?.({ type: "saved", millis: now() - started });
  return yield* Effect.never;
}).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer));

interface Message {
  readonly type: "url" | "first" | "done" | "read" | "saved";
  readonly url: string;
  readonly at: number;
  readonly millis: number;
}

const child = (own: "bare" | "serve") => {
  const started = fork(import.meta.filename, [records, own], { stdio: "inherit" });
  const arrived = new Map<string, Message>();
  started.on("message", (message: Message) => arrived.set(message.type, message));
  const message = async (type: Message["type"]): Promise<Message> => {
    for (;;) {
      const found = arrived.get(type);
      if (found !== undefined) return found;
      if (started.exitCode !== null) throw new Error(`The process of ${own} ended.`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  return { process: started, message };
};

/** The memory of a process, now and at its peak, in MiB. */
const memory = ({ pid }: ChildProcess) => {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { now: Math.round(of("VmRSS")), peak: Math.round(of("VmHWM")) };
};

const print = (name: keyof typeof bounds, value: number, note = ""): void => {
  const isWithin = value <= bounds[name];
  if (!isWithin) process.exitCode = 1;
  const shown = value < 10 ? value.toFixed(2) : String(Math.round(value));
  console.log(`${isWithin ? "ok  " : "FAIL"} ${name}: ${shown} (at most ${bounds[name]})${note}`);
};

/** Runs in the page before its own script: stores when the first row with its texts appears, and the longest task. */
const probes = `
  globalThis.longestTask = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTask = Math.max(longestTask, duration);
  }).observe({ type: "longtask", buffered: true });
  const timer = setInterval(() => {
    if (!document.querySelector(".line .text")?.textContent) return;
    globalThis.firstRow = performance.timeOrigin + performance.now();
    clearInterval(timer);
  }, 2);
  globalThis.until = (act, isDone) => new Promise((resolve) => {
    const started = performance.now();
    act();
    const look = () => {
      if (isDone(document.querySelector(".count").textContent)) resolve(performance.now() - started);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  globalThis.typeIn = (text) => {
    const field = document.querySelector("[type=search]");
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
`;

/** The memory of one thread of the page, in MiB. */
const usage = async (send: (method: string) => Promise<unknown>): Promise<number> => {
  await send("HeapProfiler.collectGarbage");
  // The protocol's answer, as far as it is needed.
  const { usedSize = 0, backingStorageSize = 0 } = Object(await send("Runtime.getHeapUsage"));
  return (Number(usedSize) + Number(backingStorageSize)) / 2 ** 20;
};

/** The heap of the page and of its worker after a collection, in MiB. */
const heapOf = async (page: Page): Promise<number> => {
  const session = await page.context().newCDPSession(page);
  const ofPage = await usage((method) =>
    method === "Runtime.getHeapUsage"
      ? session.send("Runtime.getHeapUsage")
      : session.send("HeapProfiler.collectGarbage"),
  );
  return ofPage + (await usage(await workerOf(session)));
};

/** Sends commands to the page's worker. */
const workerOf = async (session: CDPSession): Promise<(method: string) => Promise<unknown>> => {
  const attached = new Promise<string>((resolve) => {
    session.on("Target.attachedToTarget", ({ sessionId }) => resolve(sessionId));
  });
  await session.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  const sessionId = await attached;
  let id = 0;
  return async (method) => {
    id += 1;
    const own = id;
    const answer = new Promise<unknown>((resolve) => {
      session.on("Target.receivedMessageFromTarget", ({ message }) => {
        const received = JSON.parse(message);
        if (received.id === own) resolve(received.result);
      });
    });
    await session.send("Target.sendMessageToTarget", {
      sessionId,
      message: JSON.stringify({ id: own, method }),
    });
    return answer;
  };
};

/** What is searched for: few records have it. */
const words = ["zebra", "evades crate"];

const shownCount = new RegExp(`^${size.toLocaleString("en-US")} records$`);

/** Starts a program of this repository, and waits for a line of its output. */
const startProgram = (program: string, args: ReadonlyArray<string>, line: RegExp) => {
  const started = spawn(
    process.execPath,
    [join(import.meta.dirname, "../../..", program), ...args],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, SCORECARD_API_KEY: "ak_smoothness" },
    },
  );
  const found = new Promise<string>((resolve, reject) => {
    let text = "";
    started.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const [, address] = line.exec(text) ?? [];
      if (address !== undefined) resolve(address);
    });
    started.once("exit", () => reject(new Error(`${program} ended: ${text}`)));
  });
  return { process: started, found };
};

/** The memory of `explore` after its page has shown all records, found some and opened one. The API has its own process. */
const commandMemory = async (browser: Browser) => {
  const api = startProgram(
    "packages/fixtures/src/bin/scorecard-fake.ts",
    ["--records", records, "--quiet"],
    /at (http:\S+)/,
  );
  const baseUrl = await api.found;
  const explore = startProgram(
    "apps/demo/src/main.ts",
    ["explore", run.runId, "--base-url", baseUrl],
    /(http:\/\/127\S+\/)\n/,
  );
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(600_000);
    await page.goto(await explore.found);
    const counts = (hasText: string | RegExp) =>
      page.locator(".count").filter({ hasText }).waitFor();
    await counts(shownCount);
    for (const word of words) {
      await page.locator("[type=search]").fill(word);
      await counts(" of ");
      await page.locator("[type=search]").fill("");
      await counts(shownCount);
    }
    await page.locator(".line").first().click();
    await page.getByRole("complementary").waitFor();
    return memory(explore.process);
  } finally {
    explore.process.kill();
    api.process.kill();
  }
};

const measure = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "smoothness-"));
  const alone = child("bare");
  const { millis: bareMillis } = await alone.message("read");
  console.log(`     bare stream: ${(bareMillis / 1000).toFixed(1)} s`);
  console.log(`     bare process: ${memory(alone.process).peak} MiB at its peak`);
  alone.process.kill();

  const browser = await launch();
  if (browser === undefined) throw new Error("There is no browser.");
  const served = child("serve");
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.addInitScript(probes);
    page.setDefaultTimeout(1_200_000);
    await page.goto((await served.message("url")).url);
    const value = (expression: string) => page.evaluate<number>(expression);
    const task = async (what: string): Promise<void> => {
      print("longest task, ms", await value("longestTask"), `, ${what}`);
      await value("longestTask = 0");
    };
    const first = await served.message("first");
    await page.locator(".line").first().waitFor();
    const rowAt = await value(
      "new Promise((r) => setInterval(() => globalThis.firstRow && r(firstRow), 5))",
    );
    print("first rows after the first page, ms", rowAt - first.at);
    await task("until the first rows");
    await page.locator(".count").filter({ hasText: shownCount }).waitFor();
    const shownAt = now();
    const done = await served.message("done");
    print(
      "all loaded, times the bare stream",
      (shownAt - first.at) / bareMillis,
      `, shown after ${((shownAt - first.at) / 1000).toFixed(1)} s, read after ${((done.at - first.at) / 1000).toFixed(1)} s`,
    );
    await task("loading");

    await page.locator(".grid").hover();
    for (let turn = 0; turn < 100; turn++) await page.mouse.wheel(0, 900);
    await task("scrolling by the wheel");
    await value(`(async () => {
      const grid = document.querySelector(".grid");
      for (let at = 0; at <= 100; at++) {
        grid.scrollTop = (grid.scrollHeight * at) / 100;
        await new Promise(requestAnimationFrame);
      }
    })()`);
    await task("dragging the scroll bar");
    await page.locator(".grid").focus();
    await page.keyboard.press("End");
    await page.locator(`#item-${size - 1}`).waitFor();
    console.log(`ok   rows that can be reached: all ${size}`);
    await page.keyboard.press("Home");
    await page.locator("#item-0").waitFor();

    const isAll = `(text) => !text.includes(" of ")`;
    const isSome = `(text) => text.includes(" of ")`;
    for (const word of words) {
      const millis = await value(`until(() => typeIn(${JSON.stringify(word)}), ${isSome})`);
      print("search for a rare word, ms", millis, `, ${word}`);
      await value(`until(() => typeIn(""), ${isAll})`);
    }
    await task("searching");
    const click = `document.querySelector(".bars button").click()`;
    print("filter by a click, ms", await value(`until(() => ${click}, ${isSome})`));
    const back = await value(`until(() => ${click}, ${isAll})`);
    print("filter by a click, ms", back, ", and back to all");
    await task("filtering");
    await page.locator(".line").nth(2).click();
    await page.getByRole("complementary").waitFor();
    await task("opening a record");
    print("heap of page and worker, MiB", await heapOf(page));
    const withFake = memory(served.process).peak;
    if (isLarge) print("server process, MiB", withFake, " at its peak, with the fake API in it");
    else console.log(`     server process with the fake API in it: ${withFake} MiB at its peak`);
    await page.close();

    const file = join(folder, "report.html");
    served.process.send(file);
    const { millis } = await served.message("saved");
    print("saved report written in, s", millis / 1000);
    print("saved report, MB", statSync(file).size / 1e6);
    const report = await browser.newPage();
    await report.addInitScript(probes);
    const opened = now();
    await report.goto(pathToFileURL(file).href, { timeout: 600_000 });
    await report.locator(".line").first().waitFor({ timeout: 600_000 });
    console.log(`     saved report opens in ${Math.round(now() - opened)} ms`);
    const found = await report.evaluate<number>(`until(() => typeIn("zebra"), ${isSome})`);
    console.log(`     search for a rare word in it: ${Math.round(found)} ms`);
    console.log(`     heap of page and worker: ${Math.round(await heapOf(report))} MiB`);
    console.log(`     server process: ${memory(served.process).peak} MiB at its peak`);
    await report.close();
    served.process.kill();
    if (!isLarge) {
      const { now: resident, peak } = await commandMemory(browser);
      print("server process, MiB", peak, ` at its peak, ${resident} now`);
    }
  } finally {
    served.process.kill();
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

// The process that measures has ended.
process.once("disconnect", () => process.exit());

if (role === "bare") await Effect.runPromise(bare);
else if (role === "serve") await Effect.runPromise(serve);
else await measure();
