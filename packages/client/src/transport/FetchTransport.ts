/** The transport on `fetch`: works in every runtime. */
import * as BodyText from "@scorecard-effect/contract/protocol/BodyText";
import { BodyTooLarge } from "@scorecard-effect/contract/protocol/Chunks";
import * as Effect from "effect/Effect";
import { textOf } from "./FunctionText.ts";
import {
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from "./Transport.ts";

/** The part of a runtime's `fetch` that the client uses. */
export type Fetch = typeof globalThis.fetch;

/**
 * A transport on the given `fetch`, or on the global one. It looks the global up for each request, because tests and
 * tools replace it.
 */
export const make = (fetch?: Fetch): Transport => ({
  // A fetch follows redirects, and takes no Authorization header to another origin (Fetch Standard, "HTTP-redirect
  // fetch").
  followsRedirects: true,
  maxWait: isNodesOwn(fetch ?? globalThis.fetch) ? nodeLimit : undefined,
  send: (request) =>
    Effect.tryPromise({
      try: async () => {
        const { url, headers, signal } = request;
        const response = await (fetch ?? globalThis.fetch)(url, { headers, signal });
        return toResponse(response, request);
      },
      catch: (cause) => new TransportFailure({ cause }),
    }),
});

/** Whether a function is Node's own `fetch`, which loads its implementation on the first call. */
export const isNodesOwn = (fetch: unknown): boolean =>
  textOf(fetch).includes("require('internal/deps/undici/undici')");

// It waits for the headers of a response, and between two chunks of its body, for 300 seconds at most.
const nodeLimit = { millis: 300_000, reason: "Node's fetch waits 300 seconds at most" };

const toResponse = (response: Response, request: TransportRequest): TransportResponse => {
  if (!isResponse(response)) {
    throw new TypeError("fetch returned something that is not a Response");
  }
  const { maxBodyBytes } = request;
  const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
  const arrived = Effect.tryPromise({
    try: () => readBody(response, header, maxBodyBytes),
    catch: (cause) => (cause instanceof BodyTooLarge ? cause : new TransportFailure({ cause })),
  });
  return {
    status: response.status,
    header,
    // A runtime undoes the encodings that it knows, and may leave the others: Node all of "gzip, identity".
    body: Effect.flatMap(arrived, (body) =>
      BodyText.decode(body, header("content-encoding"), maxBodyBytes),
    ),
  };
};

// Mocks of fetch return all kinds of things.
const isResponse = (response: unknown): boolean =>
  typeof response === "object" &&
  response !== null &&
  "headers" in response &&
  typeof response.headers === "object" &&
  response.headers !== null &&
  "get" in response.headers;

const readBody = async (
  response: Response,
  header: TransportResponse["header"],
  maxBytes: number,
): Promise<BodyText.Arrived> => {
  const length = header("content-length");
  if (length !== undefined && Number(length) > maxBytes) {
    throw new BodyTooLarge({ start: new Uint8Array() });
  }
  const collector = BodyText.collector(header("content-encoding"), maxBytes);
  const stream = chunksOf(response.body);
  // Some runtimes, such as React Native, have no streams.
  if (stream === undefined) {
    const tooLarge = collector.add(new Uint8Array(await response.arrayBuffer()));
    if (tooLarge !== undefined) throw tooLarge;
    return collector.end();
  }
  for (;;) {
    const { done, value } = await stream.next();
    if (done === true) return collector.end();
    // Of any realm.
    if (!ArrayBuffer.isView(value)) throw new TypeError("A chunk of the body is not bytes");
    const tooLarge = collector.add(value);
    if (tooLarge === undefined) continue;
    // A fetch that ignores the signal would keep the connection.
    stream.end().catch(() => {});
    throw tooLarge;
  }
};

/** The chunks of a body. */
interface BodyStream {
  readonly next: () => Promise<{
    readonly done?: boolean;
    readonly value?: Uint8Array | undefined;
  }>;
  readonly end: () => Promise<unknown>;
}

/** Opens a web stream, or a stream of Node, which the bodies of `node-fetch` are; undefined if there is neither. */
const chunksOf = (body: BodyLike | null): BodyStream | undefined => {
  const reader = body?.getReader?.();
  if (reader !== undefined) return { next: () => reader.read(), end: () => reader.cancel() };
  const iterator = body?.[Symbol.asyncIterator]?.();
  return iterator === undefined
    ? undefined
    : { next: () => iterator.next(), end: async () => iterator.return?.() };
};

/** What a body of a `fetch` may have. */
interface BodyLike {
  readonly getReader?: () => Pick<ReadableStreamDefaultReader<Uint8Array>, "read" | "cancel">;
  readonly [Symbol.asyncIterator]?: () => AsyncIterator<Uint8Array>;
}
