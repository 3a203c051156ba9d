import { assert, describe, it } from "@effect/vitest";
import { Agent } from "@effect/platform-node/Undici";
import { RunId } from "@scorecard-effect/contract";
import { Effect, Layer, Redacted, Stream } from "effect";
import {
  HttpClient,
  type HttpClientError,
  HttpClientRequest,
  type HttpClientResponse,
} from "effect/http";
import type { RequestListener } from "node:http";
import { runInNewContext } from "node:vm";
import { ScorecardClient } from "../src/index.ts";
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
  it.live("passes on the status, the headers and the body, in every form", () =>
    Effect.gen(function* () {
      const get = yield* serveAndGet((_, response) => {
        response.writeEarlyHints({ link: "</x>; rel=preload" });
        response.writeHead(418, { "X-Some": "thing" }).end(longBytes);
      });
      const response = yield* get(Effect.succeed);
      assert.strictEqual(response.status, 418);
      assert.strictEqual(response.headers["x-some"], "thing");
      assert.strictEqual(yield* response.text, longText);
      const buffer = yield* get(({ arrayBuffer }) => arrayBuffer);
      assert.deepStrictEqual(new Uint8Array(buffer), longBytes);
      const chunks = yield* get(({ stream }) => Stream.runCollect(stream));
      assert.strictEqual(yield* Effect.promise(() => new Blob(chunks.map(copy)).text()), longText);
      const json = yield* serveAndGet((_, own) => own.end('{"a":[1,null]}'));
      assert.deepStrictEqual(yield* json((own) => own.json), { a: [1, null] });
      const empty = yield* serveAndGet((_, own) => own.writeHead(204).end());
      assert.strictEqual(yield* empty(({ text }) => text), "");
    }).pipe(Effect.provide(live)),
  );

  it.live("sends GET requests without a body, and rejects others before anything is sent", () =>
    Effect.gen(function* () {
      let requests = 0;
      const url = yield* serve((_, response) => {
        requests += 1;
        response.end();
      });
      const get = HttpClientRequest.get(url);
      for (const request of [
        HttpClientRequest.post(url),
        HttpClientRequest.bodyText(get, longText),
      ]) {
        const { reason } = yield* Effect.flip(HttpClient.execute(request));
        assert.strictEqual(reason._tag, "EncodeError");
      }
      assert.strictEqual(requests, 0);
    }).pipe(Effect.provide(live)),
  );

  it.live("fails with TransportError without a response, or if the body is cut short", () =>
    Effect.gen(function* () {
      const { reason } = yield* Effect.flip(HttpClient.get("http://127.0.0.1:2/"));
      assert.strictEqual(reason._tag, "TransportError");
      assert.match(String("cause" in reason ? reason.cause : ""), /ECONNREFUSED/);
      const short = yield* serveAndGet((_, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("0123456789", () => response.destroy());
      });
      const error = yield* Effect.flip(short(({ text }) => text));
      assert.strictEqual(error.reason._tag, "TransportError");
    }).pipe(Effect.provide(live)),
  );

  it.live("works under a middleware, and without its own transport then", () =>
    Effect.gen(function* () {
      const baseUrl = yield* serve(({ headers }, response) => {
        response.writeHead(headers["x-mine"] === "yes" ? 200 : 400);
        response.end(JSON.stringify({ data: [], nextCursor: null, hasMore: false }));
      });
      const wrapped = Layer.effect(
        HttpClient.HttpClient,
        Effect.map(
          HttpClient.HttpClient,
          HttpClient.mapRequest(HttpClientRequest.setHeader("x-mine", "yes")),
        ),
      ).pipe(Layer.provide(live));
      const { records } = yield* Effect.flatMap(ScorecardClient, ({ getPage }) =>
        getPage(RunId.make("1")),
      ).pipe(
        Effect.provide(
          ScorecardClient.layer({ apiKey: Redacted.make("ak_any"), baseUrl }).pipe(
            Layer.provide(wrapped),
          ),
        ),
      );
      assert.deepStrictEqual(records, []);
    }),
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
      const controller = { abort: () => {} };
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
      const after = yield* Effect.flip(http(false).get("http://127.0.0.1:2/"));
      assert.strictEqual(after.reason._tag, "TransportError");
    }),
  );

  it.live("reads a body whose bytes are of another realm", () =>
    Effect.gen(function* () {
      const controller = { abort: () => {} };
      const http = UndiciTransport.make({
        dispatch: (_, handler) => {
          handler.onRequestStart(controller);
          handler.onResponseStart(controller, 200, {});
          handler.onResponseData(controller, runInNewContext("new Uint8Array([111, 107])"));
          handler.onResponseEnd(controller);
          return true;
        },
      });
      const response = yield* http.get("http://127.0.0.1:2/");
      assert.strictEqual(yield* response.text, "ok");
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

const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
