import { assert, describe, expectTypeOf, it } from "@effect/vitest";
import {
  BooleanScore,
  type RecordWithScores,
  RunId,
  TypedRecord,
} from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { Deferred, Duration, Effect, Fiber, Layer, Redacted, Result, Schema, Stream } from "effect";
import { HttpClient, HttpClientResponse } from "effect/http";
import { TestClock } from "effect/testing";
import {
  type InvalidRecord,
  type ListRecordsError,
  type RequestGate,
  type RateLimitHit,
  type RetryFailure,
  ScorecardClient,
  type ScorecardClientOptions,
} from "../src/index.ts";

const run = FakeRun.make({ records: 250, missingScores: 0, invalidScores: 0 });
const runId = run.runId;

/** A client on the fake in memory, and how many requests it has sent. */
const onFake = (
  runs: ReadonlyArray<FakeRun.FakeRun>,
  options: Partial<ScorecardClientOptions> = {},
) =>
  Layer.unwrap(
    Effect.map(FakeScorecard, ({ apiKey, baseUrl }) =>
      ScorecardClient.layer({ apiKey, baseUrl, ...options }),
    ),
  ).pipe(Layer.provideMerge(FakeScorecard.layer({ runs })));
const sent = Effect.flatMap(FakeScorecard, ({ requests }) =>
  Effect.map(requests, (all) => all.length),
);

/** A client that is answered page by page from values. */
const onPages = (pages: ReadonlyArray<unknown>) => {
  let turn = 0;
  return ScorecardClient.layer({
    apiKey: Redacted.make("ak_x"),
    baseUrl: "http://scorecard.test",
  }).pipe(
    Layer.provide(
      Layer.succeed(
        HttpClient.HttpClient,
        HttpClient.make((request) =>
          Effect.sync(() => {
            const page = pages[Math.min(turn, pages.length - 1)];
            turn += 1;
            return HttpClientResponse.fromWeb(request, Response.json(page));
          }),
        ),
      ),
    ),
  );
};

describe("prefetch", () => {
  it.effect.each([
    [0, 1],
    [1, 2],
    [2, 3],
    [5, 6],
    [100, 25],
  ] as const)(
    "%i pages ahead: while the first page is worked on, %i are asked for",
    ([prefetch, expected]) =>
      Effect.gen(function* () {
        const client = yield* ScorecardClient;
        const stop = yield* Deferred.make<void>();
        const fiber = yield* client.listRecords(runId, { pageSize: 10, prefetch }).pipe(
          Stream.runForEach(() => Deferred.await(stop)),
          Effect.forkChild,
        );
        // In memory a page takes no time: whatever is to be asked for has been.
        for (let turn = 0; turn < 2000; turn += 1) yield* Effect.yieldNow;
        assert.strictEqual(yield* sent, expected);
        yield* Deferred.succeed(stop, undefined);
        yield* Fiber.join(fiber);
        assert.strictEqual(yield* sent, 25);
      }).pipe(Effect.provide(onFake([run]))),
  );

  it.effect("asks for nothing before the first pull, whatever it is", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const listings = [client.listRecords(runId, { prefetch: 10 }), client.listPages(runId)];
      for (let turn = 0; turn < 100; turn += 1) yield* Effect.yieldNow;
      assert.strictEqual(yield* sent, 0);
      assert.isTrue(listings.every(Stream.isStream));
    }).pipe(Effect.provide(onFake([run]))),
  );

  it.effect("gives the same records, by every depth", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const all = Array.from({ length: run.size }, (_, index) => run.record(index).id);
      for (const prefetch of [0, 1, 2, 7, 1000]) {
        const records = yield* Stream.runCollect(
          client.listRecords(runId, { pageSize: 9, prefetch }),
        );
        assert.deepStrictEqual(
          records.map(({ id }) => id),
          all,
        );
      }
    }).pipe(Effect.provide(onFake([run]))),
  );

  it.effect("lists anew each time a stream is run", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const records = client.listRecords(runId);
      assert.strictEqual(yield* Stream.runCount(records), 250);
      assert.strictEqual(yield* Stream.runCount(records), 250);
      assert.strictEqual(yield* sent, 6);
    }).pipe(Effect.provide(onFake([run]))),
  );
});

