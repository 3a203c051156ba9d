import { afterAll, assert, beforeAll, describe, expectTypeOf, it } from "@effect/vitest";
import { BooleanScore, type RecordWithScores, TypedRecord } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { build } from "esbuild";
import { ManagedRuntime, Redacted, Result, Schema } from "effect";
import { createContext, runInContext } from "node:vm";
import * as Effectful from "../src/index.ts";
import {
  type Client,
  createClient,
  InvalidRequest,
  type Page,
  RequestRejected,
} from "../src/promise.ts";
import { renderAll } from "./Rendering.ts";

const run = FakeRun.make({ records: 250 });
const ids = Array.from({ length: run.size }, (_, index) => run.record(index).id);
const fake = ManagedRuntime.make(FakeScorecardNode.layer({ runs: [run] }));
const apiKey = "ak_any";
let baseUrl = "";
beforeAll(async () => {
  ({ baseUrl } = await fake.runPromise(FakeScorecard));
});
afterAll(() => fake.dispose());
const failOnFetch = () => assert.fail("something was sent");

describe("createClient", () => {
  it("lists records, pages and results, in a loop or at once", async () => {
    await using client = createClient({ apiKey, baseUrl });
    const records: Array<string> = [];
    for await (const record of client.listRecords("135", { pageSize: 40 })) records.push(record.id);
    assert.deepStrictEqual(records, ids);
    const pages = await client.listPages("135", { pageSize: 100 }).toArray();
    expectTypeOf(pages).toEqualTypeOf<Array<Page>>();
    assert.deepStrictEqual(
      pages.map(({ records: { length } }) => length),
      [100, 100, 50],
    );
    assert.deepStrictEqual(
      (await client.toArray("135")).map(({ id }) => id),
      ids,
    );
    const results = await client.listRecordResults("135").toArray();
    assert.isTrue(results.every((result) => Result.isSuccess(result)));
  });

  it("fetches one page, and continues from its cursor", async () => {
    const client = createClient({ apiKey: Redacted.make(apiKey), baseUrl: new URL(baseUrl) });
    const first = await client.getPage("135", { pageSize: 30 });
    assert.strictEqual(first.total, 250);
    const rest = await client.toArray("135", { cursor: first.nextCursor });
    assert.deepStrictEqual(
      [...first.records, ...rest].map(({ id }) => id),
      ids,
    );
  });

  it("gives records the types of a described run", async () => {
    const Support = TypedRecord.make({
      inputs: Schema.Struct({ question: Schema.String }),
      scores: { [FakeRun.metrics.correctness]: BooleanScore },
    });
    const client = createClient({ apiKey, baseUrl });
    for await (const record of client.listRecords("135", { as: Support })) {
      expectTypeOf(record.inputs.question).toEqualTypeOf<string>();
      assert.isString(record.inputs.question);
      break;
    }
    expectTypeOf(client.listRecords("135").toArray()).toEqualTypeOf<
      Promise<Array<RecordWithScores>>
    >();
  });

  it("sends nothing before the first record is pulled, and lists again in each loop", async () => {
    let sent = 0;
    const fetch: typeof globalThis.fetch = (input, init) => {
      sent += 1;
      return globalThis.fetch(input, init);
    };
    const listing = createClient({ apiKey, baseUrl, fetch }).listRecords("135", { prefetch: 0 });
    assert.strictEqual(sent, 0);
    for await (const _ of listing) break;
    assert.strictEqual(sent, 1);
    for await (const _ of listing) break;
    assert.strictEqual(sent, 2);
  });

  it("resolves concurrent calls of next in order", async () => {
    const client = createClient({ apiKey, baseUrl });
    const iterator = client.listRecords("135", { pageSize: 3 })[Symbol.asyncIterator]();
    const answers = await Promise.all(Array.from({ length: 260 }, () => iterator.next()));
    assert.deepStrictEqual(
      answers.flatMap(({ value }) => (value === undefined ? [] : [value.id])),
      ids,
    );
    assert.isTrue(answers.slice(250).every(({ done }) => done));
  });

  it("throws the same tagged errors as the Effect client", async () => {
    const client = createClient({ apiKey, baseUrl });
    try {
      await client.toArray("9");
      assert.fail("an unknown run was listed");
    } catch (error) {
      assert.instanceOf(error, RequestRejected);
      assert.instanceOf(error, Effectful.RequestRejected);
      assert.strictEqual(error.status, 404);
      assert.strictEqual(error.runId, "9");
    }
  });

  it.each([
    [{ apiKey: "sk_other" }, {}],
    [{ apiKey: "" }, {}],
    [{ baseUrl: "nowhere" }, {}],
    [{ timeout: -1 }, {}],
    [{ retry: { attempts: 0 } }, {}],
    [{ retry: { attempts: 1.5 } }, {}],
    [{ retry: { baseDelay: Number.NaN } }, {}],
    [{ maxBodyBytes: 0 }, {}],
    [{ maxBodyBytes: Number.NaN }, {}],
    [{ rateLimit: { requests: 0, window: 1 } }, {}],
    [{ rateLimit: { requests: 1, window: 1, enter: "mine" } }, {}],
    [{}, { pageSize: 0 }],
    [{}, { pageSize: 101 }],
    [{}, { pageSize: 1.5 }],
    [{}, { pageSize: Number.NaN }],
    [{}, { cursor: "" }],
    [{}, { prefetch: -1 }],
    [{}, { delivered: -1 }],
  ])("rejects %j with %j before anything is sent", async (options, listing) => {
    const client = createClient({ apiKey, baseUrl, fetch: failOnFetch, ...options });
    for (const call of [
      () => client.toArray("135", listing),
      () => client.listPages("135", listing).toArray(),
      () => client.listRecordResults("135", listing).toArray(),
      ...("prefetch" in listing || "delivered" in listing
        ? []
        : [() => client.getPage("135", listing)]),
    ]) {
      const error: unknown = await call().then(
        () => assert.fail("it was accepted"),
        (reason: unknown) => reason,
      );
      assert.instanceOf(error, InvalidRequest);
    }
  });

  it("rejects options of the wrong type, and a missing key, with InvalidRequest", async () => {
    for (const wrong of [
      { retry: false },
      { retry: "no" },
      { apiKey: undefined },
      { apiKey: null },
      { apiKey: 5 },
    ]) {
      const settings: unknown = { apiKey, baseUrl, fetch: failOnFetch, ...wrong };
      // A call without types.
      const client: Client = Reflect.apply(createClient, undefined, [settings]);
      const error: unknown = await client.toArray("135").catch((reason: unknown) => reason);
      assert.instanceOf(error, InvalidRequest, JSON.stringify(wrong));
    }
  });

  it("ends on throw, and rethrows the error", async () => {
    const client = createClient({ apiKey, baseUrl });
    const iterator = client.listRecords("135")[Symbol.asyncIterator]();
    await iterator.next();
    const thrown: unknown = await iterator
      .throw?.(new Error("mine"))
      .catch((reason: unknown) => reason);
    assert.match(String(thrown), /mine/);
    assert.deepStrictEqual(await iterator.next(), { done: true, value: undefined });
  });

  it("rejects an invalid run id with InvalidRequest", async () => {
    const client = createClient({ apiKey, baseUrl });
    for (const runId of ["", "..", undefined, 5]) {
      const untyped = { runId };
      // A call without types.
      const error: unknown = await Reflect.apply(client.toArray, client, [untyped.runId]).catch(
        (reason: unknown) => reason,
      );
      assert.instanceOf(error, InvalidRequest);
    }
  });

  it("uses the given fetch for every request", async () => {
    const urls: Array<string> = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      urls.push(input instanceof Request ? input.url : String(input));
      return globalThis.fetch(input, init);
    };
    await createClient({ apiKey, baseUrl, fetch }).toArray("135");
    assert.strictEqual(urls.length, 3);
    assert.isTrue(urls.every((url) => url.startsWith(`${baseUrl}/runs/135/records?limit=100`)));
  });

  it("sends nothing if its signal is already aborted", async () => {
    const client = createClient({ apiKey, baseUrl, fetch: failOnFetch });
    const signal = AbortSignal.abort(new Error("never mind"));
    for (const call of [
      () => client.toArray("135", { signal }),
      () => client.getPage("135", { signal }),
    ]) {
      const error: unknown = await call().catch((reason: unknown) => reason);
      assert.match(String(error), /never mind/);
    }
  });

  it("rejects calls after close with AbortError", async () => {
    const client = createClient({ apiKey, baseUrl });
    await client.toArray("135");
    await client.close();
    await client.close();
    const error: unknown = await client.toArray("135").catch((reason: unknown) => reason);
    assert.strictEqual(Reflect.get(Object(error), "name"), "AbortError");
  });

  it("never shows its key", async () => {
    const client = createClient({
      apiKey: "ak_do_not_tell",
      baseUrl: "http://127.0.0.1:2",
      retry: { attempts: 1 },
    });
    const error: unknown = await client.toArray("135").catch((reason: unknown) => reason);
    for (const value of [client, client.listRecords("135"), error]) {
      assert.notInclude(renderAll(value), "ak_do_not_tell");
    }
  });
});

