import { assert, describe, it } from "@effect/vitest";
import { Cursor, RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Effect, Layer, Schema, Stream } from "effect";
import { type ListRecordsOptions, ScorecardClient } from "../src/index.ts";
import { countRequests, inMemory } from "./TestClient.ts";
import { transports } from "./Transports.ts";

/** Lists a run, and checks that each of its records arrives once, in order. Returns the number of requests. */
const checkListing = Effect.fnUntraced(function* (
  run: FakeRun.FakeRun,
  options?: ListRecordsOptions,
) {
  const client = yield* ScorecardClient;
  const before = yield* countRequests;
  let delivered = 0;
  yield* client.listRecords(run.runId, options).pipe(
    Stream.runForEach((record) =>
      Effect.sync(() => {
        assert.strictEqual(record.id, run.record(delivered).id);
        delivered += 1;
      }),
    ),
  );
  assert.strictEqual(delivered, run.size);
  return (yield* countRequests) - before;
});

const PageSize = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }));
const Seed = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 ** 31 - 1 }));

describe("listRecords", () => {
  it.effect.prop(
    "yields each record exactly once, in order, for every size of run and page",
    {
      seed: Seed,
      size: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 450 })),
      pageSize: PageSize,
    },
    ({ seed, size, pageSize }) => {
      const run = FakeRun.make({ seed, records: size });
      return Effect.gen(function* () {
        const requests = yield* checkListing(run, { pageSize });
        assert.strictEqual(requests, Math.max(1, Math.ceil(size / pageSize)));
      }).pipe(Effect.provide(inMemory({ runs: [run] })));
    },
    { arbitrary: { runs: 100 } },
  );

  // CI lists one run of each page size; CHAOS=1 lists five.
  const listedRuns = process.env["CHAOS"] === "1" ? 5 : 1;

  for (const pageSize of [1, 7, 20, 99, 100]) {
    it.effect.prop(
      `yields 10,000 records exactly once, in order, ${pageSize} per page`,
      { seed: Seed },
      ({ seed }) => {
        const run = FakeRun.make({ seed, records: 10_000 });
        return Effect.gen(function* () {
          assert.strictEqual(yield* checkListing(run, { pageSize }), Math.ceil(10_000 / pageSize));
        }).pipe(Effect.provide(inMemory({ runs: [run] })));
      },
      // A page of one record costs a hundred times as many requests.
      { timeout: 120_000, arbitrary: { runs: pageSize === 1 ? 1 : listedRuns } },
    );
  }

  const run = FakeRun.make({ records: 250 });

  it.effect("keeps records whole, over a real socket and in memory", () =>
    Effect.gen(function* () {
      const read = Effect.gen(function* () {
        const client = yield* ScorecardClient;
        return yield* Stream.runCollect(client.listRecords(run.runId));
      });
      const expected = Array.from({ length: run.size }, (_, index) => run.record(index));
      for (const http of Object.values(transports)) {
        const onSocket = ScorecardClient.layerAt(FakeScorecard).pipe(
          Layer.provide([FakeScorecardNode.layer({ runs: [run] }), http]),
        );
        assert.deepStrictEqual(yield* Effect.provide(read, onSocket), expected);
      }
      assert.deepStrictEqual(yield* Effect.provide(read, inMemory({ runs: [run] })), expected);
    }),
  );

  it.effect(
    "sends nothing before the first pull, and requests a page when one of its records is pulled",
    () =>
      Effect.gen(function* () {
        const client = yield* ScorecardClient;
        const records = client.listRecords(run.runId, { prefetch: 0 });
        assert.strictEqual(yield* countRequests, 0);
        yield* records.pipe(Stream.take(5), Stream.runDrain);
        assert.strictEqual(yield* countRequests, 1);
        yield* records.pipe(Stream.take(100), Stream.runDrain);
        assert.strictEqual(yield* countRequests, 2);
        yield* records.pipe(Stream.take(101), Stream.runDrain);
        assert.strictEqual(yield* countRequests, 4);
      }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("requests 100 records per page by default", () =>
    Effect.gen(function* () {
      const { requests } = yield* FakeScorecard;
      yield* checkListing(run);
      assert.deepStrictEqual(
        (yield* requests).map(({ method, url }) => [
          method,
          new URL(url, "http://fake").searchParams.get("limit"),
        ]),
        [
          ["GET", "100"],
          ["GET", "100"],
          ["GET", "100"],
        ],
      );
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("keeps run ids and cursors opaque", () =>
    Effect.gen(function* () {
      const ids = ["a/b", "1+1=2", "?limit=1#x", "%2e", "späť", "a b", "...", "👋"];
      const runs = ids.map((id) => FakeRun.make({ records: 3, runId: RunId.make(id) }));
      yield* Effect.forEach(runs, (own) => checkListing(own, { pageSize: 1 })).pipe(
        Effect.provide(inMemory({ runs })),
      );
    }),
  );
});

describe("listPages", () => {
  const run = FakeRun.make({ records: 23 });

  it.effect(
    "delivers each page with the cursor that fetched it and the cursor of the next page",
    () =>
      Effect.gen(function* () {
        const client = yield* ScorecardClient;
        const pages = yield* Stream.runCollect(client.listPages(run.runId, { pageSize: 10 }));
        assert.deepStrictEqual(
          pages.map(({ records, total, runId }) => [records.length, total, runId]),
          [
            [10, 23, run.runId],
            [10, 23, run.runId],
            [3, 23, run.runId],
          ],
        );
        assert.deepStrictEqual(
          pages.slice(1).map(({ cursor }) => cursor),
          pages.slice(0, -1).map(({ nextCursor }) => nextCursor),
        );
        assert.isUndefined(pages.at(0)?.cursor);
        assert.isUndefined(pages.at(-1)?.nextCursor);
      }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("resumes at any page's nextCursor with the records that were not yet delivered", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const all = yield* Stream.runCollect(client.listRecords(run.runId));
      const pages = yield* Stream.runCollect(client.listPages(run.runId, { pageSize: 4 }));
      for (const [index, { nextCursor: cursor }] of pages.entries()) {
        if (cursor === undefined) continue;
        const rest = yield* Stream.runCollect(
          client.listRecords(run.runId, { cursor, pageSize: 5 }),
        );
        assert.deepStrictEqual(rest, all.slice(4 * (index + 1)));
      }
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("delivers an empty run as one empty page", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const pages = yield* Stream.runCollect(client.listPages(RunId.make("135")));
      assert.deepStrictEqual(
        pages.map(({ records, total }) => [records.length, total]),
        [[0, 0]],
      );
    }).pipe(Effect.provide(inMemory({ runs: [FakeRun.make({ records: 0 })] }))),
  );
});

describe("getPage", () => {
  const run = FakeRun.make({ records: 23 });

  it.effect("fetches one page", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const first = yield* client.getPage(run.runId, { pageSize: 20 });
      assert.strictEqual(first.records.length, 20);
      const cursor = first.nextCursor ?? Cursor.make("missing");
      const second = yield* client.getPage(run.runId, { pageSize: 20, cursor });
      assert.strictEqual(second.records.length, 3);
      assert.strictEqual(second.cursor, cursor);
      assert.isUndefined(second.nextCursor);
      assert.strictEqual(yield* countRequests, 2);
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );
});
