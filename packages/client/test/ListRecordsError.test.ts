import { assert, describe, it } from "@effect/vitest";
import { NodeHttpClient } from "@effect/platform-node";
import { Cursor, RunId } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { ConfigProvider, Duration, Effect, Fiber, Layer, Redacted, Stream } from "effect";
import { FetchHttpClient, HttpClient, HttpClientResponse } from "effect/http";
import { TestClock } from "effect/testing";
import type { RequestListener, ServerResponse } from "node:http";
import { inspect } from "node:util";
import { type ListRecordsError, type ListRecordsOptions, ScorecardClient } from "../src/index.ts";
import { serve } from "./TestServer.ts";

const secret = "ak_do_not_tell_anyone";
const runId = RunId.make("135");
const record = (id: number) => FakeRun.make({ missingScores: 0, invalidScores: 0 }).record(id);
const apiError = { code: "SOME_CODE", message: "Some\nmessage.", details: {} };

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(
      typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
    );
  };

/** Answers the first request with the first listener, and so on; the last goes on answering. */
const inTurn = (...listeners: ReadonlyArray<RequestListener>): RequestListener => {
  let turn = 0;
  return (request, response) => {
    const listener = listeners[Math.min(turn, listeners.length - 1)];
    turn += 1;
    listener?.(request, response);
  };
};

const page = (records: number, nextCursor: unknown, hasMore: unknown, total?: number) =>
  answer(200, {
    data: Array.from({ length: records }, (_, index) => record(index)),
    nextCursor,
    hasMore,
    total,
  });

