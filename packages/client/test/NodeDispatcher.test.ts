/** What a server may do to a connection, as the promise client's default transport in Node sees it. */
import { afterEach, assert, describe, it, vi } from "@effect/vitest";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { mock } from "node:test";
import timers from "node:timers";
import { Worker } from "node:worker_threads";
import { createClient, RequestRejected, TransportError } from "../src/promise.ts";

const page = JSON.stringify({ data: [], nextCursor: null, hasMore: false });
const response = `HTTP/1.1 200 OK\r\ncontent-length: ${page.length}\r\n\r\n${page}`;

let server: Server | undefined;
afterEach(() => {
  vi.useRealTimers();
  mock.timers.reset();
  server?.close();
  server = undefined;
});

/** Serves whatever `answer` writes for each request. */
const serve = async (answer: (socket: Socket) => unknown): Promise<string> => {
  const started = createServer((socket) => {
    socket.on("data", () => answer(socket));
    socket.on("error", () => {});
    started.on("close", () => socket.destroy());
  }).listen(0, "127.0.0.1");
  server = started;
  await once(started, "listening");
  const address = started.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
};

const list = (baseUrl: string) =>
  createClient({ apiKey: "ak_x", baseUrl, retry: false }).toArray("1");

const failureOf = (baseUrl: string): Promise<unknown> =>
  list(baseUrl).then(
    () => assert.fail("the listing succeeded"),
    (error: unknown) => error,
  );

describe("On node:http", () => {
  it("a whole response is read, whatever follows it", async () => {
    const baseUrl = await serve((socket) => socket.write(`${response}surplus`));
    assert.deepStrictEqual(await list(baseUrl), []);
  });

  it("a whole response is read from a connection that the server then resets", async () => {
    const baseUrl = await serve((socket) => socket.write(response, () => socket.resetAndDestroy()));
    assert.deepStrictEqual(await list(baseUrl), []);
  });

  it("a response that switches protocols is an error at once", async () => {
    const baseUrl = await serve((socket) =>
      socket.write("HTTP/1.1 101 Hello\r\nupgrade: foo\r\nconnection: upgrade\r\n\r\n"),
    );
    const error = await failureOf(baseUrl);
    assert.instanceOf(error, TransportError);
    assert.include(error.detail, "another protocol");
  });

  it.each(["ftp://127.0.0.1/", "file:///etc/hosts", "data:,x", "http://u:p@127.0.0.1:1/"])(
    "a redirect to %s is an error",
    async (location) => {
      const baseUrl = await serve((socket) =>
        socket.end(`HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`),
      );
      assert.instanceOf(await failureOf(baseUrl), TransportError);
    },
  );

  it("a response without its end is an error", async () => {
    const baseUrl = await serve((socket) => socket.end(response.slice(0, -1)));
    assert.instanceOf(await failureOf(baseUrl), TransportError);
  });

  it("the values of a repeated header are joined, as fetch joins them", async () => {
    const baseUrl = await serve((socket) =>
      socket.end(
        "HTTP/1.1 400 Bad\r\nretry-after: 1\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n",
      ),
    );
    const error = await failureOf(baseUrl);
    assert.instanceOf(error, RequestRejected);
    // "1, 2" is no wait: the first alone would be one.
    assert.strictEqual(error.retryAfter, undefined);
  });

  it("a test may replace the timers", async () => {
    const baseUrl = await serve((socket) => socket.write(response));
    vi.useFakeTimers();
    assert.deepStrictEqual(await list(baseUrl), []);
  });

  // Vitest replaces the globals alone, the test runner of Node the functions of `node:timers` as well.
  it("a test may replace the timers of node:timers", async () => {
    const baseUrl = await serve((socket) => socket.write(response));
    mock.timers.enable({ apis: ["setImmediate"] });
    let isCalled = false;
    timers.setImmediate(() => (isCalled = true));
    assert.deepStrictEqual(await list(baseUrl), []);
    assert.isFalse(isCalled);
  });

  it("a connection that the server closed while the program computed is not used again", async () => {
    // In a thread of its own: it must close connections while this one computes.
    const thread = new Worker(
      `
        const { createServer } = require("node:net");
        const { parentPort, workerData } = require("node:worker_threads");
        const server = createServer((socket) => {
          socket.on("error", () => {});
          socket.on("data", () => {
            socket.write(workerData);
            setTimeout(() => socket.end(), 20);
          });
        });
        server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
      `,
      { eval: true, workerData: response },
    );
    const [port] = await once(thread, "message");
    const client = createClient({
      apiKey: "ak_x",
      baseUrl: `http://127.0.0.1:${port}`,
      retry: false,
    });
    for (let round = 0; round < 5; round += 1) {
      assert.deepStrictEqual(await client.toArray("1"), []);
      const end = performance.now() + 50;
      while (performance.now() < end);
    }
    await thread.terminate();
  });
});