describe("listRecordResults", () => {
  const good = [run.record(0), run.record(1)];
  const bad: ReadonlyArray<readonly [unknown, string]> = [
    [null, ""],
    [[], ""],
    [{ ...run.record(2), inputs: 5 }, "/inputs"],
    [{ ...run.record(2), scores: [{}] }, "/scores/0/recordId"],
  ];

  it.effect("puts malformed records aside, with path and reason, and goes on", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const results = yield* Stream.runCollect(client.listRecordResults(runId));
      assert.deepStrictEqual(
        results.flatMap((result) => (Result.isSuccess(result) ? [result.success.id] : [])),
        good.map(({ id }) => id),
      );
      const invalid = results.flatMap((result) =>
        Result.isFailure(result) ? [result.failure] : [],
      );
      assert.deepStrictEqual(
        invalid.map(({ issues, value }) => [value, issues[0]?.path]),
        bad.map(([value, path]) => [value, path]),
      );
      assert.deepStrictEqual<unknown>(
        invalid.map(({ cursor, index, id }) => [cursor, index, id]),
        [
          [undefined, 1, undefined],
          [undefined, 2, undefined],
          ["c1", 0, run.record(2).id],
          ["c1", 1, run.record(2).id],
        ],
      );
      assert.match(
        invalid[2]?.message ?? "",
        /^Record "100002" is not valid: \/inputs: Expected object \(run "135", cursor "c1", index 0\)$/,
      );
    }).pipe(
      Effect.provide(
        onPages([
          { data: [good[0], bad[0]?.[0], bad[1]?.[0]], nextCursor: "c1", hasMore: true, total: 6 },
          { data: [bad[2]?.[0], bad[3]?.[0], good[1]], nextCursor: null, hasMore: false, total: 6 },
        ]),
      ),
    ),
  );

  it.effect("still fails where the page itself is none", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const error = yield* Effect.flip(Stream.runDrain(client.listRecordResults(runId)));
      assert.strictEqual(error._tag, "InvalidResponse");
      assert.include(error.message, "/hasMore: Missing key");
    }).pipe(Effect.provide(onPages([{ data: [null], nextCursor: null }]))),
  );
});

describe("as", () => {
  const Support = TypedRecord.make({
    inputs: Schema.Struct({ question: Schema.String }),
    scores: { [FakeRun.metrics.correctness]: BooleanScore },
  });
  type Support = TypedRecord.Type<typeof Support>;
  const Other = TypedRecord.make({ inputs: Schema.Struct({ missing: Schema.String }) });

  it.effect("gives records the types of a described run", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const records = client.listRecords(runId, { as: Support });
      expectTypeOf(records).toEqualTypeOf<Stream.Stream<Support, ListRecordsError>>();
      const all = yield* Stream.runCollect(records);
      assert.strictEqual(all.length, 250);
      assert.strictEqual(all[7]?.inputs.question, run.record(7).inputs["question"]);
      const page = yield* client.getPage(runId, { as: Support });
      expectTypeOf(page.records).toEqualTypeOf<ReadonlyArray<Support>>();
      assert.strictEqual(page.records.length, 100);
    }).pipe(Effect.provide(onFake([run]))),
  );

  it.effect("says where a record does not fit, and delivers nothing of its page", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const error = yield* Effect.flip(Stream.runDrain(client.listRecords(runId, { as: Other })));
      assert.strictEqual(error._tag, "InvalidResponse");
      assert.include(error.message, "/data/0/inputs/missing: Missing key");
      const results = yield* Stream.runCollect(client.listRecordResults(runId, { as: Other }));
      assert.isTrue(results.every(Result.isFailure));
      assert.strictEqual(results.length, 250);
    }).pipe(Effect.provide(onFake([run]))),
  );

  it.effect("leaves the contract's types where it is not given", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      expectTypeOf(client.listRecords(runId)).toEqualTypeOf<
        Stream.Stream<RecordWithScores, ListRecordsError>
      >();
      expectTypeOf(client.listRecordResults(runId, { pageSize: 5 })).toEqualTypeOf<
        Stream.Stream<Result.Result<RecordWithScores, InvalidRecord>, ListRecordsError>
      >();
    }).pipe(Effect.provide(onFake([run]))),
  );
});

