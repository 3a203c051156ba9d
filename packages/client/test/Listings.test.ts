import { assert, describe, expectTypeOf, it } from "@effect/vitest";
import {
  BooleanScore,
  type RecordWithScores,
  RunId,
  TypedRecord,
} from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import { Deferred, Duration, Effect, Fiber, Result, Schema, Stream } from "effect";
import { TestClock } from "effect/testing";
import {
  type InvalidRecord,
  type ListRecordsError,
  type RequestGate,
  type RateLimitHit,
  type FailedAttempt,
  ScorecardClient,
  type ScorecardClientOptions,
} from "../src/index.ts";
import { settle } from "./Settle.ts";
import { clientOn, countRequests, inMemory, listToFailure, respondWith } from "./TestClient.ts";

const run = FakeRun.make({ records: 250, missingScores: 0, invalidScores: 0 });
const runId = run.runId;

/** A client whose service sends these pages, one for each request; the last one repeats. */
const onPages = (pages: ReadonlyArray<unknown>) =>
  clientOn(
    respondWith((requestNumber) => Response.json(pages[Math.min(requestNumber, pages.length - 1)])),
  );

describe("prefetch", () => {
  it.effect.each([
    [0, 1],
    [1, 2],
    [2, 3],
    [5, 6],
    [100, 25],
  ] as const)(
    "fetches %i pages ahead: %i requests while the consumer works on the first page",
    ([prefetch, expected]) =>
      Effect.gen(function* () {
        const client = yield* ScorecardClient;
        const stop = yield* Deferred.make<void>();
        const fiber = yield* client.listRecords(runId, { pageSize: 10, prefetch }).pipe(
          Stream.runForEach(() => Deferred.await(stop)),
          Effect.forkChild,
        );
        // In memory a page takes no time: now the client has sent every request that it will send.
        yield* settle;
        assert.strictEqual(yield* countRequests, expected);
        yield* Deferred.succeed(stop, undefined);
        yield* Fiber.join(fiber);
        assert.strictEqual(yield* countRequests, 25);
      }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("sends nothing before the first pull, with any depth", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const listings = [client.listRecords(runId, { prefetch: 10 }), client.listPages(runId)];
      yield* settle;
      assert.strictEqual(yield* countRequests, 0);
      assert.isTrue(listings.every(Stream.isStream));
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("delivers the same records with every depth", () =>
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
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("lists again each time the stream runs", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const records = client.listRecords(runId);
      assert.strictEqual(yield* Stream.runCount(records), 250);
      assert.strictEqual(yield* Stream.runCount(records), 250);
      assert.strictEqual(yield* countRequests, 6);
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );
});

describe("listRecordResults", () => {
  const valid = [run.record(0), run.record(1)];
  const invalid: ReadonlyArray<readonly [value: unknown, path: string]> = [
    [null, ""],
    [[], ""],
    [{ ...run.record(2), inputs: 5 }, "/inputs"],
    [{ ...run.record(2), scores: [{}] }, "/scores/0/recordId"],
  ];

  it.effect("has pages of such results, each with the cursor to resume after it", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const pages = yield* Stream.runCollect(client.listPageResults(runId));
      assert.deepStrictEqual<unknown>(
        pages.map(({ cursor, nextCursor, records }) => [
          cursor,
          nextCursor,
          records.map(Result.isSuccess),
        ]),
        [
          [undefined, "c1", [true, false]],
          ["c1", undefined, [true]],
        ],
      );
    }).pipe(
      Effect.provide(
        onPages([
          { data: [valid[0], null], nextCursor: "c1", hasMore: true, total: 3 },
          { data: [valid[1]], nextCursor: null, hasMore: false, total: 3 },
        ]),
      ),
    ),
  );

  it.effect("delivers malformed records as failures with path and reason, and continues", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const results = yield* Stream.runCollect(client.listRecordResults(runId));
      assert.deepStrictEqual(
        results.flatMap((result) => (Result.isSuccess(result) ? [result.success.id] : [])),
        valid.map(({ id }) => id),
      );
      const failures = results.flatMap((result) =>
        Result.isFailure(result) ? [result.failure] : [],
      );
      assert.deepStrictEqual(
        failures.map(({ issues, value }) => [value, issues[0]?.path]),
        invalid.map(([value, path]) => [value, path]),
      );
      assert.deepStrictEqual<unknown>(
        failures.map(({ cursor, index, id }) => [cursor, index, id]),
        [
          [undefined, 1, undefined],
          [undefined, 2, undefined],
          ["c1", 0, run.record(2).id],
          ["c1", 1, run.record(2).id],
        ],
      );
      assert.match(
        failures[2]?.message ?? "",
        /^Record "100002" is not valid: \/inputs: Expected object \(run "135", cursor "c1", index 0\)$/,
      );
    }).pipe(
      Effect.provide(
        onPages([
          {
            data: [valid[0], invalid[0]?.[0], invalid[1]?.[0]],
            nextCursor: "c1",
            hasMore: true,
            total: 6,
          },
          {
            data: [invalid[2]?.[0], invalid[3]?.[0], valid[1]],
            nextCursor: null,
            hasMore: false,
            total: 6,
          },
        ]),
      ),
    ),
  );

  const metric = FakeRun.metrics.correctness;
  const valued = { recordId: "100000", metricConfigId: metric, score: { binaryScore: true } };
  const awaited = { recordId: "100000", metricConfigId: "4b1c6f0e-8a52-4d3b-9f57-2c0e7d91a6b3" };
  const missing = "Missing key";
  const notObject = "Expected object";
  const pending = (index: number, own: unknown = awaited.metricConfigId) => ({
    index,
    metricConfigId: own,
    path: `/scores/${index}/score`,
    isPending: true,
  });
  const invalidScores: ReadonlyArray<
    readonly [
      name: string,
      changes: object,
      issues: ReadonlyArray<readonly [path: string, message: string]>,
      scores: ReadonlyArray<object>,
      message: string,
    ]
  > = [
    [
      "a score without a value",
      { scores: [valued, awaited] },
      [["/scores/1/score", missing]],
      [pending(1)],
      `/scores/1/score: Missing key (score 1 of metric ${awaited.metricConfigId} is pending)`,
    ],
    [
      "a score that is null",
      { scores: [{ ...awaited, score: null }] },
      [["/scores/0/score", notObject]],
      [pending(0)],
      `/scores/0/score: Expected object (score 0 of metric ${awaited.metricConfigId} is pending)`,
    ],
    [
      "two pending scores among others",
      { scores: [awaited, valued, { ...awaited, metricConfigId: metric, score: null }] },
      [
        ["/scores/0/score", missing],
        ["/scores/2/score", notObject],
      ],
      [pending(0), pending(2, metric)],
      `(score 0 of metric ${awaited.metricConfigId} is pending, score 2 of metric ${metric} is pending)`,
    ],
    [
      "a score with a value that is no object",
      { scores: [{ ...awaited, score: 1 }] },
      [["/scores/0/score", notObject]],
      [{ ...pending(0), isPending: false }],
      `/scores/0/score: Expected object (score 0 of metric ${awaited.metricConfigId})`,
    ],
    [
      "a pending score of no metric",
      { scores: [{ recordId: "100000", score: null }] },
      [["/scores/0/metricConfigId", missing]],
      [{ index: 0, metricConfigId: undefined, path: "/scores/0/metricConfigId", isPending: false }],
      "/scores/0/metricConfigId: Missing key (score 0)",
    ],
    [
      "a score that is null itself",
      { scores: [null] },
      [["/scores/0", "Expected Score"]],
      [{ index: 0, metricConfigId: undefined, path: "/scores/0", isPending: false }],
      "/scores/0: Expected Score (score 0)",
    ],
    [
      "a pending score and other issues",
      { inputs: 5, scores: [awaited] },
      [
        ["/inputs", notObject],
        ["/scores/0/score", missing],
      ],
      [pending(0)],
      "/inputs: Expected object; /scores/0/score: Missing key",
    ],
    ["no list of scores", { scores: {} }, [["/scores", "Expected array"]], [], "/scores"],
  ];

  it.effect.each(invalidScores)(
    "delivers a record with %s as it arrived, and says which score",
    ([, changes, issues, scores, message]) => {
      const arrived = { ...run.record(0), ...changes, extra: [null] };
      const page = { data: [valid[1], arrived], nextCursor: null, hasMore: false, total: 2 };
      return Effect.gen(function* () {
        const client = yield* ScorecardClient;
        const [first, second] = yield* Stream.runCollect(client.listRecordResults(runId));
        assert(first !== undefined && Result.isSuccess(first));
        assert(second !== undefined && Result.isFailure(second));
        const { failure } = second;
        assert.deepStrictEqual<unknown>(failure.value, JSON.parse(JSON.stringify(arrived)));
        assert.deepStrictEqual(
          failure.issues,
          issues.map(([path, text]) => ({ path, message: text })),
        );
        assert.deepStrictEqual<ReadonlyArray<object>>(failure.scores, scores);
        assert.include(failure.message, message);
        const error = yield* Effect.flip(Stream.runDrain(client.listRecords(runId)));
        assert(error._tag === "InvalidResponse");
        assert.strictEqual(error.issues[0]?.path, `/data/1${issues[0]?.[0]}`);
        assert.include(error.message, `/data/1${issues[0]?.[0]}: ${issues[0]?.[1]}`);
      }).pipe(Effect.provide(onPages([page])));
    },
  );

  it.effect("names at most five scores in its message", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const [result] = yield* Stream.runCollect(client.listRecordResults(runId));
      assert(result !== undefined && Result.isFailure(result));
      assert.strictEqual(result.failure.scores.length, 1000);
      assert.include(result.failure.message, "is pending, and 995 more)");
      assert.isBelow(result.failure.message.length, 1200);
    }).pipe(
      Effect.provide(
        onPages([
          {
            data: [{ ...run.record(0), scores: Array.from({ length: 1000 }, () => awaited) }],
            nextCursor: null,
            hasMore: false,
          },
        ]),
      ),
    ),
  );

  it.effect("still fails if the page itself is invalid", () =>
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
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("reports where a record does not fit, and delivers nothing of its page", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const error = yield* Effect.flip(Stream.runDrain(client.listRecords(runId, { as: Other })));
      assert(error._tag === "RecordMismatch");
      assert.strictEqual(error.id, run.record(0).id);
      assert.strictEqual(error.index, 0);
      assert.include(error.message, `Record "${error.id}" does not fit the types given by \`as\``);
      assert.include(error.message, "/inputs/missing: Missing key");
      assert.notInclude(error.message, "service");
      const results = yield* Stream.runCollect(client.listRecordResults(runId, { as: Other }));
      assert.isTrue(results.every(Result.isFailure));
      assert.strictEqual(results.length, 250);
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );

  it.effect("keeps the contract's types if it is undefined", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      expectTypeOf(client.listRecords(runId)).toEqualTypeOf<
        Stream.Stream<RecordWithScores, ListRecordsError>
      >();
      expectTypeOf(client.listRecordResults(runId, { pageSize: 5 })).toEqualTypeOf<
        Stream.Stream<Result.Result<RecordWithScores, InvalidRecord>, ListRecordsError>
      >();
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );
});