describe("The promise client as a bundle", () => {
  it("needs only web APIs", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { createClient } from "./src/promise.ts";
          const client = createClient({
            apiKey: "ak_any",
            baseUrl: "http://scorecard.test",
            fetch: globalThis.fakeFetch,
          });
          globalThis.listed = client.toArray("135").then((records) => records.map(({ id }) => id));`,
        resolveDir: `${import.meta.dirname}/..`,
        loader: "ts",
      },
      bundle: true,
      format: "iife",
      platform: "browser",
      write: false,
    });
    const code = outputFiles[0]?.text ?? "";
    // The globals of a browser, without those that Node adds.
    const global = {
      AbortController,
      AbortSignal,
      Blob,
      DecompressionStream,
      DOMException,
      Headers,
      ReadableStream,
      Request,
      Response,
      TextDecoder,
      TextEncoder,
      URL,
      URLSearchParams,
      clearTimeout,
      console,
      performance,
      queueMicrotask,
      setTimeout,
      clearInterval,
      setInterval,
      fakeFetch: () =>
        Promise.resolve(
          Response.json({ data: [run.record(0), run.record(1)], nextCursor: null, hasMore: false }),
        ),
    };
    const context = createContext(global);
    runInContext(code, context);
    assert.deepStrictEqual(
      await runInContext("listed.then((ids) => ids.join())", context),
      "100000,100001",
    );
  });
});
