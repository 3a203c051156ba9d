/**
 * Servers that misbehave in one way each, and what a listing from each must come to. Every server is a fake with a
 * script of faults, one a request; the last one stays.
 */
import { FakeRun, Fault, Faults } from "@scorecard-effect/fixtures";
import type { ListRecordsError } from "../src/index.ts";
import { deflateSync, gzipSync } from "node:zlib";

type Step = Fault.Fault;

export interface Hostile {
  readonly name: string;
  readonly steps: readonly [Step, ...ReadonlyArray<Step>];
  readonly pageSize?: number;
  readonly verifyTotal?: boolean;
  readonly timeout?: number;
  /** How many records are delivered; they are the first ones of the run, in order. */
  readonly records: number;
  /** How the listing ends, where it fails. */
  readonly error?: { readonly tag: ListRecordsError["_tag"]; readonly [field: string]: unknown };
  /** How many requests the server sees, redirects included. */
  readonly requests: number;
  /** At most so many milliseconds, retries included. */
  readonly within?: number;
}

/** What every listing from a hostile server is made with. */
export const settings = {
  maxBodyBytes: 200_000,
  timeout: 2000,
  retry: { attempts: 3, baseDelay: 1, maxDelay: 4, maxRetryAfter: 400 },
} as const;

const run = FakeRun.make({ missingScores: 0 });
export const record = (index: number) => run.record(index);
const records = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => record(from + index));

type Headers = Readonly<Record<string, string | undefined>>;

const send = (status: number, content: string | Uint8Array, headers: Headers = {}): Step =>
  Fault.respond(String(status), { status, headers, body: content });
const json = (status: number, content: unknown, headers?: Headers): Step =>
  send(status, JSON.stringify(content), headers);

interface PageShape {
  readonly from?: number;
  readonly count?: number;
  readonly next?: unknown;
  readonly more?: unknown;
  readonly total?: unknown;
  readonly [field: string]: unknown;
}
const body = ({
  from = 0,
  count = 2,
  next = null,
  more = next !== null,
  total,
  ...rest
}: PageShape) => ({
  data: records(from, count),
  nextCursor: next,
  hasMore: more,
  ...(total === undefined ? {} : { total }),
  ...rest,
});
const page = (shape: PageShape = {}, headers?: Headers): Step => json(200, body(shape), headers);
const text = (shape: PageShape = {}): string => JSON.stringify(body(shape));

const apiError = { code: "SOME_CODE", message: "Some message.", details: {} };

/** A page whose connection ends somewhere on the way. */
const cut = (options: Omit<Fault.BreakOptions, "of">, of: Step = page()): Step =>
  Fault.breakOff("cut", { ...options, of });
const redirect = (status: number, location: string): Step => send(status, "", { location });

/** Two pages of two records, the failing step between them. */
const between = (step: Step): Hostile["steps"] => [page({ next: "c1" }), step, page({ from: 2 })];
/** The step three times over, on the second page. */
const after = (step: Step): Hostile["steps"] => [page({ next: "c1" }), step];

const rejected = [400, 402, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 431, 451].map(
  (status): Hostile => ({
    name: `${status}`,
    steps: after(json(status, apiError)),
    records: 2,
    error: {
      tag: "RequestRejected",
      status,
      apiError,
      cursor: "c1",
      attempts: 1,
      isRetryable: false,
    },
    requests: 2,
  }),
);

const failing = [500, 501, 502, 503, 504, 520, 599].flatMap((status): ReadonlyArray<Hostile> => [
  {
    name: `${status} that stays`,
    steps: after(json(status, apiError)),
    records: 2,
    error: { tag: "ServiceError", status, apiError, cursor: "c1", attempts: 3, isRetryable: true },
    requests: 4,
  },
  {
    name: `${status} that passes`,
    steps: between(json(status, apiError)),
    records: 4,
    requests: 3,
  },
]);