const cut =
  (end: (response: ServerResponse) => void, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"data":[');
    setTimeout(() => end(response), 20);
  };

/** Lists a run from a server: the ids delivered, and the error that ended the listing. */
const list = (baseUrl: string, options?: ListRecordsOptions) =>
  Effect.gen(function* () {
    const client = yield* ScorecardClient;
    const delivered: Array<string> = [];
    const error = yield* client.listRecords(runId, options).pipe(
      Stream.runForEach(({ id }) => Effect.sync(() => void delivered.push(id))),
      Effect.flip,
    );
    return { error, delivered: delivered.length };
  }).pipe(Effect.provide(ScorecardClient.layer({ apiKey: Redacted.make(secret), baseUrl })));

const onFetch = Layer.provide(FetchHttpClient.layer);

interface Case {
  readonly name: string;
  readonly server: () => RequestListener;
  readonly expected: { readonly [field: string]: unknown } & {
    readonly _tag: ListRecordsError["_tag"];
  };
  /** Part of the message. */
  readonly says: string;
  readonly delivered?: number;
  readonly options?: ListRecordsOptions;
}

const cases: ReadonlyArray<Case> = [
  {
    name: "401",
    server: () => answer(401, apiError),
    expected: { _tag: "Unauthenticated", apiError, isRetryable: false },
    says: "SOME_CODE: Some message.",
  },
  {
    name: "403",
    server: () => answer(403, apiError),
    expected: { _tag: "RequestRejected", status: 403, apiError, isRetryable: false },
    says: "(403)",
  },
  {
    name: "404 in HTML",
    server: () => answer(404, "<h1>"),
    expected: { _tag: "RequestRejected", status: 404, apiError: undefined },
    says: "(404)",
  },
  {
    name: "408",
    server: () => answer(408, ""),
    expected: { _tag: "RequestRejected", status: 408, isRetryable: true },
    says: "(408)",
  },
  {
    name: "429 with Retry-After",
    server: () => answer(429, apiError, { "retry-after": "7" }),
    expected: { _tag: "RateLimited", retryAfter: Duration.seconds(7), apiError, isRetryable: true },
    says: "7s",
  },
  {
    name: "429",
    server: () => answer(429, ""),
    expected: { _tag: "RateLimited", retryAfter: undefined },
    says: "(429)",
  },
  {
    name: "500",
    server: () => answer(500, apiError),
    expected: { _tag: "ServiceError", status: 500, apiError, isRetryable: true },
    says: "(500): SOME_CODE",
  },
  {
    name: "502 in HTML",
    server: () => answer(502, "<html>"),
    expected: { _tag: "ServiceError", status: 502, apiError: undefined },
    says: "(502)",
  },
  {
    name: "an error body that is not an ApiError",
    server: () => answer(500, { error: "x" }),
    expected: { _tag: "ServiceError", apiError: undefined },
    says: "(500)",
  },
  {
    name: "200 in HTML",
    server: () => answer(200, "<html>maintenance</html>"),
    expected: {
      _tag: "InvalidResponse",
      reason: "NotJson",
      status: 200,
      excerpt: "<html>maintenance</html>",
      isRetryable: false,
    },
    says: "Expected JSON",
  },
  {
    name: "200 without a body",
    server: () => answer(200, ""),
    expected: { _tag: "InvalidResponse", reason: "NotJson" },
    says: "empty body",
  },
  {
    name: "200 in damaged UTF-8",
    server: () =>
      answer(
        200,
        Buffer.from('{"data":[],"nextCursor":null,"hasMore":false,"x":"\xff"}', "latin1"),
      ),
    expected: { _tag: "InvalidResponse", reason: "NotJson" },
    says: "UTF-8",
  },
  {
    name: "200 in bytes that are no JSON",
    server: () => answer(200, "\u001b[2Jhello"),
    expected: { _tag: "InvalidResponse", reason: "NotJson", excerpt: "\uFFFD[2Jhello" },
    says: "got something else",
  },
  {
    name: "a status whose body breaks off",
    server: () => cut((response) => response.destroy(), 403),
    expected: { _tag: "RequestRejected", status: 403, apiError: undefined },
    says: "(403)",
  },
  {
    name: "an error that would take over a terminal",
    server: () => answer(500, { code: "\u001b]0;x\u0007", message: "a\u2028\u202eb", details: {} }),
    expected: { _tag: "ServiceError" },
    says: "(500): ]0;x : a b (run",
  },
  {
    name: "an endless error",
    server: () => answer(400, { code: "C", message: "m".repeat(100_000), details: {} }),
    expected: { _tag: "RequestRejected" },
    says: "mmm… (run",
  },
  {
    name: "a cursor that is longer than any",
    server: () => inTurn(page(1, "c".repeat(5000), true), answer(500, apiError)),
    expected: { _tag: "ServiceError", cursor: "c".repeat(5000) },
    says: 'ccc…")',
    delivered: 1,
  },
  {
    name: "204",
    server: () => answer(204, ""),
    expected: { _tag: "InvalidResponse", reason: "NotJson", status: 204 },
    says: "empty body",
  },
  {
    name: "an array",
    server: () => answer(200, []),
    expected: { _tag: "InvalidResponse", reason: "Schema" },
    says: "the value: ",
  },
  {
    name: "hasMore missing",
    server: () => answer(200, { data: [], nextCursor: null }),
    expected: {
      _tag: "InvalidResponse",
      reason: "Schema",
      issues: [{ path: "/hasMore", message: "Missing key" }],
    },
    says: "/hasMore: Missing key",
  },
  {
    name: "a wrong record on the second page",
    server: () =>
      inTurn(
        page(2, "c1", true),
        answer(200, { data: [{ ...record(0), inputs: 1 }], nextCursor: null, hasMore: false }),
      ),
    expected: { _tag: "InvalidResponse", reason: "Schema", cursor: "c1" },
    says: '/data/0/inputs: Expected object (run "135", cursor "c1")',
    delivered: 2,
  },
  {
    name: "a body that breaks off",
    server: () => cut((response) => response.destroy()),
    expected: { _tag: "TransportError", isRetryable: true },
    says: "could not be reached",
  },
  {
    name: "hasMore without a cursor",
    server: () => inTurn(page(2, "c1", true), page(3, null, true)),
    expected: {
      _tag: "PaginationError",
      reason: "CursorMissing",
      cursor: "c1",
      isRetryable: false,
    },
    says: "nextCursor is null",
    delivered: 2,
  },
  {
    name: "cursors in a circle",
    server: () => inTurn(page(1, "a", true), page(1, "b", true), page(1, "a", true)),
    expected: { _tag: "PaginationError", reason: "CursorRepeated", cursor: "b" },
    says: 'nextCursor "a" was followed before',
    delivered: 2,
  },
  {
    name: "an end before the total",
    server: () => inTurn(page(2, "c1", true, 9), page(2, null, false, 9)),
    expected: { _tag: "PaginationError", reason: "Incomplete", cursor: "c1" },
    says: "4 of 9 records",
    delivered: 2,
  },
];

describe("listRecords fails with", () => {
  for (const [transport, http] of [
    ["fetch", FetchHttpClient.layer],
    ["undici", NodeHttpClient.layerUndici],
  ] as const) {
    it.live.each(cases)(
      `$expected._tag on $name (${transport})`,
      ({ server, expected, says, delivered, options }) =>
        Effect.gen(function* () {
          const result = yield* list(yield* serve(server()), options).pipe(Effect.provide(http));
          for (const [field, value] of Object.entries(expected)) {
            assert.deepStrictEqual<unknown>(Reflect.get(result.error, field), value, field);
          }
          assert.strictEqual(result.error.runId, runId);
          assert.strictEqual(result.error.attempts, 1);
          assert.include(result.error.message, says);
          assert.notMatch(result.error.message, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          assert.isBelow(result.error.message.length, 2000);
          assert.strictEqual(result.delivered, delivered ?? 0);
        }),
    );
  }

  it.live.each([
    ["a refused connection", "http://127.0.0.1:2", "ECONNREFUSED"],
    ["a host without an address", "http://scorecard.invalid", "scorecard.invalid"],
  ] as const)("TransportError on %s", ([, baseUrl, says]) =>
    Effect.gen(function* () {
      const { error } = yield* list(baseUrl);
      assert.strictEqual(error._tag, "TransportError");
      assert.include(error.message, says);
    }).pipe(Effect.provide(NodeHttpClient.layerUndici)),
  );

  it.effect("RequestTimeout when a page, body included, takes too long", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const fiber = yield* client
        .listRecords(runId)
        .pipe(Stream.runDrain, Effect.flip, Effect.forkChild);
      yield* TestClock.adjust("60 seconds");
      const error = yield* Fiber.join(fiber);
      assert.strictEqual(error._tag, "RequestTimeout");
      assert.include(error.message, "1m");
    }).pipe(
      Effect.provide(
        onFetch(
          ScorecardClient.layer({
            apiKey: Redacted.make(secret),
            baseUrl: "http://scorecard.test",
          }),
        ),
      ),
      // A service that never answers.
      Effect.provideService(FetchHttpClient.Fetch, () => new Promise(() => {})),
    ),
  );
});

