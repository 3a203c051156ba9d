import { assert, describe, it } from "@effect/vitest";
import { Cursor, RecordId, RunId } from "@scorecard-effect/contract";
import {
  Arbitrary,
  Config,
  ConfigProvider,
  Duration,
  Effect,
  Fiber,
  Layer,
  Redacted,
  Schema,
  Stream,
} from "effect";
import { FetchHttpClient, HttpClient } from "effect/http";
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
  RecordMismatch,
  RequestRejected,
  RequestTimeout,
  ScorecardClient,
  ServiceError,
  TransportError,
  Unauthenticated,
} from "../src/index.ts";
import { renderAll } from "./Rendering.ts";
import { clientOn, listToFailure, respondWith } from "./TestClient.ts";
import { serve } from "./TestServer.ts";
import { transports } from "./Transports.ts";

const secret = "ak_do_not_tell_anyone";
const runId = RunId.make("135");
/** Lists a run from a server, with two attempts at each page. Succeeds with the error that ends the listing. */
const listFrom = (baseUrl: string, http: Layer.Layer<HttpClient.HttpClient>, apiKey = secret) =>
  Effect.provide(
    listToFailure,
    clientOn(http, {
      apiKey: Redacted.make(apiKey),
      baseUrl,
      retry: { attempts: 2, baseDelay: 0 },
    }),
  );

const apiError = { code: "SOME_CODE", message: "Some\nmessage.", details: {} };
const at = { runId, cursor: Cursor.make("c1"), attempts: 2 };

/** One error of each kind, its message, and whether it is retryable. */
const kinds: ReadonlyArray<readonly [ListRecordsError, string, boolean]> = [
  [
    new Unauthenticated({ ...at, status: 401, apiError }),
    'The API key was not accepted (401): SOME_CODE: Some message. (run "135", cursor "c1")',
    false,
  ],
  [
    new RequestRejected({
      ...at,
      status: 404,
      cursor: undefined,
      serverMessage: "No such run",
      requestId: "req_7",
    }),
    'The service rejected the request (404): No such run (run "135", first page, request "req_7")',
    false,
  ],
  [
    new RateLimited({ ...at, status: 429, retryAfter: Duration.seconds(7) }),
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
      kind: "Schema",
      status: 200,
      issues: [{ path: "/hasMore", message: "Missing key" }],
      serverMessage: "Sign in",
    }),
    'The response (200) is not a page of records: /hasMore: Missing key; the server says: Sign in (run "135", cursor "c1")',
    false,
  ],
  [
    new RecordMismatch({
      ...at,
      index: 3,
      id: RecordId.make("456"),
      issues: [{ path: "/inputs/question", message: "Missing key" }],
    }),
    'Record "456" does not fit the types given by `as`: /inputs/question: Missing key (run "135", cursor "c1", index 3)',
    false,
  ],
  [
    new PaginationError({ ...at, kind: "CursorMissing", detail: "nextCursor is null" }),
    'The pages do not add up: nextCursor is null (run "135", cursor "c1")',
    false,
  ],
  [
    new InvalidRequest({ ...at, problem: "The cursor is empty" }),
    'The cursor is empty (run "135", cursor "c1")',
    false,
  ],
];

const messageAt = (status: number) => new RequestRejected({ ...at, status }).message;