describe("A custom reader", () => {
  it.effect("that throws fails its page, or only its record, without a retry", () => {
    const as: TypedRecord.Reader<string> = {
      decode: () => {
        throw new Error("a reader that throws");
      },
    };
    return Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const error = yield* Effect.flip(Stream.runDrain(client.listRecords(runId, { as })));
      assert(error._tag === "RecordMismatch");
      assert.include(error.message, "decode threw Error: a reader that throws");
      assert.instanceOf(error.cause, Error);
      assert.strictEqual(yield* countRequests, 1);
      const results = yield* Stream.runCollect(client.listRecordResults(runId, { as }));
      assert.strictEqual(results.length, 250);
      for (const result of results) {
        assert(Result.isFailure(result));
        assert.include(result.failure.message, "decode threw Error: a reader that throws");
        assert.instanceOf(result.failure.cause, Error);
      }
    }).pipe(Effect.provide(inMemory({ runs: [run] })));
  });

  it.effect("is the only way to another type of record", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      // @ts-expect-error: without a reader, a record is the contract's
      const mine: Effect.Effect<
        ReadonlyArray<{ readonly mine: true }>,
        ListRecordsError
      > = Stream.runCollect(client.listRecords(runId));
      assert.strictEqual((yield* mine).length, 250);
    }).pipe(Effect.provide(inMemory({ runs: [run] }))),
  );
});