describe("A transport that breaks is a TransportError, whatever it throws:", () => {
  const circle = new Error("a circle");
  circle.cause = new Error("of causes", { cause: circle });
  const throws: ReadonlyArray<readonly [string, unknown, string]> = [
    ["an error", new Error("outer", { cause: new TypeError("inner") }), "inner"],
    ["causes that lead in a circle", circle, "circle"],
    ["several errors", new AggregateError([new Error("one of two"), new Error("b")]), "one of two"],
    ["no errors at all", new AggregateError([]), "AggregateError"],
    ["a string", "just so", "just so"],
    ["nothing", undefined, "no reason"],
    ["the key", new Error(`no route for ${secret}\n`), "no route for <redacted>"],
  ];
  it.effect.each(throws)("%s", ([, thrown, says]) =>
    Effect.gen(function* () {
      const failing = Layer.provide(FetchHttpClient.layer, [
        Layer.succeed(FetchHttpClient.Fetch, () => {
          throw thrown;
        }),
      ]);
      const dying = Layer.succeed(
        HttpClient.HttpClient,
        HttpClient.make(() => Effect.die(thrown)),
      );
      for (const http of [failing, dying]) {
        const { error } = yield* list("http://scorecard.test").pipe(Effect.provide(http));
        assert.strictEqual(error._tag, "TransportError");
        assert.include(error.message, says);
        assert.notInclude(told(error), secret);
      }
    }),
  );

  it.effect("and a status that is no number is no defect either", () =>
    Effect.gen(function* () {
      const odd = HttpClient.make((request) =>
        Effect.sync(() => {
          const response = new Response("");
          Object.defineProperty(response, "status", { value: Number.NaN });
          return HttpClientResponse.fromWeb(request, response);
        }),
      );
      const { error } = yield* list("http://scorecard.test").pipe(
        Effect.provideService(HttpClient.HttpClient, odd),
      );
      assert.strictEqual(error._tag, "InvalidResponse");
    }),
  );
});

