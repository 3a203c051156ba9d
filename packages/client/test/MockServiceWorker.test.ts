/** Tests of programs start and stop Mock Service Worker around a client that they made once. */
import { afterAll, assert, beforeAll, describe, it, vi } from "@effect/vitest";
import { RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { Effect, Layer, ManagedRuntime, Redacted, Stream } from "effect";
import { once } from "node:events";
import { createServer } from "node:http";
import * as FetchTransport from "../src/fetch.ts";
import { ScorecardClient } from "../src/index.ts";
import { createClient } from "../src/promise.ts";

const runId = RunId.make("135");
/** A run of the same id with this many records, which tell who answered. */
const runOf = (records: number) => FakeRun.make({ runId, records });
const fromServer = 110;
const fromHandlers = 220;
const fromOverride = 330;

// Handlers must match a base URL by its characters, even those that mean something in patterns.
const paths = ["", "/api/v2", "/api(v2)/:id/a*b"];

const real = FakeScorecard.fetch({ runs: [runOf(fromServer)] });
const server = createServer((request, response) => {
  const { url = "", headers } = request;
  const target = `${real.baseUrl}${url.slice(url.indexOf("/runs/"))}`;
  const { authorization = "" } = headers;
  void real.fetch(target, { headers: { authorization } }).then(async (answer) => {
    // Version 3 intercepts connections: it misses requests of any fetch on one that was open before.
    response.writeHead(answer.status, { "content-type": "application/json", connection: "close" });
    response.end(await answer.text());
  });
}).listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;

/** Clients that live as long as this module. Each lists the run, and returns how many records it has. */
const clients = paths.flatMap((path) => {
  const baseUrl = `${origin}${path}`;
  const client = createClient({ apiKey: real.apiKey, baseUrl });
  const runtime = ManagedRuntime.make(
    ScorecardClient.layer({ apiKey: Redacted.make(real.apiKey), baseUrl }).pipe(
      Layer.provide(FetchTransport.layer),
    ),
  );
  const count = Effect.flatMap(ScorecardClient, ({ listRecords }) =>
    Stream.runCount(listRecords(runId)),
  );
  return [
    {
      name: "The promise client",
      path,
      list: async () => (await client.toArray(runId)).length,
      close: () => client.close(),
    },
    {
      name: "The Effect client on fetch",
      path,
      list: () => runtime.runPromise(count),
      close: () => runtime.dispose(),
    },
  ];
});

afterAll(async () => {
  await Promise.all(clients.map(({ close }) => close()));
  vi.doUnmock("msw");
  vi.doUnmock("msw/node");
  server.closeAllConnections();
  server.close();
});

describe.each(["msw", "msw2"] as const)("With %s", (version) => {
  /** The handlers, and what starts them, both of one version. */
  const load = async () => {
    vi.resetModules();
    vi.doMock("msw", () => (version === "msw" ? vi.importActual("msw") : import("msw2")));
    vi.doMock("msw/node", () =>
      version === "msw" ? vi.importActual("msw/node") : import("msw2/node"),
    );
    const { setupServer } = await import("msw/node");
    const { make } = await import("@scorecard-effect/fixtures/msw");
    return { setupServer, make };
  };
  let loaded: Awaited<ReturnType<typeof load>>;
  // Once for all its tests, as a program does.
  beforeAll(async () => {
    loaded = await load();
  });

  it.each(clients)(
    "$name at the path '$path' follows each cycle of listen and close",
    async ({ path, list }) => {
      const { setupServer, make } = loaded;
      const baseUrl = `${origin}${path}`;
      const fake = make({ runs: [runOf(fromHandlers)], baseUrl });
      const override = make({ runs: [runOf(fromOverride)], baseUrl });
      const msw = setupServer(...fake.handlers);
      /** Where the requests of a listing went, and which records it got. */
      const listed = async () => {
        const sources = [real, fake, override];
        const before = sources.map(({ requests }) => requests().length);
        const records = await list();
        const requests = sources.map((source, at) => source.requests().length - (before[at] ?? 0));
        return { records, requests };
      };
      const onServer = { records: fromServer, requests: [2, 0, 0] };
      const onHandlers = { records: fromHandlers, requests: [0, 3, 0] };
      const onOverride = { records: fromOverride, requests: [0, 0, 4] };

      assert.deepStrictEqual(await listed(), onServer);
      for (let cycle = 0; cycle < 3; cycle += 1) {
        msw.listen();
        try {
          assert.deepStrictEqual(await listed(), onHandlers);
          msw.use(...override.handlers);
          assert.deepStrictEqual(await listed(), onOverride);
          msw.resetHandlers();
          assert.deepStrictEqual(await listed(), onHandlers);
        } finally {
          msw.close();
        }
        assert.deepStrictEqual(await listed(), onServer);
      }
    },
  );
});
