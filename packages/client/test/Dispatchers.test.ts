/** Dispatchers of all kinds, with interceptors and proxies: the same pages, and the same errors. */
import {
  Agent,
  BalancedPool,
  Client,
  type Dispatcher,
  EnvHttpProxyAgent,
  H2CClient,
  interceptors,
  Pool,
  ProxyAgent,
  RetryAgent,
  RoundRobinPool,
} from "@effect/platform-node/Undici";
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest";
import { once } from "node:events";
import { createServer, request, type RequestListener, type Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { connect } from "node:net";
import { pipeline } from "node:stream";
import {
  createClient,
  RateLimited,
  RequestTimeout,
  ServiceError,
  TransportError,
  Unauthenticated,
} from "../src/promise.ts";

const lastPage = 4;
const bodyOf = (url: string): string => {
  const at = Number(new URL(url, "http://x").searchParams.get("cursor") ?? 0);
  const record = { id: String(at), runId: "1", inputs: {}, expected: {}, outputs: {}, scores: [] };
  const hasMore = at < lastPage;
  return JSON.stringify({ data: [record], nextCursor: hasMore ? String(at + 1) : null, hasMore });
};

/** How the server answers; the number of the request counts from 1. */
type Answer = (
  body: string,
  response: Parameters<RequestListener>[1],
  requestNumber: number,
  range: string | undefined,
) => void;
const whole: Answer = (body, response) => void response.end(body);
const status =
  (code: number, headers = {}, body = ""): Answer =>
  (_, response) =>
    void response.writeHead(code, headers).end(body);
const apiError = JSON.stringify({ code: "NO", message: "The key is gone", details: {} });

const answers = {
  whole,
  stall: (body, response) => void response.write(body.slice(0, 20)),
  cutOnce: (body, response, requestNumber, range) => {
    const etag = '"1"';
    if (range !== undefined) {
      const start = Number(/\d+/.exec(range)?.[0]);
      const headers = { etag, "content-range": `bytes ${start}-${body.length - 1}/${body.length}` };
      response.writeHead(206, headers).end(body.slice(start));
    } else if (requestNumber === 2) {
      response.writeHead(200, { etag, "content-length": body.length }).write(body.slice(0, 20));
      setTimeout(() => response.destroy(), 20);
    } else {
      response.end(body);
    }
  },
  unauthenticated: status(401, { "content-type": "application/json" }, apiError),
  rateLimited: status(429, { "Retry-After": "7" }, "slow down"),
  broken: status(503),
} satisfies Record<string, Answer>;

let answer: Answer = whole;
let requests = 0;
const listener: RequestListener = ({ url = "", headers }, response) => {
  requests += 1;
  answer(bodyOf(url), response, requests, headers.range);
};
afterEach(() => {
  answer = whole;
  requests = 0;
});

const server = createServer(listener);
// Undici speaks HTTP/2 to it.
const http2Server = createHttp2Server((own, response) => {
  requests += 1;
  response.end(bodyOf(own.url));
});
const proxy = createServer(({ url = "", headers }, response) => {
  const { hostname, port, pathname, search } = new URL(url);
  request({ hostname, port, path: pathname + search, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 0, answered.headers);
    pipeline(answered, response, () => {});
  }).end();
}).on("connect", ({ url = "" }, socket) => {
  const [host, port] = url.split(":");
  const target = connect(Number(port), host, () => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    pipeline(target, socket, target, () => {});
  });
});

const urlOf = (own: Pick<Server, "address">): string => {
  const address = own.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
};
beforeAll(async () => {
  for (const own of [server, http2Server, proxy])
    await once(own.listen(0, "127.0.0.1"), "listening");
});
const opened: Array<Dispatcher> = [];
afterAll(async () => {
  await Promise.all(opened.map((dispatcher) => dispatcher.destroy()));
  for (const own of [server, proxy]) own.closeAllConnections();
  for (const own of [server, http2Server, proxy]) own.close();
});

// Undici would wait as long as the service asks.
const retries = { maxRetries: 1, minTimeout: 5, retryAfter: false };
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail("succeeded"),
    (error: unknown) => error,
  );

