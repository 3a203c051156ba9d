import * as NodeSdk from "@effect/opentelemetry/NodeSdk";
import { assert, describe, it } from "@effect/vitest";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { Effect, Layer, Stream } from "effect";
import { ScorecardClient } from "../src/index.ts";

const run = FakeRun.make({ records: 250 });

/** A client on the fake; in production, the layer of your client. */
const Client = ScorecardClient.layerAt(FakeScorecard).pipe(
  Layer.provide(FakeScorecard.layer({ runs: [run] })),
);

describe("With @effect/opentelemetry", () => {
  it.live("spans and metrics of a listing are exported", () =>
    Effect.gen(function* () {
      const spanExporter = new InMemorySpanExporter();
      const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
      // In production: exporters that send to your collector.
      const Telemetry = NodeSdk.layer(() => ({
        resource: { serviceName: "reader" },
        spanProcessor: new SimpleSpanProcessor(spanExporter),
        metricReader: new PeriodicExportingMetricReader({
          exporter: metricExporter,
          exportIntervalMillis: 100,
        }),
      }));
      yield* Effect.gen(function* () {
        const client = yield* ScorecardClient;
        yield* Stream.runDrain(client.listRecords(run.runId));
        yield* Effect.sleep("300 millis");
        const spans = spanExporter.getFinishedSpans();
        const [listing] = spans.filter(({ name }) => name === "ScorecardClient.listRecords");
        const pages = spans.filter(({ name }) => name === "ScorecardClient.page");
        assert.strictEqual(listing?.attributes["runId"], "135");
        assert.deepStrictEqual(
          pages.map(({ attributes }) => attributes["records"]),
          [100, 100, 50],
        );
        assert.isTrue(
          pages.every((page) => page.parentSpanContext?.spanId === listing?.spanContext().spanId),
        );
        const metrics = metricExporter
          .getMetrics()
          .flatMap(({ scopeMetrics }) => scopeMetrics)
          .flatMap((scope) => scope.metrics);
        const names = new Set(metrics.map(({ descriptor }) => descriptor.name));
        for (const name of ["pages", "records", "request_duration"]) {
          assert.isTrue(names.has(`scorecard_client_${name}`), name);
        }
      }).pipe(Effect.provide([Client, Telemetry]));
    }),
  );
});