describe("A reader of the caller's own", () => {
  it.effect(
    "that throws costs its page, or its record alone, and is no failure of the transport",
    () => {
      const as: TypedRecord.Reader<string> = {
        decode: () => {
          throw new Error("a reader that throws");
        },
      };
      return Effect.gen(function* () {
        const client = yield* ScorecardClient;
        const error = yield* Effect.flip(Stream.runDrain(client.listRecords(runId, { as })));
        assert.strictEqual(error._tag, "InvalidResponse");
        assert.strictEqual(yield* sent, 1);
        const results = yield* Stream.runCollect(client.listRecordResults(runId, { as }));
        assert.isTrue(results.every(Result.isFailure));
      }).pipe(Effect.provide(onFake([run])));
    },
  );

  it.effect("gives no type that nobody asked for", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      // @ts-expect-error: without a reader, a record is the contract's
      const mine: Effect.Effect<
        ReadonlyArray<{ readonly mine: true }>,
        ListRecordsError
      > = Stream.runCollect(client.listRecords(runId));
      assert.strictEqual((yield* mine).length, 250);
    }).pipe(Effect.provide(onFake([run]))),
  );
});

describe("delivered", () => {
  it.effect("lets a resumed listing tell an early end", () => {
    const cut = { data: [run.record(2)], nextCursor: null, hasMore: false, total: 9 };
    return Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const { nextCursor: cursor } = yield* client.getPage(runId);
      const resumed = { cursor, verifyTotal: true };
      assert.strictEqual(yield* Stream.runCount(client.listRecords(runId, resumed)), 1);
      const known = client.listRecords(runId, { ...resumed, delivered: 2 });
      const error = yield* Effect.flip(Stream.runDrain(known));
      assert.strictEqual(error._tag, "PaginationError");
      assert.include(error.message, "3 of 9 records");
    }).pipe(
      Effect.provide(
        onPages([{ data: [run.record(0), run.record(1)], nextCursor: "c", hasMore: true }, cut]),
      ),
    );
  });
});