describe("InvalidRequest comes before anything is sent:", () => {
  const bad: ReadonlyArray<
    readonly [
      string,
      Partial<{ runId: string; key: string; baseUrl: string; timeout: number }> &
        ListRecordsOptions,
      string,
    ]
  > = [
    ["page size 0", { pageSize: 0 }, "page size"],
    ["page size 101", { pageSize: 101 }, "page size"],
    ["page size 1.5", { pageSize: 1.5 }, "page size"],
    ["page size NaN", { pageSize: Number.NaN }, "page size"],
    ["an empty run id", { runId: "" }, "run id is empty"],
    ["a run id that steps through the path", { runId: ".." }, "dots"],
    ["a run id that is half a character", { runId: "\ud800" }, "Unicode"],
    ["an empty cursor", { cursor: Cursor.make("") }, "cursor is empty"],
    ["a cursor that is half a character", { cursor: Cursor.make("\udc00") }, "Unicode"],
    ["a key of another kind", { key: "sk_something" }, "API key is malformed"],
    ["a key with a line break", { key: "ak_a\nb" }, "API key is malformed"],
    ["an empty key", { key: "" }, "API key is malformed"],
    ["a relative URL", { baseUrl: "/api" }, "base URL is malformed"],
    ["another protocol", { baseUrl: "ftp://host/" }, "base URL is malformed"],
    ["a URL with credentials", { baseUrl: "http://user:hunter2@host/" }, "base URL is malformed"],
    ["a URL with a query", { baseUrl: "http://host/?a=b" }, "base URL is malformed"],
    ["a timeout of zero", { timeout: 0 }, "timeout"],
    ["a key with a quote", { key: 'ak_a"b' }, "API key is malformed"],
    ["the key as run id", { runId: secret }, "run id holds the API key"],
    ["the key as cursor", { cursor: Cursor.make(`<${secret}>`) }, "cursor holds the API key"],
  ];

  it.effect.each(bad)(
    "%s",
    ([
      ,
      { runId: id = "135", key = secret, baseUrl = "http://127.0.0.1:2", timeout, ...options },
      says,
    ]) =>
      Effect.gen(function* () {
        const client = yield* ScorecardClient;
        const calls = [
          Stream.runDrain(client.listRecords(RunId.make(id), options)),
          Stream.runDrain(client.listPages(RunId.make(id), options)),
          client.getPage(RunId.make(id), options),
        ];
        for (const call of calls) {
          const error = yield* Effect.flip(call);
          assert.strictEqual(error._tag, "InvalidRequest");
          assert.strictEqual(error.attempts, 0);
          assert.strictEqual(error.isRetryable, false);
          assert.include(error.message, says);
          assert.notInclude(error.message, "hunter2");
          if (key.length > 3) assert.notInclude(`${inspect(error)} ${JSON.stringify(error)}`, key);
        }
      }).pipe(
        Effect.provide(
          onFetch(ScorecardClient.layer({ apiKey: Redacted.make(key), baseUrl, timeout })),
        ),
        Effect.provideService(FetchHttpClient.Fetch, () => assert.fail("something was sent")),
      ),
  );
});

/** A function as JavaScript sees it: the one place where types are set aside, to pass what they refuse. */
const untyped = <B>(f: (...args: ReadonlyArray<never>) => B) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  f as (...args: ReadonlyArray<unknown>) => B;

describe("A caller without types gets InvalidRequest, never a defect, for", () => {
  const wiped = Redacted.make(secret);
  Redacted.wipeUnsafe(wiped);
  const bad: ReadonlyArray<readonly [string, Record<string, unknown>, string]> = [
    ["a run id that is a number", { runId: 5 }, "run id is not a string"],
    ["no run id", { runId: undefined }, "run id is not a string"],
    ["a run id that is a symbol", { runId: Symbol("x") }, "run id is not a string"],
    ["a cursor that is null", { cursor: null }, "cursor is not a string"],
    ["a cursor that is a number", { cursor: 5 }, "cursor is not a string"],
    ["a page size that is a symbol", { pageSize: Symbol("x") }, "page size"],
    ["a page size that is a string", { pageSize: "5" }, "page size"],
    ["a key that is a string", { apiKey: secret }, "not Redacted"],
    ["no key", { apiKey: undefined }, "not Redacted"],
    ["a key that was wiped", { apiKey: wiped }, "wiped"],
    ["a key that is no string", { apiKey: Redacted.make(5) }, "malformed"],
    ["a base URL that is a number", { baseUrl: 5 }, "base URL"],
    ["a timeout that is none", { timeout: "soon" }, "timeout"],
  ];
  it.effect.each(bad)("%s", ([, arguments_, says]) =>
    Effect.gen(function* () {
      const {
        runId: id,
        cursor,
        pageSize,
        ...settings
      }: Record<string, unknown> = {
        runId,
        apiKey: Redacted.make(secret),
        baseUrl: "http://127.0.0.1:2",
        ...arguments_,
      };
      const client = yield* ScorecardClient.pipe(
        Effect.provide(untyped(ScorecardClient.layer)(settings)),
      );
      const calls = [
        Stream.runDrain(untyped(client.listRecords)(id, { cursor, pageSize })),
        Stream.runDrain(untyped(client.listPages)(id, { cursor, pageSize })),
        untyped(client.getPage)(id, { cursor, pageSize }),
      ];
      for (const call of calls) {
        const error = yield* Effect.flip(call);
        assert.strictEqual(error._tag, "InvalidRequest");
        assert.include(error.message, says);
        assert.notInclude(told(error), secret);
      }
    }).pipe(Effect.provide(FetchHttpClient.layer)),
  );
});

