// What others see of a runner: /metrics, and the dashboard, alerts and manifests that stand in deploy/.
import { NodeServices } from "@effect/platform-node";
import { assert, layer } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import { RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { Effect, Layer, Schedule } from "effect";
import { PrometheusMetrics } from "effect/observability";
import { SqlClient } from "effect/sql";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as FleetLimit from "../../src/fleet/FleetLimit.ts";
import * as Health from "../../src/fleet/Health.ts";
import * as Runner from "../../src/fleet/Runner.ts";
import * as MirrorRun from "../../src/run/MirrorRun.ts";
import { ParkedHook } from "../../src/run/ParkedHook.ts";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";
import { MirrorStore } from "../../src/store/MirrorStore.ts";

const run = FakeRun.make({ seed: 5, records: 250 });
const Client = Layer.unwrap(
  Effect.map(FleetLimit.gate(undefined), (rateLimit) =>
    ScorecardClient.layerAt(FakeScorecard, { rateLimit }),
  ),
).pipe(Layer.provideMerge(FakeScorecard.layer({ runs: [run] })));

/** The stops that a workflow has sent to the hook. */
const notified: Array<string> = [];
const notify = (runId: RunId, generation: number, stop: number) =>
  Effect.sync(() => {
    notified.push(`${runId}/${generation}/${stop}`);
  });

const Live = Layer.unwrap(
  Effect.map(EmbeddedPostgres.freePort, (port) => Runner.layer({ host: "127.0.0.1", port })),
).pipe(
  Layer.provide(Layer.succeed(ParkedHook, { isConfigured: true, notify })),
  Layer.provideMerge(Client),
  Layer.provideMerge(EmbeddedPostgres.layer),
  Layer.provide(NodeServices.layer),
);

const deploy = (file: string) =>
  readFileSync(join(import.meta.dirname, "../../deploy", file), "utf8");

/** The names of metrics in a text of Prometheus's query language. */
const metricsIn = (text: string) => new Set(text.match(/\bscorecard_[a-z_]+/g) ?? []);

/** The value of a series in what /metrics serves; 0 where it has none. */
const valueIn = (body: string, series: string) =>
  Number(
    body
      .split("\n")
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length) ?? 0,
  );

layer(Live, { timeout: 60_000, excludeTestServices: true })("A runner's metrics", (it) => {
  it.effect("are at /metrics, and the dashboard and the alerts ask for no others", () =>
    Effect.gen(function* () {
      const store = yield* MirrorStore;
      const sql = yield* SqlClient.SqlClient;
      const fake = yield* FakeScorecard;
      // Other tests of this process have counted too.
      const before = yield* PrometheusMetrics.format();
      yield* fake.inject("on request 1: 429");
      yield* MirrorRun.start(run.runId);
      const until = (runId: RunId, state: string) =>
        store.progress(runId).pipe(
          Effect.repeat({
            schedule: Schedule.spaced("50 millis"),
            until: (progress) => progress?.state === state,
          }),
        );
      yield* until(run.runId, "complete");
      const unknown = RunId.make("unknown");
      yield* MirrorRun.start(unknown);
      yield* until(unknown, "parked");
      yield* Effect.repeat(
        Effect.sync(() => notified.length),
        {
          schedule: Schedule.spaced("50 millis"),
          until: (count) => count > 0,
        },
      );
      assert.deepStrictEqual(notified, ["unknown/1/1"]);
      yield* sql`UPDATE runs SET stopped_at = now() - interval '1 hour', started_at = now() - interval '2 hours',
        quarantined = 3 WHERE run_id = 'unknown'`;

      const port = yield* EmbeddedPostgres.freePort;
      yield* Layer.build(Health.layer({ host: "127.0.0.1", port }));
      const response = yield* Effect.promise(() => fetch(`http://127.0.0.1:${port}/metrics`));
      assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
      const body = yield* Effect.promise(() => response.text());
      for (const [series, value] of [
        ['scorecard_mirror_runs{state="complete"}', 1],
        ['scorecard_mirror_runs{state="parked"}', 1],
        ['scorecard_mirror_runs{state="running"}', 0],
        ["scorecard_mirror_runners", 1],
        ["scorecard_mirror_database_up", 1],
        ["scorecard_mirror_quarantined_records", 3],
      ] as const) {
        assert.strictEqual(valueIn(body, series), value, series);
      }
      for (const [series, value] of [
        ["scorecard_mirror_pages_total", 3],
        ["scorecard_mirror_records_total", 250],
        ['scorecard_mirror_refused_requests_total{reason="RateLimited"}', 1],
        ['scorecard_mirror_refused_requests_total{reason="RequestRejected"}', 1],
      ] as const) {
        assert.strictEqual(valueIn(body, series) - valueIn(before, series), value, series);
      }
      const near = (series: string, seconds: number) =>
        assert.isBelow(Math.abs(valueIn(body, series) - seconds), 60, series);
      near("scorecard_mirror_oldest_success_age_seconds", 7200);
      near("scorecard_mirror_longest_parked_seconds", 3600);

      const served = metricsIn(body);
      for (const file of ["monitoring/alerts.yaml", "monitoring/dashboard.json"]) {
        for (const name of metricsIn(deploy(file).replaceAll("scorecard-mirror", ""))) {
          assert.isTrue(served.has(name), `${file}: ${name}`);
        }
      }
    }).pipe(Effect.scoped),
  );
});
