import { assert, describe, it } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { ConfigProvider, Effect, Layer, Logger, Redacted, Ref, Stream } from "effect";
import { HttpServer } from "effect/http";
import { HttpApiTest } from "effect/http-api";
import { FiguresApi } from "../src/FiguresApi.ts";
import * as FiguresHandlers from "../src/FiguresHandlers.ts";

const run = FakeRun.make({ records: 250, invalidScores: 0.05 });
const records = Array.from({ length: run.size }, (_, index) => run.record(index));

// The service as in main.ts, configured for the fake.
const Configured = ConfigProvider.layer(
  Effect.map(FakeScorecard, ({ apiKey, baseUrl }) =>
    ConfigProvider.fromUnknown({
      SCORECARD_API_KEY: Redacted.value(apiKey),
      SCORECARD_BASE_URL: baseUrl,
    }),
  ),
);
const Test = FiguresHandlers.layer.pipe(
  Layer.provide(ScorecardClient.layerConfig({ retry: { baseDelay: 0 } })),
  Layer.provide(Configured),
  Layer.provideMerge(FakeScorecard.layer({ runs: [run] })),
  Layer.provideMerge([HttpServer.layerServices, Logger.layer([])]),
);

const service = Effect.map(HttpApiTest.groups(FiguresApi, ["figures"]), ({ figures }) => figures);
const of = (runId: RunId) => ({ params: { runId } });
const inject = (faults: string) => Effect.flatMap(FakeScorecard, (fake) => fake.inject(faults));

describe("The figures of a run", () => {
  it.live("cover all its records", () =>
    Effect.gen(function* () {
      const { whole } = yield* service;
      const { metrics, ...figures } = yield* whole(of(run.runId));
      assert.deepStrictEqual(figures, { runId: run.runId, records: 250 });

      const { helpfulness, overlap } = FakeRun.metrics;
      const given = records
        .flatMap(({ scores }) => scores)
        .filter(({ metricConfigId }) => metricConfigId === helpfulness);
      const usable = given.filter(({ validationErrors = [] }) => validationErrors.length === 0);
      const total = usable.reduce((sum, { score }) => sum + Number(score["intScore"]), 0);
      assert.isBelow(usable.length, given.length);
      const figure = metrics.find(({ metricConfigId }) => metricConfigId === helpfulness);
      assert.deepInclude(figure, {
        scores: usable.length,
        unusable: given.length - usable.length,
      });
      assert.approximately(figure?.mean ?? Number.NaN, total / usable.length, 1e-12);

      // The scores of this metric have an unknown shape.
      const custom = metrics.find(({ metricConfigId }) => metricConfigId === overlap);
      assert.deepInclude(custom, { scores: 0, mean: null });
    }).pipe(Effect.provide(Test)),
  );

  it.live("arrive page by page while the run streams in", () =>
    Effect.gen(function* () {
      const { live, whole } = yield* service;
      const figures = yield* Effect.flatMap(live(of(run.runId)), Stream.runCollect);
      assert.deepStrictEqual(
        figures.map((figure) => figure.records),
        [0, 100, 200, 250],
      );
      assert.deepStrictEqual(figures.at(-1), yield* whole(of(run.runId)));
    }).pipe(Effect.provide(Test)),
  );

  it.live("are the same in spite of transient failures", () =>
    Effect.gen(function* () {
      const { whole } = yield* service;
      const figures = yield* whole(of(run.runId));
      yield* inject("on request 2: 503 then reset-body then recover");
      assert.deepStrictEqual(yield* whole(of(run.runId)), figures);
      const { requests } = yield* FakeScorecard;
      // Three pages each time, and two failed requests.
      assert.strictEqual((yield* requests).length, 8);
    }).pipe(Effect.provide(Test)),
  );

  it.live("end with an error if Scorecard stays down", () =>
    Effect.gen(function* () {
      yield* inject("from request 2: 503");
      const { live } = yield* service;
      const seen = yield* Ref.make<ReadonlyArray<number>>([]);
      const error = yield* Effect.flip(
        Stream.runForEach(yield* live(of(run.runId)), (figures) =>
          Ref.update(seen, (before) => [...before, figures.records]),
        ),
      );
      assert.deepInclude(error, { _tag: "TryLater", runId: run.runId });
      assert.deepStrictEqual(yield* Ref.get(seen), [0, 100]);
    }).pipe(Effect.provide(Test)),
  );

  it.live.each([
    { faults: "", runId: "9", error: { _tag: "RunNotFound" } },
    { faults: "429 retry-after 120", runId: run.runId, error: { _tag: "TryLater", seconds: 120 } },
    { faults: "on request 3: html", runId: run.runId, error: { _tag: "Unreadable" } },
    { faults: "401", runId: run.runId, error: { _tag: "Unreadable" } },
    { faults: "on request 1: no-id", runId: run.runId, error: { _tag: "Unreadable" } },
  ])("fail with $error._tag: run $runId, faults '$faults'", ({ faults, runId, error }) =>
    Effect.gen(function* () {
      yield* inject(faults);
      const { whole } = yield* service;
      const failure: object = yield* Effect.flip(whole(of(RunId.make(runId))));
      assert.deepInclude(failure, error);
    }).pipe(Effect.provide(Test)),
  );

  it.effect("are not available without a key", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Layer.build(ScorecardClient.layerConfig()));
      assert.include(error.message, "SCORECARD_API_KEY");
    }).pipe(
      Effect.provide([
        FakeScorecard.layer({ runs: [] }),
        ConfigProvider.layer(ConfigProvider.fromUnknown({})),
      ]),
    ),
  );
});
