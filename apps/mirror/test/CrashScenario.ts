/**
 * Runners in processes of their own are killed one after the other, while Postgres restarts and the API fails. A test
 * checks the result at a small scale; `pnpm bench mirror` reports it at the full one.
 */
import { ScorecardClient } from "@scorecard-effect/client";
import { RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Duration, Effect, Layer, Redacted, Schedule } from "effect";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import * as Database from "../src/store/Database.ts";
import * as EmbeddedPostgres from "../src/store/EmbeddedPostgres.ts";
import * as Fleet from "../src/fleet/Fleet.ts";
import * as MirrorRun from "../src/run/MirrorRun.ts";
import { MirrorStore } from "../src/store/MirrorStore.ts";
import { verify } from "../src/run/Verification.ts";

/** How much is mirrored, and how often a runner is killed. */
export interface Scale {
  readonly runs: number;
  /** Records of each run. */
  readonly records: number;
  readonly runners: number;
  readonly kills: number;
  /** How long the API takes for a page, in milliseconds. */
  readonly latency: number;
  /** How many pages one activity of the workflow copies. */
  readonly chunk: number;
}

/** The scale of a test. */
export const small: Scale = {
  runs: 2,
  records: 1_200,
  runners: 2,
  kills: 1,
  latency: 40,
  chunk: 5,
};

/** The scale of `pnpm bench mirror` and `pnpm chaos`. */
export const full: Scale = {
  runs: 10,
  records: 60_000,
  runners: 3,
  kills: 50,
  latency: 500,
  chunk: 20,
};

/** The result. */
export interface Report {
  /** The pages of all runs. */
  readonly pages: number;
  /** Pages that the API sent without a fault, those that were fetched again included. */
  readonly answered: number;
  /** Requests that failed with a fault. */
  readonly failed: number;
  /** How often a run was paused and resumed just before a runner was killed. */
  readonly resumed: number;
  /** Records that were compared at the end, and how many of them differ from the source. */
  readonly records: number;
  readonly differences: number;
  /** For each death while a run was running: seconds until every such run had a new page. */
  readonly takeovers: ReadonlyArray<number>;
}

// The clock of every other runner is an hour ahead.
const clockAnHourAhead = `data:text/javascript,${encodeURIComponent(
  "const now = Date.now; Date.now = () => now() + 3600000;",
)}`;

const runner = (env: NodeJS.ProcessEnv, port: number, chunk: number, isSkewed: boolean) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const main = join(import.meta.dirname, "../src/main.ts");
      // Once a year: a refresh meanwhile would add to the pages that are counted.
      const refresh = ["--refresh", "0 0 1 1 *"];
      const serve = ["serve", "--port", String(port), "--chunk", String(chunk), ...refresh];
      const clock = isSkewed ? ["--import", clockAnHourAhead] : [];
      return spawn(process.execPath, [...clock, main, ...serve], { env, stdio: "ignore" });
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

/**
 * Mirrors the runs. Before each death a run is paused and resumed. Halfway through the deaths, Postgres is restarted.
 */
export const crash = Effect.fn("crash")(function* (scale: Scale) {
  const runs = Array.from({ length: scale.runs }, (_, seed) =>
    FakeRun.make({ seed, records: scale.records, runId: `run-${seed}` }),
  );
  const pages = (scale.runs * scale.records) / 100;
  const Fake = FakeScorecardNode.layer({
    runs,
    latency: scale.latency,
    faults: "33 % of requests: 500 or 503 or close-body or reset",
    keepRequests: 10 * pages,
  });
  // The same runs without faults, to compare the tables with.
  const Source = ScorecardClient.layerAt(FakeScorecard).pipe(
    Layer.provide(FakeScorecard.layer({ runs })),
  );

  return yield* Effect.gen(function* () {
    const { apiKey, baseUrl, requests } = yield* FakeScorecard;
    const postgres = yield* EmbeddedPostgres.start;
    const env = {
      ...process.env,
      DATABASE_URL: Redacted.value(postgres.url),
      SCORECARD_API_KEY: Redacted.value(apiKey),
      SCORECARD_BASE_URL: baseUrl,
    };
    const start = (at: number) =>
      Effect.flatMap(EmbeddedPostgres.freePort, (port) =>
        runner(env, port, scale.chunk, at % 2 === 1),
      );
    const store = Layer.provideMerge(MirrorStore.layer, Database.layer(postgres.url));

    const fleet = yield* Effect.forEach(Array.from({ length: scale.runners }), (_, at) =>
      start(at),
    );
    yield* Effect.forEach(runs, ({ runId }) => MirrorRun.start(runId), { discard: true }).pipe(
      Effect.provide(Layer.provideMerge(Fleet.layerClient, store)),
    );
    // As the commands do it: with a new client each time.
    const pauseAndResume = Effect.gen(function* () {
      const own = yield* MirrorStore;
      const running = (yield* own.all).filter(({ state }) => state === "running");
      const run = running[Math.floor(Math.random() * running.length)];
      if (run === undefined) return 0;
      const runId = RunId.make(run.runId);
      return (yield* own.pause(runId)) && (yield* MirrorRun.resume(runId)) ? 1 : 0;
    }).pipe(Effect.provide(Layer.provideMerge(Fleet.layerClient, store)));

    return yield* Effect.gen(function* () {
      const all = Effect.flatMap(MirrorStore, (own) => own.all).pipe(
        // Postgres may be restarting.
        Effect.retry(Schedule.spaced("200 millis")),
      );
      const written = Effect.map(all, (own) => own.reduce((sum, run) => sum + run.pages, 0));
      const takeovers: Array<number> = [];
      let resumed = 0;
      for (let killed = 0; killed < scale.kills; killed += 1) {
        // The deaths are spread evenly over the pages.
        yield* written.pipe(
          Effect.repeat({
            schedule: Schedule.spaced("50 millis"),
            until: (sum) => sum >= ((killed + 1) * pages) / (scale.kills + 2),
          }),
        );
        resumed += yield* pauseAndResume;
        const victim = Math.floor(Math.random() * fleet.length);
        yield* Effect.forEach(fleet.slice(victim, victim + 1), kill);
        if (killed === scale.kills >> 1) yield* postgres.restart("5 seconds");
        const before = (yield* all).filter(({ state }) => state === "running");
        fleet[victim] = yield* start(victim);
        const [waited] = yield* all.pipe(
          Effect.repeat({
            schedule: Schedule.spaced("100 millis"),
            until: (after) =>
              before.every(({ runId, pages: had }) =>
                after.some((own) => own.runId === runId && own.pages > had),
              ),
          }),
          Effect.timed,
        );
        if (before.length > 0) takeovers.push(Duration.toSeconds(waited));
      }
      yield* all.pipe(
        Effect.repeat({
          schedule: Schedule.spaced("100 millis"),
          until: (own) => own.every(({ state }) => state === "complete"),
        }),
      );
      const asked = yield* requests;
      const isWhole = ({ status, fault }: (typeof asked)[number]) =>
        status === 200 && fault === undefined;
      const answered = asked.filter(isWhole).length;
      const compared = yield* Effect.forEach(runs, ({ runId }) => verify(runId));
      return {
        pages,
        answered,
        failed: asked.length - answered,
        records: compared.reduce((sum, { records }) => sum + records, 0),
        differences: compared.reduce((sum, { differences }) => sum + differences.length, 0),
        resumed,
        takeovers,
      } satisfies Report;
    }).pipe(Effect.provide([store, Source]));
  }).pipe(Effect.scoped, Effect.provide(Fake));
});