const errorBodies: ReadonlyArray<Hostile> = (
  [
    ["in HTML", send(503, "<html>down</html>", { "content-type": "text/html" })],
    ["without a body", send(503, "")],
    ["of another shape", json(503, { error: { message: "x" } })],
    ["that breaks off", cut({ at: "body" }, json(503, apiError))],
    ["in damaged gzip", send(503, "no gzip", { "content-encoding": "gzip" })],
    ["that is an array", json(503, [])],
  ] satisfies ReadonlyArray<readonly [string, Step]>
).map(([name, step]): Hostile => ({
  name: `a 503 ${name}`,
  steps: after(step),
  records: 2,
  error: { tag: "ServiceError", status: 503, apiError: undefined, attempts: 3 },
  requests: 4,
}));

const retryAfter: ReadonlyArray<Hostile> = [
  { "retry-after": "0" },
  { "retry-after": "-5" },
  { "retry-after": "soon" },
  { "retry-after": "" },
  { "retry-after": "1e3" },
  { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" },
  { "retry-after": "NaN" },
  { "retry-after-ms": "20" },
  { "retry-after-ms": "x", "retry-after": "0.05" },
].map((headers): Hostile => ({
  name: `429 with ${JSON.stringify(headers)}, which passes`,
  steps: between(json(429, apiError, headers)),
  records: 4,
  requests: 3,
}));

const tooLong: ReadonlyArray<Hostile> = [
  { "retry-after": "3600" },
  { "retry-after": "2147484" },
  { "retry-after": "99999999999" },
  { "retry-after-ms": "2147483648" },
  { "retry-after": new Date(Date.now() + 3_600_000).toUTCString() },
].map((headers): Hostile => ({
  name: `429 with ${JSON.stringify(headers)}: too long to wait`,
  steps: after(json(429, apiError, headers)),
  records: 2,
  error: { tag: "RateLimited", apiError, cursor: "c1", attempts: 1, isRetryable: true },
  requests: 2,
  within: 1000,
}));

const notJson: ReadonlyArray<Hostile> = [
  ["an empty body", ""],
  ["HTML", "<!doctype html><title>Sign in</title>"],
  ["text", "OK"],
  ["white space", " \n\t "],
  ["half a page", text().slice(0, -5)],
  ["a page and more", `${text()}{}`],
  ["two pages", `${text()}\n${text()}`],
  ["a page with a comment", `/* */${text()}`],
  ["a page with a trailing comma", text().replace(/\}$/, ",}")],
  ["NaN", text().replace('"hasMore":false', '"hasMore":false,"total":NaN')],
  ["single quotes", "{'data':[],'nextCursor':null,'hasMore':false}"],
  ["a control character in a string", text().replace("100000", "1\u0001")],
  ["UTF-16", Buffer.from(text(), "utf16le")],
  ["Latin-1", Buffer.from(text({ note: "é" }), "latin1")],
  [
    "an overlong encoding",
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
  ],
  ["a body that is zeros", new Uint8Array(2000)],
].map(([name, content]): Hostile => ({
  name: `a 200 that is ${String(name)}`,
  steps: after(send(200, content ?? "")),
  records: 2,
  error: {
    tag: "InvalidResponse",
    reason: "NotJson",
    status: 200,
    cursor: "c1",
    attempts: 1,
    isRetryable: false,
  },
  requests: 2,
}));

