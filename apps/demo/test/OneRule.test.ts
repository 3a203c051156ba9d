/**
 * Each rule of the wire has one home, and these are its users: the same odd inputs lead to the same verdict in all of
 * them. The verdicts stand in the tables, written by hand.
 */
import { NodeFileSystem } from "@effect/platform-node";
import { afterAll, assert, describe, it } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { createClient } from "@scorecard-effect/client/promise";
import { formatIssue, printable } from "@scorecard-effect/contract";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import { ContractLaws, FakeRun, Recording, Replay } from "@scorecard-effect/fixtures";
import * as Msw from "@scorecard-effect/fixtures/msw";
import { Clock, Duration, Effect, Layer, Redacted, Result } from "effect";
import { FetchHttpClient } from "effect/http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as RealApi from "../src/source/RealApi.ts";

const folder = mkdtempSync(join(tmpdir(), "one-rule-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a user of the rules is asked to read. Anything may be wrong with it. */
interface Asked {
  readonly apiKey?: unknown;
  readonly baseUrl?: unknown;
  readonly runId?: unknown;
  readonly pageSize?: unknown;
}

/** A `fetch` that notes URLs, and answers with the same response each time. */
const stub = (respond: () => Response | Promise<Response>) => {
  const urls: Array<string> = [];
  const fetch = (input: string | URL | Request): Promise<Response> => {
    urls.push(input instanceof Request ? input.url : String(input));
    return Promise.resolve().then(respond);
  };
  return { urls, fetch };
};
const emptyPage = () => Response.json({ data: [], nextCursor: null, hasMore: false, total: 0 });

/** A clock on which every wait below half a minute ends at once, and time limits never come. It notes the waits. */
const impatient = (waits: Array<number> = []) =>
  Effect.clockWith((system) => Effect.succeed(system)).pipe(
    Effect.map((system): Clock.Clock => ({
      currentTimeMillisUnsafe: () => system.currentTimeMillisUnsafe(),
      currentTimeMillis: system.currentTimeMillis,
      currentTimeNanosUnsafe: () => system.currentTimeNanosUnsafe(),
      currentTimeNanos: system.currentTimeNanos,
      monotonicTimeNanosUnsafe: () => system.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: system.monotonicTimeNanos,
      sleep: (duration) => {
        const millis = Duration.toMillis(duration);
        if (millis >= 30_000) return Effect.never;
        waits.push(millis);
        return Effect.yieldNow;
      },
    })),
    Effect.runSync,
  );

const defaults = {
  apiKey: "ak_any-key",
  baseUrl: "http://x.test/api",
  runId: "135",
  pageSize: 100,
};

/** Reads as it is asked. Gives what it read as text, or fails with what it prints. */
type User = (
  asked: Asked,
  fetch: (input: string | URL | Request) => Promise<Response>,
  /** Takes the waits. */
  waits?: Array<number>,
) => Promise<string>;

// Callers without types pass anything.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const any = (value: unknown): never => value as never;

const effectClient: User = (asked, fetch, waits) => {
  const { apiKey, baseUrl, runId, pageSize } = { ...defaults, ...asked };
  return Effect.flatMap(ScorecardClient, ({ getPage }) =>
    getPage(any(runId), { pageSize: any(pageSize) }),
  ).pipe(
    Effect.map((page) => JSON.stringify(page.records)),
    Effect.provide(
      ScorecardClient.layer({
        apiKey: Redacted.make(any(apiKey)),
        baseUrl: any(baseUrl),
        retry: waits === undefined ? false : { attempts: 2 },
      }).pipe(Layer.provide(FetchHttpClient.layer)),
    ),
    Effect.provideService(FetchHttpClient.Fetch, any(fetch)),
    Effect.provideService(Clock.Clock, impatient(waits)),
    Effect.runPromise,
  );
};

const promiseClient: User = async (asked, fetch) => {
  const { apiKey, baseUrl, runId, pageSize } = { ...defaults, ...asked };
  const options = { apiKey: any(apiKey), baseUrl: any(baseUrl), retry: false as const };
  const client = createClient({ ...options, fetch: any(fetch) });
  return JSON.stringify((await client.getPage(any(runId), { pageSize: any(pageSize) })).records);
};

let recordings = 0;
const recording: User = async (asked, fetch, waits) => {
  const { apiKey, baseUrl, runId, pageSize } = { ...defaults, ...asked };
  recordings += 1;
  const file = join(folder, `${recordings}.jsonl`);
  await Recording.record({
    file,
    apiKey: Redacted.make(any(apiKey)),
    baseUrl: any(baseUrl),
    runId: any(runId),
    pageSize: any(pageSize),
  }).pipe(
    Effect.provide([NodeFileSystem.layer, FetchHttpClient.layer]),
    Effect.provideService(FetchHttpClient.Fetch, any(fetch)),
    Effect.provideService(Clock.Clock, impatient(waits)),
    Effect.runPromise,
  );
  return readFileSync(file, "utf8");
};

const laws: User = async (asked, fetch, waits) => {
  const { apiKey, baseUrl, runId } = { ...defaults, ...asked };
  const report = await ContractLaws.check(
    { apiKey: Redacted.make(any(apiKey)), baseUrl: any(baseUrl), runId: any(runId) },
    { maxPages: 2, maxRecords: 1 },
  ).pipe(
    Effect.provide(FetchHttpClient.layer),
    Effect.provideService(FetchHttpClient.Fetch, any(fetch)),
    Effect.provideService(Clock.Clock, impatient(waits)),
    Effect.runPromise,
  );
  return JSON.stringify(report);
};

const users: ReadonlyArray<readonly [string, User]> = [
  ["the Effect client", effectClient],
  ["the promise client", promiseClient],
  ["a recording", recording],
  ["the laws", laws],
];
const readers = users.slice(0, 3);

/** What a user prints for a failure. */
const printed = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (value) => assert.fail(`succeeded: ${String(value)}`),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

/** The URL of the first request that a user sends, without its query; or why it refuses before it sends any. */
const outcome = async (user: User, asked: Asked): Promise<string> => {
  const { urls, fetch } = stub(emptyPage);
  const problem = await user(asked, fetch).then(() => "", String);
  return urls[0]?.split("?")[0] ?? problem;
};

const assertOutcome = (actual: string, expected: string | RegExp): void => {
  if (expected instanceof RegExp) assert.match(actual, expected);
  else assert.strictEqual(actual, expected);
};

describe.each(users)("A base URL, for %s", (_, user) => {
  it.each<readonly [unknown, string | RegExp]>([
    ["http://x.test", "http://x.test/runs/135/records"],
    ["HTTP://X.TEST:80/a///", "http://x.test/a/runs/135/records"],
    ["  http://x.test/a\n", "http://x.test/a/runs/135/records"],
    ["http://[::1]:9/a(b)", "http://[::1]:9/a(b)/runs/135/records"],
    ["http://x.test/a/../b", "http://x.test/b/runs/135/records"],
    ["http://x.test/a%2Fb%20c", "http://x.test/a%2Fb%20c/runs/135/records"],
    ["http://x.test/{a}", "http://x.test/%7Ba%7D/runs/135/records"],
    [new URL("http://x.test/a/"), "http://x.test/a/runs/135/records"],
    ["", /expected an absolute http or https URL/],
    ["x.test", /expected an absolute http or https URL/],
    ["/api", /expected an absolute http or https URL/],
    ["ftp://x.test", /expected an absolute http or https URL/],
    ["http://", /expected an absolute http or https URL/],
    [5, /expected an absolute http or https URL/],
    ["http://u:p@x.test", /must not have credentials, a query or a fragment/],
    ["http://x.test/?a=b", /must not have credentials, a query or a fragment/],
    ["http://x.test/#a", /must not have credentials, a query or a fragment/],
  ])("%o", async (baseUrl, expected) => {
    const actual = await outcome(user, { baseUrl });
    assert.isString(actual);
    assertOutcome(actual, expected);
  });
});

describe("A base URL that cannot be read from", () => {
  it.each(["", "ftp://x.test", "http://u:p@x.test", "http://x.test/?a=ak_b", "http://x.test/#a"])(
    "%j is refused by the handlers for Mock Service Worker, and not shown by the demo",
    (baseUrl) => {
      assert.throws(() => Msw.make({ runs: [FakeRun.make()], baseUrl }), RangeError);
      const apiKey = Redacted.make("ak_any-key");
      assert.strictEqual(
        RealApi.source({ apiKey, baseUrl }).description,
        "real API at a malformed URL",
      );
    },
  );
});

describe.each(users)("A run id, for %s", (_, user) => {
  it.each<readonly [unknown, string | RegExp]>([
    ["a/b", "http://x.test/api/runs/a%2Fb/records"],
    ["%2e", "http://x.test/api/runs/%252e/records"],
    ["%2e%2e/..", "http://x.test/api/runs/%252e%252e%2F../records"],
    ["...", "http://x.test/api/runs/.../records"],
    [" ", "http://x.test/api/runs/%20/records"],
    ["?a#b", "http://x.test/api/runs/%3Fa%23b/records"],
    ["é😀", "http://x.test/api/runs/%C3%A9%F0%9F%98%80/records"],
    ["\\\\", "http://x.test/api/runs/%5C%5C/records"],
    ["\u0000\n", "http://x.test/api/runs/%00%0A/records"],
    ["", /The run id is empty/],
    [".", /A run id of dots alone cannot be sent/],
    ["..", /A run id of dots alone cannot be sent/],
    ["\ud800", /The run id is not well-formed Unicode/],
    ["a\udc00b", /The run id is not well-formed Unicode/],
    [135, /The run id is not a string/],
  ])("%j", async (runId, expected) => {
    const actual = await outcome(user, { runId });
    assert.isString(actual);
    assertOutcome(actual, expected);
  });
});

describe.each(readers)("A page size, for %s", (_, user) => {
  it.each([1, 100])("%o is sent", async (pageSize) => {
    const { urls, fetch } = stub(emptyPage);
    await user({ pageSize }, fetch);
    assert.deepStrictEqual(urls, [`http://x.test/api/runs/135/records?limit=${pageSize}`]);
  });

  it.each([0, -1, 101, 1.5, NaN, Infinity, "20", {}])("%o is refused", async (pageSize) => {
    assert.match(
      await outcome(user, { pageSize }),
      /The page size must be a whole number from 1 to 100/,
    );
  });
});

describe.each(users)("A key, for %s", (_, user) => {
  it.each(["ak_1", "ak_~!#%&'()*+,-./:;<=>?@[]^_`{|}"])("%j is sent", async (apiKey) => {
    assert.strictEqual(await outcome(user, { apiKey }), "http://x.test/api/runs/135/records");
  });

  it.each([
    "",
    "ak_",
    "AK_any",
    "sk_any",
    " ak_any",
    "ak_any ",
    "ak_a b",
    'ak_"',
    "ak_\\",
    "ak_é",
    5,
  ])("%j is refused", async (apiKey) => {
    assert.match(await outcome(user, { apiKey }), /The API key is malformed/);
    if (typeof apiKey === "string" && apiKey.length > 3) {
      assert.notInclude(await printed(user({ apiKey }, stub(emptyPage).fetch)), apiKey.trim());
    }
  });
});

// Each of these is the key `ak_any-key`, to somebody.
const spelledKeys: ReadonlyArray<string> = [
  "ak_any-key",
  "AK_ANY-KEY",
  "%61k_any-key",
  "%61%6B%5f%61%6E%79%2d%6B%65%79",
  "\\u0061k\\u005Fany\\u002dkey",
  "\\\\u0061k_any-key",
  "ak&#95;any-key",
  "&#x61;k&#x005F;any-key",
  "&#097;k_any-key",
];

describe.each(users)("A key that the service echoes, for %s", (_, user) => {
  it.each(spelledKeys)("%j is redacted", async (spelled) => {
    const body = { code: "NO", message: `Not with ${spelled}!`, details: { spelled } };
    const { fetch } = stub(() => Response.json(body, { status: 403 }));
    // The laws report what they saw; the others fail.
    const text = await user({}, fetch).catch((error: unknown) => String(error));
    assert.include(text, "Not with ");
    for (const other of [spelled, JSON.stringify(spelled).slice(1, -1)]) {
      assert.notInclude(text, other);
    }
  });

  it.each(spelledKeys)("%j is redacted where it is no JSON", async (spelled) => {
    const { fetch } = stub(() => new Response(`<p>${spelled}</p>`, { status: 200 }));
    const text = await user({}, fetch).catch((error: unknown) => String(error));
    assert.notInclude(text, spelled);
  });
});

const recordWith = (inputs: string, id = '"1"'): string =>
  `{"id":${id},"runId":"135","inputs":${inputs},"expected":{},"outputs":{},"scores":[]}`;
const pageWith = (inputs: string): string =>
  `{"data":[${recordWith(inputs)}],"nextCursor":null,"hasMore":false}`;
const nested = (depth: number): string => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;

/** Reads the records of a text as each user does; undefined where it refuses. */
const recordsOf = (value: unknown): ReadonlyArray<unknown> =>
  Array.isArray(value) ? value : Array.isArray(Object(value).data) ? Object(value).data : [value];
const textReaders: ReadonlyArray<
  readonly [string, (body: Uint8Array) => Promise<ReadonlyArray<unknown>>]
> = [
  ...readers.map(([name, user]) => {
    const read = async (body: Uint8Array) => {
      const { fetch } = stub(() => new Response(new Uint8Array(body)));
      return recordsOf(JSON.parse(await user({}, fetch)));
    };
    return [name, read] as const;
  }),
  [
    "a replay",
    (body) =>
      Promise.resolve().then(() => {
        const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
        const runs = Result.getOrThrow(Replay.parse(text));
        return runs.flatMap((run) => Array.from({ length: run.size }, (_, at) => run.record(at)));
      }),
  ],
];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each(textReaders)("A text of JSON, for %s", (name, read) => {
  it.each<readonly [string, string, ReadonlyArray<string>]>([
    ["keys with escapes", String.raw`{"a\nb":1,"\u0061b":2,"\"":3}`, ["a\nb", "ab", '"']],
    [
      "keys that an engine confuses",
      String.raw`{"ab":1,"a\u0062c":2,"a\\b":3}`,
      ["ab", "abc", "a\\b"],
    ],
    ["a key twice", '{"a":1,"b":2,"a":3}', ["a", "b"]],
    ["a key twice, in two spellings", String.raw`{"a":1,"\u0061":3}`, ["a"]],
    ["keys of Object", '{"toString":1,"constructor":2}', ["toString", "constructor"]],
    ["an empty key", '{"":1}', [""]],
    ["the largest number", '{"a":1.7976931348623157e308}', ["a"]],
    ["nesting of 500 levels", nested(500), ["a"]],
  ])("keeps %s", async (_, inputs, keys) => {
    const [record] = await read(bytes(pageWith(inputs)));
    assert.deepStrictEqual(Object.keys(Object(Object(record).inputs)), keys);
  });

  it("may start with a byte order mark", async () => {
    assert.strictEqual((await read(bytes(`\uFEFF${pageWith("{}")}`))).length, 1);
  });

  it.each<readonly [string, Uint8Array]>([
    ["empty", bytes("")],
    ["white space", bytes(" \n")],
    ["cut", bytes(pageWith("{}").slice(0, -1))],
    ["with something after it", bytes(`${pageWith("{}")}x`)],
    ["with a trailing comma", bytes(pageWith('{"a":1,}'))],
    ["with NaN", bytes(pageWith('{"a":NaN}'))],
    ["with single quotes", bytes(pageWith("{'a':1}"))],
    ["with a comment", bytes(`/**/${pageWith("{}")}`)],
    ["with a line feed in a string", bytes(pageWith('{"a":"\n"}'))],
    ["with a bad escape", bytes(pageWith(String.raw`{"\x61":1}`))],
    ["of something else", bytes('"page"')],
    ["of null", bytes("null")],
    ["without hasMore", bytes('{"data":[],"nextCursor":null}')],
    ["with an id that is a number", bytes(pageWith("{}").replace('"1"', "1"))],
    ["that is not UTF-8", Uint8Array.of(...bytes(pageWith('{"a":"')), 0xff, ...bytes('"}'))],
    ["in UTF-16", new Uint8Array(Buffer.from(`\uFEFF${pageWith("{}")}`, "utf16le"))],
  ])("is refused: %s", async (_, body) => {
    assert.isNotEmpty(await printed(read(body)));
  });

  // A client delivers values; what is written to a file must be read back as it was.
  it("with a number beyond JavaScript's is refused where it is written or read back", async () => {
    const body = bytes(pageWith('{"a":[1e400]}'));
    if (name.includes("client")) assert.strictEqual((await read(body)).length, 1);
    else assert.match(await printed(read(body)), /\/data\/0\/inputs\/a\/0/);
  });
});

describe.each(users)("A failure of the transport, for %s", (_, user) => {
  const circle = new Error("round and round");
  circle.cause = new Error("and round", { cause: circle });
  it.each<readonly [string, unknown, string]>([
    [
      "one cause",
      new TypeError("fetch failed", { cause: new Error("ECONNREFUSED 1") }),
      "ECONNREFUSED 1",
    ],
    [
      "three causes",
      new Error("a", { cause: new Error("b", { cause: new Error("the innermost") }) }),
      "the innermost",
    ],
    [
      "several errors",
      new AggregateError([new Error("of IPv6"), new Error("of IPv4")], "both"),
      "of IPv6",
    ],
    ["a circle", circle, "round"],
    ["no message but a code", Object.assign(new Error(""), { code: "ENOENT" }), "ENOENT"],
    ["a text", "a text of its own", "a text of its own"],
    ["the key", new Error("sent ak_any-key to nobody"), "to nobody"],
    ["control characters", new Error("a\u001b[31mb\u202ec"), "31m"],
  ])("gives its reason: %s", async (__, cause, reason) => {
    const { fetch } = stub(() => Promise.reject(cause));
    const text = await user({}, fetch).catch((error: unknown) => String(error));
    assert.include(text, reason);
    assert.notInclude(text, "ak_any-key");
    assertSafe(text);
  });
});

describe.each(users)("A Retry-After, for %s", (_, user) => {
  const date = "Thu, 01 Jan 2026 00:00:00 GMT";
  it.each<readonly [string, number | undefined]>([
    ["7", 7000],
    [" 7 ", 7000],
    ["0.25", 250],
    ["Thu, 01 Jan 2026 00:00:07 GMT", 7000],
    ["Thursday, 01-Jan-26 00:00:07 GMT", 7000],
    ["Thu Jan  1 00:00:07 2026", 7000],
    ["0", undefined],
    ["-7", undefined],
    ["7s", undefined],
    ["1e1", undefined],
    ["7, 8", undefined],
    ["Infinity", undefined],
    ["Wed, 31 Dec 2025 23:59:59 GMT", undefined],
    ["2026-01-01T00:00:07Z", undefined],
    ["soon", undefined],
  ])("of %j is a wait of %o ms", async (value, millis) => {
    const headers = { "retry-after": value, date };
    const { fetch } = stub(() => new Response("{}", { status: 429, headers }));
    const waits: Array<number> = [];
    const error: unknown = await user({}, fetch, waits).catch((own: unknown) => own);
    if (user === promiseClient) {
      assert.strictEqual(Reflect.get(Object(error), "retryAfter"), millis);
    } else if (millis === undefined) {
      assert.notInclude(waits, 7000);
    } else {
      assert.include(waits.map(Math.round), millis);
    }
  });
});

// What a terminal would obey, or a reader be misled by.
const hostile = "a\u0000b\u001b[2Jc\u009bd\u202ee\u2066f\u200bg\ufeffh\u2028i\u0007j\r\nk";
const assertSafe = (text: string): void => {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const isFormat =
      code === 0xad ||
      code === 0xfeff ||
      (code >= 0x200b && code <= 0x200f) ||
      (code >= 0x2028 && code <= 0x202e) ||
      (code >= 0x2060 && code <= 0x206f);
    assert.isFalse(isControl || isFormat, `U+${code.toString(16)} in ${JSON.stringify(text)}`);
  }
};

describe("A text that a terminal would obey is safe", () => {
  it.each(users)("in what %s prints of a response", async (_, user) => {
    const body = { code: hostile, message: hostile, details: {} };
    const { fetch } = stub(() => Response.json(body, { status: 403 }));
    const text = await user({}, fetch).catch((error: unknown) => String(error));
    assert.include(text, "[2Jc");
    assertSafe(text);
  });

  it.each(users)("in what %s prints of an id", async (_, user) => {
    const { fetch } = stub(() => new Response("{}", { status: 500 }));
    const text = await user({ runId: hostile }, fetch).catch((error: unknown) => String(error));
    assert.isNotEmpty(text);
    assertSafe(text);
  });

  it("in what commands and formats print", () => {
    assert.include(printable(hostile), "[2Jc");
    assertSafe(printable(hostile));
    assertSafe(formatIssue({ path: `/${hostile}`, message: hostile }));
    assertSafe(Complaint.format("program", hostile));
  });
});
