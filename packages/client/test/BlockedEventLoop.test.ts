/** Programs that compute block the event loop: timers are late then, and arrived responses wait in their sockets. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Agent } from "@effect/platform-node/Undici";
import { createClient } from "../src/promise.ts";

/** A server in a thread of its own, which answers while this one computes; it reports the time of each request. */
const code = `
  const { createServer } = require("node:http");
  const { parentPort } = require("node:worker_threads");
  createServer((request, response) => {
    parentPort.postMessage({ at: performance.timeOrigin + performance.now() });
    const at = Number(new URL(request.url, "http://x").searchParams.get("cursor") ?? 0);
    const record = { id: String(at), runId: "1", inputs: {}, expected: {}, outputs: {}, scores: [] };
    const hasMore = at < 2;
    response.end(JSON.stringify({ data: [record], hasMore, nextCursor: hasMore ? String(at + 1) : null }));
  }).listen(0, "127.0.0.1", function () { parentPort.postMessage({ port: this.address().port }); });
`;
const server = new Worker(code, { eval: true });
let requests: Array<number> = [];
let baseUrl = "";
beforeAll(async () => {
  const [first]: ReadonlyArray<unknown> = await once(server, "message");
  baseUrl = `http://127.0.0.1:${String(Reflect.get(Object(first), "port"))}`;
  server.on("message", ({ at }: { readonly at: number }) => requests.push(at));
});
afterAll(() => server.terminate());

const block = (millis: number): void => {
  const start = performance.now();
  while (performance.now() - start < millis);
};
const settle = () => new Promise((resolve) => setTimeout(resolve, 50));

describe("A consumer that blocks the event loop", () => {
  it.each([
    ["on fetch", 1, undefined],
    ["on fetch, with retries", 3, undefined],
    ["on a dispatcher", 1, () => new Agent()],
  ] as const)("causes neither a timeout nor a second request (%s)", async (_, attempts, open) => {
    requests = [];
    const dispatcher = open?.();
    const client = createClient({
      apiKey: "ak_any",
      baseUrl,
      dispatcher,
      timeout: 400,
      retry: { attempts, baseDelay: 10 },
    });
    const ids: Array<string> = [];
    for await (const { id } of client.listRecords("1")) {
      ids.push(id);
      block(550);
    }
    await settle();
    await dispatcher?.destroy();
    assert.deepStrictEqual(ids, ["0", "1", "2"]);
    assert.strictEqual(requests.length, 3);
  });

  it("does not make requests break the rate limit afterwards", async () => {
    requests = [];
    const window = 500;
    const client = createClient({
      apiKey: "ak_any",
      baseUrl,
      rateLimit: { requests: 3, window },
    });
    const pages = Promise.all(Array.from({ length: 9 }, () => client.getPage("1")));
    setTimeout(() => block(600), 20);
    await pages;
    await settle();
    assert.strictEqual(requests.length, 9);
    for (const [index, at] of requests.entries()) {
      const inWindow = requests.slice(index).filter((other) => other - at < window / 2);
      assert.isAtMost(
        inWindow.length,
        3,
        requests.map((own) => Math.round(own - (requests[0] ?? 0))).join(),
      );
    }
  });
});
