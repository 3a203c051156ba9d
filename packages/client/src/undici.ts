/**
 * The transport on an undici dispatcher, for the Effect client: the fastest on Node.
 *
 * @example
 * ```ts
 * import { ScorecardClient } from "@scorecard-effect/client";
 * import * as UndiciTransport from "@scorecard-effect/client/undici";
 * import { Agent } from "@effect/platform-node/Undici";
 * import { Layer } from "effect";
 *
 * const Live = ScorecardClient.layerConfig().pipe(
 *   Layer.provide(UndiciTransport.layer(() => new Agent())),
 * );
 * ```
 */
import { ByteCollector } from "@scorecard-effect/contract/protocol/Chunks";
import { maxBodyBytes } from "@scorecard-effect/contract/protocol/RequestDefaults";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as HttpClient from "effect/http/HttpClient";
import * as HttpClientError from "effect/http/HttpClientError";
import * as HttpClientResponse from "effect/http/HttpClientResponse";
import type { DispatchedHeaders, Dispatcher } from "./transport/Dispatcher.ts";
import * as DispatchTransport from "./transport/DispatchTransport.ts";
import { withTransport } from "./transport/HttpClientTransport.ts";

export type {
  DispatchController,
  DispatchedHeaders,
  DispatchedRequest,
  Dispatcher,
  DispatchHandler,
} from "./transport/Dispatcher.ts";

/**
 * Makes an `HttpClient` on a dispatcher, which the caller closes. A `ScorecardClient` on it reads from the dispatcher
 * directly. For other uses, and under a middleware, it sends GET requests without a body, follows no redirects, has no
 * timeout, and reads bodies whole, up to 64 MiB.
 *
 * @example
 * ```ts
 * import * as UndiciTransport from "@scorecard-effect/client/undici";
 * import { Agent } from "@effect/platform-node/Undici";
 *
 * const http = UndiciTransport.make(new Agent({ connections: 4 }));
 * ```
 */
export const make = (dispatcher: Dispatcher): HttpClient.HttpClient =>
  withTransport(asHttpClient(dispatcher), DispatchTransport.make(dispatcher));

/**
 * The `HttpClient` of {@link make}, on a dispatcher of its own that is destroyed with the layer, if it can be.
 *
 * @example
 * ```ts
 * import * as UndiciTransport from "@scorecard-effect/client/undici";
 * import { Agent } from "@effect/platform-node/Undici";
 *
 * const Http = UndiciTransport.layer(() => new Agent());
 * ```
 */
export const layer = (
  open: () => Dispatcher & { destroy?(): Promise<void> },
): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(Effect.acquireRelease(Effect.sync(open), destroy), make),
  );

// A dispatcher that cannot be destroyed, or that fails at it, as mocks do, loses nobody's result.
const destroy = (dispatcher: { destroy?(): Promise<void> }): Effect.Effect<void> =>
  Effect.ignore(
    Effect.tryPromise(async () => {
      await dispatcher.destroy?.();
    }),
  );

// An invalid byte of a header may have become any character, for which `Headers` would throw.
const validHeaders = (headers: DispatchedHeaders): Array<[string, string]> =>
  Object.keys(headers).map((name) => [
    name,
    (DispatchTransport.valueOf(headers, name) ?? "").replaceAll(/[^\t -~]/g, "?"),
  ]);

const asHttpClient = (dispatcher: Dispatcher): HttpClient.HttpClient =>
  HttpClient.make((request, url, signal) => {
    if (request.method !== "GET" || request.body._tag !== "Empty") {
      const description = "This transport sends GET requests without a body";
      return Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.EncodeError({ request, description }),
        }),
      );
    }
    const sent = { url: url.href, headers: request.headers, maxBodyBytes, signal };
    return DispatchTransport.exchange(dispatcher, sent, () => new ByteCollector(maxBodyBytes)).pipe(
      Effect.flatMap(({ status, headers, body }) =>
        Effect.map(body, (bytes) =>
          HttpClientResponse.fromWeb(
            request,
            new Response([204, 205, 304].includes(status) ? null : new Uint8Array(bytes), {
              status,
              headers: validHeaders(headers),
            }),
          ),
        ),
      ),
      Effect.mapError(
        (cause) =>
          new HttpClientError.HttpClientError({
            reason: new HttpClientError.TransportError({
              request,
              cause:
                cause._tag === "BodyTooLarge" ? new Error("The body is too large") : cause.cause,
            }),
          }),
      ),
    );
  });
