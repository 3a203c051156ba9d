/** What the conformance server does for each scenario. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";

/** A request for a page, within a session of a scenario. */
interface PageExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The number of this request in its session, from 0. */
  readonly requestNumber: number;
  /** The cursor that it asks for; null for the first page. */
  readonly cursor: string | null;
  /** Path and query. */
  readonly url: string;
  readonly origin: string;
  readonly otherOrigin: string;
}

/** Responds to a request for a page. */
type Scenario = (exchange: PageExchange) => void;

/** The metric that has scored every record. */
const metricConfigId = "a1b2c3d4-e5f6-7890-1234-567890abcdef";

const recordOf = (id: number) => ({
  id: String(id),
  runId: "135",
  inputs: { question: `What is ${id} + ${id}?` },
  expected: { answer: 2 * id },
  outputs: { answer: 2 * id, "a\nkey": "é", note: "日本語" },
  scores: [{ recordId: String(id), metricConfigId, score: { binaryScore: id % 2 === 0 } }],
});

/** The three pages of a run, by cursor: six records. */
const pageOf = (cursor: string | null) => {
  const index = cursor === null ? 0 : Number(cursor.slice(1));
  const isLast = index === 2;
  return {
    data: [recordOf(2 * index + 1), recordOf(2 * index + 2)],
    nextCursor: isLast ? null : `p${index + 1}`,
    hasMore: !isLast,
    total: 6,
  };
};

interface Headers {
  readonly [name: string]: string;
}

const send = (
  { response }: PageExchange,
  body: string | Uint8Array,
  { status = 200, headers = {} }: { readonly status?: number; readonly headers?: Headers } = {},
): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body);
};

const sendPage: Scenario = (exchange) => {
  send(exchange, JSON.stringify(pageOf(exchange.cursor)));
};

/** An API error that echoes the key, as a careless service does. */
const sendError = (exchange: PageExchange, status: number, headers: Headers = {}): void => {
  const details = { authorization: exchange.request.headers.authorization ?? "" };
  const body = { code: "CODE", message: `No: ${details.authorization}`, details };
  send(exchange, JSON.stringify(body), { status, headers });
};

/** Errors in other forms than the documented one, each with the key and a request id. */
const errorForms: {
  readonly [form: string]: (key: string) => readonly [type: string, body: string];
} = {
  message: (key) => ["application/json", JSON.stringify({ message: `No: ${key}`, details: null })],
  nested: (key) => ["application/json", JSON.stringify({ error: { message: `No: ${key}` } })],
  problem: (key) => [
    "application/problem+json",
    JSON.stringify({ type: "about:blank", title: "No", detail: key }),
  ],
  text: (key) => ["text/plain", `No: \u001b[31m${key}\r\n`],
  html: (key) => ["text/html", `<!doctype html><title>\n No:&#32;${key} </title><h1>Oh</h1>`],
};

const sendErrorForm = (exchange: PageExchange, form: string): void => {
  const key = exchange.request.headers.authorization ?? "";
  const [type = "", body = ""] = errorForms[form]?.(key) ?? [];
  send(exchange, body, {
    status: 404,
    headers: { "content-type": type, "x-request-id": `req_7 ${key}` },
  });
};

const encoded =
  (encoding: string, encode: (page: Buffer) => Uint8Array): Scenario =>
  (exchange) => {
    const page = Buffer.from(JSON.stringify(pageOf(exchange.cursor)));
    send(exchange, encode(page), { headers: { "content-encoding": encoding } });
  };

/** Responds as `other` does to the first request, then with pages. */
const atFirst =
  (other: Scenario): Scenario =>
  (exchange) => {
    (exchange.requestNumber === 0 ? other : sendPage)(exchange);
  };

const withPage =
  (change: (page: ReturnType<typeof pageOf>) => object): Scenario =>
  (exchange) => {
    send(exchange, JSON.stringify(change(pageOf(exchange.cursor))));
  };

/** Begins a body of 1,000 bytes, and then does something else. */
const begin = (exchange: PageExchange, then: () => void): void => {
  exchange.response.writeHead(200, {
    "content-type": "application/json",
    "content-length": "1000",
  });
  exchange.response.write('{"data":[', then);
};

