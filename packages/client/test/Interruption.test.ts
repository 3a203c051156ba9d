import { assert, describe, it } from "@effect/vitest";
import { RunId } from "@scorecard-effect/contract";
import { Deferred, Effect, Fiber, Stream } from "effect";
import { getEventListeners } from "node:events";
import type { RequestListener } from "node:http";
import { ScorecardClient } from "../src/index.ts";
import { createClient } from "../src/promise.ts";
import { record } from "./HostileServers.ts";
import { clientOn, listToFailure } from "./TestClient.ts";
import { serve } from "./TestServer.ts";
import { promiseTransports, transports } from "./Transports.ts";

/**
 * Starts a server that counts its requests, and the requests whose connection closed before the response was complete.
 */
const serveAndCount = Effect.fnUntraced(function* (
  respond: (requestNumber: number) => RequestListener,
) {
  let requests = 0;
  let aborted = 0;
  const secondRequest = yield* Deferred.make<void>();
  const baseUrl = yield* serve((request, response) => {
    const requestNumber = requests;
    requests += 1;
    response.on("close", () => {
      if (!response.writableFinished) aborted += 1;
    });
    respond(requestNumber)(request, response);
    if (requestNumber === 1) Deferred.doneUnsafe(secondRequest, Effect.void);
  });
  return { baseUrl, secondRequest, requests: () => requests, aborted: () => aborted };
});

/** One page, and then a response that does not complete the second one. */
const serveOnePage = (then: RequestListener) =>
  serveAndCount((requestNumber) => (requestNumber === 0 ? page : then));

const page: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ data: [record(0), record(1)], nextCursor: "c1", hasMore: true }));
};
const stall: RequestListener = () => {};
const stallInBody: RequestListener = (_, response) => {
  response.writeHead(200, { "content-length": "5000" });
  response.write('{"data":[');
};
const limitRate: RequestListener = (_, response) => {
  response.writeHead(429, { "retry-after": "30" });
  response.end();
};

/**
 * Where the second page is when the listing ends, the response that brings it there, and how many requests are open.
 */
const stages = [
  ["before the headers", stall, 1],
  ["in the middle of the body", stallInBody, 1],
  ["while it waits to retry", limitRate, 0],
] as const;

/** Waits until a condition holds, for at most a second. */
const waitUntil = Effect.fnUntraced(function* (condition: () => boolean) {
  for (let check = 0; check < 200 && !condition(); check += 1) yield* Effect.sleep("5 millis");
  assert.isTrue(condition());
});

describe("An interrupted listing leaves no request behind:", () => {
  for (const [transport, http] of Object.entries(transports)) {
    for (const prefetch of [0, 1]) {
      it.live.each(stages)(`%s (${transport}, prefetch ${prefetch})`, ([, stage, aborted]) =>
        Effect.gen(function* () {
          const server = yield* serveOnePage(stage);
          const fiber = yield* Effect.flatMap(ScorecardClient, (client) =>
            Stream.runDrain(client.listRecords(RunId.make("135"), { prefetch })),
          ).pipe(Effect.provide(clientOn(http, { baseUrl: server.baseUrl })), Effect.forkChild);
          yield* Deferred.await(server.secondRequest);
          yield* Effect.sleep("30 millis");
          yield* Fiber.interrupt(fiber);
          yield* waitUntil(() => server.aborted() === aborted);
          yield* Effect.sleep("30 millis");
          assert.strictEqual(server.requests(), 2);
        }),
      );
    }

    it.live(`after take has its records (${transport})`, () =>
      Effect.gen(function* () {
        const server = yield* serveOnePage(stall);
        const taken = yield* Effect.flatMap(ScorecardClient, (client) =>
          Stream.runCollect(Stream.take(client.listRecords(RunId.make("135")), 1)),
        ).pipe(Effect.provide(clientOn(http, { baseUrl: server.baseUrl })));
        assert.strictEqual(taken.length, 1);
        // The client aborts the request for the prefetched page.
        yield* waitUntil(() => server.aborted() === server.requests() - 1);
      }),
    );
  }
});