describe("listRecordsOf", () => {
  const runs = ["a", "b", "c", "d", "e", "f"].map((id, index) =>
    FakeRun.make({ seed: index, records: 30 + index, runId: RunId.make(id) }),
  );
  const ids = runs.map((own) => own.runId);

  it.effect.each([1, 2, 4, 100])("lists all runs, each in order, %i at a time", (concurrency) =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const records = yield* Stream.runCollect(
        client.listRecordsOf(ids, { concurrency, pageSize: 7 }),
      );
      for (const own of runs) {
        assert.deepStrictEqual(
          records.filter((record) => record.runId === own.runId).map(({ id }) => id),
          Array.from({ length: own.size }, (_, index) => own.record(index).id),
        );
      }
    }).pipe(Effect.provide(onFake(runs))),
  );

  it.effect("fails with the run that failed", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const error = yield* Effect.flip(
        Stream.runDrain(client.listRecordsOf([...ids, RunId.make("unknown")])),
      );
      assert.strictEqual(error._tag, "RequestRejected");
      assert.strictEqual(error.runId, "unknown");
      const refused = yield* Effect.flip(
        Stream.runDrain(client.listRecordsOf(ids, { concurrency: 0 })),
      );
      assert.strictEqual(refused._tag, "InvalidRequest");
    }).pipe(Effect.provide(onFake(runs))),
  );

  it.effect("keeps all listings of a client to one rate limit", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const fiber = yield* client
        .listRecordsOf(ids, { concurrency: 6, pageSize: 10 })
        .pipe(Stream.runCount, Effect.forkChild);
      const counts: Array<number> = [];
      for (let second = 0; second < 8; second += 1) {
        for (let turn = 0; turn < 500; turn += 1) yield* Effect.yieldNow;
        counts.push(yield* sent);
        yield* TestClock.adjust("1 second");
      }
      assert.deepStrictEqual(counts, [4, 8, 12, 16, 20, 23, 23, 23]);
      assert.strictEqual(yield* Fiber.join(fiber), 195);
    }).pipe(Effect.provide(onFake(runs, { rateLimit: { requests: 4, window: "1 second" } }))),
  );

  it.effect("gives back the turn of a listing that is interrupted while it waits", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const list = (at: number) =>
        Effect.forkChild(
          Stream.runDrain(client.listRecords(ids[at] ?? runId, { prefetch: 0, pageSize: 100 })),
        );
      yield* Fiber.join(yield* list(0));
      const waiting = [yield* list(1), yield* list(2), yield* list(3)];
      for (let turn = 0; turn < 100; turn += 1) yield* Effect.yieldNow;
      yield* Fiber.interruptAll(waiting);
      const last = yield* list(4);
      for (let turn = 0; turn < 100; turn += 1) yield* Effect.yieldNow;
      assert.strictEqual(yield* sent, 1);
      yield* TestClock.adjust("1 second");
      yield* Fiber.join(last);
      assert.strictEqual(yield* sent, 2);
    }).pipe(Effect.provide(onFake(runs, { rateLimit: { requests: 1, window: "1 second" } }))),
  );

  it.effect(
    "waits at a gate of the caller's, outside of the timeout, and reports each 429 to it",
    () => {
      const hits: Array<RateLimitHit> = [];
      let entries = 0;
      const gate: RequestGate = {
        enter: Effect.suspend(() => {
          entries += 1;
          return Effect.delay(
            Effect.succeed({ rateLimited: (hit) => Effect.sync(() => hits.push(hit)) }),
            "1 hour",
          );
        }),
      };
      return Effect.gen(function* () {
        const fake = yield* FakeScorecard;
        yield* fake.inject("from request 2: 429 retry-after 7");
        const client = yield* ScorecardClient;
        const listing = yield* Effect.forkChild(
          Effect.flip(Stream.runDrain(client.listRecords(runId, { prefetch: 0 }))),
        );
        yield* TestClock.adjust("5 hours");
        const error = yield* Fiber.join(listing);
        assert.strictEqual(error._tag, "RateLimited");
        assert.strictEqual(entries, 3);
        const retryAfter = Duration.seconds(7);
        assert.deepStrictEqual(hits, [
          { retryAfter, wait: retryAfter },
          { retryAfter, wait: undefined },
        ]);
      }).pipe(
        Effect.provide(
          onFake([run], { rateLimit: gate, timeout: "1 second", retry: { attempts: 2 } }),
        ),
      );
    },
  );

  it.effect("pauses them all when one is told to wait", () => {
    let turn = 0;
    const limited = HttpClient.make((request) =>
      Effect.sync(() => {
        turn += 1;
        const response =
          turn === 1
            ? new Response(null, { status: 429, headers: { "retry-after": "30" } })
            : Response.json({ data: [], nextCursor: null, hasMore: false });
        return HttpClientResponse.fromWeb(request, response);
      }),
    );
    return Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const first = yield* Effect.forkChild(Stream.runDrain(client.listRecords(ids[0] ?? runId)));
      for (let wait = 0; wait < 100; wait += 1) yield* Effect.yieldNow;
      const second = yield* Effect.forkChild(Stream.runDrain(client.listRecords(ids[1] ?? runId)));
      for (let wait = 0; wait < 100; wait += 1) yield* Effect.yieldNow;
      assert.strictEqual(turn, 1);
      yield* TestClock.adjust("29 seconds");
      assert.strictEqual(turn, 1);
      yield* TestClock.adjust("1 second");
      yield* Fiber.join(first);
      yield* Fiber.join(second);
      assert.strictEqual(turn, 3);
    }).pipe(
      Effect.provide(
        ScorecardClient.layer({
          apiKey: Redacted.make("ak_x"),
          baseUrl: "http://scorecard.test",
        }).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, limited))),
      ),
    );
  });
});

const sevenTimes = ({ attempts }: RetryFailure) => (attempts < 7 ? "1 millis" : undefined);

describe("A retry policy of the caller's own", () => {
  const failing = HttpClient.make((request) =>
    Effect.sync(() => HttpClientResponse.fromWeb(request, new Response(null, { status: 503 }))),
  );
  const attemptsWith = (retry: ScorecardClientOptions["retry"]) =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const error = yield* Effect.flip(Stream.runDrain(client.listRecords(runId)));
      assert.strictEqual(error._tag, "ServiceError");
      return error.attempts;
    }).pipe(
      Effect.provide(
        ScorecardClient.layer({
          apiKey: Redacted.make("ak_x"),
          baseUrl: "http://scorecard.test",
          retry,
        }).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, failing))),
      ),
    );

  it.live("decides how often, and may say how long in words", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* attemptsWith(sevenTimes), 7);
      assert.strictEqual(yield* attemptsWith(() => undefined), 1);
    }),
  );

  it.live.each([
    () => {
      throw new Error("a policy that throws");
    },
    () => Number.NEGATIVE_INFINITY,
    () => -1,
  ])("that throws, or gives no wait, gives up with the error (%#)", (policy) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* attemptsWith(policy), 1);
    }),
  );
});
