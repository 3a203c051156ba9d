import { assert, describe, it } from "@effect/vitest";
import { NodeHttpClient } from "@effect/platform-node";
import { Agent } from "@effect/platform-node/Undici";
import { RunId } from "@scorecard-effect/contract";
import { Effect, Layer, Redacted, Stream } from "effect";
import { FetchHttpClient } from "effect/http";
import type { IncomingMessage } from "node:http";
import { ScorecardClient } from "../src/index.ts";
import * as UndiciTransport from "../src/undici.ts";
import { serve } from "./TestServer.ts";

const transports = {
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  "own undici transport": UndiciTransport.layer(() => new Agent()),
  "node:http": NodeHttpClient.layerNodeHttp,
};

for (const [transport, http] of Object.entries(transports)) {
  describe(`A redirect (${transport})`, () => {
    it.live.each([301, 302, 303, 307, 308])(
      "to another origin never takes the key along (%i)",
      (status) =>
        Effect.gen(function* () {
          const seen: Array<IncomingMessage["headers"]> = [];
          const elsewhere = yield* serve((request, response) => {
            seen.push(request.headers);
            response.writeHead(401).end();
          });
          const baseUrl = yield* serve((request, response) => {
            assert.strictEqual(request.headers.authorization, "Bearer ak_secret");
            response.writeHead(status, { location: `${elsewhere}/x` }).end();
          });
          const error = yield* Effect.flatMap(ScorecardClient, ({ listRecords }) =>
            Effect.flip(Stream.runDrain(listRecords(RunId.make("135")))),
          ).pipe(
            Effect.provide(
              ScorecardClient.layer({ apiKey: Redacted.make("ak_secret"), baseUrl }).pipe(
                Layer.provide(http),
              ),
            ),
          );
          assert.strictEqual(error._tag, "Unauthenticated");
          assert.strictEqual(seen.length, 1);
          assert.notInclude(JSON.stringify(seen), "ak_secret");
        }),
    );
  });
}