describe("ListRecordsError", () => {
  it.each(kinds)(
    "%s has a one-line message, and knows whether it is retryable",
    (error, message, isRetryable) => {
      assert.strictEqual(error.message, message);
      assert.strictEqual(error.isRetryable, isRetryable);
      assert.instanceOf(error, Error);
    },
  );

  it("matches the table of the README", () => {
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

  it("is retryable if the status is 408", () => {
    assert.isTrue(new RequestRejected({ ...at, status: 408 }).isRetryable);
  });

  it("doubts the base URL after a 404 without a reason, and after no other status", () => {
    assert.strictEqual(
      messageAt(404),
      'The service rejected the request (404): is the base URL right? It usually ends with /api/v2 (run "135", cursor "c1")',
    );
    assert.strictEqual(
      messageAt(400),
      'The service rejected the request (400) (run "135", cursor "c1")',
    );
  });

  it("has a message of bounded length", () => {
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

describe("listRecords fails with", () => {
  it.live.each([
    ["a refused connection", "http://127.0.0.1:2", "ECONNREFUSED"],
    ["a host without an address", "http://scorecard.invalid", "scorecard.invalid"],
  ] as const)("TransportError on %s", ([, baseUrl, reason]) =>
    Effect.gen(function* () {
      const error = yield* listFrom(baseUrl, transports.undici);
      assert.strictEqual(error._tag, "TransportError");
      assert.include(error.message, reason);
    }),
  );

  it.effect("RequestTimeout if a page, including its body, takes too long", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(listToFailure);
      // Three attempts of a minute each, and the waits between them.
      yield* TestClock.adjust("190 seconds");
      const error = yield* Fiber.join(fiber);
      assert.strictEqual(error._tag, "RequestTimeout");
      assert.strictEqual(error.attempts, 3);
      assert.include(error.message, "1m");
    }).pipe(
      Effect.provide(clientOn(FetchHttpClient.layer)),
      // A service that never responds.
      Effect.provideService(FetchHttpClient.Fetch, () => new Promise(() => {})),
    ),
  );

  it.effect("InvalidResponse if the status is not a number", () =>
    Effect.gen(function* () {
      const http = respondWith(() => {
        const response = new Response("");
        Object.defineProperty(response, "status", { value: Number.NaN });
        return response;
      });
      const error = yield* listFrom("http://scorecard.test", http);
      assert.strictEqual(error._tag, "InvalidResponse");
    }),
  );
});

describe("An error with a response", () => {
  const key = "ak_Do-not/tell~";
  const pieces = [
    [key, key.toUpperCase(), encodeURIComponent(key), JSON.stringify(key), "\\u0061k_Do-not/tell~"],
    Array.from(key, (own) => `&#${own.charCodeAt(0)};`),
    ['{"message":"', '"}', '{"code":"', '","details":{}}', '{"error":', "}", "[", "]", '"'],
    ["<title>", "</title>", "<h1>", "<p>", "&amp;", "&#27;", "<!--", "\u001b[2J", "\u202e"],
    ["\u0000", "\u2028", "\n", " ", "text", "é", "x".repeat(2000)],
  ].flat();
  const hidden = [
    key.replace("t/", "t\n   /"),
    key.replace("Do", "</b>Do"),
    encodeURIComponent(encodeURIComponent(key.replace("/", "%2F"))),
    btoa(key),
    btoa(`${key}:`),
    Array.from(key, (own) => own.charCodeAt(0).toString(16)).join(""),
    key.slice(3),
  ];

  it.effect.each(hidden)("is without the key where the service writes %j", (spelled) =>
    Effect.gen(function* () {
      const line = spelled.replace("\n", " ");
      const documented = JSON.stringify({
        code: spelled,
        message: spelled,
        details: { a: [spelled] },
      });
      for (const body of [
        spelled,
        `<title>${spelled}</title>`,
        documented,
        `{"error":${documented}}`,
      ]) {
        for (const status of [200, 401, 500]) {
          const headers = { "x-request-id": line };
          const http = respondWith(() => new Response(body, { status, headers }));
          const error = yield* listFrom("http://scorecard.test", http, key);
          assert("requestId" in error);
          assert.match(error.requestId ?? "", /^(?:<\/b>)?<redacted>\S{0,4}$/);
          assert.notInclude(renderAll(error), line);
          assert.notInclude(error.message, line);
          assert.notInclude(error.message.replaceAll(/\s/g, ""), key.slice(3));
        }
      }
    }),
  );

  it.effect("quotes the start of a body of many megabytes", () =>
    Effect.gen(function* () {
      for (const status of [200, 500]) {
        const http = respondWith(() => new Response("p ".repeat(5_000_000), { status }));
        const error = yield* listFrom("http://scorecard.test", http, key);
        assert("serverMessage" in error);
        assert.strictEqual(error.serverMessage, `${"p ".repeat(499)}p…`);
      }
    }),
  );

  it.effect("keeps the fields of an ApiError that the contract does not name", () =>
    Effect.gen(function* () {
      const sent = { code: "C", message: "m", details: {}, docs: "https://x.test", id: 7 };
      const http = respondWith(() => Response.json(sent, { status: 500 }));
      const error = yield* listFrom("http://scorecard.test", http, key);
      assert("apiError" in error);
      assert.deepStrictEqual(error.apiError, sent);
    }),
  );

  const Indexes = Schema.Array(
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: pieces.length - 1 })),
  ).check(Schema.isMaxLength(20));
  const statuses = [200, 302, 401, 404, 408, 429, 503];

  it.effect.prop(
    "quotes any body and any request id in bounded, safe lines without the key",
    { indexes: Arbitrary.schema(Indexes), header: Arbitrary.schema(Indexes) },
    ({ indexes, header }) =>
      Effect.gen(function* () {
        const body = indexes.map((index) => pieces[index]).join("");
        const requestId = encodeURI(header.map((index) => pieces[index]).join("")).trim();
        for (const status of statuses) {
          const http = respondWith(
            () => new Response(body, { status, headers: { "x-request-id": requestId } }),
          );
          const error = yield* listFrom("http://scorecard.test", http, key);
          assert("status" in error, error._tag);
          assert.strictEqual(error.status, status);
          const { serverMessage = "", requestId: id = "", message } = error;
          assert.isAtMost(Array.from(serverMessage).length, 1000);
          assert.isAtMost(Array.from(id).length, 200);
          assert.isBelow(Array.from(message).length, 2000);
          for (const line of [serverMessage, id, message]) {
            assert.notMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
          }
          assert.notInclude(renderAll(error).toLowerCase(), key.toLowerCase());
        }
      }),
    { arbitrary: { runs: 100, seed: 9 } },
  );
});

describe("listRecords fails with TransportError if the transport throws", () => {
  const circle = new Error("a circle");
  circle.cause = new Error("of causes", { cause: circle });
  const throws: ReadonlyArray<readonly [string, unknown, string]> = [
    ["an error", new Error("outer", { cause: new TypeError("inner") }), "inner"],
    ["causes that form a circle", circle, "circle"],
    [
      "an AggregateError",
      new AggregateError([new Error("one of two"), new Error("b")]),
      "one of two",
    ],
    ["an AggregateError without errors", new AggregateError([]), "AggregateError"],
    ["a string", "just so", "just so"],
    ["undefined", undefined, "no reason"],
    [
      "an error that quotes the key",
      new Error(`no route for ${secret}\n`),
      "no route for <redacted>",
    ],
  ];
  it.effect.each(throws)("%s", ([, thrown, reason]) =>
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
        const error = yield* listFrom("http://scorecard.test", http);
        assert.strictEqual(error._tag, "TransportError");
        assert.include(error.message, reason);
        assert.notInclude(renderAll(error), secret);
      }
    }),
  );
});

