/**
 * Servers that each misbehave in one way, and how a listing from each must end. Every server is a fake with a script of
 * responses, one for each request; the last one repeats.
 */
import { FakeRun, Fault, Faults } from "@scorecard-effect/fixtures";
import type { ListRecordsError } from "../src/index.ts";
import { deflateSync, gzipSync } from "node:zlib";

type Script = readonly [Fault.Fault, ...ReadonlyArray<Fault.Fault>];

/** An error's tag, and the values of its other fields. */
interface ExpectedError {
  readonly tag: ListRecordsError["_tag"];
  readonly [field: string]: unknown;
}

export interface HostileServer {
  readonly name: string;
  readonly script: Script;
  readonly pageSize?: number;
  readonly verifyTotal?: boolean;
  readonly timeout?: number;
  /** How many records the listing delivers: the first ones of the run, in order. */
  readonly records: number;
  /** The error that the listing fails with, if it fails. */
  readonly error?: ExpectedError;
  /** How many requests the server receives, including redirects. */
  readonly requests: number;
  /** The longest time in milliseconds that the listing may take, including retries. Default 5,000. */
  readonly maxMillis?: number;
}

/** The client options of every listing from a hostile server. */
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

const respond = (
  status: number,
  content: string | Uint8Array,
  headers: Headers = {},
): Fault.Fault => Fault.respond(String(status), { status, headers, body: content });
const respondJson = (status: number, content: unknown, headers?: Headers): Fault.Fault =>
  respond(status, JSON.stringify(content), headers);
const redirect = (status: number, location: string): Fault.Fault =>
  respond(status, "", { location });

