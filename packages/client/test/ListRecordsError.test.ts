import { assert, describe, it } from "@effect/vitest";
import { NodeHttpClient } from "@effect/platform-node";
import { Agent } from "@effect/platform-node/Undici";
import { Cursor, RunId } from "@scorecard-effect/contract";
import { ConfigProvider, Duration, Effect, Fiber, Layer, Redacted, Stream } from "effect";
import { FetchHttpClient, HttpClient, HttpClientResponse } from "effect/http";
import { TestClock } from "effect/testing";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  InvalidRequest,
  InvalidResponse,
  type ListRecordsError,
  type ListRecordsOptions,
  PaginationError,
  RateLimited,
  RequestRejected,
  RequestTimeout,
  ScorecardClient,
  ServiceError,
  TransportError,
  Unauthenticated,
} from "../src/index.ts";
import * as UndiciTransport from "../src/undici.ts";
import { serve } from "./TestServer.ts";

const secret = "ak_do_not_tell_anyone";
const runId = RunId.make("135");
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
  }).pipe(
    Effect.provide(
      ScorecardClient.layer({
        apiKey: Redacted.make(secret),
        baseUrl,
        retry: { attempts: 2, baseDelay: 0 },
      }),
    ),
  );

const apiError = { code: "SOME_CODE", message: "Some\nmessage.", details: {} };
const at = { runId, cursor: Cursor.make("c1"), attempts: 2 };

/** One error of each kind, what it says, and whether it is retried. */
const kinds: ReadonlyArray<readonly [ListRecordsError, string, boolean]> = [
  [
    new Unauthenticated({ ...at, apiError }),
    'The API key was not accepted (401): SOME_CODE: Some message. (run "135", cursor "c1")',
    false,
  ],
  [
    new RequestRejected({ ...at, status: 404, cursor: undefined }),
    'The service rejected the request (404) (run "135", first page)',
    false,
  ],
  [
    new RateLimited({ ...at, retryAfter: Duration.seconds(7) }),
    'The service is limiting requests (429); it asks to wait 7s (run "135", cursor "c1")',
    true,
  ],
  [
    new ServiceError({ ...at, status: 502 }),
    'The service failed (502) (run "135", cursor "c1")',
    true,
  ],
  [
    new TransportError({ ...at, detail: "connect ECONNREFUSED" }),
    'The service could not be reached: connect ECONNREFUSED (run "135", cursor "c1")',
    true,
  ],
  [
    new RequestTimeout({ ...at, timeout: Duration.seconds(60) }),
    'No complete page within 1m (run "135", cursor "c1")',
    true,
  ],
  [
    new InvalidResponse({
      ...at,
      reason: "Schema",
      status: 200,
      issues: [{ path: "/hasMore", message: "Missing key" }],
    }),
    'The response (200) is not a page of records: /hasMore: Missing key (run "135", cursor "c1")',
    false,
  ],
  [
    new PaginationError({ ...at, reason: "CursorMissing", detail: "nextCursor is null" }),
    'The pages do not add up: nextCursor is null (run "135", cursor "c1")',
    false,
  ],
  [
    new InvalidRequest({ ...at, problem: "The cursor is empty" }),
    'The cursor is empty (run "135", cursor "c1")',
    false,
  ],
];

describe("ListRecordsError", () => {
  it.each(kinds)("%s is one line, and knows whether it may pass", (error, message, isRetryable) => {
    assert.strictEqual(error.message, message);
    assert.strictEqual(error.isRetryable, isRetryable);
    assert.instanceOf(error, Error);
  });

  it("is as the README's table has it", () => {
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
    const rows = Array.from(
      readme.matchAll(/^\| `([A-Z]\w+)` +\| (.+?) +\| (\w+)[^|]*\|/gm),
      ([, tag, , retried]) => [tag, retried],
    );
    assert.deepStrictEqual(
      rows,
      kinds.map(([{ _tag }, , isRetryable]) => [_tag, isRetryable ? "yes" : "no"]),
    );
  });

  it("is retryable for the status 408 too", () => {
    assert.isTrue(new RequestRejected({ ...at, status: 408 }).isRetryable);
  });

  it("bounds what it quotes", () => {
    const long = new ServiceError({
      ...at,
      status: 500,
      cursor: Cursor.make("c".repeat(5000)),
      apiError: { code: "\u001b]0;x\u0007", message: "m".repeat(9000), details: {} },
    });
    assert.isBelow(long.message.length, 2000);
    assert.notMatch(long.message, /[\p{Cc}\p{Cf}]/u);
  });
});

const onFetch = Layer.provide(FetchHttpClient.layer);

describe("listRecords fails with", () => {
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
      // Three attempts of a minute each, and the waits between them.
      yield* TestClock.adjust("190 seconds");
      const error = yield* Fiber.join(fiber);
      assert.strictEqual(error._tag, "RequestTimeout");
      assert.strictEqual(error.attempts, 3);
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
    ["half a page ahead", { prefetch: 0.5 }, "prefetch"],
    ["fewer pages ahead than none", { prefetch: -1 }, "prefetch"],
    ["a key with a quote", { key: 'ak_a"b' }, "API key is malformed"],
    ["the key as run id", { runId: secret }, "run id contains the API key"],
    ["the key as cursor", { cursor: Cursor.make(`<${secret}>`) }, "cursor contains the API key"],
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
          for (const http of [
            FetchHttpClient.layer,
            NodeHttpClient.layerUndici,
            UndiciTransport.layer(() => new Agent()),
          ]) {
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
