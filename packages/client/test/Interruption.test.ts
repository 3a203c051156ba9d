import { assert, describe, it } from "@effect/vitest";
import { NodeHttpClient } from "@effect/platform-node";
import { Agent } from "@effect/platform-node/Undici";
import { RunId } from "@scorecard-effect/contract";
import { Deferred, Effect, Fiber, Layer, Redacted, Stream } from "effect";
import { FetchHttpClient, type HttpClient } from "effect/http";
import { getEventListeners } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { ScorecardClient } from "../src/index.ts";
import { createClient } from "../src/promise.ts";
import * as UndiciTransport from "../src/undici.ts";
import { record } from "./HostileServers.ts";

/** A server that counts its requests, and those whose connection went away before they were answered. */
const counting = (listener: (turn: number) => RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<{
      readonly baseUrl: string;
      readonly requests: () => number;
      readonly aborted: () => number;
      readonly close: () => void;
      readonly asked: Deferred.Deferred<void>;
    }>((resume) => {
      let requests = 0;
      let aborted = 0;
      const asked = Deferred.makeUnsafe<void>();
      const server = createServer((request, response) => {
        const turn = requests;
        requests += 1;
        response.on("close", () => {
          if (!response.writableFinished) aborted += 1;
        });
        listener(turn)(request, response);
        if (turn === 1) Deferred.doneUnsafe(asked, Effect.void);
      }).listen(0, "127.0.0.1", () => {
        const address = server.address();
        resume(
          Effect.succeed({
            baseUrl: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
            requests: () => requests,
            aborted: () => aborted,
            asked,
            close: () => {
              server.closeAllConnections();
              server.close();
            },
          }),
        );
      });
    }),
    ({ close }) => Effect.sync(close),
  );

const page: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ data: [record(0), record(1)], nextCursor: "c1", hasMore: true }));
};
const silent: RequestListener = () => {};
const halfway: RequestListener = (_, response) => {
  response.writeHead(200, { "content-length": "5000" });
  response.write('{"data":[');
};
const limited: RequestListener = (_, response) => {
  response.writeHead(429, { "retry-after": "30" });
  response.end();
};

const stages = [
  ["before the headers", silent, 1],
  ["in the middle of the body", halfway, 1],
  ["while it waits to try again", limited, 0],
] as const;

const eventually = (condition: () => boolean) =>
  Effect.gen(function* () {
    for (let turn = 0; turn < 200 && !condition(); turn += 1) yield* Effect.sleep("5 millis");
    assert.isTrue(condition());
  });

const clientOn = (baseUrl: string, http: Layer.Layer<HttpClient.HttpClient>) =>
  ScorecardClient.layer({ apiKey: Redacted.make("ak_x"), baseUrl, retry: { attempts: 3 } }).pipe(
    Layer.provide(http),
  );
const transports = {
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  "own undici transport": UndiciTransport.layer(() => new Agent()),
  "node:http": NodeHttpClient.layerNodeHttp,
};

describe("An interrupted listing leaves no request behind:", () => {
  for (const [transport, http] of Object.entries(transports)) {
    for (const prefetch of [0, 1]) {
      it.live.each(stages)(`%s (${transport}, prefetch ${prefetch})`, ([, stage, aborted]) =>
        Effect.gen(function* () {
          const server = yield* counting((turn) => (turn === 0 ? page : stage));
          const fiber = yield* Effect.flatMap(ScorecardClient, (client) =>
            Stream.runDrain(client.listRecords(RunId.make("135"), { prefetch })),
          ).pipe(Effect.provide(clientOn(server.baseUrl, http)), Effect.forkChild);
          yield* Deferred.await(server.asked);
          yield* Effect.sleep("30 millis");
          yield* Fiber.interrupt(fiber);
          yield* eventually(() => server.aborted() === aborted);
          yield* Effect.sleep("30 millis");
          assert.strictEqual(server.requests(), 2);
        }),
      );
    }

    it.live(`after take, which wants no more (${transport})`, () =>
      Effect.gen(function* () {
        const server = yield* counting((turn) => (turn === 0 ? page : silent));
        const taken = yield* Effect.flatMap(ScorecardClient, (client) =>
          Stream.runCollect(Stream.take(client.listRecords(RunId.make("135")), 1)),
        ).pipe(Effect.provide(clientOn(server.baseUrl, http)));
        assert.strictEqual(taken.length, 1);
        // The page that was being fetched ahead is let go.
        yield* eventually(() => server.aborted() === server.requests() - 1);
      }),
    );
  }
});

