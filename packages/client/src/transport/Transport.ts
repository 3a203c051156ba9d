/**
 * How a request is sent: the port between the client and what carries its bytes. A transport sends one GET request and
 * reads its body whole, up to a bound. It knows nothing of pages, statuses or retries: the guarantees about those stand
 * in `PageRequest`.
 */
import type { BodyText } from "@scorecard-effect/contract/protocol/BodyText";
import type { BodyTooLarge } from "@scorecard-effect/contract/protocol/Chunks";
import type { BodyCorrupt } from "@scorecard-effect/contract/protocol/ContentEncoding";
import * as Data from "effect/Data";
import type * as Effect from "effect/Effect";

/** A GET request. */
export interface TransportRequest {
  readonly url: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** The longest body to read, before and after decompression. */
  readonly maxBodyBytes: number;
  /** Aborts when the request is abandoned: the transport then ends the exchange, whatever its state. */
  readonly signal: AbortSignal;
}

/** A response whose body has not been read. */
export interface TransportResponse {
  readonly status: number;
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** Reads the body whole and decodes it. Runs at most once. */
  readonly body: Effect.Effect<BodyText, TransportFailure | BodyTooLarge | BodyCorrupt>;
  /** Ends the exchange without the body. Transports that follow redirects themselves need not have it. */
  readonly discard?: () => void;
}

/** Sends requests. */
export interface Transport {
  readonly send: (request: TransportRequest) => Effect.Effect<TransportResponse, TransportFailure>;
  /** Whether `send` follows redirects itself, without taking the key to another origin. */
  readonly followsRedirects: boolean;
  /** The longest wait for a response that the transport allows, and who sets it; undefined is any. */
  readonly maxWait?: { readonly millis: number; readonly reason: string } | undefined;
}

/** No complete response arrived. */
export class TransportFailure extends Data.TaggedError("TransportFailure")<{
  readonly cause: unknown;
}> {}
