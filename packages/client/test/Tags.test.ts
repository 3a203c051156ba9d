import { assert, describe, it } from "@effect/vitest";
import type { Cursor } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { Effect, Stream } from "effect";
import { PaginationError, ScorecardClient } from "../src/index.ts";
import { createClient } from "../src/promise.ts";
import { clientOn, inMemory, respondWith } from "./TestClient.ts";

const run = FakeRun.make({ records: 250 });
const other = FakeRun.make({ records: 60, runId: "a/b", seed: 2 });
const { runId } = run;
const tags = ["smoke", "needs review"];
const sent = "tags=smoke&tags=needs%20review";

/** The ids of the records that have all of some tags, by the fake run itself. */
const tagged = (own: FakeRun.FakeRun, wanted: ReadonlyArray<string>) =>
  Array.from({ length: own.size }, (_, index) => index)
    .filter((index) => wanted.every((tag) => own.tags?.(index).includes(tag)))
    .map((index) => own.record(index).id);
const expected = tagged(run, tags);
const smoke = tagged(run, ["smoke"]);
const idsOf = (records: ReadonlyArray<{ readonly id: string }>) => records.map(({ id }) => id);

/** The queries that a fake received. */
const queries = (requests: ReadonlyArray<{ readonly url: string }>) =>
  requests.map(({ url }) => url.split("?")[1] ?? "");