const good = record(0);
const score = good.scores[0];
const notAPage: ReadonlyArray<Hostile> = (
  [
    ["null", null],
    ["a number", 5],
    ["a string", "page"],
    ["an array", [body({})]],
    ["an empty object", {}],
    ["an ApiError", apiError],
    ["without data", { nextCursor: null, hasMore: false }],
    ["without nextCursor", { data: [], hasMore: false }],
    ["without hasMore", { data: [], nextCursor: null }],
    ["with data null", body({ data: null })],
    ["with data an object", body({ data: { 0: good, length: 1 } })],
    ["with nextCursor a number", body({ next: 7 })],
    ["with nextCursor an object", body({ next: {} })],
    ["with hasMore a string", body({ more: "false" })],
    ["with hasMore a number", body({ more: 0 })],
    ["with hasMore null", body({ more: null })],
    ["with a negative total", body({ total: -1 })],
    ["with half a total", body({ total: 1.5 })],
    ["with total a string", body({ total: "2" })],
    ["with total null", body({ total: null })],
    ["with a total beyond exactness", body({ total: 2 ** 60 })],
    ["with a record that is null", body({ data: [good, null] })],
    ["with a record that is an array", body({ data: [[good]] })],
    ["with a record without id", body({ data: [{ ...good, id: undefined }] })],
    ["with an id that is a number", body({ data: [{ ...good, id: 7 }] })],
    ["with inputs that are an array", body({ data: [{ ...good, inputs: [] }] })],
    ["with outputs null", body({ data: [{ ...good, outputs: null }] })],
    ["with testcaseId null", body({ data: [{ ...good, testcaseId: null }] })],
    ["without scores", body({ data: [{ ...good, scores: undefined }] })],
    ["with scores an object", body({ data: [{ ...good, scores: {} }] })],
    [
      "with a score that is a number",
      body({ data: [{ ...good, scores: [{ ...score, score: 1 }] }] }),
    ],
    [
      "with a metric that is no uuid",
      body({ data: [{ ...good, scores: [{ ...score, metricConfigId: "m" }] }] }),
    ],
    [
      "with validationErrors an object",
      body({ data: [{ ...good, scores: [{ ...score, validationErrors: {} }] }] }),
    ],
    ["with everything under __proto__", `{"__proto__":${text()}}`],
  ] satisfies ReadonlyArray<readonly [string, unknown]>
).map(([name, value]): Hostile => ({
  name: `a 200 ${name}`,
  steps: after(
    send(200, typeof value === "string" && value.startsWith("{") ? value : JSON.stringify(value)),
  ),
  records: 2,
  error: {
    tag: "InvalidResponse",
    reason: "Schema",
    status: 200,
    cursor: "c1",
    attempts: 1,
    excerpt: undefined,
  },
  requests: 2,
}));

const harmless: ReadonlyArray<Hostile> = (
  [
    ["without a content type", [send(200, text(), { "content-type": undefined })]],
    ["as text/html", [send(200, text(), { "content-type": "text/html" })]],
    [
      "as application/octet-stream",
      [send(200, text(), { "content-type": "application/octet-stream" })],
    ],
    [
      "in a charset it is not in",
      [send(200, text({ note: "é" }), { "content-type": "application/json; charset=utf-16" })],
    ],
    ["with a byte order mark", [send(200, `\uFEFF${text()}`)]],
    ["with status 201", [json(201, body({}))]],
    ["with status 203", [json(203, body({}))]],
    ["with white space around it", [send(200, ` \n${text()}\n `)]],
    ["with fields of tomorrow", [page({ took: 3, tags: [{ a: [null] }] })]],
    ["with a key twice", [send(200, text().replace("{", '{"hasMore":true,'))]],
    [
      "with very deep outputs",
      [
        send(
          200,
          text().replace(
            '"outputs":{',
            `"outputs":{"deep":${"[".repeat(5000)}${"]".repeat(5000)},`,
          ),
        ),
      ],
    ],
    ["in gzip", [send(200, gzipSync(text()), { "content-encoding": "gzip" })]],
    ["in deflate", [send(200, deflateSync(text()), { "content-encoding": "deflate" })]],
    ["byte by byte", [Fault.pieces("pieces", 199, 0, page())]],
    [
      "after early hints",
      [
        Fault.raw(
          "early hints",
          `HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${text()}`,
        ),
      ],
    ],
    ["with hasMore false and a cursor", [page({ next: "c1", more: false })]],
    ["with a total that was exceeded", [page({ total: 1 })]],
    ["a little late", [Fault.delay(100, page())]],
    ["without keep-alive", [page({}, { connection: "close" })]],
  ] satisfies ReadonlyArray<readonly [string, Hostile["steps"]]>
).map(([name, steps]): Hostile => ({
  name: `a page ${name}`,
  steps,
  records: 2,
  requests: 1,
}));

