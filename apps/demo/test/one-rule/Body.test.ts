/**
 * A body is read within a bound, unpacked, and decoded as UTF-8 in the same way by each user on each transport, through
 * a real server. The verdicts are written by hand.
 */
import { NodeFileSystem, NodeHttpClient } from "@effect/platform-node";
import { Agent } from "@effect/platform-node/Undici";
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import * as FetchTransport from "@scorecard-effect/client/fetch";
import { createClient } from "@scorecard-effect/client/promise";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { RunId } from "@scorecard-effect/contract";
import { ContractLaws, Recording } from "@scorecard-effect/fixtures";
import { Clock, Effect, FileSystem, Layer, Redacted } from "effect";
import { FetchHttpClient, type HttpClient } from "effect/http";
import { once } from "node:events";
import { createServer } from "node:http";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { impatient } from "../setup/RuleUsers.ts";

const record = { id: "é😀", runId: "1", inputs: {}, expected: {}, outputs: {}, scores: [] };
const plain = Buffer.from(JSON.stringify({ data: [record], nextCursor: null, hasMore: false }));
const [start, rest] = [plain.subarray(0, 20), plain.subarray(20)];
const notUtf8 = Buffer.from(plain.toString().replace("😀", "\u00ff"), "latin1");
// Longer than the bound of a recording, which has no option for it.
const tooLong = Buffer.alloc(70 * 2 ** 20, " ");

/** Bodies with the value of their Content-Encoding header. Each is the page. */
const pages: Record<string, readonly [encoding: string | undefined, body: Buffer]> = {
  "without an encoding": [undefined, plain],
  "with a byte order mark": [undefined, Buffer.concat([Buffer.from("\uFEFF"), plain])],
  identity: ["identity", plain],
  gzip: ["gzip", gzipSync(plain)],
  "x-gzip in capitals": ["X-GZIP", gzipSync(plain)],
  "gzip of three members, one of them empty": [
    "gzip",
    Buffer.concat([gzipSync(start), gzipSync(""), gzipSync(rest)]),
  ],
  "gzip of a text with a byte order mark": [
    "gzip",
    gzipSync(Buffer.concat([Buffer.from("\uFEFF"), plain])),
  ],
  deflate: ["deflate", deflateSync(plain)],
  "deflate without the zlib header": ["deflate", deflateRawSync(plain)],
  br: ["br", brotliCompressSync(plain)],
  zstd: ["zstd", zstdCompressSync(plain)],
  "br within gzip": ["br, gzip", gzipSync(brotliCompressSync(plain))],
};

/** Bodies that are not pages, with the reason. */
const failures: Record<string, readonly [encoding: string | undefined, body: Buffer, RegExp]> = {
  "of no byte": [undefined, Buffer.alloc(0), /not JSON|empty|no body/i],
  "that is not UTF-8": [undefined, notUtf8, /UTF-8/],
  "gzip of what is not UTF-8": ["gzip", gzipSync(notUtf8), /UTF-8/],
  "in an encoding that nobody knows": [
    "compress",
    Buffer.from([0x1f, 0x9d, 0x90, 0xff]),
    /content-encoding: compress/,
  ],
  "gzip that breaks off": ["gzip", gzipSync(plain).subarray(0, 40), /unexpected end|JSON/],
  "gzip with something else after it": [
    "gzip",
    Buffer.concat([gzipSync(plain), Buffer.from("else")]),
    /incorrect header check/,
  ],
  "br of noise": ["br", Buffer.from([0xff, 0xff, 0xff]), /Decompression failed|ERR_/i],
  "beyond the bound": [undefined, tooLong, /(?:at most|longer than) \d+ bytes/],
  "gzip of what is beyond the bound": [
    "gzip",
    gzipSync(tooLong),
    /(?:at most|longer than) \d+ bytes/,
  ],
};

