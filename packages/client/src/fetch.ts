/**
 * The transport on `fetch`, for the Effect client: works in every runtime, and is faster than `FetchHttpClient`,
 * because a `ScorecardClient` skips what a page does not need of an `HttpClient`.
 *
 * @example
 * ```ts
 * import { ScorecardClient } from "@scorecard-effect/client";
 * import * as FetchTransport from "@scorecard-effect/client/fetch";
 * import { Layer } from "effect";
 *
 * const Live = ScorecardClient.layerConfig().pipe(Layer.provide(FetchTransport.layer));
 * ```
 */
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as FetchHttpClient from "effect/http/FetchHttpClient";
import * as HttpClient from "effect/http/HttpClient";
import * as FetchTransport from "./transport/FetchTransport.ts";
import { withTransport } from "./transport/HttpClientTransport.ts";

/**
 * An `HttpClient` on the global `fetch`, which it looks up for each request. Used by anything else, or wrapped by a
 * middleware, it is the one of `FetchHttpClient`.
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(HttpClient.HttpClient, (http) =>
    // A client of its own: others must not find the transport on theirs.
    withTransport(
      HttpClient.mapRequest(http, (request) => request),
      FetchTransport.make(),
    ),
  ),
).pipe(Layer.provide(FetchHttpClient.layer));
