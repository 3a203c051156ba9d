import { assert, describe, it } from "@effect/vitest";
import { Effect, type Layer, Redacted } from "effect";
import type { HttpClient } from "effect/http";
import type { IncomingMessage } from "node:http";
import { type ClientOptions, createClient } from "../src/promise.ts";
import { clientOn, listToFailure } from "./TestClient.ts";
import { serve } from "./TestServer.ts";
import { promiseTransports, transports } from "./Transports.ts";

/** Lists from a server with a key: the tag of the error. */
type List = (baseUrl: string) => Effect.Effect<string>;

const options = {
  headers: {
    cookie: "session=c_secret",
    "proxy-authorization": "Basic p_secret",
    host: "internal.test",
    "x-team": "search",
  },
  timeout: "5 seconds",
} as const;

const onEffect =
  (http: Layer.Layer<HttpClient.HttpClient>): List =>
  (baseUrl) =>
    listToFailure.pipe(
      Effect.map(({ _tag }) => _tag),
      Effect.provide(clientOn(http, { ...options, apiKey: Redacted.make("ak_secret"), baseUrl })),
      Effect.orDie,
    );

const onPromises =
  (transport: ClientOptions): List =>
  (baseUrl) =>
    Effect.promise(() =>
      createClient({ ...options, ...transport, apiKey: "ak_secret", baseUrl })
        .getPage("135")
        .then(
          () => "none",
          (error: unknown) => String(Reflect.get(Object(error), "_tag")),
        ),
    );

const clients = [
  ...Object.entries(transports).map(([name, http]) => [name, onEffect(http)] as const),
  ...Object.entries(promiseTransports).map(
    ([name, transport]) => [`promise client on ${name}`, onPromises(transport)] as const,
  ),
];

for (const [client, list] of clients) {
  describe(`A redirect (${client})`, () => {
    it.live.each([301, 302, 303, 307, 308])(
      "to another origin is followed without the key (%i)",
      (status) =>
        Effect.gen(function* () {
          const headersElsewhere: Array<IncomingMessage["headers"]> = [];
          const elsewhere = yield* serve((request, response) => {
            headersElsewhere.push(request.headers);
            response.writeHead(401).end();
          });
          const baseUrl = yield* serve((request, response) => {
            assert.strictEqual(request.headers.authorization, "Bearer ak_secret");
            // Its body never ends.
            response.writeHead(status, { location: `${elsewhere}/x` }).write("moved");
          });
          assert.strictEqual(yield* list(baseUrl), "Unauthenticated");
          assert.strictEqual(headersElsewhere.length, 1);
          assert.notInclude(JSON.stringify(headersElsewhere), "secret");
          assert.strictEqual(headersElsewhere[0]?.host, new URL(elsewhere).host);
        }),
    );
  });
}
