import { assert, describe, it } from "@effect/vitest";
import { type Cursor, RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard, Fault, Faults } from "@scorecard-effect/fixtures";
import { Effect, Layer, Stream } from "effect";
import { ScorecardClient, type ListRecordsError } from "../src/index.ts";

// CI runs a tenth of the sizes; CHAOS=1 runs them in full.
const scale = process.env["CHAOS"] === "1" ? 1 : 0.1;

/** What passes when it is asked again. */
const passing = [
  Fault.status(500),
  Fault.status(503, { "retry-after-ms": "1" }),
  Fault.status(429, { "retry-after": "0" }),
  Fault.status(408),
  ...(["html-error", "close-body", "reset", "stall"] as const).map(Faults.named),
] as const;
/** What ends a listing with a typed error. */
const lasting = [
  Fault.status(404),
  Fault.status(401),
  ...(["html", "null", "no-cursor", "early-end", "no-has-more", "null-record"] as const).map(
    Faults.named,
  ),
] as const;

/** A third of all requests meets a fault. */
const chaos = (seed: number): Faults.Faults =>
  Faults.all(Faults.share(0.3, passing, seed), Faults.share(0.05, lasting, seed + 1));

/** Lists through chaos, resuming at each error's cursor, until the run is complete. */
const complete = (seed: number, run: FakeRun.FakeRun, pageSize: number, prefetch: number) => {
  return Effect.gen(function* () {
    const client = yield* ScorecardClient;
    let next = 0;
    let cursor: Cursor | undefined;
    const errors: Array<ListRecordsError["_tag"]> = [];
    for (;;) {
      const end = yield* client
        .listRecords(run.runId, { pageSize, prefetch, cursor, delivered: next })
        .pipe(
          Stream.runForEach((record) =>
            Effect.sync(() => {
              if (record.id !== run.record(next).id) {
                assert.fail(`seed ${seed}: record ${next} came as ${record.id}`);
              }
              next += 1;
            }),
          ),
          Effect.match({ onFailure: (error) => error, onSuccess: () => undefined }),
        );
      if (end === undefined) {
        break;
      }
      errors.push(end._tag);
      cursor = end.cursor;
      assert.isBelow(errors.length, 100_000);
    }
    return { delivered: next, errors };
  }).pipe(
    Effect.provide(
      Layer.effect(
        ScorecardClient,
        Effect.gen(function* () {
          const { apiKey, baseUrl } = yield* FakeScorecard;
          const layer = ScorecardClient.layer({
            apiKey,
            baseUrl,
            timeout: 20,
            retry: { attempts: 4, baseDelay: 0 },
          });
          return yield* Effect.provide(ScorecardClient, layer);
        }),
      ).pipe(Layer.provide(FakeScorecard.layer({ runs: [run], faults: chaos(seed) }))),
    ),
  );
};

describe("Chaos", () => {
  it.live(
    `lists ${100_000 * scale} records through faults on a third of the requests, each exactly once`,
    () =>
      Effect.gen(function* () {
        const run = FakeRun.make({ records: 100_000 * scale });
        const { delivered, errors } = yield* complete(1, run, 100, 1);
        assert.strictEqual(delivered, run.size);
        assert.isAtMost(errors.length, run.size / 100);
      }),
    { timeout: 300_000 },
  );

  it.live(
    `does so for ${1000 * scale} seeds, page sizes and depths of prefetch`,
    () =>
      Effect.gen(function* () {
        let failed = 0;
        for (let seed = 1; seed <= 1000 * scale; seed += 1) {
          const run = FakeRun.make({
            seed,
            records: 60 + (seed % 40),
            runId: RunId.make(`${seed}`),
          });
          const { delivered, errors } = yield* complete(seed, run, 3 + (seed % 7), seed % 4);
          assert.strictEqual(delivered, run.size, `seed ${seed}`);
          failed += errors.length;
        }
        // The faults that end a listing did occur.
        assert.isAbove(failed, 100 * scale);
      }),
    { timeout: 300_000 },
  );
});
