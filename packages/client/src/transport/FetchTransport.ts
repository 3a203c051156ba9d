/** The transport on `fetch`: works in every runtime. */
import { BodyTooLarge, Chunks } from "@scorecard-effect/contract/protocol/Chunks";
import * as Effect from "effect/Effect";
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
  maxWait: fetch === undefined ? nodeLimit() : undefined,
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

// Node's own fetch waits for the headers of a response, and between two chunks of its body, for 300 seconds at most.
const nodeLimit = (): Transport["maxWait"] =>
  "process" in globalThis && !("Bun" in globalThis) && !("Deno" in globalThis)
    ? { millis: 300_000, reason: "Node's fetch waits 300 seconds at most" }
    : undefined;

const toResponse = (response: Response, request: TransportRequest): TransportResponse => ({
  status: response.status,
  header: (name) => response.headers.get(name) ?? undefined,
  headers: () => Object.fromEntries(response.headers),
  body: Effect.tryPromise({
    try: () => readBody(response, request.maxBodyBytes),
    catch: (cause) => (cause instanceof BodyTooLarge ? cause : new TransportFailure({ cause })),
  }),
});

const readBody = async (response: Response, maxBytes: number): Promise<Uint8Array> => {
  const length = response.headers.get("content-length");
  if (length !== null && Number(length) > maxBytes) {
    throw new BodyTooLarge({ start: new Uint8Array() });
  }
  // The runtime enforces the announced length of a plain body; one that it decompresses may grow to any size.
  if (length !== null && response.headers.get("content-encoding") === null) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    // A browser hides the encoding of a cross-origin body.
    if (bytes.byteLength > maxBytes) throw new BodyTooLarge({ start: bytes });
    return bytes;
  }
  const chunks = new Chunks(maxBytes);
  const reader = response.body?.getReader();
  for (;;) {
    const result = await reader?.read();
    if (result === undefined || result.done) return chunks.bytes();
    const tooLarge = chunks.add(result.value);
    if (tooLarge !== undefined) throw tooLarge;
  }
};
