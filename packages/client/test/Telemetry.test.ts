import { assert, describe, it } from "@effect/vitest";
import { RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { Effect, Layer, Logger, Metric, Redacted, References, Stream, Tracer } from "effect";
import { FetchHttpClient, HttpClient, HttpClientResponse } from "effect/http";
import { inspect } from "node:util";
import { ScorecardClient } from "../src/index.ts";
import * as Telemetry from "../src/diagnostics/Telemetry.ts";
import { clientOn, listToFailure } from "./TestClient.ts";

const run = FakeRun.make({ records: 250, runId: RunId.make("135") });

/** The fake's transport, with a 500 in response to the second request. */
const flakyTransport = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(HttpClient.HttpClient, (real) => {
    let requests = 0;
    return HttpClient.make((request) => {
      requests += 1;
      return requests === 2
        ? Effect.sync(() =>
            HttpClientResponse.fromWeb(request, new Response(null, { status: 500 })),
          )
        : real.execute(request);
    });
  }),
);

const secret = "ak_fake";
const client = ScorecardClient.layerAt(FakeScorecard, { retry: { baseDelay: 0 } }).pipe(
  Layer.provide(flakyTransport),
  Layer.provide(FakeScorecard.layer({ runs: [run] })),
);

const listRun = Effect.flatMap(ScorecardClient, ({ listRecords }) =>
  Stream.runDrain(listRecords(run.runId, { prefetch: 0 })),
).pipe(Effect.provide(client));

/** Makes a tracer that keeps its spans. */
const makeRecordingTracer = () => {
  const spans: Array<Tracer.NativeSpan> = [];
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options);
      spans.push(span);
      return span;
    },
  });
  return { spans, tracer };
};

