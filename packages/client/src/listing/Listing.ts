/**
 * Lists a run, page by page: checks what the caller asked for, follows the cursors by the rules of `Pagination`, and
 * fetches pages ahead. The Effect client turns it into a `Stream`, the promise client into an `AsyncIterable`.
 */
import { type Cursor, maxLimit, type RunId } from "@scorecard-effect/contract";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import * as Pagination from "@scorecard-effect/contract/protocol/Pagination";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import type { Failure, Of } from "../diagnostics/Failure.ts";
import type { Redaction } from "../diagnostics/Redaction.ts";
import type { PageReader } from "../page/PageReader.ts";
import type { ClientSettings } from "./ClientSettings.ts";
import * as Preconditions from "./Preconditions.ts";

/** One page of a run, with the cursor to resume after it: a checkpoint. */
export interface Page<out A> {
  /** The run that is listed. */
  readonly runId: RunId;
  /** The cursor that fetched this page; undefined for the first page of the run. */
  readonly cursor: Cursor | undefined;
  /** The cursor that fetches the page after this one; undefined when this is the last. */
  readonly nextCursor: Cursor | undefined;
  /** The records of this page, in listing order. Fields that the contract does not know are kept. */
  readonly records: ReadonlyArray<A>;
  /** How many records the run, or its part with the given tags, has in total, if the service says so. */
  readonly total: number | undefined;
}

/** What a caller asks for, unchecked: callers without types pass anything. */
export interface ListingOptions {
  readonly pageSize?: unknown;
  readonly cursor?: unknown;
  readonly tags?: unknown;
  readonly delivered?: unknown;
  readonly prefetch?: unknown;
  readonly verifyTotal?: unknown;
  readonly as?: unknown;
}

/** A listing whose options are valid. */
export interface Listing<out A> {
  readonly runId: RunId;
  /** Fetches the first page alone. */
  readonly first: Effect.Effect<Page<A>, Failure>;
  /** Starts to list. Each start is a listing of its own. */
  readonly start: Effect.Effect<PageSource<A>>;
}

/** The pages of a listing that has started, in order. */
export interface PageSource<out A> {
  /** The next page; undefined after the last. One call at a time; an interrupted call finds the same page again. */
  readonly next: Effect.Effect<Page<A> | undefined, Failure>;
  /** Interrupts what is fetched ahead. */
  readonly close: Effect.Effect<void>;
}