describe("A body that is too long", () => {
  it.live("is let go at once where its length is announced", () =>
    Effect.gen(function* () {
      const server = yield* counting(() => (_, response) => {
        response.writeHead(200, { "content-length": "5000000000" });
        response.flushHeaders();
      });
      for (const http of Object.values(transports)) {
        const error = yield* Effect.flatMap(ScorecardClient, (client) =>
          Effect.flip(Stream.runDrain(client.listRecords(RunId.make("135")))),
        ).pipe(Effect.provide(clientOn(server.baseUrl, http)));
        assert.strictEqual(error._tag, "InvalidResponse");
      }
      yield* eventually(() => server.aborted() === 4);
      assert.strictEqual(server.requests(), 4);
    }),
  );
});

describe("A promise listing leaves no request behind:", () => {
  it.live.each(stages)("aborted by its signal %s", ([, stage, aborted]) =>
    Effect.gen(function* () {
      const server = yield* counting((turn) => (turn === 0 ? page : stage));
      yield* Effect.promise(async () => {
        const client = createClient({ apiKey: "ak_x", baseUrl: server.baseUrl });
        const controller = new AbortController();
        const reason = new Error("enough");
        const seen: Array<string> = [];
        setTimeout(() => controller.abort(reason), 80);
        try {
          for await (const { id } of client.listRecords("135", { signal: controller.signal }))
            seen.push(id);
          assert.fail("the listing ended");
        } catch (error) {
          assert.strictEqual(error, reason);
        }
        assert.strictEqual(seen.length, 2);
      });
      yield* eventually(() => server.aborted() === aborted);
      assert.strictEqual(server.requests(), 2);
    }),
  );

  it.live("left by break, with a page being fetched ahead", () =>
    Effect.gen(function* () {
      const server = yield* counting((turn) => (turn === 0 ? page : silent));
      yield* Effect.promise(async () => {
        const client = createClient({ apiKey: "ak_x", baseUrl: server.baseUrl });
        for await (const { id } of client.listRecords("135")) {
          assert.strictEqual(id, record(0).id);
          await new Promise((resolve) => setTimeout(resolve, 50));
          break;
        }
      });
      yield* eventually(() => server.aborted() === 1);
      assert.strictEqual(server.requests(), 2);
    }),
  );

  it.live("aborted in the middle of a page, whose other records are not handed out any more", () =>
    Effect.gen(function* () {
      const server = yield* counting((turn) => (turn === 0 ? page : silent));
      yield* Effect.promise(async () => {
        const client = createClient({ apiKey: "ak_x", baseUrl: server.baseUrl });
        const controller = new AbortController();
        const seen: Array<string> = [];
        try {
          for await (const { id } of client.listRecords("135", { signal: controller.signal })) {
            seen.push(id);
            controller.abort(new Error("enough"));
          }
          assert.fail("the listing ended");
        } catch (error) {
          assert.match(String(error), /enough/);
        }
        assert.strictEqual(seen.length, 1);
      });
    }),
  );

  it.live("and no listener on a signal that lives on", () =>
    Effect.gen(function* () {
      const server = yield* counting(() => page);
      yield* Effect.promise(async () => {
        const client = createClient({ apiKey: "ak_x", baseUrl: server.baseUrl });
        const { signal } = new AbortController();
        for (let turn = 0; turn < 20; turn += 1) {
          client.listRecords("135", { signal })[Symbol.asyncIterator]();
          for await (const _ of client.listRecords("135", { signal })) break;
          await client.getPage("135", { signal });
          await client.toArray("..", { signal }).catch(() => []);
        }
        assert.strictEqual(getEventListeners(signal, "abort").length, 0);
      });
    }),
  );

  it.live("aborted while nobody asks for the next record", () =>
    Effect.gen(function* () {
      const server = yield* counting((turn) => (turn === 0 ? page : silent));
      const controller = new AbortController();
      const client = createClient({ apiKey: "ak_x", baseUrl: server.baseUrl });
      const listing = client.listRecords("135", { signal: controller.signal });
      const records = listing[Symbol.asyncIterator]();
      yield* Effect.promise(() => records.next());
      yield* Effect.sleep("50 millis");
      controller.abort();
      yield* eventually(() => server.aborted() === 1);
    }),
  );

  it.live("closed, or disposed of", () =>
    Effect.gen(function* () {
      const server = yield* counting((turn) => (turn === 0 ? page : silent));
      yield* Effect.promise(async () => {
        const client = createClient({ apiKey: "ak_x", baseUrl: server.baseUrl });
        const records = client.listRecords("135")[Symbol.asyncIterator]();
        await records.next();
        await records.next();
        const third = records.next().then(
          () => assert.fail("a third record came"),
          (error: unknown) => error,
        );
        await new Promise((resolve) => setTimeout(resolve, 50));
        await client[Symbol.asyncDispose]();
        assert.match(String(await third), /^AbortError: The client is closed$/);
      });
      yield* eventually(() => server.aborted() === 1);
    }),
  );
});
