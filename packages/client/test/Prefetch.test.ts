import { assert, describe, it } from "@effect/vitest";
import { Cursor, RunId } from "@scorecard-effect/contract";
import { Deferred, Effect, Fiber, Redacted, Result } from "effect";
import * as Redaction from "../src/diagnostics/Redaction.ts";
import * as Listing from "../src/listing/Listing.ts";
import * as PageReader from "../src/page/PageReader.ts";
import { settle } from "./Settle.ts";

/** A listing of so many empty pages, and how many of them were requested, are in flight, and were so at most. */
const listing = (
  size: number,
  prefetch: number,
  arrival: Effect.Effect<void> = Effect.yieldNow,
) => {
  const counts = { requested: 0, inFlight: 0, maxInFlight: 0 };
  const pages = {
    fetch: ({ cursor }: { readonly cursor: Cursor | undefined }) =>
      Effect.gen(function* () {
        counts.requested += 1;
        counts.inFlight += 1;
        counts.maxInFlight = Math.max(counts.maxInFlight, counts.inFlight);
        yield* arrival;
        counts.inFlight -= 1;
        const next = Number(cursor ?? 0) + 1;
        const records: ReadonlyArray<never> = [];
        const nextCursor = next < size ? Cursor.make(String(next)) : null;
        const hasMore = next < size;
        return [{ records, hasMore, nextCursor, requestId: () => undefined }, 1] as const;
      }),
  };
  const redaction = Redaction.make(Redacted.make("ak_any"));
  const opened = Listing.open(
    Result.succeed({ redaction, pages }),
    RunId.make("1"),
    { prefetch },
    ["prefetch"],
    () => PageReader.records,
  );
  assert(Result.isSuccess(opened));
  return { counts, start: Effect.acquireRelease(opened.success.start, ({ close }) => close) };
};

/** Which page of the run it is, from 0. */
const placeOf = (page: Listing.Page<unknown> | undefined): number | undefined =>
  page === undefined ? undefined : Number(page.cursor ?? 0);

describe("prefetch", () => {
  it.effect("starts the next page before it delivers one", () =>
    Effect.gen(function* () {
      const { counts, start } = listing(10, 1);
      const { next } = yield* start;
      const requestedBefore: Array<number> = [];
      while ((yield* next) !== undefined) requestedBefore.push(counts.requested);
      assert.deepStrictEqual(requestedBefore, [2, 3, 4, 5, 6, 7, 8, 9, 10, 10]);
    }).pipe(Effect.scoped),
  );

  it.effect.each([1, 2, 7])("fetches one page at a time, %i ahead", (count) =>
    Effect.gen(function* () {
      const { counts, start } = listing(50, count);
      const { next } = yield* start;
      const places: Array<number | undefined> = [];
      for (let page = yield* next; page !== undefined; page = yield* next) {
        places.push(placeOf(page));
      }
      assert.deepStrictEqual(
        places,
        Array.from({ length: 50 }, (_, at) => at),
      );
      assert.strictEqual(counts.maxInFlight, 1);
      assert.strictEqual(counts.requested, 50);
      assert.isUndefined(yield* next);
    }).pipe(Effect.scoped),
  );

  it.effect.each([
    [3, 4],
    [1000, 1001],
    [Number.MAX_SAFE_INTEGER, 1001],
  ] as const)(
    "with a count of %i, has requested %i pages while the consumer works on the first",
    ([count, expected]) =>
      Effect.gen(function* () {
        const { counts, start } = listing(100_000, count, Effect.void);
        const { next } = yield* start;
        assert.strictEqual(placeOf(yield* next), 0);
        yield* settle;
        assert.strictEqual(counts.requested, expected);
      }).pipe(Effect.scoped),
  );

  it.effect("keeps a page for the next call when a call is interrupted", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>();
      const { counts, start } = listing(3, 1, Deferred.await(gate));
      const { next } = yield* start;
      const interrupted = yield* Effect.forkChild(next);
      yield* settle;
      yield* Fiber.interrupt(interrupted);
      yield* Deferred.succeed(gate, undefined);
      assert.strictEqual(placeOf(yield* next), 0);
      assert.strictEqual(placeOf(yield* next), 1);
      assert.strictEqual(placeOf(yield* next), 2);
      assert.strictEqual(counts.requested, 3);
    }).pipe(Effect.scoped),
  );

  it.effect("interrupts what is fetched ahead when the listing is closed", () =>
    Effect.gen(function* () {
      const { counts, start } = listing(9, 2, Effect.never);
      const { next, close } = yield* start;
      const waiting = yield* Effect.forkChild(next);
      yield* settle;
      yield* close;
      assert.isFalse((yield* Fiber.await(waiting))._tag === "Success");
      assert.strictEqual(counts.requested, 1);
    }).pipe(Effect.scoped),
  );
});