describe("A listing fails with InvalidRequest, before anything is sent, for", () => {
  const invalidOptions: ReadonlyArray<
    readonly [
      name: string,
      options: Partial<{ runId: string; key: string; baseUrl: string; timeout: number }> &
        ListRecordsOptions,
      problem: string,
    ]
  > = [
    ["page size 0", { pageSize: 0 }, "page size"],
    ["page size 101", { pageSize: 101 }, "page size"],
    ["page size 1.5", { pageSize: 1.5 }, "page size"],
    ["page size NaN", { pageSize: Number.NaN }, "page size"],
    ["an empty run id", { runId: "" }, "run id is empty"],
    ["a run id of two dots", { runId: ".." }, "dots"],
    ["a run id that is a lone surrogate", { runId: "\ud800" }, "Unicode"],
    ["an empty cursor", { cursor: Cursor.make("") }, "cursor is empty"],
    ["a cursor that is a lone surrogate", { cursor: Cursor.make("\udc00") }, "Unicode"],
    ["an empty tag", { tags: ["urgent", ""] }, "Tag 2 is empty"],
    ["51 tags", { tags: Array.from({ length: 51 }, () => "urgent") }, "at most 50 tags, not 51"],
    ["a tag that is a lone surrogate", { tags: ["\ud800"] }, "Tag 1 is not well-formed Unicode"],
    ["a tag that contains the key", { tags: [`a ${secret}`] }, "Tag 1 contains the API key"],
    ["a key with another prefix", { key: "sk_something" }, "API key is malformed"],
    ["a key with a line break", { key: "ak_a\nb" }, "API key is malformed"],
    ["an empty key", { key: "" }, "API key is malformed"],
    ["a relative URL", { baseUrl: "/api" }, "base URL is malformed"],
    ["a URL with another protocol", { baseUrl: "ftp://host/" }, "base URL is malformed"],
    ["a URL with credentials", { baseUrl: "http://user:hunter2@host/" }, "base URL is malformed"],
    ["a URL with a query", { baseUrl: "http://host/?a=b" }, "base URL is malformed"],
    ["a timeout of zero", { timeout: 0 }, "timeout"],
    ["a fractional prefetch", { prefetch: 0.5 }, "prefetch"],
    ["a negative prefetch", { prefetch: -1 }, "prefetch"],
    ["a key with a quote", { key: 'ak_a"b' }, "API key is malformed"],
    ["a run id that is the key", { runId: secret }, "run id contains the API key"],
    [
      "a cursor that contains the key",
      { cursor: Cursor.make(`<${secret}>`) },
      "cursor contains the API key",
    ],
  ];

  it.effect.each(invalidOptions)(
    "%s",
    ([
      ,
      { runId: id = "135", key = secret, baseUrl = "http://127.0.0.1:2", timeout, ...options },
      problem,
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
          assert.include(error.message, problem);
          assert.notInclude(error.message, "hunter2");
          if (key.length > 3) assert.notInclude(`${inspect(error)} ${JSON.stringify(error)}`, key);
        }
      }).pipe(
        Effect.provide(
          clientOn(FetchHttpClient.layer, { apiKey: Redacted.make(key), baseUrl, timeout }),
        ),
        Effect.provideService(FetchHttpClient.Fetch, () => assert.fail("something was sent")),
      ),
  );
});