const cursors: ReadonlyArray<Hostile> = [
  {
    name: "hasMore with nextCursor null",
    steps: after(page({ from: 2, next: null, more: true })),
    records: 2,
    error: { tag: "PaginationError", reason: "CursorMissing", cursor: "c1", isRetryable: false },
    requests: 2,
  },
  {
    name: "hasMore with an empty nextCursor",
    steps: after(page({ from: 2, next: "", more: true })),
    records: 2,
    error: { tag: "PaginationError", reason: "CursorMissing", cursor: "c1" },
    requests: 2,
  },
  {
    name: "a cursor that is half a character",
    steps: [send(200, text({ next: "X" }).replace('"X"', String.raw`"\ud800"`))],
    records: 0,
    error: { tag: "PaginationError", reason: "CursorMissing", cursor: undefined },
    requests: 1,
  },
  {
    name: "the same cursor again",
    steps: after(page({ from: 2, next: "c1" })),
    records: 2,
    error: { tag: "PaginationError", reason: "CursorRepeated", cursor: "c1" },
    requests: 2,
  },
  {
    name: "cursors A, B, A",
    steps: [page({ next: "a" }), page({ from: 2, next: "b" }), page({ from: 4, next: "a" })],
    records: 4,
    error: { tag: "PaginationError", reason: "CursorRepeated", cursor: "b" },
    requests: 3,
  },
  {
    name: "empty pages that go in a circle",
    steps: [
      page({ count: 0, next: "a" }),
      page({ count: 0, next: "b" }),
      page({ count: 0, next: "a" }),
    ],
    records: 0,
    error: { tag: "PaginationError", reason: "CursorRepeated", cursor: "b" },
    requests: 3,
  },
  {
    name: "an empty first page",
    steps: [page({ count: 0, next: "a" }), page({})],
    records: 2,
    requests: 2,
  },
  {
    name: "empty pages in the middle",
    steps: [
      page({ next: "a" }),
      page({ count: 0, next: "b" }),
      page({ count: 0, next: "c" }),
      page({ from: 2 }),
    ],
    records: 4,
    requests: 4,
  },
  {
    name: "an end before the total",
    steps: [page({ next: "c1", total: 9 }), page({ from: 2, total: 9 })],
    records: 2,
    error: { tag: "PaginationError", reason: "Incomplete", cursor: "c1", attempts: 1 },
    requests: 2,
  },
  {
    name: "an end before the total, which nobody minds",
    steps: [page({ next: "c1", total: 9 }), page({ from: 2, total: 9 })],
    verifyTotal: false,
    records: 4,
    requests: 2,
  },
  {
    name: "a total that shrinks to what is there",
    steps: [page({ next: "c1", total: 9 }), page({ from: 2, total: 4 })],
    records: 4,
    requests: 2,
  },
  {
    name: "an empty run that claims records",
    steps: [page({ count: 0, total: 3 })],
    records: 0,
    error: { tag: "PaginationError", reason: "Incomplete", cursor: undefined },
    requests: 1,
  },
  {
    name: "a page of more records than were asked for",
    pageSize: 1,
    steps: [page({ count: 5 })],
    records: 5,
    requests: 1,
  },
  ...[
    "%2F%00",
    "a&limit=1#x",
    "+ /?=",
    "späť 👋",
    "\n\r\t\u0000",
    "__proto__",
    "c".repeat(4000),
  ].map((cursor): Hostile => ({
    name: `the cursor ${JSON.stringify(cursor).slice(0, 30)}, sent back as it is`,
    steps: [
      page({ next: cursor }),
      Fault.decide("the cursor asked for", ({ url }) =>
        new URL(url, "http://x").searchParams.get("cursor") === cursor
          ? page({ from: 2 })
          : json(400, apiError),
      ),
    ],
    records: 4,
    requests: 2,
  })),
  {
    name: "the key as cursor",
    steps: [Fault.decide("the key", ({ headers }) => page({ next: headers["authorization"] }))],
    records: 0,
    error: { tag: "InvalidResponse", reason: "Schema" },
    requests: 1,
  },
];

