/** A body decodes the same on each transport, through a real server. */
import { Agent } from "@effect/platform-node/Undici";
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest";
import { Effect, Layer, Redacted } from "effect";
import type { HttpClient } from "effect/http";
import { once } from "node:events";
import { createServer } from "node:http";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { RunId } from "@scorecard-effect/contract";
import * as FetchTransport from "../src/fetch.ts";
import { ScorecardClient } from "../src/index.ts";
import { type ClientOptions, createClient } from "../src/promise.ts";
import { promiseTransports, transports } from "./Transports.ts";

const record = { id: "é", runId: "1", inputs: {}, expected: {}, outputs: {}, scores: [] };
const plain = Buffer.from(
  JSON.stringify({ data: [record], nextCursor: null, hasMore: false, pad: "x".repeat(5000) }),
);
const [start, rest] = [plain.subarray(0, 20), plain.subarray(20)];

/** Bodies with the value of their Content-Encoding header. Each is the page. */
const pages: Record<string, readonly [encoding: string, body: Buffer]> = {
  "gzip of two members (RFC 1952, section 2.2)": [
    "gzip",
    Buffer.concat([gzipSync(start), gzipSync(rest)]),
  ],
  "gzip of three members, one of them empty": [
    "gzip",
    Buffer.concat([gzipSync(start), gzipSync(""), gzipSync(rest)]),
  ],
  "gzip with zeros after it": ["gzip", Buffer.concat([gzipSync(plain), Buffer.alloc(32)])],
  "x-gzip": ["x-gzip", gzipSync(plain)],
  "gzip in capitals": ["GZIP", gzipSync(plain)],
  deflate: ["deflate", deflateSync(plain)],
  "deflate without the zlib header": ["deflate", deflateRawSync(plain)],
  br: ["br", brotliCompressSync(plain)],
  zstd: ["zstd", zstdCompressSync(plain)],
  "zstd of two frames": ["zstd", Buffer.concat([zstdCompressSync(start), zstdCompressSync(rest)])],
  "gzip within gzip": ["gzip, gzip", gzipSync(gzipSync(plain))],
  "br within gzip": ["br, gzip", gzipSync(brotliCompressSync(plain))],
  "zstd within deflate": ["zstd,deflate", deflateSync(zstdCompressSync(plain))],
  "gzip within identity": ["gzip, identity", gzipSync(plain)],
  "deflate within identity within gzip": ["deflate,identity,gzip", gzipSync(deflateSync(plain))],
  identity: ["identity", plain],
  "gzip of a text with a byte order mark": [
    "gzip",
    gzipSync(Buffer.concat([Buffer.from("\uFEFF"), plain])),
  ],
};

/** What is no page, with what its error says. */
const failures: Record<string, readonly [encoding: string, body: Buffer, reason: RegExp]> = {
  "an encoding that nobody knows": [
    "compress",
    Buffer.from([0x1f, 0x9d, 0x90, 0xff]),
    /content-encoding: compress/,
  ],
  "one that nobody knows within gzip": [
    "compress, gzip",
    gzipSync(Buffer.from([0x1f, 0x9d, 0x90, 0xff])),
    /content-encoding: compress, gzip/,
  ],
  "gzip with something else after it": [
    "gzip",
    Buffer.concat([gzipSync(plain), Buffer.from("else")]),
    /incorrect header check/,
  ],
  "gzip of 100 MB": ["gzip", gzipSync(Buffer.alloc(100_000_000)), /at most 100000 bytes/],
  "gzip of 100 MB within gzip": [
    "gzip, gzip",
    gzipSync(gzipSync(Buffer.alloc(100_000_000))),
    /at most 100000 bytes/,
  ],
};

const sent: ReadonlyMap<
  string,
  readonly [encoding: string, body: Buffer, ...unknown: Array<unknown>]
> = new Map(Object.entries({ ...pages, ...failures }));
const server = createServer((request, response) => {
  const name = decodeURIComponent(request.url?.split("/")[1] ?? "");
  const [encoding, body] = sent.get(name) ?? ["", Buffer.from("no such case")];
  response.writeHead(200, { "content-encoding": encoding }).end(body);
});
let origin = "";
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
const agent = new Agent();
afterAll(async () => {
  await agent.destroy();
  server.closeAllConnections();
  server.close();
});

const optionsOf = (name: string) => ({
  baseUrl: `${origin}/${encodeURIComponent(name)}`,
  retry: false as const,
  maxBodyBytes: 100_000,
});

/** The ids of a page's records, or the message of the error. */
type Read = (name: string) => Promise<ReadonlyArray<string> | string>;

const onEffect =
  (http: Layer.Layer<HttpClient.HttpClient>): Read =>
  (name) =>
    Effect.flatMap(ScorecardClient, ({ getPage }) => getPage(RunId.make("1"))).pipe(
      Effect.match({
        onSuccess: ({ records }) => records.map(({ id }) => id),
        onFailure: ({ message }) => message,
      }),
      Effect.provide(
        ScorecardClient.layer({ apiKey: Redacted.make("ak_x"), ...optionsOf(name) }).pipe(
          Layer.provide(http),
        ),
      ),
      Effect.runPromise,
    );

const onPromises =
  (transport: ClientOptions): Read =>
  (name) =>
    createClient({ apiKey: "ak_x", ...transport, ...optionsOf(name) })
      .getPage("1")
      .then(
        ({ records }) => records.map(({ id }) => id),
        (error: unknown) => String(error),
      );

const readers: ReadonlyArray<readonly [string, Read]> = [
  ...Object.entries(transports).map(([name, http]) => [name, onEffect(http)] as const),
  ["own fetch transport", onEffect(FetchTransport.layer)],
  ...Object.entries(promiseTransports).map(
    ([name, transport]) => [`the promise client on ${name}`, onPromises(transport)] as const,
  ),
  ["the promise client on a dispatcher", onPromises({ dispatcher: agent })],
];

describe.each(readers)("On %s, a body", (_, read) => {
  it.each(Object.keys(pages))("decodes: %s", async (name) => {
    assert.deepStrictEqual(await read(name), ["é"]);
  });

  it.each(Object.entries(failures))(
    "is refused with its reason: %s",
    async (name, [, , reason]) => {
      assert.match(String(await read(name)), reason);
    },
  );
});
