/** Clocks of machines are set: no wait and no limit may depend on one. */
import { afterEach, assert, describe, it } from "@effect/vitest";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { createClient } from "../src/promise.ts";

const run = FakeRun.make({ records: 3 });
const systemNow = Date.now;
afterEach(() => {
  Date.now = systemNow;
});

const clocks: ReadonlyArray<readonly [string, () => () => number]> = [
  ["set back an hour", () => () => systemNow() - 3_600_000],
  ["set forward an hour", () => () => systemNow() + 3_600_000],
  [
    "frozen",
    () => {
      const now = systemNow();
      return () => now;
    },
  ],
];

describe("While the clock is", () => {
  it.each(clocks)("%s, a retry waits as long as the service asked", async (_, clock) => {
    const fake = FakeScorecard.fetch({
      runs: [run],
      faults: "on request 1: 429 retry-after 1 then recover",
    });
    const client = createClient({ apiKey: "ak_any", baseUrl: fake.baseUrl, fetch: fake.fetch });
    const records = client.toArray(run.runId);
    setTimeout(() => {
      Date.now = clock();
    }, 200);
    const start = performance.now();
    assert.strictEqual((await records).length, 3);
    const waited = performance.now() - start;
    assert.isAbove(waited, 900);
    assert.isBelow(waited, 10_000);
    assert.strictEqual(fake.requests().length, 2);
  });

  it.each(clocks)("%s, the rate limit holds", async (_, clock) => {
    const sent: Array<number> = [];
    const fake = FakeScorecard.fetch({ runs: [run] });
    const client = createClient({
      apiKey: "ak_any",
      baseUrl: fake.baseUrl,
      fetch: (...request) => {
        sent.push(performance.now());
        return fake.fetch(...request);
      },
      rateLimit: { requests: 2, window: 200 },
    });
    setTimeout(() => {
      Date.now = clock();
    }, 50);
    await Promise.all(Array.from({ length: 6 }, () => client.getPage(run.runId)));
    for (const [index, at] of sent.entries()) {
      const inWindow = sent.slice(index).filter((other) => other - at < 150);
      assert.isAtMost(inWindow.length, 2);
    }
    assert.isBelow((sent.at(-1) ?? 0) - (sent[0] ?? 0), 5000);
  });
});

describe("Retry-After as a date", () => {
  it.each([
    ["behind", -120_000],
    ["ahead", 120_000],
  ])("counts from the response's own Date, where the service's clock is %s", async (_, skew) => {
    let requests = 0;
    const client = createClient({
      apiKey: "ak_any",
      baseUrl: "http://scorecard.test",
      fetch: () => {
        requests += 1;
        const now = Date.now() + skew;
        const headers = {
          date: new Date(now).toUTCString(),
          "retry-after": new Date(now + 1000).toUTCString(),
        };
        return Promise.resolve(
          requests === 1
            ? new Response("", { status: 429, headers })
            : Response.json({ data: [], nextCursor: null, hasMore: false }),
        );
      },
    });
    const start = performance.now();
    await client.getPage("1");
    const waited = performance.now() - start;
    assert.isAbove(waited, 900);
    assert.isBelow(waited, 5000);
    assert.strictEqual(requests, 2);
  });
});