const cuts: ReadonlyArray<Hostile> = (
  [
    ["before the headers", Faults.named("close")],
    ["by a reset before the headers", Faults.named("reset")],
    ["in the headers", Faults.named("close-headers")],
    ["before the body", cut({ at: "body", after: 0 })],
    ["in a body of announced length", cut({ at: "body" })],
    ["by a reset in a body of announced length", cut({ at: "body", how: "reset" })],
    ["in a chunked body", cut({ at: "body", announce: "chunked" })],
    ["by a reset in a chunked body", cut({ at: "body", announce: "chunked", how: "reset" })],
    [
      "in a gzip body",
      cut(
        { at: "body", announce: "chunked", after: 60 },
        send(200, gzipSync(text()), { "content-encoding": "gzip" }),
      ),
    ],
  ] satisfies ReadonlyArray<readonly [string, Step]>
).flatMap(([name, step]): ReadonlyArray<Hostile> => [
  {
    name: `a connection cut ${name}, again and again`,
    steps: after(step),
    records: 2,
    error: { tag: "TransportError", cursor: "c1", attempts: 3, isRetryable: true },
    requests: 4,
  },
  { name: `a connection cut ${name}, once`, steps: between(step), records: 4, requests: 3 },
]);

const broken: ReadonlyArray<Hostile> = (
  [
    ["no HTTP at all", Faults.named("not-http")],
    [
      "a malformed chunk",
      Fault.raw(
        "a malformed chunk",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n{}\r\n",
      ),
    ],
    [
      "two lengths",
      Fault.raw(
        "two lengths",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
      ),
    ],
    [
      "endless headers",
      Fault.raw(
        "endless headers",
        `HTTP/1.1 200 OK\r\n${`x-a: ${"a".repeat(1000)}\r\n`.repeat(100)}`,
      ),
    ],
    [
      "gzip that is damaged",
      send(200, gzipSync(text()).fill(0xff, 40, 80), { "content-encoding": "gzip" }),
    ],
  ] satisfies ReadonlyArray<readonly [string, Step]>
).map(([name, step]): Hostile => ({
  name,
  steps: after(step),
  records: 2,
  error: { tag: "TransportError", cursor: "c1", attempts: 3 },
  requests: 4,
}));

const slow: ReadonlyArray<Hostile> = (
  [
    ["headers that never come", Faults.named("stall")],
    ["headers that stall", Faults.named("stall-headers")],
    ["a body that never comes", cut({ at: "body", how: "stall", after: 0 })],
    ["a body that stalls", cut({ at: "body", how: "stall" })],
    ["a body that trickles", Faults.named("trickle")],
  ] satisfies ReadonlyArray<readonly [string, Step]>
).flatMap(([name, step]): ReadonlyArray<Hostile> => [
  {
    name: `${name}, again and again`,
    steps: after(step),
    timeout: 150,
    records: 2,
    error: { tag: "RequestTimeout", cursor: "c1", attempts: 3, isRetryable: true },
    requests: 4,
    within: 1500,
  },
  {
    name: `${name}, once`,
    steps: between(step),
    timeout: 150,
    records: 4,
    requests: 3,
    within: 1500,
  },
]);

const giant: ReadonlyArray<Hostile> = (
  [
    ["an announced body of 5 GB", cut({ at: "body", how: "stall", announce: 5_000_000_000 })],
    ["a body that is too long", send(200, text({ note: "x".repeat(300_000) }))],
    ["an endless body", Faults.named("endless")],
    [
      "a little gzip that unpacks to a lot",
      send(200, gzipSync(" ".repeat(20_000_000)), { "content-encoding": "gzip" }),
    ],
  ] satisfies ReadonlyArray<readonly [string, Step]>
).map(([name, step]): Hostile => ({
  name,
  steps: after(step),
  records: 2,
  error: {
    tag: "InvalidResponse",
    reason: "TooLarge",
    status: 200,
    attempts: 1,
    isRetryable: false,
  },
  requests: 2,
}));

