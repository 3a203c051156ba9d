/** Clients for tests: on the fake service, or on a stub of the transport. */
import { RunId } from "@scorecard-effect/contract";
import { FakeScorecard, type FakeScorecardOptions } from "@scorecard-effect/fixtures";
import { Effect, Layer, Redacted, Stream } from "effect";
import { HttpClient, HttpClientResponse } from "effect/http";
import { ScorecardClient, type ScorecardClientOptions } from "../src/index.ts";

/** A client on a fake in memory, and the fake. */
export const inMemory = (
  fake: FakeScorecardOptions,
  options?: Parameters<typeof ScorecardClient.layerAt>[1],
) =>
  ScorecardClient.layerAt(FakeScorecard, options).pipe(
    Layer.provideMerge(FakeScorecard.layer(fake)),
  );

/** How many requests the fake has received. */
export const countRequests = Effect.flatMap(FakeScorecard, ({ requests }) =>
  Effect.map(requests, ({ length }) => length),
);

/** A transport that responds without a network. `respond` gets the number of the request, from 0. */
export const respondWith = (respond: (requestNumber: number) => Response) => {
  let requests = 0;
  return Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.sync(() => {
        const response = respond(requests);
        requests += 1;
        return HttpClientResponse.fromWeb(request, response);
      }),
    ),
  );
};

/** A client on a transport. */
export const clientOn = (
  http: Layer.Layer<HttpClient.HttpClient>,
  options: Partial<ScorecardClientOptions> = {},
) =>
  ScorecardClient.layer({
    apiKey: Redacted.make("ak_x"),
    baseUrl: "http://scorecard.test",
    ...options,
  }).pipe(Layer.provide(http));

/** Lists run 135. Succeeds with the error that ends the listing. */
export const listToFailure = Effect.flatMap(ScorecardClient, ({ listRecords }) =>
  Effect.flip(Stream.runDrain(listRecords(RunId.make("135")))),
);
