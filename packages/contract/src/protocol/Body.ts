/** Reads the body of an `HttpClient` response whole, up to a bound. */
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Stream from "effect/Stream";
import * as HttpClientError from "effect/http/HttpClientError";
import type * as HttpClientResponse from "effect/http/HttpClientResponse";
import { BodyTooLarge, ByteCollector } from "./Chunks.ts";
import * as ContentEncoding from "./ContentEncoding.ts";

/** Why reading a body failed. */
export type BodyError =
  | HttpClientError.HttpClientError
  | BodyTooLarge
  | ContentEncoding.BodyCorrupt;

/** Reads a body of at most `maxBytes`. The bound applies before and after decoding. */
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
  return Effect.flatMap(collect(response, maxBytes), (bytes) =>
    ContentEncoding.decode(bytes, encoding, maxBytes),
  );
};

// Opening the body and abandoning it closes the connection; a body that nobody opens would keep it.
const discard = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<void> =>
  Effect.flatMap(
    Effect.forkChild(Effect.exit(Stream.runDrain(response.stream)), { startImmediately: true }),
    Fiber.interrupt,
  );

const collect = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number,
): Effect.Effect<Uint8Array, HttpClientError.HttpClientError | BodyTooLarge> =>
  Effect.suspend(() => {
    const chunks = new ByteCollector(maxBytes);
    return Stream.runForEach(response.stream, (chunk) => {
      const tooLarge = chunks.add(chunk);
      return tooLarge === undefined ? Effect.void : Effect.fail(tooLarge);
    }).pipe(
      // A transport may report an empty body as a failure; it is an empty body.
      Effect.catchIf(isEmptyBody, () => Effect.void),
      Effect.map(() => chunks.end()),
    );
  });

const isEmptyBody = (error: unknown): error is HttpClientError.HttpClientError =>
  HttpClientError.isHttpClientError(error) && error.reason._tag === "EmptyBodyError";
