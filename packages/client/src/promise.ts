/**
 * The client for programs that do not use Effect: runs as `AsyncIterable`s, pages as promises, and the same
 * tagged errors, thrown. It needs web APIs alone, so that it runs in Node, Deno, Bun and browsers.
 *
 * @example
 * ```ts
 * import { createClient, RateLimited } from "@scorecard-effect/client/promise";
 *
 * await using client = createClient({ apiKey: process.env["SCORECARD_API_KEY"] ?? "" });
 * try {
 *   for await (const record of client.listRecords("135")) console.log(record.id);
 * } catch (error) {
 *   if (error instanceof RateLimited) console.log("go on later, from", error.cursor);
 *   else throw error;
 * }
 * ```
 */
import type { Cursor, RecordWithScores, RunId, TypedRecord } from "@scorecard-effect/contract";
import * as Cause from "effect/Cause";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Layer from "effect/Layer";
import * as ManagedRuntime from "effect/ManagedRuntime";
import * as Pull from "effect/Pull";
import * as Redacted from "effect/Redacted";
import type * as Result from "effect/Result";
import * as Scope from "effect/Scope";
import * as Stream from "effect/Stream";
import * as FetchHttpClient from "effect/http/FetchHttpClient";
import type { InvalidRecord } from "./diagnostics/InvalidRecord.ts";
import type { ListRecordsError } from "./diagnostics/ListRecordsError.ts";
import type { RateLimit } from "./page/RequestGate.ts";
import type { RetryOptions, RetryPolicy } from "./page/RetryPolicy.ts";
import { type Page, ScorecardClient } from "./ScorecardClient.ts";

export { InvalidRecord } from "./diagnostics/InvalidRecord.ts";
export * from "./diagnostics/ListRecordsError.ts";
export type { RateLimit } from "./page/RequestGate.ts";
export type { Failure as RetryFailure, RetryOptions, RetryPolicy } from "./page/RetryPolicy.ts";
export type { Page } from "./ScorecardClient.ts";

/** How a client is made. Durations are milliseconds, or text such as `"60 seconds"`. */
export interface ClientOptions {
  /** The API key. It starts with `ak_`. */
  readonly apiKey: string | Redacted.Redacted;
  /** Where the API is served. Default: the production service. */
  readonly baseUrl?: string | URL | undefined;
  /** What sends requests. Default: the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** How long an attempt at a page may take, body included. Default 60 seconds. */
  readonly timeout?: Duration.Input | undefined;
  /** How failures that may pass are retried: options of the default policy, or a policy of your own. */
  readonly retry?: RetryOptions | RetryPolicy | undefined;
  /** The longest body to read, in bytes, decompressed. Default 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** The most requests in a window of time, over all listings of this client. Default: no limit. */
  readonly rateLimit?: RateLimit | undefined;
}

/** How a run is listed. */
export interface ListOptions<out A = RecordWithScores> {
  /** Records a page: a whole number from 1 to 100. Default 100. */
  readonly pageSize?: number | undefined;
  /** Where to begin: the `cursor` of an error or the `nextCursor` of a page. Default: the start of the run. */
  readonly cursor?: string | undefined;
  /** How many records came before `cursor`: with it, `verifyTotal` holds for a resumed listing too. */
  readonly delivered?: number | undefined;
  /** How many pages are fetched ahead while the loop works on the one it has. Default 1. */
  readonly prefetch?: number | undefined;
  /** Whether a listing fails when the run ends short of the announced `total`. Default true. */
  readonly verifyTotal?: boolean | undefined;
  /** Gives the records the types of a described run: see `TypedRecord` of the contract. */
  readonly as?: TypedRecord.Reader<A> | undefined;
  /** Ends the listing, the request in flight included: the loop throws the signal's reason. */
  readonly signal?: AbortSignal | null | undefined;
}

/** A listing: nothing is sent before it is iterated. Each iteration lists anew. */
export interface Listing<out A> extends AsyncIterable<A> {
  readonly [Symbol.asyncIterator]: () => AsyncIterableIterator<A, undefined>;
  /** All of it at once. */
  readonly toArray: () => Promise<Array<A>>;
}

