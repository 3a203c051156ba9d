/**
 * Which transport sends the requests of a promise client whose caller chose none. Node's `fetch` sends the header
 * `sec-fetch-mode`; `node:http` does not.
 */
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest";
import {
  Agent as UndiciAgent,
  getGlobalDispatcher,
  MockAgent,
  Pool,
  setGlobalDispatcher,
} from "@effect/platform-node/Undici";
import { Predicate } from "effect";
import { execFile } from "node:child_process";
import diagnostics from "node:diagnostics_channel";
import http, { createServer, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runInNewContext } from "node:vm";
import { createClient } from "../src/promise.ts";

const page = JSON.stringify({ data: [], nextCursor: null, hasMore: false });
const { fetch: realFetch } = globalThis;
const { request: realRequest } = http;
const dispatchers = [1, 2].map((version) => Symbol.for(`undici.globalDispatcher.${version}`));

let server: Server;
let baseUrl: string;
let arrived: Array<"fetch" | "node:http">;
const cleanUps: Array<() => unknown> = [];

beforeEach(async () => {
  arrived = [];
  // A server for each test: no connection is left over from another transport.
  server = createServer((request, response) => {
    arrived.push(request.headers["sec-fetch-mode"] === undefined ? "node:http" : "fetch");
    response.end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  // Node makes its own dispatcher with its first fetch.
  await realFetch("data:,");
  for (const name of dispatchers) {
    const value: unknown = Reflect.get(globalThis, name);
    cleanUps.push(() => Reflect.set(globalThis, name, value));
  }
});

afterEach(() => {
  globalThis.fetch = realFetch;
  http.request = realRequest;
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
  server.closeAllConnections();
  server.close();
});

const list = () => createClient({ apiKey: "ak_x", baseUrl, retry: false }).toArray("1");

describe("A promise client without a transport", () => {
  it("runs on node:http, also after other code called fetch", async () => {
    await realFetch(baseUrl);
    await list();
    assert.deepStrictEqual(arrived, ["fetch", "node:http"]);
  });

  it("runs on node:http where tools replaced its functions", async () => {
    const urls: Array<string> = [];
    http.request = new Proxy(realRequest, {
      apply: (target, self, args) => {
        urls.push(String(args[0]));
        return Reflect.apply(target, self, args);
      },
    });
    await list();
    assert.deepStrictEqual(urls, [`${baseUrl}/runs/1/records?limit=100`]);
  });

  it("treats every global dispatcher without options as the default", async () => {
    setGlobalDispatcher(new UndiciAgent());
    await list();
    assert.deepStrictEqual(arrived, ["node:http"]);
  });

  const replacements: ReadonlyArray<readonly [string, () => typeof realFetch]> = [
    ["a wrapper", () => (input, init) => realFetch(input, init)],
    ["a wrapper of the same name and length", () => named],
    ["a proxy", () => new Proxy(realFetch, {})],
    ["a bound copy", () => realFetch.bind(undefined)],
    [
      "a function of another realm",
      () => runInNewContext("(...all) => f(...all)", { f: realFetch }),
    ],
  ];
  it.each(replacements)("calls a global fetch that is %s", async (_, replacement) => {
    const early = createClient({ apiKey: "ak_x", baseUrl, retry: false });
    globalThis.fetch = replacement();
    await early.toArray("1");
    await list();
    globalThis.fetch = realFetch;
    await early.toArray("1");
    assert.deepStrictEqual(arrived, ["fetch", "fetch", "node:http"]);
  });

  const customDispatchers: ReadonlyArray<readonly [string, () => UndiciAgent]> = [
    ["an agent with options", () => new UndiciAgent({ connections: 1 })],
    ["an agent with a connect option", () => new UndiciAgent({ connect: { timeout: 1000 } })],
    ["an agent of a subclass of the same name", () => new TracingAgent.Agent()],
    ["an agent with a factory", () => new UndiciAgent({ factory: (origin) => new Pool(origin) })],
    ["an agent with a dispatch of its own", () => ownDispatch(new UndiciAgent())],
  ];
  it.each(customDispatchers)("respects a global dispatcher that is %s", async (_, make) => {
    setGlobalDispatcher(make());
    await list();
    assert.deepStrictEqual(arrived, ["fetch"]);
  });

  it.each([
    ["an agent of its own", () => new UndiciAgent()],
    ["the agent that Node made", () => getGlobalDispatcher()],
  ])("respects the interceptors of a global dispatcher: %s", async (_, agent) => {
    let intercepted = 0;
    setGlobalDispatcher(
      agent().compose((dispatch) => (options, handler) => {
        intercepted += 1;
        return dispatch(options, handler);
      }),
    );
    await list();
    assert.deepStrictEqual(arrived, ["fetch"]);
    assert.strictEqual(intercepted, 1);
  });

  it("respects a dispatch that was replaced in Node's own agent", async () => {
    const agent: unknown = Reflect.get(globalThis, dispatchers[1] ?? dispatchers[0] ?? "");
    const prototype: unknown = Object.getPrototypeOf(Object.getPrototypeOf(agent));
    assert(Predicate.isObjectKeyword(prototype) && Object.hasOwn(prototype, "dispatch"));
    const dispatch: unknown = Reflect.get(prototype, "dispatch");
    assert(typeof dispatch === "function");
    cleanUps.push(() => Reflect.set(prototype, "dispatch", dispatch));
    let seen = 0;
    Reflect.set(prototype, "dispatch", function (this: unknown, ...args: ReadonlyArray<unknown>) {
      seen += 1;
      return Reflect.apply(dispatch, this, args);
    });
    await list();
    assert.deepStrictEqual(arrived, ["fetch"]);
    assert.isAtLeast(seen, 1);
  });

  it("respects a global dispatcher that a VM context cannot see", async () => {
    // Node's fetch in a VM context uses the dispatcher of the main one.
    const program = `
      import vm from "node:vm";
      import { MockAgent, setGlobalDispatcher } from ${JSON.stringify(import.meta.resolve("@effect/platform-node/Undici"))};
      import { build } from ${JSON.stringify(import.meta.resolve("esbuild"))};
      const { outputFiles } = await build({
        entryPoints: [${JSON.stringify(fileURLToPath(new URL("../src/promise.ts", import.meta.url)))}],
        bundle: true, write: false, format: "iife", globalName: "client", logLevel: "error",
      });
      const mock = new MockAgent();
      mock.disableNetConnect();
      mock.get("http://scorecard.test").intercept({ path: "/runs/1/records?limit=100" })
        .reply(200, ${JSON.stringify(page)});
      setGlobalDispatcher(mock);
      const { fetch, process, URL, AbortController, TextDecoder, setTimeout, clearTimeout, queueMicrotask } = globalThis;
      const context = vm.createContext({
        fetch, process, URL, AbortController, TextDecoder, setTimeout, clearTimeout, queueMicrotask, console,
      });
      vm.runInContext(outputFiles[0].text, context);
      const { createClient } = context.client;
      const options = { apiKey: "ak_x", baseUrl: "http://scorecard.test", retry: false };
      console.log(JSON.stringify(await createClient(options).toArray("1")));
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", program],
      { cwd: import.meta.dirname },
    );
    assert.strictEqual(stdout, "[]\n");
  });

  it("is mocked by undici's MockAgent", async () => {
    const mock = new MockAgent();
    mock.disableNetConnect();
    mock.get(baseUrl).intercept({ path: "/runs/1/records?limit=100" }).reply(200, page);
    setGlobalDispatcher(mock);
    assert.deepStrictEqual(await list(), []);
    assert.deepStrictEqual(arrived, []);
  });

  it.each([
    "undici:request:create",
    "undici:request:headers",
    "undici:request:trailers",
    "undici:client:sendHeaders",
    "undici:client:connected",
  ])("is seen by those who watch the channel %s", async (channel) => {
    let messages = 0;
    const watch = () => void (messages += 1);
    diagnostics.subscribe(channel, watch);
    cleanUps.push(() => diagnostics.unsubscribe(channel, watch));
    await list();
    assert.strictEqual(messages, 1);
  });

  it("uses the proxy that Node takes from the environment", async () => {
    const asked: Array<string | undefined> = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url);
      response.end(page);
    });
    // For plain HTTP, a proxy gets a request with the whole URL, or a tunnel.
    proxy.on("connect", (request, socket) => {
      asked.push(request.url);
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    cleanUps.push(() => proxy.close());
    const address = proxy.address();
    const port = typeof address === "object" ? address?.port : "";
    const program = `
      import { createClient } from ${JSON.stringify(new URL("../src/promise.ts", import.meta.url))};
      const client = createClient({ apiKey: "ak_x", baseUrl: "http://scorecard.test", retry: false });
      await client.toArray("1").catch(() => {});
    `;
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
      env: { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: `http://127.0.0.1:${port}` },
    });
    assert.strictEqual(asked.length, 1);
    assert.include(asked[0], "scorecard.test");
  });
});

const named = function fetch(...request: Parameters<typeof realFetch>) {
  return realFetch(...request);
};

// Undici 7 and 8 call their class "Agent", too.
const TracingAgent = {
  Agent: class Agent extends UndiciAgent {
    override dispatch(...args: Parameters<UndiciAgent["dispatch"]>): boolean {
      return super.dispatch(...args);
    }
  },
};

const ownDispatch = (agent: UndiciAgent): UndiciAgent => {
  const dispatch = agent.dispatch.bind(agent);
  agent.dispatch = (...args) => dispatch(...args);
  return agent;
};
