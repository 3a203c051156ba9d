import { assert, it } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { ConfigProvider, Effect, Layer, Stream } from "effect";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import * as Telemetry from "../src/Telemetry.ts";

const run = FakeRun.make({ records: 250 });

interface Traces {
  readonly resourceSpans: ReadonlyArray<{
    readonly scopeSpans: ReadonlyArray<{
      readonly spans: ReadonlyArray<{ readonly name: string }>;
    }>;
  }>;
}

/** A collector on a free port that keeps the names of the spans it receives. */
const collector = Effect.acquireRelease(
  Effect.promise(async () => {
    const spans: Array<string> = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        if (request.url === "/v1/traces") {
          // Our own exporter writes this.
          const traces: Traces = JSON.parse(body);
          for (const { scopeSpans } of traces.resourceSpans) {
            for (const scope of scopeSpans) spans.push(...scope.spans.map(({ name }) => name));
          }
        }
        response.end("{}");
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    return { server, spans, url: `http://127.0.0.1:${port}` };
  }),
  ({ server }) =>
    Effect.sync(() => {
      server.close();
      server.closeAllConnections();
    }),
);

it.live("sends a span for the listing, and one for each page", () =>
  Effect.gen(function* () {
    const { spans, url } = yield* collector;
    const Test = ScorecardClient.layerAt(FakeScorecard).pipe(
      Layer.provide(FakeScorecard.layer({ runs: [run] })),
    );
    const Exporting = Telemetry.layer.pipe(
      Layer.provide(
        ConfigProvider.layer(ConfigProvider.fromUnknown({ OTEL_EXPORTER_OTLP_ENDPOINT: url })),
      ),
    );
    // What is left to send is sent when the layer closes.
    yield* Effect.flatMap(ScorecardClient, (client) =>
      Stream.runDrain(client.listRecords(run.runId)),
    ).pipe(Effect.provide(Layer.merge(Test, Exporting)));
    assert.strictEqual(spans.filter((name) => name === "ScorecardClient.page").length, 3);
    assert.include(spans, "ScorecardClient.listRecords");
  }).pipe(Effect.scoped),
);
