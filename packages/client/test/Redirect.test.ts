import { assert, describe, it } from "@effect/vitest";
import { Effect, Redacted } from "effect";
import type { IncomingMessage } from "node:http";
import { clientOn, listToFailure } from "./TestClient.ts";
import { serve } from "./TestServer.ts";
import { transports } from "./Transports.ts";

for (const [transport, http] of Object.entries(transports)) {
  describe(`A redirect (${transport})`, () => {
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
            response.writeHead(status, { location: `${elsewhere}/x` }).end();
          });
          const error = yield* Effect.provide(
            listToFailure,
            clientOn(http, { apiKey: Redacted.make("ak_secret"), baseUrl }),
          );
          assert.strictEqual(error._tag, "Unauthenticated");
          assert.strictEqual(headersElsewhere.length, 1);
          assert.notInclude(JSON.stringify(headersElsewhere), "ak_secret");
        }),
    );
  });
}
