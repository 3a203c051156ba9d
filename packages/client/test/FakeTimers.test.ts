/** Tests of programs fake the timers: a client's waits then take the time that the test lets pass. */
import { afterEach, assert, describe, it, vi } from "@effect/vitest";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { createClient, RequestTimeout } from "../src/promise.ts";

const run = FakeRun.make({ records: 3 });
afterEach(() => {
  vi.useRealTimers();
});

const timers: ReadonlyArray<readonly [string, () => unknown]> = [
  ["timers and the clock", () => vi.useFakeTimers()],
  ["timers alone", () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })],
];

/** Lets time pass in steps until a promise settles. Returns how much passed. */
const passUntil = async (settled: Promise<unknown>, stepMillis: number): Promise<number> => {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  settled.then(settle, settle);
  for (let passed = 0; passed < 100 * stepMillis; passed += stepMillis) {
    // The fake answers without timers.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    if (isSettled) return passed;
    await vi.advanceTimersByTimeAsync(stepMillis);
  }
  return assert.fail("nothing came of it");
};

describe("With fake timers", () => {
  it.each(timers)(
    "of %s, a retry waits no less than the service asked, and ends",
    async (_, fakeTimers) => {
      const fake = FakeScorecard.fetch({
        runs: [run],
        faults: "on request 1: 429 retry-after 30 then recover",
      });
      const client = createClient({ apiKey: "ak_any", baseUrl: fake.baseUrl, fetch: fake.fetch });
      const { setImmediate: realImmediate } = globalThis;
      fakeTimers();
      globalThis.setImmediate = realImmediate;
      const records = client.toArray(run.runId);
      const passed = await passUntil(records, 1000);
      assert.isAtLeast(passed, 30_000);
      // Where the clock is real, the gate waits once more: it cannot see the wait before it.
      assert.isBelow(passed, 65_000);
      assert.strictEqual((await records).length, 3);
    },
  );

  it.each(timers)("of %s, the rate limit lets its requests through", async (_, fakeTimers) => {
    const fake = FakeScorecard.fetch({ runs: [run] });
    const client = createClient({
      apiKey: "ak_any",
      baseUrl: fake.baseUrl,
      fetch: fake.fetch,
      rateLimit: { requests: 1, window: "10 seconds" },
    });
    const { setImmediate: realImmediate } = globalThis;
    fakeTimers();
    globalThis.setImmediate = realImmediate;
    const pages = Promise.all([1, 2, 3].map(() => client.getPage(run.runId)));
    const passed = await passUntil(pages, 1000);
    assert.isAtLeast(passed, 20_000);
    assert.isBelow(passed, 25_000);
  });

  it.each(timers)("of %s, the time limit ends a request", async (_, fakeTimers) => {
    const client = createClient({
      apiKey: "ak_any",
      fetch: () => new Promise(() => {}),
      timeout: "50 seconds",
      retry: false,
    });
    const { setImmediate: realImmediate } = globalThis;
    fakeTimers();
    globalThis.setImmediate = realImmediate;
    const page = client.getPage("1").catch((error: unknown) => error);
    const passed = await passUntil(page, 1000);
    assert.isAtLeast(passed, 50_000);
    assert.isBelow(passed, 55_000);
    assert.instanceOf(await page, RequestTimeout);
  });
});