const pendingScore = { recordId: "1", metricConfigId, score: null };
const malformed = { id: "2", runId: "135", inputs: "none" };

const redirect =
  (location: (exchange: PageExchange) => string): Scenario =>
  (exchange) => {
    send(exchange, "", { status: 302, headers: { location: location(exchange) } });
  };

const hour = 3_600_000;

/** The scenarios, by name. A name may end in a status, or in a form of error: `status-503`, `error-html`. */
const scenarios: { readonly [name: string]: Scenario } = {
  whole: sendPage,
  slow: (exchange) => {
    setTimeout(() => sendPage(exchange), 150);
  },
  reset: ({ request }) => {
    request.socket.destroy();
  },
  "cut-body": (exchange) => {
    begin(exchange, () => setTimeout(() => exchange.request.socket.destroy(), 50));
  },
  "no-headers": () => {},
  "stalled-body": (exchange) => {
    begin(exchange, () => {});
  },
  html: (exchange) => {
    const body = `<html>Please log in, ${exchange.request.headers.authorization ?? ""}</html>`;
    send(exchange, body, { headers: { "content-type": "text/html" } });
  },
  schema: withPage((page) => ({ ...page, data: "none" })),
  "malformed-record": withPage((page) => ({
    ...page,
    data: [page.data[0], malformed, page.data[1]],
    nextCursor: null,
    hasMore: false,
    total: 3,
  })),
  "pending-score": withPage((page) => ({
    data: page.data.map((record) => ({ ...record, scores: [...record.scores, pendingScore] })),
    nextCursor: null,
    hasMore: false,
  })),
  "repeated-cursor": (exchange) => {
    withPage((page) => (page.hasMore ? page : { ...page, nextCursor: "p1", hasMore: true }))(
      exchange,
    );
  },
  "missing-cursor": withPage((page) => ({ ...page, nextCursor: null, hasMore: true })),
  incomplete: withPage((page) => ({ ...page, total: 9 })),
  "unavailable-once": atFirst((exchange) => sendError(exchange, 503)),
  "limited-once": atFirst((exchange) => sendError(exchange, 429, { "retry-after": "1" })),
  // The clock of this service is an hour behind: only the response's own Date says when that hour is over.
  "limited-until-date": atFirst((exchange) => {
    const now = Math.floor(Date.now() / 1000) * 1000 - hour;
    const date = new Date(now).toUTCString();
    sendError(exchange, 429, { date, "retry-after": new Date(now + 1000).toUTCString() });
  }),
  "limited-long": (exchange) => sendError(exchange, 429, { "retry-after": "3600" }),
  identity: encoded("identity", (page) => page),
  gzip: encoded("gzip", (page) => gzipSync(page)),
  "gzip-members": encoded("gzip", (page) =>
    Buffer.concat([gzipSync(page.subarray(0, 20)), gzipSync(page.subarray(20))]),
  ),
  deflate: encoded("deflate", (page) => deflateSync(page)),
  br: encoded("br", (page) => brotliCompressSync(page)),
  zstd: encoded("zstd", (page) => zstdCompressSync(page)),
  stacked: encoded("deflate, gzip", (page) => gzipSync(deflateSync(page))),
  "stacked-identity": encoded("gzip, identity", (page) => gzipSync(page)),
  "unknown-encoding": encoded("x-conformance", (page) => page.map((byte) => 255 - byte)),
  bom: (exchange) => {
    send(exchange, `\u{feff}${JSON.stringify(pageOf(exchange.cursor))}`);
  },
  "redirect-same": atFirst(redirect(({ url }) => url)),
  "redirect-cross": redirect(
    ({ url, otherOrigin }) => `${otherOrigin}${url.replace("/redirect-cross/", "/redirected/")}`,
  ),
  redirected: sendPage,
};

/** The scenario of a name; undefined if there is none. */
export const scenarioOf = (name: string): Scenario | undefined => {
  const status = /^status-(\d+)$/.exec(name)?.[1];
  if (status !== undefined) return (exchange) => sendError(exchange, Number(status));
  const form = /^error-(\w+)$/.exec(name)?.[1];
  return form === undefined ? scenarios[name] : (exchange) => sendErrorForm(exchange, form);
};
