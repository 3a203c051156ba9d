import { assert, describe, it } from "@effect/vitest";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { Config, ConfigProvider, Context, Effect, Layer, Stream } from "effect";
import { ScorecardClient } from "../src/index.ts";

const run = FakeRun.make({ records: 250 });
const count = Effect.flatMap(ScorecardClient, ({ listRecords }) =>
  Stream.runCount(listRecords(run.runId)),
);

describe("ScorecardClient.layerAt", () => {
  it.effect("reads from the server that a service names, with its key", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* count, 250);
      const { requests } = yield* FakeScorecard;
      assert.deepStrictEqual(
        (yield* requests).map(({ status }) => status),
        [200, 200, 200],
      );
    }).pipe(
      Effect.provide(
        ScorecardClient.layerAt(FakeScorecard).pipe(
          Layer.provideMerge(FakeScorecard.layer({ runs: [run], apiKey: "ak_the_only_one" })),
        ),
      ),
    ),
  );

  it.effect("takes the other options of a client", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(count);
      assert.strictEqual(error._tag, "ServiceError");
      assert.strictEqual(error.attempts, 1);
    }).pipe(
      Effect.provide(
        ScorecardClient.layerAt(FakeScorecard, { retry: false }).pipe(
          Layer.provide(FakeScorecard.layer({ runs: [run], faults: "503" })),
        ),
      ),
    ),
  );
});

class Acme extends Context.Service<Acme, ScorecardClient["Service"]>()("test/Acme") {}
class Globex extends Context.Service<Globex, ScorecardClient["Service"]>()("test/Globex") {}
const clientOf = (variable: string) =>
  ScorecardClient.layerConfig({ apiKey: Config.Redacted(variable), retry: false });
const Tenants = Layer.mergeAll(
  Layer.effect(Acme, ScorecardClient).pipe(Layer.provide(clientOf("ACME_API_KEY"))),
  Layer.effect(Globex, ScorecardClient).pipe(Layer.provide(clientOf("GLOBEX_API_KEY"))),
);

describe("ScorecardClient.layerConfig", () => {
  it.effect("makes a client for each tenant, with a key of its own", () =>
    Effect.gen(function* () {
      const acme = yield* Acme;
      const globex = yield* Globex;
      assert.strictEqual(yield* Stream.runCount(acme.listRecords(run.runId)), 250);
      const error = yield* Effect.flip(globex.getPage(run.runId));
      assert.strictEqual(error._tag, "Unauthenticated");
    }).pipe(
      Effect.provide(
        Tenants.pipe(
          Layer.provide(
            ConfigProvider.layer(
              Effect.map(FakeScorecard, ({ baseUrl }) =>
                ConfigProvider.fromUnknown({
                  ACME_API_KEY: "ak_acme",
                  GLOBEX_API_KEY: "ak_globex",
                  SCORECARD_BASE_URL: baseUrl,
                }),
              ),
            ),
          ),
          Layer.provide(FakeScorecard.layer({ runs: [run], apiKey: "ak_acme" })),
        ),
      ),
    ),
  );
});