describe("tags, in the Effect client", () => {
  it("are few enough and many enough records for these tests", () => {
    assert.isAtLeast(expected.length, 6);
    assert.isBelow(expected.length, smoke.length);
  });

  it.effect("filter every listing, and are sent as repeated parameters with every page", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const options = { tags, pageSize: 2 };
      const listed = yield* Effect.all([
        Stream.runCollect(client.listRecords(runId, options)),
        Effect.map(Stream.runCollect(client.listPages(runId, options)), (pages) =>
          pages.flatMap(({ records }) => records),
        ),
        Effect.flatMap(Stream.runCollect(client.listRecordResults(runId, options)), (results) =>
          Effect.forEach(results, Effect.fromResult),
        ),
        Stream.runCollect(client.listRecordsOf([runId], options)),
      ]);
      for (const records of listed) assert.deepStrictEqual(idsOf(records), expected);
      const page = yield* client.getPage(runId, options);
      assert.deepStrictEqual(idsOf(page.records), expected.slice(0, 2));
      assert.strictEqual(page.total, expected.length);
      const all = queries(yield* (yield* FakeScorecard).requests);
      assert.strictEqual(all.length, 4 * Math.ceil(expected.length / 2) + 1);
      assert.isTrue(all.every((query) => query.startsWith("limit=2&") && query.endsWith(sent)));
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("are kept over retries, and by pages that are fetched ahead", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      for (const prefetch of [0, 1, 7]) {
        const fake = yield* FakeScorecard;
        yield* fake.inject("on request 1: 503 then recover; on request 4: reset then recover");
        const records = yield* Stream.runCollect(
          client.listRecords(runId, { tags, pageSize: 1, prefetch }),
        );
        assert.deepStrictEqual(idsOf(records), expected);
      }
      const all = queries(yield* (yield* FakeScorecard).requests);
      assert.isTrue(all.every((query) => query.endsWith(sent)));
    }).pipe(
      Effect.provide(
        inMemory({ runs: [run] }, { retry: { attempts: 3, baseDelay: 0, maxDelay: 0 } }),
      ),
    ),
  );

  it.effect("resume with a cursor, and with the number of records that came before", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      let cursor: Cursor | undefined;
      const seen: Array<string> = [];
      // Each page in a listing of its own, as a program does that is restarted.
      do {
        const [page] = yield* client
          .listPages(runId, { tags, pageSize: 2, cursor, delivered: seen.length, prefetch: 0 })
          .pipe(Stream.take(1), Stream.runCollect);
        seen.push(...idsOf(page?.records ?? []));
        cursor = page?.nextCursor;
      } while (cursor !== undefined);
      assert.deepStrictEqual(seen, expected);
      const wrong = client.listRecords(runId, {
        tags,
        cursor: (yield* client.getPage(runId, { tags, pageSize: 2 })).nextCursor,
        delivered: 1,
      });
      const error = yield* Effect.flip(Stream.runDrain(wrong));
      assert.instanceOf(error, PaginationError);
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("filter each of many runs", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const records = yield* Stream.runCollect(
        client.listRecordsOf([runId, other.runId], { tags: ["smoke"], pageSize: 10 }),
      );
      assert.sameMembers(idsOf(records), [...smoke, ...tagged(other, ["smoke"])]);
    }).pipe(Effect.provide(inMemory({ runs: [run, other] }))),
  );

  it.effect("are none where the list is empty, and are never joined by commas", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const all = yield* Stream.runCollect(client.listRecords(runId, { tags: [] }));
      assert.strictEqual(all.length, run.size);
      const joined = ["smoke,needs review", "&tags=smoke", "100 %", "é"];
      assert.deepStrictEqual(
        yield* Stream.runCollect(client.listRecords(runId, { tags: joined })),
        [],
      );
      const [first, ...rest] = queries(yield* (yield* FakeScorecard).requests);
      assert.strictEqual(first, "limit=100");
      assert.deepStrictEqual(new URLSearchParams(rest.at(-1)).getAll("tags"), joined);
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("are those of the call, whatever happens to the array later", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const own = [...tags];
      const records = yield* client.listPages(runId, { tags: own, pageSize: 1, prefetch: 0 }).pipe(
        Stream.tap(() => Effect.sync(() => own.splice(0, own.length, "urgent"))),
        Stream.runCollect,
      );
      assert.strictEqual(records.length, expected.length);
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("say what to do where the total counts the whole run", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const error = yield* Effect.flip(Stream.runDrain(client.listRecords(runId, { tags })));
      assert.instanceOf(error, PaginationError);
      assert.strictEqual(error.kind, "Incomplete");
      assert.include(
        error.message,
        "the listing ends after 1 of 250 records; if the total counts the whole run, set verifyTotal to false",
      );
      const options = { tags, verifyTotal: false };
      assert.strictEqual(yield* Stream.runCount(client.listRecords(runId, options)), 1);
      const plain = yield* Effect.flip(Stream.runDrain(client.listRecords(runId)));
      assert.notInclude(plain.message, "verifyTotal");
    }).pipe(
      Effect.provide(
        clientOn(
          respondWith(() =>
            Response.json({ data: [run.record(0)], nextCursor: null, hasMore: false, total: 250 }),
          ),
        ),
      ),
    ),
  );
});

describe("tags, in the promise client", () => {
  it("filter every listing, and are sent as repeated parameters with every page", async () => {
    const fake = FakeScorecard.fetch({ runs: [run] });
    await using client = createClient({
      apiKey: fake.apiKey,
      baseUrl: fake.baseUrl,
      fetch: fake.fetch,
    });
    const options = { tags, pageSize: 2 };
    const pages = await client.listPages("135", options).toArray();
    const results = await client.listRecordResults("135", options).toArray();
    for (const records of [
      await client.listRecords("135", options).toArray(),
      await client.toArray("135", options),
      pages.flatMap(({ records: own }) => own),
      results.flatMap((result) => (result.ok ? [result.value] : [])),
    ]) {
      assert.deepStrictEqual(idsOf(records), expected);
    }
    const first = await client.getPage("135", options);
    assert.deepStrictEqual(idsOf(first.records), expected.slice(0, 2));
    const rest = await client.toArray("135", { tags, cursor: first.nextCursor, delivered: 2 });
    assert.deepStrictEqual(idsOf(rest), expected.slice(2));
    const all = queries(fake.requests());
    assert.strictEqual(all.length, 4 * Math.ceil(expected.length / 2) + 2);
    assert.isTrue(all.every((query) => query.endsWith(sent)));
  });
});