const redirects: ReadonlyArray<Hostile> = [
  ...[301, 302, 303, 307, 308].map((status): Hostile => ({
    name: `a ${status} within the origin, followed`,
    steps: [redirect(status, "/elsewhere"), page({})],
    records: 2,
    requests: 2,
  })),
  {
    name: "a redirect without a location",
    steps: [send(302, "")],
    records: 0,
    error: { tag: "InvalidResponse", reason: "NotJson", status: 302 },
    requests: 1,
  },
  {
    name: "304",
    steps: [send(304, "")],
    records: 0,
    error: { tag: "InvalidResponse", reason: "NotJson", status: 304 },
    requests: 1,
  },
  {
    name: "204",
    steps: [send(204, "")],
    records: 0,
    error: { tag: "InvalidResponse", reason: "NotJson", status: 204 },
    requests: 1,
  },
];

/** A status whose body never ends. */
const stalled = (status: number, headers?: Headers): Step =>
  cut({ at: "body", how: "stall", announce: "chunked", after: 1 }, json(status, apiError, headers));

const others: ReadonlyArray<Hostile> = [
  {
    name: "401",
    steps: after(json(401, apiError)),
    records: 2,
    error: { tag: "Unauthenticated", apiError, cursor: "c1", attempts: 1, isRetryable: false },
    requests: 2,
  },
  {
    name: "401 in HTML",
    steps: [send(401, "<html>")],
    records: 0,
    error: { tag: "Unauthenticated", apiError: undefined, cursor: undefined },
    requests: 1,
  },
  {
    name: "408 that stays",
    steps: after(json(408, apiError)),
    records: 2,
    error: { tag: "RequestRejected", status: 408, attempts: 3, isRetryable: true },
    requests: 4,
  },
  { name: "408 that passes", steps: between(json(408, apiError)), records: 4, requests: 3 },
  {
    name: "429 that stays",
    steps: after(json(429, apiError)),
    records: 2,
    error: { tag: "RateLimited", apiError, retryAfter: undefined, attempts: 3 },
    requests: 4,
  },
  {
    name: "503 that asks for too long a wait",
    steps: after(json(503, apiError, { "retry-after": "3600" })),
    records: 2,
    error: { tag: "ServiceError", status: 503, attempts: 1 },
    requests: 2,
    within: 1000,
  },
  ...[401, 404].map((status): Hostile => ({
    name: `a ${status} whose body stalls`,
    steps: after(stalled(status)),
    timeout: 300,
    records: 2,
    error: { tag: status === 401 ? "Unauthenticated" : "RequestRejected", attempts: 1 },
    requests: 2,
    within: 1500,
  })),
  {
    name: "a 503 whose body stalls, and that asks for too long a wait",
    steps: after(stalled(503, { "retry-after": "3600" })),
    timeout: 300,
    records: 2,
    error: { tag: "ServiceError", status: 503, attempts: 1 },
    requests: 2,
    within: 1500,
  },
  {
    name: "three failures of three kinds",
    steps: [
      page({ next: "c1" }),
      json(500, apiError),
      Faults.named("close"),
      json(502, apiError),
      page({ from: 2 }),
    ],
    records: 2,
    error: { tag: "ServiceError", status: 502, attempts: 3, cursor: "c1" },
    requests: 4,
  },
  {
    name: "two failures on each of two pages",
    steps: [
      json(500, apiError),
      cut({ at: "body" }),
      page({ next: "c1" }),
      json(429, apiError),
      cut({ at: "body", announce: "chunked" }),
      page({ from: 2 }),
    ],
    records: 4,
    requests: 6,
  },
  {
    name: "a failure for good after one that passes",
    steps: [page({ next: "c1" }), json(500, apiError), json(404, apiError)],
    records: 2,
    error: { tag: "RequestRejected", status: 404, attempts: 2, cursor: "c1" },
    requests: 3,
  },
  {
    name: "a failure on the page fetched ahead, after every record before it",
    steps: [page({ count: 40, next: "c1" }), json(403, apiError)],
    records: 40,
    error: { tag: "RequestRejected", status: 403, cursor: "c1" },
    requests: 2,
  },
];

export const hostileServers: ReadonlyArray<Hostile> = [
  ...rejected,
  ...failing,
  ...errorBodies,
  ...retryAfter,
  ...tooLong,
  ...notJson,
  ...notAPage,
  ...harmless,
  ...cursors,
  ...cuts,
  ...broken,
  ...slow,
  ...giant,
  ...redirects,
  ...others,
];
