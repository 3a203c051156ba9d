// Several runners in processes of their own, killed in the middle, with a Postgres that restarts and an API that fails: the
// tables equal the source, and little was asked for twice.
import { NodeServices } from "@effect/platform-node";
import { Agent } from "@effect/platform-node/Undici";
import { assert, it } from "@effect/vitest";
import { ScorecardClient } from "@scorecard-effect/client";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, Layer, Redacted, Schedule } from "effect";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import * as Database from "../src/Database.ts";
import * as EmbeddedPostgres from "../src/EmbeddedPostgres.ts";
import * as Fleet from "../src/Fleet.ts";
import * as MirrorRun from "../src/MirrorRun.ts";
import { MirrorStore } from "../src/MirrorStore.ts";
import { verify } from "../src/Verify.ts";

// CHAOS=1 is the full scale, for a night: fifty deaths.
const scale =
  process.env["CHAOS"] === "1"
    ? { runs: 10, records: 50_000, kills: 50 }
    : { runs: 2, records: 1_200, kills: 1 };
const runs = Array.from({ length: scale.runs }, (_, seed) =>
  FakeRun.make({ seed, records: scale.records, runId: `run-${seed}` }),
);
const pages = (scale.runs * scale.records) / 100;

const Fake = FakeScorecardNode.layer({
  runs,
  latency: "40 millis",
  faults: "33 % of requests: 500 or 503 or close-body or reset",
  keepRequests: 10 * pages,
});
const Client = Layer.unwrap(Effect.map(FakeScorecard, (fake) => ScorecardClient.layer(fake))).pipe(
  Layer.provide(UndiciTransport.layer(() => new Agent())),
);

const runner = (env: NodeJS.ProcessEnv, port: number) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const args = ["serve", "--port", String(port), "--chunk", "5"];
      return spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts"), ...args], {
        env,
        stdio: "ignore",
      });
    }),
    kill,
  );
const kill = (child: ChildProcess) =>
  Effect.promise(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });

it.live(
  "Whatever dies, the tables equal the source",
  () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl, requests, inject } = yield* FakeScorecard;
      const postgres = yield* EmbeddedPostgres.start;
      const env = {
        ...process.env,
        DATABASE_URL: Redacted.value(postgres.url),
        SCORECARD_API_KEY: Redacted.value(apiKey),
        SCORECARD_BASE_URL: baseUrl,
      };
      const start = Effect.flatMap(EmbeddedPostgres.freePort, (port) => runner(env, port));
      const store = Layer.provideMerge(MirrorStore.layer, Database.layer(postgres.url));

      const fleet = [yield* start, yield* start];
      yield* Effect.forEach(runs, ({ runId }) => MirrorRun.submit(runId), { discard: true }).pipe(
        Effect.provide(Layer.provideMerge(Fleet.client, store)),
      );

      yield* Effect.gen(function* () {
        const { all } = yield* MirrorStore;
        const written = Effect.map(all, (own) => own.reduce((sum, run) => sum + run.pages, 0));
        for (let killed = 0; killed < scale.kills; killed += 1) {
          // Spread over the work, not over the time.
          yield* written.pipe(
            Effect.retry(Schedule.spaced("200 millis")),
            Effect.repeat({
              schedule: Schedule.spaced("50 millis"),
              until: (sum) => sum >= ((killed + 1) * pages) / (scale.kills + 2),
            }),
          );
          const victim = killed % fleet.length;
          yield* kill(fleet[victim] ?? assert.fail());
          if (killed === 0) yield* postgres.restart;
          fleet[victim] = yield* start;
        }
        yield* all.pipe(
          Effect.retry(Schedule.spaced("200 millis")),
          Effect.repeat({
            schedule: Schedule.spaced("100 millis"),
            until: (own) => own.every(({ state }) => state === "complete"),
          }),
        );
        // Before it is listed once more, to compare.
        const answered = (yield* requests).filter(
          ({ status, fault }) => status === 200 && fault === undefined,
        );
        // What was on its way at the end of each chunk of five, and at each death, was asked for again.
        assert.isAtMost(answered.length, 2 * pages);
        yield* inject("recover");
        for (const { runId, size } of runs) {
          const { records, differences } = yield* verify(runId);
          assert.deepStrictEqual({ records, differences }, { records: size, differences: [] });
        }
      }).pipe(Effect.provide([store, Client]));
    }).pipe(Effect.scoped, Effect.provide([Fake, NodeServices.layer])),
  90_000 * scale.kills,
);