/** Opens a listing of a run, or says why its options are invalid. `names` are those of the options that exist. */
export const open = <A>(
  settings: Result.Result<ClientSettings, string>,
  requestedRun: unknown,
  options: ListingOptions,
  names: ReadonlyArray<string>,
  reader: (redaction: Redaction) => PageReader<A>,
): Result.Result<Listing<A>, Of<"InvalidRequest">> =>
  Result.gen(function* () {
    const { pages, redaction } = yield* settings;
    yield* Result.mapError(Preconditions.known(options, names), redaction.line);
    const runId = yield* Preconditions.runId(requestedRun, redaction);
    const { cursor, delivered, pageSize: size = maxLimit } = options;
    const from = yield* Preconditions.resumption({
      cursor: cursor === undefined ? undefined : yield* Preconditions.cursor(cursor, redaction),
      delivered: delivered === undefined ? undefined : yield* Preconditions.delivered(delivered),
    });
    const tags =
      options.tags === undefined ? [] : yield* Preconditions.tags(options.tags, redaction);
    const pageSize = yield* ListRecordsRequest.pageSize(size);
    const ahead = yield* Preconditions.prefetch(options.prefetch ?? 1);
    const verifyTotal = yield* Preconditions.verifyTotal(options.verifyTotal ?? true);
    yield* Preconditions.reader(options.as);
    const read = reader(redaction);

    const step = Effect.fnUntraced(function* (
      pagination: Pagination.Pagination,
      position: Pagination.Position,
    ): Effect.fn.Return<
      readonly [page: Page<A>, next: Option.Option<Pagination.Position>],
      Failure
    > {
      const { cursor: at } = position;
      const [page, attempts] = yield* pages.fetch({ runId, cursor: at, pageSize, tags, read });
      const { records, total } = page;
      const judged = pagination.step(position, page, records.length);
      if (Result.isFailure(judged)) {
        const { reason, detail } = judged.failure;
        const location = { runId, cursor: at, attempts };
        return yield* Effect.fail({
          _tag: "PaginationError" as const,
          ...location,
          kind: reason,
          detail: reason === "Incomplete" && tags.length > 0 ? `${detail}${totalOfRun}` : detail,
          requestId: page.requestId(),
        });
      }
      const next = judged.success;
      const nextCursor = Option.getOrUndefined(next)?.cursor;
      return [{ runId, cursor: at, nextCursor, records, total }, next] as const;
    });

    return {
      runId,
      first: Effect.suspend(() => {
        const pagination = Pagination.make({ ...from, verifyTotal: false });
        return Effect.map(step(pagination, pagination.start), ([page]) => page);
      }),
      start: Effect.sync(() => {
        const pagination = Pagination.make({ ...from, verifyTotal });
        let position = Option.some(pagination.start);
        const next = Effect.suspend(() =>
          Option.match(position, {
            onNone: () => Effect.undefined,
            onSome: (at) =>
              Effect.map(step(pagination, at), ([page, following]) => {
                position = following;
                return page;
              }),
          }),
        );
        return ahead === 0 ? { next, close: Effect.void } : prefetch(next, ahead);
      }),
    };
  }).pipe(
    Result.mapError((problem) => ({
      _tag: "InvalidRequest",
      runId: asRunId(quotable(settings, requestedRun) ?? ""),
      cursor: asCursor(quotable(settings, options.cursor)),
      attempts: 0,
      problem,
    })),
  );

// The API does not say what `total` counts in a listing that tags filter.
const totalOfRun = "; if the total counts the whole run, set verifyTotal to false";

// An id that was refused may not be a string at all, or may be the key by mistake.
const quotable = (
  settings: Result.Result<ClientSettings, string>,
  value: unknown,
): string | undefined =>
  typeof value === "string" &&
  !(Result.isSuccess(settings) && settings.success.redaction.hasKey(value))
    ? value
    : undefined;

// A failure quotes the id as it was passed; nothing relies on its brand.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asRunId = (text: string): RunId => text as RunId;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asCursor = (text: string | undefined): Cursor | undefined => text as Cursor | undefined;

/** Stands for the run of a failure that belongs to none. */
export const noRun = asRunId("");

// Each page ahead has a fiber of its own.
const maxAhead = 1000;

/**
 * The same pages, fetched up to `count` ahead (at most 1,000): while the consumer works on one page, the next `count`
 * are fetched, and no more. A failure arrives after every page before it.
 */
const prefetch = <A>(
  fetchNext: Effect.Effect<Page<A> | undefined, Failure>,
  count: number,
): PageSource<A> => {
  // Pages in flight or waiting for the consumer, in order.
  const ahead: Array<Fiber.Fiber<Page<A> | undefined, Failure>> = [];
  // Each starts when the one before it has finished: two fetches never run at the same time.
  const startNext = Effect.suspend(() => {
    const previous = ahead.at(-1);
    const next =
      previous === undefined
        ? fetchNext
        : Effect.filterOrElse(
            Fiber.join(previous),
            (page) => page === undefined,
            () => fetchNext,
          );
    return Effect.forkDetach(next, { startImmediately: true });
  }).pipe(
    Effect.map((fiber) => {
      ahead.push(fiber);
      return fiber;
    }),
  );
  return {
    next: Effect.gen(function* () {
      const page = yield* Fiber.join(ahead[0] ?? (yield* startNext));
      // Started before the consumer gets the page, so that the service works while the consumer does.
      if (page?.nextCursor !== undefined) {
        while (ahead.length <= Math.min(count, maxAhead)) yield* startNext;
      }
      // Removed last: a consumer that is interrupted while it waits finds the same page when it asks again.
      ahead.shift();
      return page;
    }),
    close: Effect.suspend(() => Fiber.interruptAll(ahead)),
  };
};
