/** People pass all kinds of `fetch`: mocks, polyfills, wrappers. None of them makes a client hang or throw a defect. */
import { assert, describe, it } from "@effect/vitest";
import { Readable } from "node:stream";
import {
  createClient,
  InvalidResponse,
  RateLimited,
  RequestTimeout,
  TransportError,
} from "../src/promise.ts";

const text = JSON.stringify({ data: [], nextCursor: null, hasMore: false });
const bytes = new TextEncoder().encode(text);
const headers = new Headers();

const clientOn = (fetch: (signal: AbortSignal) => unknown, options: object = {}) => {
  const own = (_: unknown, { signal }: { readonly signal: AbortSignal }) => fetch(signal);
  const client: ReturnType<typeof createClient> = Reflect.apply(createClient, undefined, [
    { apiKey: "ak_any", retry: false, fetch: own, ...options },
  ]);
  return client;
};
const never = () => new Promise(() => {});
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail("succeeded"),
    (error: unknown) => error,
  );

describe("A page is read from", () => {
  it.each<readonly [string, () => unknown]>([
    ["a Response that is no promise", () => new Response(text)],
    [
      "a Response without streams, as in React Native",
      () => ({ status: 200, headers, arrayBuffer: () => Promise.resolve(bytes.buffer) }),
    ],
    [
      "headers of a polyfill that returns undefined",
      () => ({ status: 200, headers: new Map(), arrayBuffer: () => Promise.resolve(bytes.buffer) }),
    ],
    [
      "a stream of Node, as of node-fetch",
      () => ({ status: 200, headers, body: Readable.from([bytes.slice(0, 9), bytes.slice(9)]) }),
    ],
    ["a web stream", () => ({ status: 200, headers, body: new Blob([bytes]).stream() })],
    [
      "a web stream that only getReader reads, as in Safari",
      () => {
        const stream = new Blob([bytes]).stream();
        return { status: 200, headers, body: { getReader: () => stream.getReader() } };
      },
    ],
  ])("%s", async (_, fetch) => {
    assert.deepStrictEqual((await clientOn(fetch).getPage("1")).records, []);
  });
});

describe("A transport error names what is wrong with", () => {
  it.each<readonly [string, () => unknown, string]>([
    ["nothing at all", () => undefined, "not a Response"],
    ["a mock of JSON alone", () => ({ ok: true, status: 200, json: () => ({}) }), "not a Response"],
    [
      "a mock of an error",
      () => ({ status: 429, headers: {}, json: () => ({}) }),
      "not a Response",
    ],
    ["a body of text alone", () => ({ status: 200, headers, text: () => text }), "arrayBuffer"],
    ["chunks of text", () => ({ status: 200, headers, body: Readable.from([text]) }), "not bytes"],
    ["a rejection without a reason", () => Promise.reject(), "no reason"],
    ["a frozen error", () => Promise.reject(Object.freeze(new Error("frozen"))), "frozen"],
    [
      "a getter that throws",
      () => ({
        headers,
        get status() {
          throw new Error("no status for ak_any");
        },
      }),
      "no status for <redacted>",
    ],
  ])("%s", async (_, fetch, reason) => {
    const error = await failure(clientOn(fetch).getPage("1"));
    assert.instanceOf(error, TransportError);
    assert.include(error.detail, reason);
  });
});

describe("What never settles, whatever its signal says, ends with the time limit:", () => {
  it.each<readonly [string, () => unknown]>([
    ["a fetch", never],
    ["an arrayBuffer", () => ({ status: 200, headers, arrayBuffer: never })],
    [
      "a stream",
      () => ({ status: 200, headers, body: new ReadableStream({ cancel: () => never().then() }) }),
    ],
    ["a stream of Node", () => ({ status: 200, headers, body: new Readable({ read: () => {} }) })],
  ])("%s", async (_, fetch) => {
    const limited = clientOn(fetch, { timeout: 40 });
    assert.instanceOf(await failure(limited.getPage("1")), RequestTimeout);
    assert.instanceOf(await failure(limited.toArray("1")), RequestTimeout);
    const aborted = clientOn(fetch);
    const error = await failure(aborted.toArray("1", { signal: AbortSignal.timeout(40) }));
    assert.strictEqual(error instanceof Error && error.name, "TimeoutError");
    const closed = aborted.getPage("1");
    setTimeout(() => void aborted.close(), 10);
    assert.match(String(await failure(closed)), /The client is closed/);
  });

  it("but the body of a 429 that never comes costs its status nothing", async () => {
    const answer = {
      status: 429,
      headers: new Headers({ "retry-after": "7" }),
      arrayBuffer: never,
    };
    const error = await failure(clientOn(() => answer, { timeout: 100 }).getPage("1"));
    assert.instanceOf(error, RateLimited);
    assert.strictEqual(error.retryAfter, 7000);
  });
});

it("A body that is too large is cancelled, though its fetch ignores the signal", async () => {
  let ended: unknown;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    cancel: () => {
      ended = true;
    },
  });
  const error = await failure(
    clientOn(() => ({ status: 200, headers, body }), { maxBodyBytes: 5000 }).getPage("1"),
  );
  assert.instanceOf(error, InvalidResponse);
  assert.strictEqual(error.kind, "TooLarge");
  assert.isTrue(ended);
});

type End = (controller: AbortController, client: ReturnType<typeof createClient>) => void;
const ends: ReadonlyArray<readonly [string, End, RegExp]> = [
  ["by the caller's signal", (controller) => controller.abort(new Error("in fetch")), /in fetch/],
  ["by closing the client", (_, client) => void client.close(), /The client is closed/],
];

describe("A fetch that ends its own request", () => {
  it.each(ends)("%s, delivers no page", async (_, end, reason) => {
    for (const method of ["getPage", "toArray"] as const) {
      const controller = new AbortController();
      const client = clientOn(() => {
        end(controller, client);
        return new Response(text);
      });
      const { signal } = controller;
      assert.match(String(await failure(client[method]("1", { signal }))), reason);
    }
  });
});

describe("An abort without a reason", () => {
  it.each([
    [
      "of an old runtime",
      { aborted: true, addEventListener: () => {}, removeEventListener: () => {} },
    ],
    [
      "of undefined",
      {
        aborted: true,
        reason: undefined,
        addEventListener: () => {},
        removeEventListener: () => {},
      },
    ],
  ])("%s throws an AbortError", async (_, signal) => {
    const client = clientOn(() => new Response(text));
    for (const method of [client.getPage, client.toArray]) {
      const error = await failure(Reflect.apply(method, client, ["1", { signal }]));
      assert.strictEqual(error instanceof Error && error.name, "AbortError");
    }
  });
});
