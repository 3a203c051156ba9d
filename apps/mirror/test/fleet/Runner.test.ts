// What a runner does besides mirroring: refresh, health, clock, telemetry.
import { NodeServices } from "@effect/platform-node";
import { assert, describe, it } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { ConfigProvider, Cron, Effect, Exit, Layer, Logger, Metric, Schedule, Scope } from "effect";
import { SqlClient } from "effect/sql";
import { TestClock } from "effect/testing";
import { createServer } from "node:http";
import * as ClockSkew from "../../src/fleet/ClockSkew.ts";
import * as Database from "../../src/store/Database.ts";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";
import * as Health from "../../src/fleet/Health.ts";
import * as MirrorRun from "../../src/run/MirrorRun.ts";
import { MirrorStore } from "../../src/store/MirrorStore.ts";
import * as Runner from "../../src/fleet/Runner.ts";
import * as Telemetry from "../../src/fleet/Telemetry.ts";

const work = (env: { readonly [name: string]: string }) =>
  Effect.logInfo("copied").pipe(
    Effect.andThen(Metric.update(Metric.counter("pages_of_a_test"), 3)),
    Effect.withSpan("Chunk.copy"),
    Effect.provide(
      Layer.provide(Telemetry.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
    ),
  );

describe("A runner", () => {
  it.live(
    "refreshes a run by the clock, until it has not changed for as long as it was asked",
    () => {
      const run = FakeRun.make({ records: 120 });
      let listed = 0;
      // The scores of the last record arrive after two generations of two pages each.
      const late: FakeRun.FakeRun = {
        ...run,
        isFixed: false,
        onPage: () => {
          listed += 1;
        },
        record: (index) =>
          index < 119 || listed > 4 ? run.record(index) : { ...run.record(index), scores: [] },
      };
      const Client = ScorecardClient.layerAt(FakeScorecard).pipe(
        Layer.provide(FakeScorecard.layer({ runs: [late] })),
      );
      const everySecond = Cron.parseUnsafe("* * * * * *");
      const Live = Layer.unwrap(
        Effect.map(EmbeddedPostgres.freePort, (port) =>
          Runner.layer({
            host: "127.0.0.1",
            port,
            refresh: everySecond,
            refreshFor: "2500 millis",
          }),
        ),
      ).pipe(
        Layer.provide(Client),
        Layer.provideMerge(EmbeddedPostgres.layer),
        Layer.provide(NodeServices.layer),
      );
      return Effect.gen(function* () {
        const store = yield* MirrorStore;
        const sql = yield* SqlClient.SqlClient;
        yield* MirrorRun.start(run.runId);
        const stable = yield* store.progress(run.runId).pipe(
          Effect.repeat({
            schedule: Schedule.spaced("100 millis"),
            until: (own) => own?.state === "complete" && own.nextRefreshAt === null,
          }),
        );
        // New, unchanged, with late scores, and unchanged until it has not changed for 2.5 seconds.
        assert.isAtLeast(stable?.generation ?? 0, 5);
        assert.isAtLeast(
          (stable?.lastSuccessAt?.getTime() ?? 0) - (stable?.lastChangedAt?.getTime() ?? 0),
          2500,
        );
        const [held] = yield* sql<{ readonly scores: number }>`
          SELECT count(*)::integer AS scores FROM mirror.scores WHERE vanished_at IS NULL`;
        const scores = Array.from({ length: 120 }, (_, index) => run.record(index).scores.length);
        assert.strictEqual(
          held?.scores,
          scores.reduce((sum, own) => sum + own),
        );
        // From then on it is left alone.
        yield* Effect.sleep("1500 millis");
        assert.deepStrictEqual(yield* store.progress(run.runId), stable);
      }).pipe(Effect.provide(Live));
    },
    60_000,
  );

  it.live(
    "is ready while its database answers, and alive without it",
    () =>
      Effect.gen(function* () {
        const scope = yield* Scope.make();
        const { url } = yield* EmbeddedPostgres.start.pipe(Scope.provide(scope));
        const port = yield* EmbeddedPostgres.freePort;
        const ask = (path: string) =>
          Effect.promise(async () => (await fetch(`http://127.0.0.1:${port}${path}`)).status);
        yield* Effect.gen(function* () {
          assert.strictEqual(yield* ask("/health/ready"), 200);
          yield* Scope.close(scope, Exit.void);
          assert.strictEqual(yield* ask("/health/ready"), 503);
          assert.strictEqual(yield* ask("/health/live"), 200);
          assert.strictEqual(yield* ask("/elsewhere"), 404);
        }).pipe(
          Effect.provide(
            Health.layer({ host: "127.0.0.1", port }).pipe(Layer.provide(Database.layer(url))),
          ),
        );
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
    60_000,
  );

  it.effect("warns that its clock is wrong", () =>
    Effect.gen(function* () {
      const { url } = yield* EmbeddedPostgres.start;
      const warnings: Array<unknown> = [];
      const logger = Logger.make(({ message }) => warnings.push(message));
      const hour = 3_600_000;
      // Set before anything sleeps: a schedule of one second would otherwise run for every second since 1970.
      yield* TestClock.setTime(Date.now() - 2 * hour);
      yield* Effect.gen(function* () {
        for (const ahead of [-2 * hour, 0, hour]) {
          yield* TestClock.setTime(Date.now() + ahead);
          yield* Effect.provide(Layer.build(ClockSkew.layer), Logger.layer([logger]));
        }
      }).pipe(Effect.provide(Database.layer(url)));
      assert.lengthOf(warnings, 2);
      // On a slow machine, seconds pass meanwhile.
      assert.match(String(warnings[1]), /clock is 3[56]\d\d s ahead of the database's/);
      assert.match(String(warnings[0]), /clock is 72\d\d s behind the database's/);
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  );

  it.live("sends spans, metrics and logs to a collector, if one is configured", () =>
    Effect.gen(function* () {
      const received: Array<string> = [];
      const server = createServer((request, response) => {
        let body = "";
        request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        request.on("end", () => {
          received.push(`${request.url ?? ""} ${body}`);
          response.writeHead(200, { "content-type": "application/json" }).end("{}");
        });
      });
      const port = yield* EmbeddedPostgres.freePort;
      yield* Effect.acquireRelease(
        Effect.callback<void>((resume) => {
          server.listen(port, "127.0.0.1", () => resume(Effect.void));
        }),
        () => Effect.sync(() => server.close()),
      );
      yield* work({});
      yield* work({ OTEL_EXPORTER_OTLP_ENDPOINT: "" });
      assert.deepStrictEqual(received, []);
      yield* work({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
      for (const [path, content] of [
        ["/v1/traces", "Chunk.copy"],
        ["/v1/metrics", "pages_of_a_test"],
        ["/v1/logs", "copied"],
      ] as const) {
        const own = received.filter((body) => body.startsWith(`${path} `));
        assert.strictEqual(own.length, 1, path);
        assert.include(own[0], content);
        assert.include(own[0], "scorecard-mirror");
      }
    }).pipe(Effect.scoped),
  );
});
