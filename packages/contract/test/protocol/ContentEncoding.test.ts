import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import * as ContentEncoding from "../../src/protocol/ContentEncoding.ts";

const text = JSON.stringify({ data: ["x".repeat(5000), "é"], nextCursor: null });
const bytes = new TextEncoder().encode(text);
const half = bytes.length / 2;
const decode = (body: Uint8Array, encoding: string | undefined, maxBytes = 100_000) =>
  Effect.map(ContentEncoding.decode(body, encoding, maxBytes), (decoded) =>
    new TextDecoder().decode(decoded),
  );

describe("ContentEncoding.decode", () => {
  const encoded: ReadonlyArray<readonly [string, string | undefined, Uint8Array]> = [
    ["no encoding", undefined, bytes],
    ["identity", "identity", bytes],
    ["gzip", "gzip", gzipSync(bytes)],
    ["x-gzip", "X-GZIP", gzipSync(bytes)],
    [
      "gzip of several members (RFC 1952, section 2.2)",
      "gzip",
      Buffer.concat([
        gzipSync(bytes.subarray(0, 7)),
        gzipSync(bytes.subarray(7, half)),
        gzipSync(bytes.subarray(half)),
      ]),
    ],
    ["deflate", "deflate", deflateSync(bytes)],
    ["deflate without the zlib header", "deflate", deflateRawSync(bytes)],
    ["br", "br", brotliCompressSync(bytes)],
    ["zstd", "zstd", zstdCompressSync(bytes)],
    ["gzip twice", "gzip, gzip", gzipSync(gzipSync(bytes))],
    ["br within gzip", "br, gzip", gzipSync(brotliCompressSync(bytes))],
    [
      "deflate within identity within zstd",
      "deflate,identity,zstd",
      zstdCompressSync(deflateSync(bytes)),
    ],
    ["gzip that the transport has decoded", "gzip", bytes],
    ["deflate that the transport has decoded", "deflate", bytes],
    ["br that the transport has decoded", "br", bytes],
    ["an encoding that nobody knows, as it is", "compress", bytes],
  ];
  it.effect.each(encoded)("decodes %s", ([, encoding, body]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* decode(body, encoding), text);
    }),
  );

  it.effect.each(
    encoded.filter(([, encoding]) => encoding !== undefined && encoding !== "identity").slice(0, 9),
  )("stops at the bound: %s", ([, encoding, body]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(decode(body, encoding, 1000));
      assert(error._tag === "BodyTooLarge");
      assert.isAbove(error.start.byteLength, 1000);
      assert.isTrue(text.startsWith(new TextDecoder().decode(error.start.subarray(0, 1000))));
    }),
  );

  it.effect.each([
    ["gzip", gzipSync(bytes).subarray(0, 40)],
    ["gzip", Buffer.concat([gzipSync(bytes).subarray(0, 30), bytes])],
    ["deflate", deflateSync(bytes).subarray(0, 20)],
    ["br", Buffer.from([0xff, 0xff, 0xff])],
    ["zstd", zstdCompressSync(bytes).subarray(0, 20)],
  ] as const)("fails on a body that is cut or damaged: %s", ([encoding, body]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(decode(body, encoding));
      assert.strictEqual(error._tag, "BodyCorrupt");
    }),
  );
});
