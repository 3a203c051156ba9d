/**
 * Which transport sends the requests of a promise client whose caller chose none. Node's `fetch` sends the header
 * `sec-fetch-mode`; `node:http` does not.
 */
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest";
import { Agent, MockAgent, setGlobalDispatcher } from "@effect/platform-node/Undici";
import { execFile } from "node:child_process";
import diagnostics from "node:diagnostics_channel";
import http, { createServer, type Server } from "node:http";
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

  it("finds a dispatcher without options to be the default, whoever set it", async () => {
    setGlobalDispatcher(new Agent());
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

  const customDispatchers: ReadonlyArray<readonly [string, () => Agent]> = [
    ["an agent with options", () => new Agent({ connections: 1 })],
    ["an agent with a connect option", () => new Agent({ connect: { timeout: 1000 } })],
    ["an agent of a subclass", () => new (class TracingAgent extends Agent {})()],
    ["an agent with a dispatch of its own", () => ownDispatch(new Agent())],
  ];
  it.each(customDispatchers)("respects a global dispatcher that is %s", async (_, make) => {
    setGlobalDispatcher(make());
    await list();
    assert.deepStrictEqual(arrived, ["fetch"]);
  });

  it("respects the interceptors of a global dispatcher", async () => {
    let intercepted = 0;
    setGlobalDispatcher(
      new Agent().compose((dispatch) => (options, handler) => {
        intercepted += 1;
        return dispatch(options, handler);
      }),
    );
    await list();
    assert.deepStrictEqual(arrived, ["fetch"]);
    assert.strictEqual(intercepted, 1);
  });

  it("is mocked by undici's MockAgent", async () => {
    const mock = new MockAgent();
    mock.disableNetConnect();
    mock.get(baseUrl).intercept({ path: "/runs/1/records?limit=100" }).reply(200, page);
    setGlobalDispatcher(mock);
    assert.deepStrictEqual(await list(), []);
    assert.deepStrictEqual(arrived, []);
  });

  it("is seen by those who watch undici's requests", async () => {
    const paths: Array<unknown> = [];
    const watch = (message: unknown) => paths.push(Reflect.get(Object(message), "request").path);
    diagnostics.subscribe("undici:request:create", watch);
    cleanUps.push(() => diagnostics.unsubscribe("undici:request:create", watch));
    await list();
    assert.deepStrictEqual(paths, ["/runs/1/records?limit=100"]);
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

const ownDispatch = (agent: Agent): Agent => {
  const dispatch = agent.dispatch.bind(agent);
  agent.dispatch = (...args) => dispatch(...args);
  return agent;
};