const sent: ReadonlyMap<string, readonly [string | undefined, Buffer, ...Array<unknown>]> = new Map(
  Object.entries({ ...pages, ...failures }),
);
const server = createServer((request, response) => {
  const name = decodeURIComponent(request.url?.split("/")[1] ?? "");
  const [encoding, body] = sent.get(name) ?? [undefined, Buffer.from("no such case")];
  response.writeHead(200, {
    "content-type": "application/json",
    ...(encoding === undefined ? {} : { "content-encoding": encoding }),
  });
  response.end(body);
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
const serverOf = (name: string) => ({
  baseUrl: `${origin}/${encodeURIComponent(name)}`,
  apiKey: Redacted.make("ak_any-key"),
});

const maxBodyBytes = 1_000_000;
const message = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
const accepted = "é😀";

/** Reads a page: the ids of its records, or why it is refused. */
type Reader = (name: string) => Promise<string>;

const onEffect =
  (http: Layer.Layer<HttpClient.HttpClient>): Reader =>
  (name) =>
    Effect.flatMap(ScorecardClient, ({ getPage }) => getPage(RunId.make("1"))).pipe(
      Effect.match({
        onSuccess: ({ records }) => records.map(({ id }) => id).join(),
        onFailure: message,
      }),
      Effect.provide(
        ScorecardClient.layer({ ...serverOf(name), retry: false, maxBodyBytes }).pipe(
          Layer.provide(http),
        ),
      ),
      Effect.runPromise,
    );

const onPromises =
  (dispatcher?: Agent): Reader =>
  (name) =>
    createClient({
      baseUrl: serverOf(name).baseUrl,
      apiKey: "ak_any-key",
      dispatcher,
      retry: false,
      maxBodyBytes,
    })
      .getPage("1")
      .then(({ records }) => records.map(({ id }) => id).join(), message);

const recordingOn =
  (http: Layer.Layer<HttpClient.HttpClient>): Reader =>
  (name) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem;
      const file = `${yield* fs.makeTempDirectoryScoped()}/run.jsonl`;
      yield* Recording.record({ ...serverOf(name), file, runId: "1" });
      return /"id":"([^"]*)"/.exec(yield* fs.readFileString(file))?.[1] ?? "";
    }).pipe(
      Effect.catch((error) => Effect.succeed(message(error))),
      Effect.scoped,
      Effect.provide([NodeFileSystem.layer, http]),
      Effect.provideService(Clock.Clock, impatient()),
      Effect.runPromise,
    );

const lawsOn =
  (http: Layer.Layer<HttpClient.HttpClient>): Reader =>
  async (name) => {
    const judges = ContractLaws.laws.filter(({ name: law }) =>
      ["fits-contract", "strict-json"].includes(law),
    );
    return Effect.validate(judges, (law) =>
      law.check({ ...serverOf(name), runId: "1" }, { maxBodyBytes }),
    ).pipe(
      Effect.match({
        onSuccess: () => accepted,
        onFailure: (errors) => errors.map(message).join("; "),
      }),
      Effect.provide(http),
      Effect.provideService(Clock.Clock, impatient()),
      Effect.runPromise,
    );
  };

const undici = NodeHttpClient.layerUndici;
const nodeHttp = NodeHttpClient.layerNodeHttp;
const readers: ReadonlyArray<readonly [string, Reader]> = [
  ["the Effect client on FetchHttpClient", onEffect(FetchHttpClient.layer)],
  ["the Effect client on its own fetch", onEffect(FetchTransport.layer)],
  ["the Effect client on undici", onEffect(undici)],
  ["the Effect client on its own undici", onEffect(UndiciTransport.layer(() => new Agent()))],
  ["the Effect client on node:http", onEffect(nodeHttp)],
  ["the promise client on fetch", onPromises()],
  ["the promise client on a dispatcher", onPromises(agent)],
  ["a recording on fetch", recordingOn(FetchHttpClient.layer)],
  ["a recording on undici", recordingOn(undici)],
  ["the laws on fetch", lawsOn(FetchHttpClient.layer)],
  ["the laws on undici", lawsOn(undici)],
];

describe.each(readers)("A body, for %s", (user, read) => {
  it.each(Object.keys(pages))("is read: %s", async (name) => {
    // Readers ignore a byte order mark (RFC 8259, section 8.1), and writers must not write it: the laws judge a writer.
    if (user.startsWith("the laws") && name.includes("byte order mark")) {
      assert.match(await read(name), /got a byte order mark$/);
    } else {
      assert.strictEqual(await read(name), accepted);
    }
  });

  it.each(Object.entries(failures))("is refused: %s", async (name, [, , reason]) => {
    assert.match(await read(name), reason);
  });
});