/** A function without its parameter types, as JavaScript calls it. */
const untyped = <B>(f: (...args: ReadonlyArray<never>) => B) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  f as (...args: ReadonlyArray<unknown>) => B;

describe("A call without types fails with InvalidRequest, never with a defect, for", () => {
  const wiped = Redacted.make(secret);
  Redacted.wipeUnsafe(wiped);
  const invalidArguments: ReadonlyArray<
    readonly [name: string, changes: Record<string, unknown>, problem: string]
  > = [
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
    ["a key that is not a string", { apiKey: Redacted.make(5) }, "malformed"],
    ["a base URL that is a number", { baseUrl: 5 }, "base URL"],
    ["a timeout that is not a duration", { timeout: "soon" }, "timeout"],
  ];
  it.effect.each(invalidArguments)("%s", ([, changes, problem]) =>
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
        ...changes,
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
        assert.include(error.message, problem);
        assert.notInclude(renderAll(error), secret);
      }
    }).pipe(Effect.provide(FetchHttpClient.layer)),
  );
});

describe("The API key", () => {
  it.live("is sent as a bearer token", () =>
    Effect.gen(function* () {
      const credentials: Array<string | undefined> = [];
      const baseUrl = yield* serve((request, response) => {
        credentials.push(request.headers.authorization);
        response.end("{}");
      });
      yield* listFrom(baseUrl, FetchHttpClient.layer);
      assert.deepStrictEqual(credentials, [`Bearer ${secret}`]);
    }),
  );

  it.live.each([200, 302, 401, 403, 429, 500])(
    "is in no error, even if the service echoes it (%i)",
    (status) =>
      Effect.gen(function* () {
        const echoes = [
          (key = "") => `<html>${key}</html>`,
          (key = "") => `<title>${key.replace("_", "&#95;")}</title>`,
          (key = "") => `you sent ${key}`,
          (key = "") => `you sent ${key.slice(0, -2)}`,
          (key = "") => JSON.stringify({ error: { message: key }, code: key }),
          (key = "") => JSON.stringify({ code: key, message: key, details: { key } }),
          (key = "") =>
            JSON.stringify({ data: [{ id: { [key]: key } }], nextCursor: key, hasMore: key }),
        ];
        for (const echo of echoes) {
          const baseUrl = yield* serve((request, response) => {
            const { authorization = "" } = request.headers;
            response.writeHead(status, { "x-echo": authorization, "x-request-id": authorization });
            response.end(echo(request.headers.authorization));
          });
          for (const http of Object.values(transports)) {
            const error = yield* listFrom(baseUrl, http);
            assert.notInclude(renderAll(error), secret.slice(0, -2));
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
        Effect.provide(ScorecardClient.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))),
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
        assert.notMatch(renderAll(error), /hunter2|do_not_tell/);
      }
      assert.strictEqual(urls.length, 2);
    }),
  );

  it.effect("takes Configs for the key and the URL: a client for each tenant", () =>
    Effect.gen(function* () {
      const sent: Array<string> = [];
      const fetch: typeof globalThis.fetch = (input, init) => {
        const url = input instanceof Request ? input.url : String(input);
        sent.push(`${url} ${new Headers(init?.headers).get("authorization")}`);
        return Promise.resolve(Response.json({ data: [], nextCursor: null, hasMore: false }));
      };
      const env = {
        FIRST_KEY: "ak_first",
        SECOND_KEY: "ak_second",
        SECOND_URL: "http://second.test",
      };
      for (const options of [
        { apiKey: Config.Redacted("FIRST_KEY") },
        { apiKey: Config.Redacted("SECOND_KEY"), baseUrl: Config.String("SECOND_URL") },
      ]) {
        yield* Effect.flatMap(ScorecardClient, ({ getPage }) => getPage(runId)).pipe(
          Effect.provide(
            ScorecardClient.layerConfig(options).pipe(Layer.provide(FetchHttpClient.layer)),
          ),
          Effect.provideService(FetchHttpClient.Fetch, fetch),
          Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
        );
      }
      assert.deepStrictEqual(sent, [
        "https://api2.scorecard.io/api/v2/runs/135/records?limit=100 Bearer ak_first",
        "http://second.test/runs/135/records?limit=100 Bearer ak_second",
      ]);
    }),
  );

  const wrong: ReadonlyArray<readonly [string, Record<string, unknown>]> = [
    ["timeout", { timeout: -1 }],
    ["maxBodyBytes", { maxBodyBytes: 0 }],
    ["retry", { retry: { attempts: 0 } }],
    ["rateLimit", { rateLimit: { requests: 0, window: "1 second" } }],
    ["headers", { headers: { "a b": "c" } }],
    ["no option", { retries: 3 }],
  ];
  it.effect.each(wrong)("fails the layer for a malformed option (%s)", ([name, options]) =>
    Effect.gen(function* () {
      // What callers without types may pass.
      const layer: ReturnType<typeof ScorecardClient.layerConfig> = Reflect.apply(
        ScorecardClient.layerConfig,
        undefined,
        [options],
      );
      const error = yield* Effect.flip(
        Effect.provide(ScorecardClient, layer.pipe(Layer.provide(FetchHttpClient.layer))),
      ).pipe(
        Effect.provide(
          ConfigProvider.layer(ConfigProvider.fromEnv({ env: { SCORECARD_API_KEY: secret } })),
        ),
      );
      assert.strictEqual(error._tag, "ConfigError");
      assert.include(error.message, name);
      assert.notInclude(renderAll(error), secret);
    }),
  );
});
