/** The transport on any `HttpClient` of Effect. */
import * as Body from "@scorecard-effect/contract/protocol/Body";
import * as BodyText from "@scorecard-effect/contract/protocol/BodyText";
import * as Effect from "effect/Effect";
import * as HttpClient from "effect/http/HttpClient";
import type * as HttpClientError from "effect/http/HttpClientError";
import * as HttpClientRequest from "effect/http/HttpClientRequest";
import { type Transport, TransportFailure } from "./Transport.ts";

/** A transport on an `HttpClient`: its own, if it was made on one by {@link withTransport}. */
export const of = (http: HttpClient.HttpClient): Transport => transports.get(http) ?? make(http);

/**
 * Remembers the transport under an `HttpClient`: a `ScorecardClient` on that very client skips what a page does not
 * need.
 */
export const withTransport = (
  http: HttpClient.HttpClient,
  transport: Transport,
): HttpClient.HttpClient => {
  transports.set(http, transport);
  return http;
};

const transports = new WeakMap<HttpClient.HttpClient, Transport>();

const make = (http: HttpClient.HttpClient): Transport => ({
  // One on `fetch` does, and never shows any.
  followsRedirects: false,
  send: ({ url, headers, maxBodyBytes }) =>
    http.execute(HttpClientRequest.get(url, { headers })).pipe(
      Effect.map((response) => ({
        status: response.status,
        header: (name: string) => response.headers[name],
        body: Body.read(response, maxBodyBytes).pipe(
          Effect.map(BodyText.fromBytes),
          Effect.catchTag("HttpClientError", (error) => Effect.fail(failureOf(error))),
          catchDefect,
        ),
      })),
      // The client's own span would quote URLs and causes that are not redacted.
      Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
      Effect.catchTag("HttpClientError", (error) => Effect.fail(failureOf(error))),
      catchDefect,
    ),
});

const failureOf = ({ reason }: HttpClientError.HttpClientError): TransportFailure =>
  new TransportFailure({ cause: "cause" in reason ? reason.cause : reason._tag });

// The caller chose the HttpClient: a defect in it is a transport failure.
const catchDefect = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E | TransportFailure> =>
  Effect.catchDefect(effect, (cause) => Effect.fail(new TransportFailure({ cause })));
