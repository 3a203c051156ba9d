/** The Effect client on each of its transports, and the promise client on a dispatcher. */
import { ScorecardClient } from "@scorecard-effect/client";
import * as FetchTransport from "@scorecard-effect/client/fetch";
import { createClient, ScorecardError } from "@scorecard-effect/client/promise";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { RunId } from "@scorecard-effect/contract";
import { Effect, Fiber, Layer, Redacted, Stream } from "effect";
import { FetchHttpClient, type HttpClient } from "effect/http";
import { apiKey, type Case, loadUndici, serviceOf } from "./Case.ts";
import { expectEqual, expectText } from "./Expect.ts";

/** What is read of the error that ends a listing. */
interface FailedListing {
  readonly _tag: string;
  readonly message: string;
  readonly serverMessage?: string | undefined;
  readonly requestId?: string | undefined;
}

/** A client that lists whole runs. */
interface Lister {
  readonly list: (baseUrl: string) => Promise<number>;
  /** The error that ends a listing. */
  readonly fail: (baseUrl: string) => Promise<FailedListing>;
  /** Starts a listing, and returns how to interrupt it. */
  readonly start: (baseUrl: string) => () => Promise<unknown>;
}

type Http = Layer.Layer<HttpClient.HttpClient>;

const effectClient = (load: () => Promise<Http>): Lister => {
  const records = (baseUrl: string) =>
    Effect.flatMap(Effect.promise(load), (http) => {
      const settings = { apiKey: Redacted.make(apiKey), baseUrl, retry: false } as const;
      const client = Layer.provide(ScorecardClient.layer(settings), http);
      return Effect.flatMap(ScorecardClient, ({ listRecords }) =>
        Stream.runCollect(listRecords(RunId.make("135"))),
      ).pipe(Effect.provide(client));
    });
  return {
    list: (baseUrl) => Effect.runPromise(Effect.map(records(baseUrl), ({ length }) => length)),
    fail: (baseUrl) => Effect.runPromise(Effect.flip(records(baseUrl))),
    start: (baseUrl) => {
      const fiber = Effect.runFork(records(baseUrl));
      return () => Effect.runPromise(Fiber.interrupt(fiber));
    },
  };
};

const onDispatcher: Lister = {
  list: (baseUrl) => withAgent(baseUrl, async (client) => (await client.toArray("135")).length),
  fail: (baseUrl) =>
    withAgent(baseUrl, async (client) => {
      try {
        await client.toArray("135");
      } catch (error) {
        if (error instanceof ScorecardError) return error;
      }
      return { _tag: "nothing", message: "" };
    }),
  start: (baseUrl) => {
    const controller = new AbortController();
    const { signal } = controller;
    const ended = withAgent(baseUrl, (client) =>
      client.toArray("135", { signal }).then(
        () => {},
        () => {},
      ),
    );
    return () => {
      controller.abort();
      return ended;
    };
  },
};

const withAgent = async <A>(
  baseUrl: string,
  use: (client: ReturnType<typeof createClient>) => Promise<A>,
): Promise<A> => {
  const { Agent } = await loadUndici();
  const dispatcher = new Agent();
  try {
    return await use(createClient({ apiKey, baseUrl, dispatcher, retry: false }));
  } finally {
    await dispatcher.destroy();
  }
};

const casesOf = (client: string, { list, fail, start }: Lister): ReadonlyArray<Case> => [
  {
    name: `${client}: lists every record of a run`,
    run: async () => {
      expectEqual(await list(serviceOf("whole").baseUrl), 6, "records");
    },
  },
  {
    name: `${client}: decodes gzip of several members`,
    run: async () => {
      expectEqual(await list(serviceOf("gzip-members").baseUrl), 6, "records");
    },
  },
  {
    name: `${client}: errors have tags`,
    run: async () => {
      for (const [scenario, tag] of [
        ["status-401", "Unauthenticated"],
        ["cut-body", "TransportError"],
        ["html", "InvalidResponse"],
      ] as const) {
        expectEqual((await fail(serviceOf(scenario).baseUrl))._tag, tag, scenario);
      }
    },
  },
  {
    name: `${client}: errors keep what the server said, and the id of the request`,
    run: async () => {
      for (const form of ["message", "nested", "problem", "html"]) {
        const error = await fail(serviceOf(`error-${form}`).baseUrl);
        expectEqual(error.serverMessage, "No: Bearer <redacted>", "serverMessage");
        expectEqual(error.requestId, "req_7 Bearer <redacted>", "requestId");
        expectText(error.message, "(404): No: Bearer <redacted> (run", "message");
      }
    },
  },
  {
    name: `${client}: an interruption ends the request`,
    run: async () => {
      const service = serviceOf("stalled-body");
      const interrupt = start(service.baseUrl);
      await service.requestsUntil(({ length }) => length === 1);
      await interrupt();
      await service.requestsUntil(([first]) => first?.isAborted === true);
    },
  },
  {
    name: `${client}: takes the key to no other origin`,
    run: async () => {
      const session = crypto.randomUUID();
      // Each of its pages is another redirect.
      await list(serviceOf("redirect-cross", session).baseUrl);
      const [redirected] = await serviceOf("redirected", session).requests();
      if (redirected === undefined) throw new Error("The redirect was not followed");
      expectEqual(redirected.headers["authorization"], undefined, "authorization");
    },
  },
];

export const effectClients: ReadonlyArray<Case> = [
  ...casesOf(
    "Effect on fetch",
    effectClient(async () => FetchTransport.layer),
  ),
  ...casesOf(
    "Effect on FetchHttpClient",
    effectClient(async () => FetchHttpClient.layer),
  ),
  ...casesOf(
    "Effect on undici",
    effectClient(async () => {
      const { Agent } = await loadUndici();
      return UndiciTransport.layer(() => new Agent());
    }),
  ),
  ...casesOf("promise on a dispatcher", onDispatcher),
];