const { cache, decompress, deduplicate, dns, redirect, responseError, retry } = interceptors;
const dispatchers: Record<string, () => Dispatcher> = {
  Agent: () => new Agent(),
  "an Agent that pipelines": () => new Agent({ pipelining: 10 }),
  Pool: () => new Pool(urlOf(server)),
  Client: () => new Client(urlOf(server)),
  BalancedPool: () => new BalancedPool(urlOf(server)),
  RoundRobinPool: () => new RoundRobinPool(urlOf(server)),
  EnvHttpProxyAgent: () => new EnvHttpProxyAgent(),
  ProxyAgent: () => new ProxyAgent(urlOf(proxy)),
  "a ProxyAgent without a tunnel": () => new ProxyAgent({ uri: urlOf(proxy), proxyTunnel: false }),
  RetryAgent: () => new RetryAgent(new Agent(), retries),
  "an Agent that retries": () => new Agent().compose(retry(retries)),
  "an Agent that redirects": () => new Agent().compose(redirect({ maxRedirections: 3 })),
  "an Agent that decompresses": () => new Agent().compose(decompress()),
  "an Agent that caches": () => new Agent().compose(cache()),
  "an Agent that deduplicates": () => new Agent().compose(deduplicate()),
  "an Agent that caches names": () => new Agent().compose(dns()),
  "an Agent that throws statuses": () => new Agent().compose(responseError()),
};
const open = (make: () => Dispatcher) => {
  const dispatcher = make();
  opened.push(dispatcher);
  return dispatcher;
};

describe.each(Object.entries(dispatchers))("On %s, a client", (_, make) => {
  const clientWith = (options: object = {}) =>
    createClient({
      apiKey: "ak_any",
      baseUrl: urlOf(server),
      dispatcher: open(make),
      retry: false,
      ...options,
    });
  it("lists every record once, in order", async () => {
    const records = await clientWith().toArray("1");
    assert.deepStrictEqual(
      records.map(({ id }) => id),
      ["0", "1", "2", "3", "4"],
    );
    assert.strictEqual(requests, 5);
  });

  it("lists them also where a body is cut", async () => {
    answer = answers.cutOnce;
    const records = await clientWith({ retry: { attempts: 2, baseDelay: 5 } }).toArray("1");
    assert.deepStrictEqual(
      records.map(({ id }) => id),
      ["0", "1", "2", "3", "4"],
    );
    assert.strictEqual(requests, 6);
  });

  it("says that the key was not accepted, and why", async () => {
    answer = answers.unauthenticated;
    const error = await failureOf(clientWith().getPage("1"));
    assert.instanceOf(error, Unauthenticated);
    assert.strictEqual(error.apiError?.message, "The key is gone");
    assert.strictEqual(requests, 1);
  });

  it("says that the service fails, and with which status", async () => {
    answer = answers.broken;
    const error = await failureOf(clientWith().getPage("1"));
    assert.instanceOf(error, ServiceError);
    assert.strictEqual(error.status, 503);
  });

  it("says how long the service asks to wait", async () => {
    answer = answers.rateLimited;
    const error = await failureOf(clientWith().getPage("1"));
    assert.instanceOf(error, RateLimited);
    assert.strictEqual(error.retryAfter, 7000);
  });

  it("ends a body that stalls at the time limit, or with the caller's signal", async () => {
    answer = answers.stall;
    assert.instanceOf(await failureOf(clientWith({ timeout: 60 }).getPage("1")), RequestTimeout);
    const error = await failureOf(clientWith().getPage("1", { signal: AbortSignal.timeout(60) }));
    assert.strictEqual(error instanceof Error && error.name, "TimeoutError");
  });
});

describe("A client on a dispatcher", () => {
  it("reads from a server of HTTP/2", async () => {
    const dispatcher = open(() => new H2CClient(urlOf(http2Server)));
    const client = createClient({ apiKey: "ak_any", baseUrl: urlOf(http2Server), dispatcher });
    assert.strictEqual((await client.toArray("1")).length, 5);
    assert.strictEqual(requests, 5);
  });

  const controller = { abort: () => {} };
  it.each<readonly [string, Parameters<typeof createClient>[0], string]>([
    [
      "ends without a response",
      {
        dispatcher: {
          dispatch: (__, handler) => {
            handler.onRequestStart(controller);
            handler.onResponseEnd(controller);
            return true;
          },
        },
      },
      "ended without a response",
    ],
    [
      "fails and then throws",
      {
        dispatcher: {
          dispatch: (__, handler) => {
            handler.onResponseError(controller, new Error("the first reason"));
            throw new Error("the second");
          },
        },
      },
      "the first reason",
    ],
    [
      "throws something that is no error",
      {
        dispatcher: {
          dispatch: () => {
            throw "a text";
          },
        },
      },
      "a text",
    ],
  ])("that %s says so at once", async (_, options, reason) => {
    const client = createClient({ apiKey: "ak_any", retry: false, ...options });
    const error: unknown = await client.getPage("1").catch((own: unknown) => own);
    assert.instanceOf(error, TransportError);
    assert.include(error.detail, reason);
  });
});