interface PageShape {
  readonly from?: number;
  readonly count?: number;
  readonly next?: unknown;
  readonly more?: unknown;
  readonly total?: unknown;
  readonly [field: string]: unknown;
}
const makePage = ({
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
const page = (shape: PageShape = {}, headers?: Headers): Fault.Fault =>
  respondJson(200, makePage(shape), headers);
const pageText = (shape: PageShape = {}): string => JSON.stringify(makePage(shape));

const apiError = { code: "SOME_CODE", message: "Some message.", details: {} };

/** A response whose connection breaks off. */
const breakOff = (options: Omit<Fault.BreakOptions, "of">, of: Fault.Fault = page()): Fault.Fault =>
  Fault.breakOff("cut", { ...options, of });

type Options = Pick<HostileServer, "timeout" | "maxMillis">;

/** A server whose every response for the second page is a fault. */
const failsOnSecondPage =
  (requests: number, expected: Omit<ExpectedError, "tag">) =>
  (name: string, fault: Fault.Fault, error: ExpectedError, options?: Options): HostileServer => ({
    ...options,
    name,
    script: [page({ next: "c1" }), fault],
    records: 2,
    error: { cursor: "c1", ...expected, ...error },
    requests,
  });

/** A fault that the client does not retry. */
const failsAtOnce = failsOnSecondPage(2, { attempts: 1 });

/** A fault that the client retries: it gives up after three attempts. */
const failsAfterRetries = failsOnSecondPage(4, { attempts: 3, isRetryable: true });

/** A fault on the first attempt at the second page: a retry succeeds. */
const recovers = (name: string, fault: Fault.Fault, options?: Options): HostileServer => ({
  ...options,
  name,
  script: [page({ next: "c1" }), fault, page({ from: 2 })],
  records: 4,
  requests: 3,
});

/** A fault on every attempt, and the same fault once. */
const failsOrRecovers = (
  name: string,
  fault: Fault.Fault,
  error: ExpectedError,
  options?: Options,
): ReadonlyArray<HostileServer> => [
  failsAfterRetries(`${name}, on every attempt`, fault, error, options),
  recovers(`${name}, once`, fault, options),
];

const rejections = [400, 402, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 431, 451].map(
  (status) =>
    failsAtOnce(`${status}`, respondJson(status, apiError), {
      tag: "RequestRejected",
      status,
      apiError,
      isRetryable: false,
    }),
);

const serviceErrors = [500, 501, 502, 503, 504, 520, 599].flatMap((status) =>
  failsOrRecovers(`${status}`, respondJson(status, apiError), {
    tag: "ServiceError",
    status,
    apiError,
  }),
);

const page502 = "<html><head><title>502 Bad Gateway</title></head><hr>nginx</html>";
const problem = { type: "about:blank", title: "Overloaded", detail: "Try again in a minute." };

/** Error bodies in other forms than the documented one, and the message that an error keeps of each. */
const errorBodies = (
  [
    ["in HTML", respond(503, "<html>down</html>", { "content-type": "text/html" }), "down"],
    ["in HTML with a title", respond(503, page502), "502 Bad Gateway"],
    [
      "in HTML in Latin-1",
      respond(503, Buffer.from("<title>Indisponible à présent</title>", "latin1"), {
        "content-type": "text/html; charset=ISO-8859-1",
      }),
      "Indisponible à présent",
    ],
    ["in plain text", respond(503, "no healthy upstream\n"), "no healthy upstream"],
    ["without a body", respond(503, ""), undefined],
    ["with a message alone", respondJson(503, { message: "Down." }), "Down."],
    [
      "with details null",
      respondJson(503, { ...apiError, details: null }),
      "SOME_CODE: Some message.",
    ],
    [
      "as a problem (RFC 9457)",
      respondJson(503, problem, { "content-type": "application/problem+json" }),
      "Overloaded: Try again in a minute.",
    ],
    ["of another shape", respondJson(503, { error: { message: "x" } }), "x"],
    ["whose error is a text", respondJson(503, { error: "x" }), "x"],
    ["with control characters", respond(503, "\u001b[31mred\u001b[0m\r\nline"), "[31mred [0m line"],
    ["that breaks off", breakOff({ at: "body" }, respondJson(503, apiError)), undefined],
    ["that is an array", respondJson(503, []), undefined],
    [
      "longer than maxBodyBytes",
      Fault.pieces("pieces", 150_000, 0, respond(503, `<h1>Down</h1>${" ".repeat(300_000)}`)),
      "Down",
    ],
    ["announced as too long", respond(503, `<h1>Down</h1>${" ".repeat(300_000)}`), undefined],
  ] satisfies ReadonlyArray<readonly [string, Fault.Fault, string | undefined]>
).map(([name, fault, serverMessage]) =>
  failsAfterRetries(`a 503 ${name}`, fault, {
    tag: "ServiceError",
    status: 503,
    apiError: undefined,
    serverMessage,
    requestId: undefined,
  }),
);

// Transports differ in whether they pass such a body on.
const damagedErrorBody = failsAfterRetries(
  "a 503 in damaged gzip",
  respond(503, "no gzip", { "content-encoding": "gzip" }),
  { tag: "ServiceError", status: 503, apiError: undefined },
);

const id = { "x-request-id": "req_7" };

/** Responses with a request id, one for each error that has it. */
const requestIds = [
  failsAtOnce("a 401 with a request id", respondJson(401, apiError, id), {
    tag: "Unauthenticated",
    apiError,
    requestId: "req_7",
  }),
  failsAtOnce("a 404 with a request id", respondJson(404, { message: "No run" }, id), {
    tag: "RequestRejected",
    serverMessage: "No run",
    requestId: "req_7",
  }),
  failsAtOnce(
    "a 429 with a request id",
    respondJson(429, { error: "slow down" }, { ...id, "retry-after": "3600" }),
    { tag: "RateLimited", serverMessage: "slow down", requestId: "req_7" },
  ),
  failsAfterRetries("a 500 with a ray id", respond(500, "", { "cf-ray": "8f2-FRA" }), {
    tag: "ServiceError",
    serverMessage: undefined,
    requestId: "8f2-FRA",
  }),
  failsAtOnce("a sign-in page with a request id", respond(200, "<title>Sign in</title>", id), {
    tag: "InvalidResponse",
    kind: "NotJson",
    excerpt: "<title>Sign in</title>",
    serverMessage: "Sign in",
    requestId: "req_7",
  }),
  failsAtOnce("an ApiError as a page, with a request id", respondJson(200, apiError, id), {
    tag: "InvalidResponse",
    kind: "Schema",
    apiError,
    requestId: "req_7",
  }),
  failsAtOnce(
    "a page that is too long, with a request id",
    respond(200, pageText({ note: "x".repeat(300_000) }), id),
    { tag: "InvalidResponse", kind: "TooLarge", serverMessage: undefined, requestId: "req_7" },
  ),
  failsAtOnce(
    "a page that contradicts itself, with a request id",
    page({ from: 2, next: null, more: true }, id),
    { tag: "PaginationError", kind: "CursorMissing", requestId: "req_7" },
  ),
  failsAfterRetries(
    "a body cut short, with a request id",
    breakOff({ at: "body" }, page({ from: 2 }, id)),
    { tag: "TransportError", requestId: "req_7" },
  ),
];

const shortOrUnusableWaits = [
  { "retry-after": "0" },
  { "retry-after": "-5" },
  { "retry-after": "soon" },
  { "retry-after": "" },
  { "retry-after": "1e3" },
  { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" },
  { "retry-after": "NaN" },
  { "retry-after-ms": "20" },
  { "retry-after-ms": "x", "retry-after": "0.05" },
].map((headers) =>
  recovers(`429 with ${JSON.stringify(headers)}, once`, respondJson(429, apiError, headers)),
);

const longWaits = [
  { "retry-after": "3600" },
  { "retry-after": "2147484" },
  { "retry-after": "99999999999" },
  { "retry-after-ms": "2147483648" },
  { "retry-after": new Date(Date.now() + 3_600_000).toUTCString() },
].map((headers) =>
  failsAtOnce(
    `429 with ${JSON.stringify(headers)}: too long to wait`,
    respondJson(429, apiError, headers),
    { tag: "RateLimited", apiError, isRetryable: true },
    { maxMillis: 1000 },
  ),
);

const notJson = (
  [
    ["an empty body", ""],
    ["HTML", "<!doctype html><title>Sign in</title>"],
    ["text", "OK"],
    ["white space", " \n\t "],
    ["half a page", pageText().slice(0, -5)],
    ["a page and more", `${pageText()}{}`],
    ["two pages", `${pageText()}\n${pageText()}`],
    ["a page with a comment", `/* */${pageText()}`],
    ["a page with a trailing comma", pageText().replace(/\}$/, ",}")],
    ["NaN", pageText().replace('"hasMore":false', '"hasMore":false,"total":NaN')],
    ["single quotes", "{'data':[],'nextCursor':null,'hasMore':false}"],
    ["a control character in a string", pageText().replace("100000", "1\u0001")],
    ["UTF-16", Buffer.from(pageText(), "utf16le")],
    ["Latin-1", Buffer.from(pageText({ note: "é" }), "latin1")],
    [
      "an overlong encoding",
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    ],
    ["a body of zeros", new Uint8Array(2000)],
  ] satisfies ReadonlyArray<readonly [string, string | Uint8Array]>
).map(([name, content]) =>
  failsAtOnce(`a 200 that is ${name}`, respond(200, content), {
    tag: "InvalidResponse",
    kind: "NotJson",
    status: 200,
    isRetryable: false,
  }),
);

const validRecord = record(0);
const validScore = validRecord.scores[0];
const pageOfRecord = (changes: object) => makePage({ data: [{ ...validRecord, ...changes }] });
const pageOfScore = (changes: object) => pageOfRecord({ scores: [{ ...validScore, ...changes }] });

const notPages = (
  [
    ["null", null],
    ["a number", 5],
    ["a string", "page"],
    ["an array", [makePage({})]],
    ["an empty object", {}],
    ["an ApiError", apiError],
    ["without data", { nextCursor: null, hasMore: false }],
    ["without nextCursor", { data: [], hasMore: false }],
    ["without hasMore", { data: [], nextCursor: null }],
    ["with data null", makePage({ data: null })],
    ["with data an object", makePage({ data: { 0: validRecord, length: 1 } })],
    ["with nextCursor a number", makePage({ next: 7 })],
    ["with nextCursor an object", makePage({ next: {} })],
    ["with hasMore a string", makePage({ more: "false" })],
    ["with hasMore a number", makePage({ more: 0 })],
    ["with hasMore null", makePage({ more: null })],
    ["with a negative total", makePage({ total: -1 })],
    ["with a fractional total", makePage({ total: 1.5 })],
    ["with total a string", makePage({ total: "2" })],
    ["with total null", makePage({ total: null })],
    ["with an inexact total", makePage({ total: 2 ** 60 })],
    ["with a record that is null", makePage({ data: [validRecord, null] })],
    ["with a record that is an array", makePage({ data: [[validRecord]] })],
    ["with a record without id", pageOfRecord({ id: undefined })],
    ["with an id that is a number", pageOfRecord({ id: 7 })],
    ["with inputs that are an array", pageOfRecord({ inputs: [] })],
    ["with outputs null", pageOfRecord({ outputs: null })],
    ["with testcaseId null", pageOfRecord({ testcaseId: null })],
    ["without scores", pageOfRecord({ scores: undefined })],
    ["with scores an object", pageOfRecord({ scores: {} })],
    ["with a score that is a number", pageOfScore({ score: 1 })],
    ["with a metric id that is not a UUID", pageOfScore({ metricConfigId: "m" })],
    ["with validationErrors an object", pageOfScore({ validationErrors: {} })],
    ["with everything under __proto__", `{"__proto__":${pageText()}}`],
  ] satisfies ReadonlyArray<readonly [string, unknown]>
).map(([name, value]) =>
  failsAtOnce(
    `a 200 ${name}`,
    respond(
      200,
      typeof value === "string" && value.startsWith("{") ? value : JSON.stringify(value),
    ),
    { tag: "InvalidResponse", kind: "Schema", status: 200, excerpt: undefined },
  ),
);

const earlyHints = [
  "HTTP/1.1 103 Early Hints",
  "link: </x>; rel=preload",
  "",
  "HTTP/1.1 200 OK",
  "connection: close",
  "",
  pageText(),
].join("\r\n");

const harmless = (
  [
    ["without a content type", respond(200, pageText(), { "content-type": undefined })],
    ["as text/html", respond(200, pageText(), { "content-type": "text/html" })],
    [
      "as application/octet-stream",
      respond(200, pageText(), { "content-type": "application/octet-stream" }),
    ],
    [
      "in another charset than its header says",
      respond(200, pageText({ note: "é" }), { "content-type": "application/json; charset=utf-16" }),
    ],
    ["with a byte order mark", respond(200, `\uFEFF${pageText()}`)],
    ["with status 201", respondJson(201, makePage({}))],
    ["with status 203", respondJson(203, makePage({}))],
    ["with white space around it", respond(200, ` \n${pageText()}\n `)],
    ["with unknown fields", page({ took: 3, tags: [{ a: [null] }] })],
    ["with a duplicate key", respond(200, pageText().replace("{", '{"hasMore":true,'))],
    [
      "with very deep outputs",
      respond(
        200,
        pageText().replace(
          '"outputs":{',
          `"outputs":{"deep":${"[".repeat(5000)}${"]".repeat(5000)},`,
        ),
      ),
    ],
    ["in gzip", respond(200, gzipSync(pageText()), { "content-encoding": "gzip" })],
    ["in deflate", respond(200, deflateSync(pageText()), { "content-encoding": "deflate" })],
    ["byte by byte", Fault.pieces("pieces", 199, 0, page())],
    ["after early hints", Fault.raw("early hints", earlyHints)],
    ["with hasMore false and a cursor", page({ next: "c1", more: false })],
    ["with more records than its total", page({ total: 1 })],
    ["a little late", Fault.delay(100, page())],
    ["without keep-alive", page({}, { connection: "close" })],
  ] satisfies ReadonlyArray<readonly [string, Fault.Fault]>
).map(([name, response]): HostileServer => ({
  name: `a page ${name}`,
  script: [response],
  records: 2,
  requests: 1,
}));

const pagination: ReadonlyArray<HostileServer> = [
  failsAtOnce("hasMore with nextCursor null", page({ from: 2, next: null, more: true }), {
    tag: "PaginationError",
    kind: "CursorMissing",
    isRetryable: false,
  }),
  failsAtOnce("hasMore with an empty nextCursor", page({ from: 2, next: "", more: true }), {
    tag: "PaginationError",
    kind: "CursorMissing",
  }),
  {
    name: "a cursor that is a lone surrogate",
    script: [respond(200, pageText({ next: "X" }).replace('"X"', String.raw`"\ud800"`))],
    records: 0,
    error: { tag: "PaginationError", kind: "CursorMissing", cursor: undefined },
    requests: 1,
  },
  failsAtOnce("the same cursor again", page({ from: 2, next: "c1" }), {
    tag: "PaginationError",
    kind: "CursorRepeated",
  }),
  {
    name: "cursors A, B, A",
    script: [page({ next: "a" }), page({ from: 2, next: "b" }), page({ from: 4, next: "a" })],
    records: 4,
    error: { tag: "PaginationError", kind: "CursorRepeated", cursor: "b" },
    requests: 3,
  },
  {
    name: "empty pages whose cursors form a circle",
    script: [
      page({ count: 0, next: "a" }),
      page({ count: 0, next: "b" }),
      page({ count: 0, next: "a" }),
    ],
    records: 0,
    error: { tag: "PaginationError", kind: "CursorRepeated", cursor: "b" },
    requests: 3,
  },
  {
    name: "an empty first page",
    script: [page({ count: 0, next: "a" }), page({})],
    records: 2,
    requests: 2,
  },
  {
    name: "empty pages in the middle",
    script: [
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
    script: [page({ next: "c1", total: 9 }), page({ from: 2, total: 9 })],
    records: 2,
    error: { tag: "PaginationError", kind: "Incomplete", cursor: "c1", attempts: 1 },
    requests: 2,
  },
  {
    name: "an end before the total, with verifyTotal false",
    script: [page({ next: "c1", total: 9 }), page({ from: 2, total: 9 })],
    verifyTotal: false,
    records: 4,
    requests: 2,
  },
  {
    name: "a total that shrinks to the number of records",
    script: [page({ next: "c1", total: 9 }), page({ from: 2, total: 4 })],
    records: 4,
    requests: 2,
  },
  {
    name: "an empty run that claims records",
    script: [page({ count: 0, total: 3 })],
    records: 0,
    error: { tag: "PaginationError", kind: "Incomplete", cursor: undefined },
    requests: 1,
  },
  {
    name: "a page of more records than were requested",
    pageSize: 1,
    script: [page({ count: 5 })],
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
  ].map((cursor): HostileServer => ({
    name: `the cursor ${JSON.stringify(cursor).slice(0, 30)}, which must come back unchanged`,
    script: [
      page({ next: cursor }),
      Fault.decide("the requested cursor", ({ url }) =>
        new URL(url, "http://x").searchParams.get("cursor") === cursor
          ? page({ from: 2 })
          : respondJson(400, apiError),
      ),
    ],
    records: 4,
    requests: 2,
  })),
  {
    name: "the key as cursor",
    script: [Fault.decide("the key", ({ headers }) => page({ next: headers["authorization"] }))],
    records: 0,
    error: { tag: "InvalidResponse", kind: "Schema" },
    requests: 1,
  },
];

const brokenConnections = (
  [
    ["before the headers", Faults.named("close")],
    ["by a reset before the headers", Faults.named("reset")],
    ["in the headers", Faults.named("close-headers")],
    ["before the body", breakOff({ at: "body", after: 0 })],
    ["in a body of announced length", breakOff({ at: "body" })],
    ["by a reset in a body of announced length", breakOff({ at: "body", how: "reset" })],
    ["in a chunked body", breakOff({ at: "body", announce: "chunked" })],
    ["by a reset in a chunked body", breakOff({ at: "body", announce: "chunked", how: "reset" })],
    [
      "in a gzip body",
      breakOff(
        { at: "body", announce: "chunked", after: 60 },
        respond(200, gzipSync(pageText()), { "content-encoding": "gzip" }),
      ),
    ],
  ] satisfies ReadonlyArray<readonly [string, Fault.Fault]>
).flatMap(([name, fault]) =>
  failsOrRecovers(`a connection cut ${name}`, fault, { tag: "TransportError" }),
);

const malformed = (
  [
    ["something else than HTTP", Faults.named("not-http")],
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
      "damaged gzip",
      respond(200, gzipSync(pageText()).fill(0xff, 40, 80), { "content-encoding": "gzip" }),
    ],
  ] satisfies ReadonlyArray<readonly [string, Fault.Fault]>
).map(([name, fault]) => failsAfterRetries(name, fault, { tag: "TransportError" }));

const slow = (
  [
    ["headers that never arrive", Faults.named("stall")],
    ["headers that stall", Faults.named("stall-headers")],
    ["a body that never arrives", breakOff({ at: "body", how: "stall", after: 0 })],
    ["a body that stalls", breakOff({ at: "body", how: "stall" })],
    ["a body that trickles", Faults.named("trickle")],
  ] satisfies ReadonlyArray<readonly [string, Fault.Fault]>
).flatMap(([name, fault]) =>
  failsOrRecovers(name, fault, { tag: "RequestTimeout" }, { timeout: 250, maxMillis: 2500 }),
);

const tooLarge = (
  [
    ["an announced body of 5 GB", breakOff({ at: "body", how: "stall", announce: 5_000_000_000 })],
    ["a body that is too long", respond(200, pageText({ note: "x".repeat(300_000) }))],
    ["an endless body", Faults.named("endless")],
    [
      "a small gzip body that decompresses to 20 MB",
      respond(200, gzipSync(" ".repeat(20_000_000)), { "content-encoding": "gzip" }),
    ],
  ] satisfies ReadonlyArray<readonly [string, Fault.Fault]>
).map(([name, fault]) =>
  failsAtOnce(name, fault, {
    tag: "InvalidResponse",
    kind: "TooLarge",
    status: 200,
    isRetryable: false,
  }),
);

const otherStatuses: ReadonlyArray<HostileServer> = [
  ...[301, 302, 303, 307, 308].map((status): HostileServer => ({
    name: `a ${status} within the origin, followed`,
    script: [redirect(status, "/elsewhere"), page({})],
    records: 2,
    requests: 2,
  })),
  ...(
    [
      ["a redirect without a location", 302],
      ["304", 304],
      ["204", 204],
    ] as const
  ).map(([name, status]): HostileServer => ({
    name,
    script: [respond(status, "")],
    records: 0,
    error: { tag: "InvalidResponse", kind: "NotJson", status },
    requests: 1,
  })),
];

/** A status whose body never ends. */
const stallInBody = (status: number, headers?: Headers): Fault.Fault =>
  breakOff(
    { at: "body", how: "stall", announce: "chunked", after: 1 },
    respondJson(status, apiError, headers),
  );

const others: ReadonlyArray<HostileServer> = [
  failsAtOnce("401", respondJson(401, apiError), {
    tag: "Unauthenticated",
    apiError,
    isRetryable: false,
  }),
  {
    name: "401 in HTML",
    script: [respond(401, "<html>")],
    records: 0,
    error: { tag: "Unauthenticated", apiError: undefined, cursor: undefined },
    requests: 1,
  },
  ...failsOrRecovers("408", respondJson(408, apiError), { tag: "RequestRejected", status: 408 }),
  failsAfterRetries("429 on every attempt", respondJson(429, apiError), {
    tag: "RateLimited",
    apiError,
    retryAfter: undefined,
  }),
  failsAtOnce(
    "a 503 that asks for too long a wait",
    respondJson(503, apiError, { "retry-after": "3600" }),
    { tag: "ServiceError", status: 503 },
    { maxMillis: 1000 },
  ),
  failsAtOnce(
    "a 401 whose body stalls",
    stallInBody(401),
    { tag: "Unauthenticated" },
    { timeout: 300, maxMillis: 1500 },
  ),
  failsAtOnce(
    "a 404 whose body stalls",
    stallInBody(404),
    { tag: "RequestRejected" },
    { timeout: 300, maxMillis: 1500 },
  ),
  failsAtOnce(
    "a 503 whose body stalls, and that asks for too long a wait",
    stallInBody(503, { "retry-after": "3600" }),
    { tag: "ServiceError", status: 503 },
    { timeout: 300, maxMillis: 1500 },
  ),
  {
    name: "three failures of three kinds",
    script: [
      page({ next: "c1" }),
      respondJson(500, apiError),
      Faults.named("close"),
      respondJson(502, apiError),
      page({ from: 2 }),
    ],
    records: 2,
    error: { tag: "ServiceError", status: 502, attempts: 3, cursor: "c1" },
    requests: 4,
  },
  {
    name: "two failures on each of two pages",
    script: [
      respondJson(500, apiError),
      breakOff({ at: "body" }),
      page({ next: "c1" }),
      respondJson(429, apiError),
      breakOff({ at: "body", announce: "chunked" }),
      page({ from: 2 }),
    ],
    records: 4,
    requests: 6,
  },
  {
    name: "a permanent failure after a transient one",
    script: [page({ next: "c1" }), respondJson(500, apiError), respondJson(404, apiError)],
    records: 2,
    error: { tag: "RequestRejected", status: 404, attempts: 2, cursor: "c1" },
    requests: 3,
  },
  {
    name: "a failure on a prefetched page, which arrives after every record before it",
    script: [page({ count: 40, next: "c1" }), respondJson(403, apiError)],
    records: 40,
    error: { tag: "RequestRejected", status: 403, cursor: "c1" },
    requests: 2,
  },
];

export const hostileServers: ReadonlyArray<HostileServer> = [
  ...rejections,
  ...serviceErrors,
  ...errorBodies,
  damagedErrorBody,
  ...requestIds,
  ...shortOrUnusableWaits,
  ...longWaits,
  ...notJson,
  ...notPages,
  ...harmless,
  ...pagination,
  ...brokenConnections,
  ...malformed,
  ...slow,
  ...tooLarge,
  ...otherStatuses,
  ...others,
];
