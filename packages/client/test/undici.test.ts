import { assert, describe, it } from "@effect/vitest";
import { Agent } from "@effect/platform-node/Undici";
import { Effect, Fiber, Layer, Option, Stream } from "effect";
import {
  Cookies,
  HttpClient,
  type HttpClientError,
  HttpClientRequest,
  type HttpClientResponse,
} from "effect/http";
import type { RequestListener } from "node:http";
import { runInNewContext } from "node:vm";
import * as UndiciTransport from "../src/undici.ts";
import { serve } from "./TestServer.ts";

const live = UndiciTransport.layer(() => new Agent());

type Get = <A>(
  read: (
    response: HttpClientResponse.HttpClientResponse,
  ) => Effect.Effect<A, HttpClientError.HttpClientError>,
) => Effect.Effect<A, HttpClientError.HttpClientError, HttpClient.HttpClient>;

const serveAndGet = (listener: RequestListener) =>
  Effect.map(
    serve(listener),
    (url): Get =>
      (read) =>
        Effect.flatMap(HttpClient.get(`${url}/a?b=c#d`), read),
  );

const longText = "äöü€😀 ".repeat(200_000);
const longBytes = new TextEncoder().encode(longText);

describe("The transport on undici", () => {
  it.live("passes on the status, the headers, the cookies and the URL", () =>
    Effect.gen(function* () {
      const get = yield* serveAndGet((_, response) => {
        response.writeEarlyHints({ link: "</x>; rel=preload" });
        response.writeHead(418, { "X-Some": "thing", "set-cookie": ["a=1", "b=2"] }).end("tea");
      });
      const response = yield* get(Effect.succeed);
      assert.strictEqual(response.status, 418);
      assert.strictEqual(response.headers["x-some"], "thing");
      assert.deepStrictEqual(Cookies.toRecord(response.cookies), { a: "1", b: "2" });
      assert.match(response.url, /^http:\/\/127\.0\.0\.1:\d+\/a\?b=c$/);
      assert.deepStrictEqual(response.remoteAddress, Option.none());
      assert.strictEqual(yield* response.text, "tea");
      assert.deepInclude(response.toJSON(), { _id: "HttpClientResponse", status: 418 });
      assert.strictEqual(
        response.pipe(({ status }) => status),
        418,
      );
    }).pipe(Effect.provide(live)),
  );

  it.live("reads a body in every form", () =>
    Effect.gen(function* () {
      const get = yield* serveAndGet((_, response) => response.end(longBytes));
      const buffer = yield* get(({ arrayBuffer }) => arrayBuffer);
      assert.deepStrictEqual(new Uint8Array(buffer), longBytes);
      assert.strictEqual(yield* get(({ text }) => text), longText);
      const chunks = yield* get(({ stream }) => Stream.runCollect(stream));
      assert.isAbove(chunks.length, 1);
      assert.strictEqual(yield* Effect.promise(() => new Blob(chunks.map(copy)).text()), longText);

      const json = yield* serveAndGet((_, response) => response.end('{"a":[1,null]}'));
      assert.deepStrictEqual(yield* json((response) => response.json), { a: [1, null] });

      const form = yield* serveAndGet((_, response) => {
        response.setHeader("content-type", "application/x-www-form-urlencoded");
        response.end("a=1&b=%20");
      });
      assert.deepStrictEqual(Array.from((yield* form((response) => response.formData)).entries()), [
        ["a", "1"],
        ["b", " "],
      ]);

      const empty = yield* serveAndGet((_, response) => response.writeHead(204).end());
      assert.strictEqual((yield* empty(({ arrayBuffer }) => arrayBuffer)).byteLength, 0);
      assert.strictEqual(yield* empty(({ text }) => text), "");
    }).pipe(Effect.provide(live)),
  );

  it.live("fails if a body is read a second time", () =>
    Effect.gen(function* () {
      const get = yield* serveAndGet((_, response) => response.end("once"));
      for (const [first, second] of [
        ["arrayBuffer", "arrayBuffer"],
        ["arrayBuffer", "text"],
        ["text", "arrayBuffer"],
      ] as const) {
        const response = yield* get(Effect.succeed);
        yield* read(response, first);
        const error = yield* Effect.flip(read(response, second));
        assert.strictEqual(error.reason._tag, "DecodeError", `${first}, ${second}`);
      }
    }).pipe(Effect.provide(live)),
  );

  it.live("sends bytes, and rejects other bodies before anything is sent", () =>
    Effect.gen(function* () {
      let requests = 0;
      const url = yield* serve((request, response) => {
        requests += 1;
        request.pipe(response);
      });
      const post = HttpClientRequest.post(url);
      const echo = yield* HttpClient.execute(HttpClientRequest.bodyText(post, longText));
      assert.strictEqual(yield* echo.text, longText);
      const { reason } = yield* Effect.flip(
        HttpClient.execute(HttpClientRequest.bodyStream(post, Stream.make(longBytes))),
      );
      assert.strictEqual(reason._tag, "EncodeError");
      assert.strictEqual(requests, 1);
    }).pipe(Effect.provide(live)),
  );

  it.live(
    "fails with TransportError without a response, and with DecodeError if the body is cut short",
    () =>
      Effect.gen(function* () {
        const { reason } = yield* Effect.flip(HttpClient.get("http://127.0.0.1:2/"));
        assert.strictEqual(reason._tag, "TransportError");
        assert.match(String("cause" in reason ? reason.cause : ""), /ECONNREFUSED/);
        const short = yield* serveAndGet((_, response) => {
          response.writeHead(200, { "content-length": "100" });
          response.write("0123456789", () => response.destroy());
        });
        for (const way of ["arrayBuffer", "text"] as const) {
          const error = yield* Effect.flip(short((response) => read(response, way)));
          assert.strictEqual(error.reason._tag, "DecodeError", way);
        }
      }).pipe(Effect.provide(live)),
  );

  it.live.each([
    ["an Error", new Error("no more")],
    ["anything else", "no more"],
  ] as const)("fails with TransportError if a dispatcher throws %s", ([, thrown]) =>
    Effect.gen(function* () {
      const http = UndiciTransport.make({
        dispatch: () => {
          throw thrown;
        },
      });
      const { reason } = yield* Effect.flip(http.get("http://127.0.0.1:2/"));
      assert.strictEqual(reason._tag, "TransportError");
    }),
  );

  it.live.each([
    ["an Error of another realm", runInNewContext("new Error('no more')")],
    ["anything else", "no more"],
  ] as const)("fails if a dispatcher reports %s", ([, reported]) =>
    Effect.gen(function* () {
      const controller = { abort: () => {}, pause: () => {}, resume: () => {} };
      const http = (isBefore: boolean) =>
        UndiciTransport.make({
          dispatch: (_, handler) => {
            handler.onRequestStart(controller);
            if (!isBefore) handler.onResponseStart(controller, 200, {});
            handler.onResponseError(controller, reported);
            return true;
          },
        });
      const before = yield* Effect.flip(http(true).get("http://127.0.0.1:2/"));
      assert.strictEqual(before.reason._tag, "TransportError");
      const response = yield* http(false).get("http://127.0.0.1:2/");
      assert.strictEqual((yield* Effect.flip(response.text)).reason._tag, "DecodeError");
    }),
  );

  it.live("reads a body whose content type has bytes that are invalid in a header", () =>
    Effect.gen(function* () {
      const url = yield* serve((request) => {
        request.socket.end(
          Buffer.from(
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain; x=\u00e9\u20ac\r\ncontent-length: 2\r\n\r\nok",
          ),
        );
      });
      const response = yield* HttpClient.get(url);
      assert.strictEqual(yield* response.text, "ok");
    }).pipe(Effect.provide(live)),
  );

  it.live(
    "buffers little of a body that nobody reads, and closes its connection on interruption",
    () =>
      Effect.gen(function* () {
        let sent = 0;
        let closed = 0;
        const url = yield* serve((_, response) => {
          response.on("close", () => (closed += 1));
          const chunk = new Uint8Array(2 ** 16);
          const more = (): void => {
            do sent += chunk.byteLength;
            while (response.write(chunk) && sent < 2 ** 28);
            if (sent < 2 ** 28) response.once("drain", more);
          };
          more();
        });
        const response = yield* HttpClient.get(url);
        yield* Effect.sleep("300 millis");
        // One MiB in the transport, and the system's own buffers of a connection.
        assert.isBelow(sent, 2 ** 25);
        const slowly = yield* response.stream.pipe(
          Stream.runForEach(() => Effect.sleep("20 millis")),
          Effect.forkChild,
        );
        yield* Effect.sleep("300 millis");
        assert.isBelow(sent, 2 ** 25);
        yield* Fiber.interrupt(slowly);
        yield* Effect.sleep("100 millis");
        assert.strictEqual(closed, 1);
      }).pipe(Effect.provide(live)),
  );

  it.live("destroys a layer's dispatcher with the layer, and never the caller's", () =>
    Effect.gen(function* () {
      const agent = new Agent();
      const get = yield* serveAndGet((_, response) => response.end("x"));
      const read = get(({ text }) => text);
      yield* Effect.provide(
        read,
        Layer.succeed(HttpClient.HttpClient, UndiciTransport.make(agent)),
      );
      assert.isFalse(agent.destroyed);
      yield* Effect.provide(
        read,
        UndiciTransport.layer(() => agent),
      );
      assert.isTrue(agent.destroyed);
    }),
  );
});

const read = (
  response: HttpClientResponse.HttpClientResponse,
  way: "arrayBuffer" | "text",
): Effect.Effect<unknown, HttpClientError.HttpClientError> => response[way];

const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
