/** Reads the body of a response whole, up to a bound. */
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Stream from "effect/Stream";
import * as HttpClientError from "effect/http/HttpClientError";
import type * as HttpClientResponse from "effect/http/HttpClientResponse";

/** The body is longer than the bound. Reading stopped there. */
export class BodyTooLarge extends Data.TaggedError("BodyTooLarge")<{
  /** The start of the body, as far as it was read. */
  readonly start: Uint8Array;
}> {}

/** The body arrived, but cannot be decompressed. */
export class BodyCorrupt extends Data.TaggedError("BodyCorrupt")<{ readonly cause: unknown }> {}

/** Why reading a body failed. */
export type BodyError = HttpClientError.HttpClientError | BodyTooLarge | BodyCorrupt;

/** The encodings that {@link read} can decompress, for an Accept-Encoding header. */
export const acceptedEncodings = "gzip, deflate";

/** Reads a body of at most `maxBytes`. The bound applies before and after decompression. */
export const read = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number,
): Effect.Effect<Uint8Array, BodyError> => {
  const { "content-length": length, "content-encoding": encoding } = response.headers;
  if (length !== undefined && Number(length) > maxBytes) {
    const start = new Uint8Array();
    return Effect.andThen(discard(response), Effect.fail(new BodyTooLarge({ start })));
  }
  // The transport enforces the announced length of a plain body; one that it decompresses may grow to any size.
  if (length !== undefined && encoding === undefined) {
    return Effect.flatMap(response.arrayBuffer, (buffer) => {
      const bytes = new Uint8Array(buffer);
      // A browser hides the encoding of a cross-origin body: check the size of what it decompressed.
      return bytes.byteLength > maxBytes
        ? Effect.fail(new BodyTooLarge({ start: bytes }))
        : Effect.succeed(bytes);
    });
  }
  return Effect.flatMap(collect(response.stream, maxBytes), (bytes) => {
    const format = encoding === undefined ? undefined : compressionOf(bytes);
    return format === undefined ? Effect.succeed(bytes) : decompress(bytes, format, maxBytes);
  });
};

// Opening the body and abandoning it closes the connection; a body that nobody opens would keep it.
const discard = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<void> =>
  Effect.flatMap(
    Effect.forkChild(Effect.exit(Stream.runDrain(response.stream)), { startImmediately: true }),
    Fiber.interrupt,
  );

const collect = <E>(
  stream: Stream.Stream<Uint8Array, E>,
  maxBytes: number,
): Effect.Effect<Uint8Array, E | BodyTooLarge> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = [];
    let size = 0;
    return Stream.runForEach(stream, (chunk) => {
      chunks.push(chunk);
      size += chunk.byteLength;
      return size > maxBytes
        ? Effect.fail(new BodyTooLarge({ start: concat(chunks) }))
        : Effect.void;
    }).pipe(
      // A transport may report an empty body as a failure; it is an empty body.
      Effect.catchIf(isEmptyBody, () => Effect.void),
      Effect.map(() => concat(chunks)),
    );
  });

const isEmptyBody = (error: unknown): error is HttpClientError.HttpClientError =>
  HttpClientError.isHttpClientError(error) && error.reason._tag === "EmptyBodyError";

// fetch decompresses bodies and keeps the header; other transports do neither. No JSON text starts with either
// signature.
const compressionOf = ([first, second]: Uint8Array): "gzip" | "deflate" | undefined => {
  if (first === 0x1f && second === 0x8b) return "gzip";
  return first === 0x78 && second !== undefined && (0x7800 + second) % 31 === 0
    ? "deflate"
    : undefined;
};

const decompress = (
  bytes: Uint8Array,
  format: "gzip" | "deflate",
  maxBytes: number,
): Effect.Effect<Uint8Array, BodyTooLarge | BodyCorrupt> =>
  collect(
    Stream.fromReadableStream({
      evaluate: () =>
        new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream(format)),
      onError: (cause) => new BodyCorrupt({ cause }),
    }),
    maxBytes,
  );

const concat = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
};
