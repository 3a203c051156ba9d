/** Programs without types pass anything. What cannot be right is an `InvalidRequest`, and nothing is sent. */
import { assert, describe, it } from "@effect/vitest";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { createClient, InvalidRequest } from "../src/promise.ts";

const run = FakeRun.make({ records: 3 });
const apiKey = "ak_any";
const start = (options: object) => {
  const fake = FakeScorecard.fetch({ runs: [run] });
  const all = { apiKey, baseUrl: fake.baseUrl, fetch: fake.fetch, ...options };
  const client: ReturnType<typeof createClient> = Reflect.apply(createClient, undefined, [all]);
  return { client, requests: fake.requests };
};
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail("succeeded"),
    (error: unknown) => error,
  );

describe("An option of a client is refused by its name", () => {
  it.each([
    ["fetch", { fetch: "fetch" }],
    ["dispatcher", { fetch: undefined, dispatcher: {} }],
    ["timeout", { timeout: {} }],
    ["timeout", { timeout: "soon" }],
    ["retry.attempt", { retry: { attempt: 5 } }],
    ["retry", { retry: true }],
    ["rateLimit.request", { rateLimit: { request: 5, window: "1 second" } }],
    ["rateLimit", { rateLimit: 5 }],
    ["headers", { headers: new Headers({ "x-team": "search" }) }],
    ["headers", { headers: new Map([["x-team", "search"]]) }],
    ["headers", { headers: [["x-team", "search"]] }],
    ["transfer-encoding", { headers: { "Transfer-Encoding": "chunked" } }],
    ["connection", { headers: { connection: "close" } }],
    ['the value of "x-trace" is undefined', { headers: { "x-trace": undefined } }],
    ["log", { log: "verbose" }],
    ["maxBodyBytes", { maxBodyBytes: "5" }],
  ])("%s: %o", async (name, options) => {
    const { client, requests } = start(options);
    const error = await failure(client.toArray("135"));
    assert.instanceOf(error, InvalidRequest);
    assert.include(error.problem, name);
    assert.strictEqual(requests().length, 0);
  });

  it("the options themselves", async () => {
    for (const options of ["ak_any", 5, [apiKey], true]) {
      const client: ReturnType<typeof createClient> = Reflect.apply(createClient, undefined, [
        options,
      ]);
      const error = await failure(client.getPage("1"));
      assert.instanceOf(error, InvalidRequest);
      assert.strictEqual(error.problem, "The options are not an object");
    }
  });

  it("without the key, wherever it stands in them", async () => {
    for (const options of [
      { headers: { [apiKey]: "\n" } },
      { headers: { [`x-${apiKey} `]: "" } },
    ]) {
      const error = await failure(start(options).client.getPage("135"));
      assert.instanceOf(error, InvalidRequest);
      assert.notInclude(error.message, apiKey);
    }
    const error = await failure(
      Reflect.apply(start({}).client.getPage, undefined, ["135", { [apiKey]: 1 }]),
    );
    assert.instanceOf(error, InvalidRequest);
    assert.notInclude(error.message, apiKey);
  });
});

describe("An option of a listing is refused by its name", () => {
  it.each([
    ["pageSize", { pageSize: "5" }],
    ["pageSize", { pageSize: 101 }],
    ["cursor", { cursor: null }],
    ["cursor", { cursor: "" }],
    ["tags", { tags: "urgent" }],
    ["tags", { tags: null }],
    ["tags", { tags: new Set(["urgent"]) }],
    ["tag", { tags: [""] }],
    ["tag 1", { tags: [apiKey] }],
    ["delivered", { delivered: -1 }],
    ["delivered needs the cursor", { delivered: 7 }],
    ["delivered needs the cursor", { delivered: 1, cursor: undefined, verifyTotal: false }],
    ["prefetch", { prefetch: "1" }],
    ["verifyTotal", { verifyTotal: "no" }],
    ["as", { as: {} }],
    ["signal", { signal: new AbortController() }],
    ["signal", { signal: "SIGINT" }],
    ["object", "135"],
    ["object", ["cursor"]],
  ])("%s: %o", async (name, options) => {
    const { client, requests } = start({});
    for (const method of [client.listPages, client.listRecords, client.listRecordResults]) {
      const listing: AsyncIterable<unknown> = Reflect.apply(method, client, ["135", options]);
      const error = await failure(Promise.resolve(listing[Symbol.asyncIterator]().next()));
      assert.instanceOf(error, InvalidRequest);
      assert.include(
        error.problem.toLowerCase().replace("page size", "pagesize"),
        name.toLowerCase(),
      );
    }
    for (const method of [client.toArray, client.getPage]) {
      assert.instanceOf(
        await failure(Reflect.apply(method, client, ["135", options])),
        InvalidRequest,
      );
    }
    assert.strictEqual(requests().length, 0);
  });

  it.each([null, undefined])("but %s stands for none", async (options) => {
    const { client } = start({
      timeout: options,
      rateLimit: options,
      headers: options,
      log: options,
    });
    assert.strictEqual((await Reflect.apply(client.toArray, client, ["135", options])).length, 3);
    assert.isDefined(await Reflect.apply(client.getPage, client, ["135", options]));
  });
});
