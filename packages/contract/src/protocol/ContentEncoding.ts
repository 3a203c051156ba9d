/**
 * Undoes the content encodings of a body (RFC 9110, section 8.4): gzip of one or more members, deflate, br and zstd,
 * also stacked. Node, Bun and Deno decode them with their zlib, other runtimes with `DecompressionStream`, as far as
 * they can.
 *
 * Some transports decode a body and leave its header. A body without the signature of its encoding counts as decoded;
 * one with an encoding that this runtime does not know stays as it is, and its reader names the encoding in the error.
 */
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import { builtinModule } from "./BuiltinModule.ts";
import { BodyTooLarge, ByteCollector } from "./Chunks.ts";

/** The body cannot be decoded as its encoding says. */
export class BodyCorrupt extends Data.TaggedError("BodyCorrupt")<{ readonly cause: unknown }> {}

/** The encodings that every runtime decodes, for an Accept-Encoding header. */
export const accepted = "gzip, deflate";

/**
 * Names the encoding of a body that is no text, for an error: what this runtime cannot undo leaves bytes that are not
 * JSON.
 */
export const note = (header: string | undefined): string =>
  header === undefined ? "" : ` (content-encoding: ${header})`;

/** Decodes a body with the value of its Content-Encoding header. The bound applies to the decoded body. */
export const decode = (
  body: Uint8Array,
  header: string | undefined,
  maxBytes: number,
): Effect.Effect<Uint8Array, BodyTooLarge | BodyCorrupt> => {
  let decoded: Effect.Effect<Uint8Array, BodyTooLarge | BodyCorrupt> = Effect.succeed(body);
  if (header === undefined) return decoded;
  // The header lists encodings in the order in which they were applied.
  for (const name of header.toLowerCase().split(",").toReversed()) {
    decoded = Effect.flatMap(decoded, (bytes) => {
      const format = formatOf(name.trim(), bytes);
      return format === undefined ? Effect.succeed(bytes) : decompress(bytes, format, maxBytes);
    });
  }
  return decoded;
};

type Format = "gzip" | "deflate" | "deflate-raw" | "brotli" | "zstd";

/** How to decode a body with an encoding; undefined if it is decoded already, or the encoding is unknown. */
const formatOf = (encoding: string, bytes: Uint8Array): Format | undefined => {
  const [first = 0, second = 0, third, fourth] = bytes;
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return first === 0x1f && second === 0x8b ? "gzip" : undefined;
    case "deflate":
      // Some servers send deflate without the zlib header (RFC 9110, section 8.4.1.2).
      if (first % 16 === 8 && (256 * first + second) % 31 === 0) return "deflate";
      return looksLikeText(first) ? undefined : "deflate-raw";
    case "br":
      return looksLikeText(first) ? undefined : "brotli";
    case "zstd":
      return first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd
        ? "zstd"
        : undefined;
    default:
      return undefined;
  }
};

// A JSON object or array, white space, HTML, or a byte order mark. These encodings have no signature.
const looksLikeText = (first: number): boolean =>
  [0x7b, 0x5b, 0x20, 0x0a, 0x0d, 0x09, 0x3c, 0xef].includes(first);

const decompress = (
  bytes: Uint8Array,
  format: Format,
  maxBytes: number,
): Effect.Effect<Uint8Array, BodyTooLarge | BodyCorrupt> => {
  const decoder = zlib?.[zlibDecoders[format]];
  if (decoder !== undefined) return withZlib(decoder(), bytes, maxBytes);
  const stream = decompressionStream(format);
  return stream === undefined ? Effect.succeed(bytes) : withWebStream(stream, bytes, maxBytes);
};

const zlibDecoders = {
  gzip: "createGunzip",
  deflate: "createInflate",
  "deflate-raw": "createInflateRaw",
  brotli: "createBrotliDecompress",
  zstd: "createZstdDecompress",
} as const;

/** What is used of a decoder of zlib. */
interface ZlibDecoder {
  readonly on: {
    (event: "data", listener: (chunk: Uint8Array) => void): unknown;
    (event: "end", listener: () => void): unknown;
    (event: "error", listener: (error: unknown) => void): unknown;
  };
  readonly end: (bytes: Uint8Array) => unknown;
  readonly destroy: () => unknown;
}

type Zlib = { readonly [Name in (typeof zlibDecoders)[Format]]?: () => ZlibDecoder };

const zlib = builtinModule<Zlib>("node:zlib");

const withZlib = (
  decoder: ZlibDecoder,
  bytes: Uint8Array,
  maxBytes: number,
): Effect.Effect<Uint8Array, BodyTooLarge | BodyCorrupt> =>
  Effect.callback((resume) => {
    const chunks = new ByteCollector(maxBytes);
    decoder.on("data", (chunk) => {
      const tooLarge = chunks.add(chunk);
      if (tooLarge === undefined) return;
      decoder.destroy();
      resume(Effect.fail(tooLarge));
    });
    decoder.on("end", () => resume(Effect.succeed(chunks.end())));
    decoder.on("error", (cause) => resume(Effect.fail(new BodyCorrupt({ cause }))));
    decoder.end(bytes);
    return Effect.sync(() => decoder.destroy());
  });

const decompressionStream = (format: Format): DecompressionStream | undefined => {
  try {
    // A runtime throws for a format that it does not know; the types know fewer formats than some runtimes.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return new DecompressionStream(format as "gzip");
  } catch {
    return undefined;
  }
};

const withWebStream = (
  stream: DecompressionStream,
  bytes: Uint8Array,
  maxBytes: number,
): Effect.Effect<Uint8Array, BodyTooLarge | BodyCorrupt> =>
  Effect.tryPromise({
    try: async () => {
      const chunks = new ByteCollector(maxBytes);
      const reader = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(stream).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return chunks.end();
        const tooLarge = chunks.add(value);
        if (tooLarge === undefined) continue;
        await reader.cancel();
        throw tooLarge;
      }
    },
    catch: (cause) => (cause instanceof BodyTooLarge ? cause : new BodyCorrupt({ cause })),
  });