describe("delivered", () => {
  it.effect("lets a resumed listing detect an early end", () => {
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

describe("delivered without a cursor", () => {
  it.effect("is an InvalidRequest, unless it is 0", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const error = yield* Effect.flip(Stream.runDrain(client.listPages(runId, { delivered: 7 })));
      assert(error._tag === "InvalidRequest");
      assert.strictEqual(error.problem, "delivered needs the cursor that it belongs to");
      assert.strictEqual(
        yield* Stream.runCount(client.listRecords(runId, { cursor: undefined, delivered: 0 })),
        1,
      );
    }).pipe(Effect.provide(onPages([{ data: [run.record(0)], nextCursor: null, hasMore: false }]))),
  );
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
    }).pipe(Effect.provide(inMemory({ runs }))),
  );

  it.effect("fails with the run that failed", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const error = yield* Effect.flip(
        Stream.runDrain(client.listRecordsOf([...ids, RunId.make("unknown")])),
      );
      assert.strictEqual(error._tag, "RequestRejected");
      assert.strictEqual(error.runId, "unknown");
      const invalid = yield* Effect.flip(
        Stream.runDrain(client.listRecordsOf(ids, { concurrency: 0 })),
      );
      assert.strictEqual(invalid._tag, "InvalidRequest");
    }).pipe(Effect.provide(inMemory({ runs }))),
  );

  it.effect("holds all listings of a client to one rate limit", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const fiber = yield* client
        .listRecordsOf(ids, { concurrency: 6, pageSize: 10 })
        .pipe(Stream.runCount, Effect.forkChild);
      const counts: Array<number> = [];
      for (let second = 0; second < 8; second += 1) {
        yield* settle;
        counts.push(yield* countRequests);
        yield* TestClock.adjust("1 second");
      }
      assert.deepStrictEqual(counts, [4, 8, 12, 16, 20, 23, 23, 23]);
      assert.strictEqual(yield* Fiber.join(fiber), 195);
    }).pipe(Effect.provide(inMemory({ runs }, { rateLimit: { requests: 4, window: "1 second" } }))),
  );

  it.effect("releases the slot of a listing that is interrupted while it waits", () =>
    Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const list = (at: number) =>
        Effect.forkChild(
          Stream.runDrain(client.listRecords(ids[at] ?? runId, { prefetch: 0, pageSize: 100 })),
        );
      yield* Fiber.join(yield* list(0));
      const waiting = [yield* list(1), yield* list(2), yield* list(3)];
      yield* settle;
      yield* Fiber.interruptAll(waiting);
      const last = yield* list(4);
      yield* settle;
      assert.strictEqual(yield* countRequests, 1);
      yield* TestClock.adjust("1 second");
      yield* Fiber.join(last);
      assert.strictEqual(yield* countRequests, 2);
    }).pipe(Effect.provide(inMemory({ runs }, { rateLimit: { requests: 1, window: "1 second" } }))),
  );

  it.effect("waits at a custom gate, outside the timeout, and reports each 429 to it", () => {
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
        inMemory({ runs: [run] }, { rateLimit: gate, timeout: "1 second", retry: { attempts: 2 } }),
      ),
    );
  });

  it.effect("pauses all listings after a 429 with Retry-After", () => {
    let requests = 0;
    const limited = respondWith((requestNumber) => {
      requests += 1;
      return requestNumber === 0
        ? new Response(null, { status: 429, headers: { "retry-after": "30" } })
        : Response.json({ data: [], nextCursor: null, hasMore: false });
    });
    return Effect.gen(function* () {
      const client = yield* ScorecardClient;
      const first = yield* Effect.forkChild(Stream.runDrain(client.listRecords(ids[0] ?? runId)));
      yield* settle;
      const second = yield* Effect.forkChild(Stream.runDrain(client.listRecords(ids[1] ?? runId)));
      yield* settle;
      assert.strictEqual(requests, 1);
      yield* TestClock.adjust("29 seconds");
      assert.strictEqual(requests, 1);
      yield* TestClock.adjust("1 second");
      yield* Fiber.join(first);
      yield* Fiber.join(second);
      assert.strictEqual(requests, 3);
    }).pipe(Effect.provide(clientOn(limited)));
  });
});