/** A client for the records of Scorecard runs. */
export interface Client extends AsyncDisposable {
  /** Fetches one page. */
  readonly getPage: <A = RecordWithScores>(
    runId: string,
    options?: Pick<ListOptions<A>, "pageSize" | "cursor" | "as" | "signal">,
  ) => Promise<Page<NoInfer<A>>>;
  /** Every page of a run, in order: a checkpoint each. */
  readonly listPages: <A = RecordWithScores>(
    runId: string,
    options?: ListOptions<A>,
  ) => Listing<Page<NoInfer<A>>>;
  /** Every record that the service lists for a run, in order. */
  readonly listRecords: <A = RecordWithScores>(
    runId: string,
    options?: ListOptions<A>,
  ) => Listing<NoInfer<A>>;
  /** Every record of a run as a `Result`: one that is malformed is a failure, and the listing goes on. */
  readonly listRecordResults: <A = RecordWithScores>(
    runId: string,
    options?: ListOptions<A>,
  ) => Listing<Result.Result<NoInfer<A>, InvalidRecord>>;
  /** Every record of a run in an array. */
  readonly toArray: <A = RecordWithScores>(
    runId: string,
    options?: ListOptions<A>,
  ) => Promise<Array<NoInfer<A>>>;
  /** Ends the client and every listing of it that is under way. */
  readonly close: () => Promise<void>;
}

/**
 * A client. Options that cannot be right are an `InvalidRequest` of each listing, before anything is sent.
 * A client holds nothing open between listings; `close` (or `await using`) ends those under way.
 */
