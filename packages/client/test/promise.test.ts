import { afterAll, assert, beforeAll, describe, expectTypeOf, it } from "@effect/vitest";
import { BooleanScore, TypedRecord } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Agent } from "@effect/platform-node/Undici";
import { build } from "esbuild";
import { ManagedRuntime, Schema } from "effect";
import { inspect } from "node:util";
import { createContext, runInContext } from "node:vm";
import {
  type Client,
  createClient,
  InvalidRequest,
  type Page,
  type RecordWithScores,
  RequestRejected,
  scoreOf,
  ServiceError,
  TransportError,
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
    assert.isTrue(results.every(({ ok }) => ok));
  });

  it("fetches one page, and continues from its cursor", async () => {
    const client = createClient({ apiKey, baseUrl: new URL(baseUrl) });
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
      assert.strictEqual(error._tag, "RequestRejected");
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
    for (const wrong of [{ retry: "no" }, { apiKey: undefined }, { apiKey: null }, { apiKey: 5 }]) {
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

  it("reads its key and URL from the environment", async () => {
    const { env } = process;
    const before = { key: env["SCORECARD_API_KEY"], url: env["SCORECARD_BASE_URL"] };
    try {
      delete env["SCORECARD_API_KEY"];
      env["SCORECARD_BASE_URL"] = baseUrl;
      const missing = await rejectionOf(createClient().getPage("135"));
      assert.instanceOf(missing, InvalidRequest);
      assert.include(missing.problem, "SCORECARD_API_KEY");
      env["SCORECARD_API_KEY"] = apiKey;
      assert.strictEqual((await createClient().getPage("135")).records.length, 100);
    } finally {
      for (const [name, value] of [
        ["SCORECARD_API_KEY", before.key],
        ["SCORECARD_BASE_URL", before.url],
      ] as const) {
        if (value === undefined) delete env[name];
        else env[name] = value;
      }
    }
  });

  it("names an option that does not exist, and sends nothing", async () => {
    const settings = { apiKey, baseUrl, fetch: failOnFetch };
    // What JavaScript callers may pass.
    const misspelled: Client = Reflect.apply(createClient, undefined, [
      { ...settings, retries: 1 },
    ]);
    const client = createClient(settings);
    const calls: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
      ["retries", () => misspelled.toArray("135")],
      ["pagesize", () => Reflect.apply(client.toArray, client, ["135", { pagesize: 5 }])],
      ["pagesize", () => Reflect.apply(client.getPage, client, ["135", { pagesize: 5 }])],
      ["prefetch", () => Reflect.apply(client.getPage, client, ["135", { prefetch: 1 }])],
    ];
    for (const [name, call] of calls) {
      const error = await rejectionOf(call());
      assert.instanceOf(error, InvalidRequest);
      assert.include(error.problem, `There is no option "${name}"`);
    }
  });

  it("does not retry with retry: false", async () => {
    let sent = 0;
    const fetch = () => {
      sent += 1;
      return Promise.resolve(new Response("", { status: 503 }));
    };
    const error = await rejectionOf(createClient({ apiKey, fetch, retry: false }).getPage("135"));
    assert.instanceOf(error, ServiceError);
    assert.strictEqual(error.status, 503);
    assert.strictEqual(sent, 1);
  });

  it("sends the caller's headers and a User-Agent, and lets none replace its own", async () => {
    const seen: Array<Headers> = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      seen.push(new Headers(init?.headers));
      return globalThis.fetch(input, init);
    };
    await createClient({ apiKey, baseUrl, fetch, headers: { "X-Team": "evals" } }).getPage("135");
    assert.strictEqual(seen[0]?.get("x-team"), "evals");
    assert.match(seen[0]?.get("user-agent") ?? "", /^scorecard-effect-client\/\d/);
    for (const headers of [{ Authorization: "Bearer ak_other" }, { "x y": "z" }, { x: "a\nb" }]) {
      const error = await rejectionOf(createClient({ apiKey, headers, fetch }).getPage("135"));
      assert.instanceOf(error, InvalidRequest);
    }
  });

  it("prints pages and retries with log: debug, without the key", async () => {
    const lines: Array<string> = [];
    const { error } = console;
    console.error = (line: string) => lines.push(line);
    try {
      await createClient({ apiKey: "ak_do_not_tell", baseUrl, log: "debug" }).toArray("135");
      await createClient({ apiKey, baseUrl }).toArray("135");
    } finally {
      console.error = error;
    }
    assert.strictEqual(lines.length, 3);
    assert.isTrue(lines.every((line) => line.startsWith("scorecard: Page read")));
    assert.notInclude(lines.join(), "ak_do_not_tell");
  });

  it("reads through a dispatcher, which stays the caller's", async () => {
    const dispatcher = new Agent();
    const client = createClient({ apiKey, baseUrl, dispatcher });
    assert.strictEqual((await client.toArray("135")).length, 250);
    await client.close();
    assert.isFalse(dispatcher.destroyed);
    await dispatcher.destroy();
  });

  it.each([
    ["fetch", { fetch: {} }],
    ["dispatcher", { dispatcher: {} }],
    ["dispatcher", { dispatcher: null }],
  ] as const)("rejects a %s that cannot send with InvalidRequest", async (name, options) => {
    // As JavaScript allows.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const client = createClient({ apiKey, baseUrl, ...(options as object) });
    const error = await rejectionOf(client.getPage("135"));
    assert.instanceOf(error, InvalidRequest);
    assert.isTrue(error.problem.startsWith(`${name} is malformed`));
  });

  it("rejects also where the program has replaced Error.prepareStackTrace", async () => {
    const original: unknown = Reflect.get(Error, "prepareStackTrace");
    Error.prepareStackTrace = (_, frames) => frames;
    try {
      const client = createClient({ apiKey, baseUrl, retry: false });
      assert.instanceOf(await rejectionOf(client.getPage("9")), RequestRejected);
    } finally {
      Reflect.set(Error, "prepareStackTrace", original);
    }
  });

  it("throws errors with the caller's frames, that read well on the console", async () => {
    const client = createClient({ apiKey, baseUrl, retry: false });
    const nightlyReport = async () => {
      for await (const record of client.listRecords("9")) assert.fail(record.id);
    };
    const nightlyPage = async () => {
      await client.getPage("9");
    };
    for (const [name, work] of Object.entries({ nightlyReport, nightlyPage })) {
      const error = await rejectionOf(work());
      assert.instanceOf(error, RequestRejected);
      assert.include(error.stack ?? "", name);
      assert.isTrue(error.stack?.startsWith(`RequestRejected: ${error.message}`));
      assert.include(inspect(error), "RequestRejected: The service rejected the request (404)");
    }
  });

  it("keeps what the transport threw as the cause, without the key", async () => {
    const thrown = new Error("outer", { cause: new Error("Bearer ak_do_not_tell refused") });
    const fetch = () => Promise.reject(thrown);
    const client = createClient({ apiKey: "ak_do_not_tell", fetch, retry: false });
    const error = await rejectionOf(client.getPage("135"));
    assert.instanceOf(error, TransportError);
    assert.instanceOf(error.cause, Error);
    assert.strictEqual(String(error.cause.cause), "Error: Bearer <redacted> refused");
    assert.notInclude(renderAll(error), "ak_do_not_tell");
  });

  it("reads a metric's score in one step", async () => {
    const [record] = (await createClient({ apiKey, baseUrl }).getPage("135")).records;
    assert(record !== undefined);
    const [score] = record.scores;
    assert(score !== undefined);
    assert.strictEqual(scoreOf(record, score.metricConfigId.toUpperCase()), score.score);
    assert.isUndefined(scoreOf(record, "00000000-0000-0000-0000-000000000000"));
  });

  it("reads a typed score in one step, or what does not fit its type", async () => {
    const { correctness, helpfulness } = FakeRun.metrics;
    const Support = TypedRecord.make({
      scores: {
        [correctness]: BooleanScore,
        // Scores of this metric are on a scale from 1 to 5: they have no `binaryScore`.
        [helpfulness]: BooleanScore,
        "00000000-0000-0000-0000-000000000000": BooleanScore,
      },
    });
    const client = createClient({ apiKey, baseUrl });
    let fitting = 0;
    for (const record of await client.toArray("135", { as: Support })) {
      const score = scoreOf(record, correctness);
      if (score?.ok === true) {
        expectTypeOf(score.value.binaryScore).toEqualTypeOf<boolean>();
        assert.isBoolean(score.value.binaryScore);
        fitting += 1;
      }
      const misfit = scoreOf(record, helpfulness);
      if (misfit !== undefined) {
        assert(!misfit.ok);
        assert.strictEqual(misfit.issues[0]?.path, "/binaryScore");
      }
      assert.isUndefined(scoreOf(record, "00000000-0000-0000-0000-000000000000"));
    }
    assert.isAbove(fitting, 200);
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

/** What a promise rejects with. */
const rejectionOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail("it did not reject"),
    (reason: unknown) => reason,
  );