/** Everything that a person or a log could get to see of a value. */
const told = (value: unknown) =>
  `${inspect(value, { depth: 20, showHidden: true })} ${String(value)} ${JSON.stringify(value)}`;

describe("The API key", () => {
  it.live("is sent as a bearer token", () =>
    Effect.gen(function* () {
      const seen: Array<string | undefined> = [];
      const baseUrl = yield* serve((request, response) => {
        seen.push(request.headers.authorization);
        response.end("{}");
      });
      yield* list(baseUrl);
      assert.deepStrictEqual(seen, [`Bearer ${secret}`]);
    }).pipe(Effect.provide(FetchHttpClient.layer)),
  );

  it.live.each([200, 302, 401, 403, 429, 500])(
    "is in no error, even where the service echoes it (%i)",
    (status) =>
      Effect.gen(function* () {
        const echoes = [
          (key = "") => `<html>${key}</html>`,
          (key = "") => JSON.stringify({ code: key, message: key, details: { key } }),
          (key = "") =>
            JSON.stringify({ data: [{ id: { [key]: key } }], nextCursor: key, hasMore: key }),
        ];
        for (const echo of echoes) {
          const baseUrl = yield* serve((request, response) => {
            response.writeHead(status, { "x-echo": request.headers.authorization ?? "" });
            response.end(echo(request.headers.authorization));
          });
          for (const http of [FetchHttpClient.layer, NodeHttpClient.layerUndici]) {
            const { error } = yield* list(baseUrl).pipe(Effect.provide(http));
            assert.notInclude(told(error), secret);
          }
        }
      }),
  );

  it.effect("and the base URL are read from the configuration", () =>
    Effect.gen(function* () {
      const urls: Array<string> = [];
      const fetch: typeof globalThis.fetch = (input) => {
        urls.push(input instanceof Request ? input.url : String(input));
        return Promise.resolve(Response.json({ data: [], nextCursor: null, hasMore: false }));
      };
      const read = Effect.gen(function* () {
        const client = yield* ScorecardClient;
        yield* Stream.runDrain(client.listRecords(runId));
      }).pipe(
        Effect.provide(onFetch(ScorecardClient.layerConfig())),
        Effect.provideService(FetchHttpClient.Fetch, fetch),
      );
      const withEnv = (env: Record<string, string>) =>
        Effect.provide(read, ConfigProvider.layer(ConfigProvider.fromEnv({ env })));
      yield* withEnv({ SCORECARD_API_KEY: secret });
      yield* withEnv({ SCORECARD_API_KEY: secret, SCORECARD_BASE_URL: "http://localhost:1/v9/" });
      assert.deepStrictEqual(urls, [
        "https://api2.scorecard.io/api/v2/runs/135/records?limit=100",
        "http://localhost:1/v9/runs/135/records?limit=100",
      ]);
      for (const env of [
        {},
        { SCORECARD_API_KEY: "hunter2" },
        { SCORECARD_API_KEY: secret, SCORECARD_BASE_URL: "nowhere" },
      ]) {
        const error = yield* Effect.flip(withEnv(env));
        assert.strictEqual(error._tag, "ConfigError");
        assert.match(error.message, /SCORECARD_(API_KEY|BASE_URL)/);
        assert.notMatch(told(error), /hunter2|do_not_tell/);
      }
      assert.strictEqual(urls.length, 2);
    }),
  );
});