export const createClient = (options: ClientOptions): Client => {
  const { apiKey, fetch, ...settings } = options;
  const runtime = ManagedRuntime.make(
    ScorecardClient.layer({
      ...settings,
      apiKey: Redacted.isRedacted(apiKey) ? apiKey : Redacted.make(apiKey, { label: "API key" }),
    }).pipe(Layer.provide(FetchHttpClient.layer)),
  );
  const closed = new AbortController();

  const withFetch = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    fetch === undefined ? effect : Effect.provideService(effect, FetchHttpClient.Fetch, fetch);

  // Runs until it is done or a signal aborts, whose reason is then thrown.
  const run = async <A>(
    effect: Effect.Effect<A, ListRecordsError, ScorecardClient>,
    signals: ReadonlyArray<AbortSignal>,
  ): Promise<A> => {
    const signal = AbortSignal.any([closed.signal, ...signals]);
    signal.throwIfAborted();
    const exit = await runtime.runPromiseExit(withFetch(effect), { signal });
    signal.throwIfAborted();
    if (Exit.isFailure(exit)) throw Cause.squash(exit.cause);
    return exit.value;
  };

  const listing = <A>(
    open: (client: ScorecardClient["Service"]) => Stream.Stream<A, ListRecordsError>,
    signal: AbortSignal | null | undefined,
  ): Listing<A> => ({
    [Symbol.asyncIterator]: () => {
      const scope = Scope.makeUnsafe();
      const stopped = new AbortController();
      const outer = [closed.signal, ...signalsOf(signal)];
      let pull: Pull.Pull<ReadonlyArray<A>, ListRecordsError> | undefined;
      const opened = Effect.gen(function* () {
        const client = yield* ScorecardClient;
        pull ??= yield* Scope.provide(Stream.toPull(open(client)), scope);
        return yield* Pull.catchDone(pull, () =>
          Effect.succeed<ReadonlyArray<A> | undefined>(undefined),
        );
      });
      return iterate({
        // Pages are fetched ahead while nobody waits for one: what aborts the listing aborts them too.
        begin: (abort) => {
          const onAbort = ({ currentTarget }: Event): void => {
            abort(currentTarget instanceof AbortSignal ? currentTarget.reason : undefined);
          };
          for (const own of outer) own.addEventListener("abort", onAbort, { once: true });
          return () => {
            for (const own of outer) own.removeEventListener("abort", onAbort);
          };
        },
        next: () => run(opened, [...signalsOf(signal), stopped.signal]),
        end: async () => {
          stopped.abort();
          await Effect.runPromise(Scope.close(scope, Exit.void));
        },
      });
    },
    toArray: () => collect(listing(open, signal)),
  });

  const client: Client = {
    getPage: (runId, { signal, ...rest } = {}) =>
      run(
        Effect.flatMap(ScorecardClient, ({ getPage }) => getPage(runIdOf(runId), branded(rest))),
        signalsOf(signal),
      ),
    listPages: (runId, { signal, ...rest } = {}) =>
      listing(({ listPages }) => listPages(runIdOf(runId), branded(rest)), signal),
    listRecords: (runId, { signal, ...rest } = {}) =>
      listing(({ listRecords }) => listRecords(runIdOf(runId), branded(rest)), signal),
    listRecordResults: (runId, { signal, ...rest } = {}) =>
      listing(({ listRecordResults }) => listRecordResults(runIdOf(runId), branded(rest)), signal),
    toArray: (runId, rest) => client.listRecords(runId, rest).toArray(),
    close: async () => {
      closed.abort(new DOMException("The client is closed", "AbortError"));
      await runtime.dispose();
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
  return client;
};

const collect = async <A>(listing: AsyncIterable<A>): Promise<Array<A>> => {
  const all: Array<A> = [];
  for await (const item of listing) all.push(item);
  return all;
};

const signalsOf = (signal: AbortSignal | null | undefined): ReadonlyArray<AbortSignal> =>
  signal === undefined || signal === null ? [] : [signal];

interface Chunks<A> {
  /** Called once, before the first item; what it returns is called once, at the end. */
  readonly begin: (abort: (reason: unknown) => void) => () => void;
  /** The next items; undefined at the end. */
  readonly next: () => Promise<ReadonlyArray<A> | undefined>;
  /** Ends the listing; called once, however it ends. */
  readonly end: () => Promise<void>;
}

/** Chunks as single items: only the first item of a chunk waits for anything. */
const iterate = <A>({ begin, next, end }: Chunks<A>): AsyncIterableIterator<A, undefined> => {
  const none: ReadonlyArray<A> = [];
  const over: IteratorResult<A, undefined> = { done: true, value: undefined };
  let items = none[Symbol.iterator]();
  let leave: (() => void) | undefined;
  let ended = false;
  /** Why the listing was aborted, until somebody has been told. */
  let aborted: { readonly reason: unknown } | undefined;
  const finish = async (): Promise<void> => {
    if (ended) return;
    ended = true;
    items = none[Symbol.iterator]();
    leave?.();
    await end();
  };
  const abort = (reason: unknown): void => {
    aborted = { reason };
    void finish();
  };
  const advance = async (): Promise<IteratorResult<A, undefined>> => {
    for (;;) {
      const item = items.next();
      if (item.done !== true) return item;
      if (aborted !== undefined) {
        const { reason } = aborted;
        aborted = undefined;
        throw reason;
      }
      if (ended) return over;
      leave ??= begin(abort);
      try {
        const chunk = await next();
        if (chunk === undefined) await finish();
        // Ended meanwhile: what arrived is nobody's.
        else if (!ended) items = chunk[Symbol.iterator]();
      } catch (error) {
        // Ended meanwhile: what the loop finds next says how.
        if (!ended) {
          await finish();
          throw error;
        }
      }
    }
  };
  // Calls are answered in their order, also where several are made at once.
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    next: () => {
      if (waiting === 0) {
        const item = items.next();
        if (item.done !== true) return Promise.resolve(item);
      }
      waiting += 1;
      const answer = last.then(advance, advance).finally(() => {
        waiting -= 1;
      });
      last = answer;
      return answer;
    },
    // Interrupts what is in flight: nobody waits for it any more.
    return: async () => {
      await finish();
      return over;
    },
    throw: async (error: unknown) => {
      await finish();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};

// Text from callers without types: the client refuses what is no string, so nothing is checked here.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const runIdOf = (id: string): RunId => id as RunId;

const branded = <O extends { readonly cursor?: string | undefined }>({ cursor, ...rest }: O) => ({
  ...rest,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  cursor: cursor as Cursor | undefined,
});