describe("A body that is too long", () => {
  it.live("is abandoned at once if its length is announced", () =>
    Effect.gen(function* () {
      const server = yield* serveAndCount(() => (_, response) => {
        response.writeHead(200, { "content-length": "5000000000" });
        response.flushHeaders();
      });
      for (const http of Object.values(transports)) {
        const error = yield* Effect.provide(
          listToFailure,
          clientOn(http, { baseUrl: server.baseUrl }),
        );
        assert.strictEqual(error._tag, "InvalidResponse");
      }
      yield* waitUntil(() => server.aborted() === 4);
      assert.strictEqual(server.requests(), 4);
    }),
  );
});

describe.each(Object.entries(promiseTransports))(
  "On %s, a promise listing leaves no request behind:",
  (_name, transport) => {
    it.live.each(stages)("aborted by its signal %s", ([, stage, aborted]) =>
      Effect.gen(function* () {
        const server = yield* serveOnePage(stage);
        yield* Effect.promise(async () => {
          const client = createClient({ ...transport, apiKey: "ak_x", baseUrl: server.baseUrl });
          const controller = new AbortController();
          const reason = new Error("stop");
          const seen: Array<string> = [];
          void Effect.runPromise(Deferred.await(server.secondRequest)).then(() =>
            setTimeout(() => controller.abort(reason), 30),
          );
          try {
            for await (const { id } of client.listRecords("135", { signal: controller.signal }))
              seen.push(id);
            assert.fail("the listing ended");
          } catch (error) {
            assert.strictEqual(error, reason);
          }
          assert.strictEqual(seen.length, 2);
        });
        yield* waitUntil(() => server.aborted() === aborted);
        assert.strictEqual(server.requests(), 2);
      }),
    );

    it.live("left by break while a page is prefetched", () =>
      Effect.gen(function* () {
        const server = yield* serveOnePage(stall);
        yield* Effect.promise(async () => {
          const client = createClient({ ...transport, apiKey: "ak_x", baseUrl: server.baseUrl });
          for await (const { id } of client.listRecords("135")) {
            assert.strictEqual(id, record(0).id);
            await new Promise((resolve) => setTimeout(resolve, 50));
            break;
          }
        });
        yield* waitUntil(() => server.aborted() === 1);
        assert.strictEqual(server.requests(), 2);
      }),
    );

    it.live("aborted in the middle of a page, whose remaining records are not delivered", () =>
      Effect.gen(function* () {
        const server = yield* serveOnePage(stall);
        yield* Effect.promise(async () => {
          const client = createClient({ ...transport, apiKey: "ak_x", baseUrl: server.baseUrl });
          const controller = new AbortController();
          const seen: Array<string> = [];
          try {
            for await (const { id } of client.listRecords("135", { signal: controller.signal })) {
              seen.push(id);
              controller.abort(new Error("stop"));
            }
            assert.fail("the listing ended");
          } catch (error) {
            assert.match(String(error), /stop/);
          }
          assert.strictEqual(seen.length, 1);
        });
      }),
    );

    it.live("nor a listener on a signal that outlives it", () =>
      Effect.gen(function* () {
        const server = yield* serveAndCount(() => page);
        yield* Effect.promise(async () => {
          const client = createClient({ ...transport, apiKey: "ak_x", baseUrl: server.baseUrl });
          const { signal } = new AbortController();
          for (let round = 0; round < 20; round += 1) {
            client.listRecords("135", { signal })[Symbol.asyncIterator]();
            for await (const _ of client.listRecords("135", { signal })) break;
            await client.getPage("135", { signal });
            await client.toArray("..", { signal }).catch(() => []);
          }
          assert.strictEqual(getEventListeners(signal, "abort").length, 0);
        });
      }),
    );

    it.live("aborted between two pulls", () => {
      const controller = new AbortController();
      return Effect.gen(function* () {
        const server = yield* serveOnePage(stall);
        const client = createClient({ ...transport, apiKey: "ak_x", baseUrl: server.baseUrl });
        const listing = client.listRecords("135", { signal: controller.signal });
        const records = listing[Symbol.asyncIterator]();
        yield* Effect.promise(() => records.next());
        yield* Effect.sleep("50 millis");
        controller.abort();
        yield* waitUntil(() => server.aborted() === 1);
      });
    });

    it.live("closed, or disposed of", () =>
      Effect.gen(function* () {
        const server = yield* serveOnePage(stall);
        yield* Effect.promise(async () => {
          const client = createClient({ ...transport, apiKey: "ak_x", baseUrl: server.baseUrl });
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
        yield* waitUntil(() => server.aborted() === 1);
      }),
    );
  },
);
