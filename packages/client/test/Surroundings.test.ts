/** What surrounds the client may change, or come from elsewhere: globals, realms, other copies of libraries, mocks. */
import { afterEach, assert, describe, it } from "@effect/vitest";
import { MockAgent } from "@effect/platform-node/Undici";
import { Effect, Layer, Redacted, Stream } from "effect";
import { FetchHttpClient } from "effect/http";
import { runInNewContext } from "node:vm";
import { RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { ScorecardClient, TransportError } from "../src/index.ts";
import * as FetchTransport from "../src/fetch.ts";
import { type Client, createClient, InvalidRequest } from "../src/promise.ts";
import * as UndiciTransport from "../src/undici.ts";

const run = FakeRun.make({ records: 3 });
const fake = FakeScorecard.fetch({ runs: [run] });
const apiKey = "ak_any";
const { fetch: realFetch } = globalThis;
const realAny = Object.getOwnPropertyDescriptor(AbortSignal, "any");
afterEach(() => {
  globalThis.fetch = realFetch;
  if (realAny !== undefined) Object.defineProperty(AbortSignal, "any", realAny);
});

describe("The client", () => {
  it("looks the global fetch up at each request", async () => {
    const client = createClient({ apiKey, baseUrl: fake.baseUrl, retry: false });
    const seen: Array<string> = [];
    for (const name of ["first", "second"]) {
      globalThis.fetch = (...request) => {
        seen.push(name);
        return fake.fetch(...request);
      };
      assert.strictEqual((await client.toArray(run.runId)).length, 3);
    }
    assert.deepStrictEqual(seen, ["first", "second"]);
  });

  it.live("looks it up at each request on the Effect client's own fetch transport too", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      for (const status of [403, 404]) {
        globalThis.fetch = () => Promise.resolve(new Response("", { status }));
        const error = yield* Effect.flip(client.getPage(RunId.make("1")));
        assert(error._tag === "RequestRejected");
        assert.strictEqual(error.status, status);
      }
    }).pipe(
      Effect.provide(
        ScorecardClient.layer({ apiKey: Redacted.make(apiKey), baseUrl: fake.baseUrl }).pipe(
          Layer.provide(FetchTransport.layer),
        ),
      ),
    ),
  );

  it("needs no AbortSignal.any", async () => {
    Object.defineProperty(AbortSignal, "any", { value: undefined, configurable: true });
    const client = createClient({ apiKey, baseUrl: fake.baseUrl, fetch: fake.fetch });
    assert.strictEqual((await client.toArray(run.runId)).length, 3);
  });

  it.live("keeps the reason of an error of another realm", () =>
    Effect.gen(function* () {
      const ForeignError: ErrorConstructor = runInNewContext("TypeError");
      const cause = Object.assign(new ForeignError("connect ECONNREFUSED 10.0.0.1:443"), {
        code: "ECONNREFUSED",
      });
      const foreign = new ForeignError("fetch failed", { cause });
      const client = createClient({
        apiKey,
        fetch: () => Promise.reject(foreign),
        retry: false,
      });
      const error: unknown = yield* Effect.promise(() =>
        client.getPage("1").catch((reason: unknown) => reason),
      );
      assert.include(String(error), "ECONNREFUSED 10.0.0.1");
      const program = Effect.flatMap(ScorecardClient, ({ listRecords }) =>
        Effect.flip(Stream.runDrain(listRecords(RunId.make("1")))),
      ).pipe(
        Effect.provide(
          ScorecardClient.layer({ apiKey: Redacted.make(apiKey), retry: false }).pipe(
            Layer.provide(FetchHttpClient.layer),
          ),
        ),
        Effect.provideService(FetchHttpClient.Fetch, () => Promise.reject(foreign)),
      );
      const effectError = yield* program;
      assert.instanceOf(effectError, TransportError);
      assert.include(effectError.detail, "ECONNREFUSED 10.0.0.1");
      assert.instanceOf(effectError.cause, Error);
    }),
  );

  it("says that a Redacted without a value may be of another copy of effect", async () => {
    const alien = Object.create(Object.getPrototypeOf(Redacted.make("ak_alien")));
    const client: ReturnType<typeof createClient> = Reflect.apply(createClient, undefined, [
      { apiKey: alien },
    ]);
    const error: unknown = await client.getPage("1").catch((reason: unknown) => reason);
    assert.instanceOf(error, InvalidRequest);
    assert.include(error.message, "two copies of effect?");
  });

  it.live("loses no result to a dispatcher that cannot be destroyed", () =>
    Effect.gen(function* () {
      const page = { data: [], nextCursor: null, hasMore: false };
      const mocked = () => {
        const agent = new MockAgent();
        agent.get("http://x.test").intercept({ path: /.*/ }).reply(200, page);
        return agent;
      };
      const dispatchers = [
        mocked(),
        Object.assign(mocked(), { destroy: undefined }),
        Object.assign(mocked(), {
          destroy: () => {
            throw new Error("no");
          },
        }),
        Object.assign(mocked(), { destroy: () => Promise.reject(new Error("no")) }),
      ];
      for (const dispatcher of dispatchers) {
        const { records } = yield* Effect.flatMap(ScorecardClient, ({ getPage }) =>
          getPage(RunId.make("1")),
        ).pipe(
          Effect.provide(
            ScorecardClient.layer({
              apiKey: Redacted.make(apiKey),
              baseUrl: "http://x.test",
            }).pipe(Layer.provide(UndiciTransport.layer(() => dispatcher))),
          ),
        );
        assert.deepStrictEqual(records, []);
      }
    }),
  );

  it("refuses a timeout that Node's fetch would cut short, and says why", async () => {
    const slow = createClient({ apiKey, timeout: "10 minutes", fetch: realFetch });
    await refused(slow);
    // One that is not Node's own has limits of its own.
    globalThis.fetch = fake.fetch;
    const mocked = createClient({ apiKey, baseUrl: fake.baseUrl, timeout: "10 minutes" });
    assert.strictEqual((await mocked.toArray(run.runId)).length, 3);
    const own = createClient({
      apiKey,
      baseUrl: fake.baseUrl,
      fetch: fake.fetch,
      timeout: "10 minutes",
    });
    assert.strictEqual((await own.toArray(run.runId)).length, 3);
  });

  it("names an encoding that it cannot undo", async () => {
    const client = createClient({
      apiKey,
      fetch: () =>
        Promise.resolve(
          new Response(new Uint8Array([0x1f, 0x9d, 0x90, 0xff]), {
            headers: { "content-encoding": "compress" },
          }),
        ),
      retry: false,
    });
    const error: unknown = await client.getPage("1").catch((reason: unknown) => reason);
    assert.include(String(error), "content-encoding: compress");
  });

  it("reads a body with a byte order mark", async () => {
    const page = `\uFEFF${JSON.stringify({ data: [], nextCursor: null, hasMore: false })}`;
    const client = createClient({ apiKey, fetch: () => Promise.resolve(new Response(page)) });
    assert.deepStrictEqual((await client.getPage("1")).records, []);
  });
});

const refused = async (client: Client) => {
  const error: unknown = await client.getPage("1").catch((reason: unknown) => reason);
  assert.instanceOf(error, InvalidRequest);
  assert.include(error.problem, "300 seconds");
};
