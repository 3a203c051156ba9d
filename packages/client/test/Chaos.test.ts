import { assert, describe, it } from "@effect/vitest";
import { type Cursor, RunId } from "@scorecard-effect/contract";
import { FakeRun, Fault, Faults } from "@scorecard-effect/fixtures";
import { Effect, Result, Stream } from "effect";
import { ScorecardClient, type ListRecordsError } from "../src/index.ts";
import { inMemory } from "./TestClient.ts";

// CI runs a tenth of each size; CHAOS=1 runs them in full.
const scale = process.env["CHAOS"] === "1" ? 1 : 0.1;

/** Faults that a retry gets past. */
const transientFaults = [
  Fault.status(500),
  Fault.status(503, { "retry-after-ms": "1" }),
  Fault.status(429, { "retry-after": "0" }),
  Fault.status(408),
  ...(["html-error", "text-error", "problem-error", "close-body", "reset", "stall"] as const).map(
    Faults.named,
  ),
] as const;
/** Faults that end a listing with a typed error. */
const permanentFaults = [
  Fault.status(404),
  Fault.status(401),
  ...(
    [
      "html",
      "null",
      "no-cursor",
      "early-end",
      "no-has-more",
      "null-record",
      "pending-score",
    ] as const
  ).map(Faults.named),
] as const;

/** Faults on a third of all requests. */
const chaos = (seed: number): Faults.Faults =>
  Faults.all(
    Faults.share(0.3, transientFaults, seed),
    Faults.share(0.05, permanentFaults, seed + 1),
  );

interface Listed {
  /** How many records arrived. */
  readonly delivered: number;
  readonly errors: ReadonlyArray<ListRecordsError["_tag"]>;
}

/** Lists a run through chaos, and resumes at each error's cursor until the run is complete. */
const listToEnd = Effect.fnUntraced(
  function* (
    seed: number,
    run: FakeRun.FakeRun,
    options: { readonly pageSize: number; readonly prefetch: number },
  ): Effect.fn.Return<Listed, never, ScorecardClient> {
    const client = yield* ScorecardClient;
    let delivered = 0;
    let cursor: Cursor | undefined;
    const errors: Array<ListRecordsError["_tag"]> = [];
    for (;;) {
      const error = yield* client.listRecords(run.runId, { ...options, cursor, delivered }).pipe(
        Stream.runForEach((record) =>
          Effect.sync(() => {
            if (record.id !== run.record(delivered).id) {
              assert.fail(`seed ${seed}: record ${delivered} arrived as ${record.id}`);
            }
            delivered += 1;
          }),
        ),
        Effect.match({ onFailure: (failure) => failure, onSuccess: () => undefined }),
      );
      if (error === undefined) return { delivered, errors };
      errors.push(error._tag);
      cursor = error.cursor;
      assert.isBelow(errors.length, 100_000);
    }
  },
  (listing, seed, run) =>
    Effect.provide(
      listing,
      inMemory(
        { runs: [run], faults: chaos(seed) },
        { timeout: 20, retry: { attempts: 4, baseDelay: 0 } },
      ),
    ),
);

describe("Chaos", () => {
  it.live(
    `lists ${100_000 * scale} records through faults on a third of the requests, each exactly once`,
    () =>
      Effect.gen(function* () {
        const run = FakeRun.make({ records: 100_000 * scale });
        const { delivered, errors } = yield* listToEnd(1, run, { pageSize: 100, prefetch: 1 });
        assert.strictEqual(delivered, run.size);
        assert.isAtMost(errors.length, run.size / 100);
      }),
    { timeout: 300_000 },
  );

  it.live(
    "delivers every record through pending scores on half of the pages, and says which scores are pending",
    () =>
      Effect.gen(function* () {
        const run = FakeRun.make({ records: 500 });
        const client = yield* ScorecardClient;
        const results = yield* Stream.runCollect(
          client.listRecordResults(run.runId, { pageSize: 10 }),
        );
        const ids = results.map((result) =>
          Result.isSuccess(result) ? result.success.id : result.failure.id,
        );
        assert.deepStrictEqual(
          ids,
          Array.from({ length: run.size }, (_, index) => run.record(index).id),
        );
        const failures = results.flatMap((result, index) =>
          Result.isFailure(result) ? [{ index, failure: result.failure }] : [],
        );
        assert.isAbove(failures.length, 10);
        for (const { index, failure } of failures) {
          const { scores, ...others } = run.record(index);
          const arrived: unknown = failure.value;
          assert.deepInclude(arrived, JSON.parse(JSON.stringify(others)));
          assert.deepStrictEqual(
            failure.scores.map(({ path, isPending }) => [path, isPending]),
            [
              [`/scores/${scores.length}/score`, true],
              [`/scores/${scores.length + 1}/score`, true],
            ],
          );
        }
      }).pipe(
        Effect.provide(
          inMemory({
            runs: [FakeRun.make({ records: 500 })],
            faults: Faults.share(0.5, [Faults.named("pending-score")]),
          }),
        ),
      ),
  );

  it.live(
    `lists complete runs for ${1000 * scale} seeds, page sizes and depths of prefetch`,
    () =>
      Effect.gen(function* () {
        let failures = 0;
        for (let seed = 1; seed <= 1000 * scale; seed += 1) {
          const run = FakeRun.make({
            seed,
            records: 60 + (seed % 40),
            runId: RunId.make(`${seed}`),
          });
          const { delivered, errors } = yield* listToEnd(seed, run, {
            pageSize: 3 + (seed % 7),
            prefetch: seed % 4,
          });
          assert.strictEqual(delivered, run.size, `seed ${seed}`);
          failures += errors.length;
        }
        // Faults that end a listing did occur.
        assert.isAbove(failures, 100 * scale);
      }),
    { timeout: 300_000 },
  );
});