describe("Observability", () => {
  it.live("has a span for each listing, and a child span for each attempt at a page", () =>
    Effect.gen(function* () {
      const { spans, tracer } = makeRecordingTracer();
      yield* Effect.provideService(listRun, Tracer.Tracer, tracer);
      const [listing] = spans.filter(({ name }) => name === "ScorecardClient.listRecords");
      assert.strictEqual(listing?.attributes.get("runId"), "135");
      const pages = spans.filter(({ name }) => name === "ScorecardClient.page");
      assert.deepStrictEqual(
        pages.map(({ attributes }) => [
          attributes.get("runId"),
          attributes.get("attempt"),
          attributes.get("status"),
          attributes.get("records"),
          attributes.get("error"),
        ]),
        [
          ["135", 1, 200, 100, undefined],
          ["135", 1, 500, undefined, "ServiceError"],
          ["135", 2, 200, 100, undefined],
          ["135", 1, 200, 50, undefined],
        ],
      );
      assert.strictEqual(pages[0]?.attributes.get("cursor"), "start");
      for (const page of pages) {
        assert.strictEqual(
          page.parent._tag === "Some" ? page.parent.value.spanId : "",
          listing?.spanId,
        );
        assert.strictEqual(page.kind, "client");
        assert.strictEqual(page.status._tag, "Ended");
      }
      assert.notInclude(inspect(spans, { depth: 6 }), secret);
    }),
  );

  it.live("makes no span where tracing is off, and annotates no span of the caller", () =>
    Effect.gen(function* () {
      const { spans, tracer } = makeRecordingTracer();
      yield* listRun.pipe(
        Effect.withTracerEnabled(false),
        Effect.withSpan("caller"),
        Effect.provideService(Tracer.Tracer, tracer),
      );
      const [caller] = spans;
      assert.deepStrictEqual(
        spans.map(({ name }) => name),
        ["caller"],
      );
      // The fake's router annotates it with the route.
      assert.doesNotHaveAnyKeys(Object.fromEntries(caller?.attributes ?? []), [
        "runId",
        "status",
        "records",
        "error",
      ]);
    }),
  );

  it.live("says in spans and logs what the server said, and the id of the request", () =>
    Effect.gen(function* () {
      const { spans, tracer } = makeRecordingTracer();
      const lines: Array<string> = [];
      const logger = Logger.make(({ message }) => {
        lines.push(inspect(message, { depth: 5 }));
      });
      const overloaded = () =>
        Promise.resolve(
          new Response(`<title>Overloaded, ${secret}</title>`, {
            status: 503,
            headers: { "x-request-id": `req_7 ${secret}` },
          }),
        );
      yield* listToFailure.pipe(
        Effect.provide(
          clientOn(FetchHttpClient.layer, {
            apiKey: Redacted.make(secret),
            retry: { attempts: 2, baseDelay: 0 },
          }),
        ),
        Effect.provideService(FetchHttpClient.Fetch, overloaded),
        Effect.provideService(Tracer.Tracer, tracer),
        Effect.provide(Logger.layer([logger])),
        Effect.provideService(References.MinimumLogLevel, "Debug"),
      );
      const [page] = spans.filter(({ name }) => name === "ScorecardClient.page");
      assert.strictEqual(page?.attributes.get("error"), "ServiceError");
      assert.strictEqual(page?.attributes.get("serverMessage"), "Overloaded, <redacted>");
      assert.strictEqual(page?.attributes.get("requestId"), "req_7 <redacted>");
      const [retry = ""] = lines.filter((line) => line.includes("Retrying a page"));
      assert.include(retry, "Overloaded, <redacted>");
      assert.include(retry, "req_7 <redacted>");
    }),
  );

  it.live(
    "has no span that quotes the key, even if an error or a redirect of the transport does",
    () =>
      Effect.gen(function* () {
        const { spans, tracer } = makeRecordingTracer();
        const transportsThatEchoTheKey: ReadonlyArray<typeof fetch> = [
          () => Promise.reject(new Error("failed", { cause: new Error(`Bearer ${secret}`) })),
          () =>
            Promise.resolve(
              new Response(null, {
                status: 302,
                headers: { location: `http://127.0.0.1:1/?k=${secret}` },
              }),
            ),
        ];
        for (const fetch of transportsThatEchoTheKey) {
          const error = yield* listToFailure.pipe(
            Effect.provide(
              clientOn(FetchHttpClient.layer, {
                apiKey: Redacted.make(secret),
                retry: { attempts: 1 },
              }),
            ),
            Effect.provideService(FetchHttpClient.Fetch, fetch),
            Effect.provideService(Tracer.Tracer, tracer),
          );
          assert.notInclude(inspect(error, { depth: 9 }), secret);
        }
        assert.isAbove(spans.length, 3);
        assert.isTrue(spans.every(({ name }) => name.startsWith("ScorecardClient.")));
        assert.notInclude(inspect(spans, { depth: 9 }), secret);
      }),
  );

  it.live("counts pages, records and retries, and measures how long requests take", () =>
    Effect.gen(function* () {
      const read = Effect.all({
        pages: Metric.value(Telemetry.pages),
        records: Metric.value(Telemetry.records),
        retries: Metric.value(Telemetry.retries),
        latency: Metric.value(Telemetry.latency),
      });
      const before = yield* read;
      yield* listRun;
      const after = yield* read;
      assert.strictEqual(after.pages.count - before.pages.count, 3);
      assert.strictEqual(after.records.count - before.records.count, 250);
      assert.strictEqual(after.retries.count - before.retries.count, 1);
      assert.strictEqual(after.latency.count - before.latency.count, 4);
    }),
  );

  it.live("logs at debug level, without the key", () =>
    Effect.gen(function* () {
      const lines: Array<string> = [];
      const logger = Logger.make(({ message, logLevel }) => {
        lines.push(`${logLevel} ${inspect(message, { depth: 5 })}`);
      });
      const logged = (level: "Info" | "Debug") =>
        listRun.pipe(
          Effect.provide(Logger.layer([logger])),
          Effect.provideService(References.MinimumLogLevel, level),
        );
      yield* logged("Info");
      assert.deepStrictEqual(lines, []);
      yield* logged("Debug");
      assert.strictEqual(lines.filter((line) => line.includes("Page read")).length, 3);
      assert.strictEqual(lines.filter((line) => line.includes("Retrying a page")).length, 1);
      assert.isTrue(lines.every((line) => line.startsWith("Debug")));
      assert.notInclude(lines.join("\n"), secret);
    }),
  );
});