const allowSevenAttempts = ({ attempts }: FailedAttempt) => (attempts < 7 ? "1 millis" : undefined);

describe("A custom retry policy", () => {
  const failing = respondWith(() => new Response(null, { status: 503 }));
  const countAttempts = (retry: ScorecardClientOptions["retry"]) =>
    listToFailure.pipe(
      Effect.map((error) => {
        assert.strictEqual(error._tag, "ServiceError");
        return [error.attempts, error.retryProblem] as const;
      }),
      Effect.provide(clientOn(failing, { retry })),
    );

  it.live("decides how many attempts are made, and may give the wait as text", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* countAttempts(allowSevenAttempts), [7, undefined]);
      assert.deepStrictEqual(yield* countAttempts(() => undefined), [1, undefined]);
    }),
  );

  it.live.each([
    () => {
      throw new Error("a policy that throws");
    },
    () => Number.NaN,
    () => ({}),
    () => Number.NEGATIVE_INFINITY,
    () => -1,
  ])("that throws, or returns an invalid wait, gives up with the error (%#)", (policy) =>
    Effect.gen(function* () {
      const [attempts, problem] = yield* countAttempts(policy);
      assert.strictEqual(attempts, 1);
      assert.match(problem ?? "", /^the retry policy (threw Error: a policy|returned no duration)/);
    }),
  );
});
