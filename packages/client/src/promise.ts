/**
 * The client for programs without Effect: it lists runs as `AsyncIterable`s, returns pages as promises, and throws the
 * same tagged errors. It uses web APIs only, and runs in Node, Deno, Bun and browsers.
 *
 * @example
 * ```ts
 * import { createClient, RateLimited } from "@scorecard-effect/client/promise";
 *
 * await using client = createClient({ apiKey: process.env["SCORECARD_API_KEY"] ?? "" });
 * try {
 *   for await (const record of client.listRecords("135")) console.log(record.id);
 * } catch (error) {
 *   if (error instanceof RateLimited) console.log("resume later, from", error.cursor);
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
import { ChunkIterator } from "./promise/ChunkIterator.ts";
import { type Page, ScorecardClient } from "./ScorecardClient.ts";

export { InvalidRecord } from "./diagnostics/InvalidRecord.ts";
export * from "./diagnostics/ListRecordsError.ts";
export type { RateLimit } from "./page/RequestGate.ts";
export type { Failure as RetryFailure, RetryOptions, RetryPolicy } from "./page/RetryPolicy.ts";
export type { Page } from "./ScorecardClient.ts";

/** Options of a client. Durations are milliseconds, or text such as `"60 seconds"`. */
export interface ClientOptions {
  /** The API key. It starts with `ak_`. */
  readonly apiKey: string | Redacted.Redacted;
  /** The URL of the API. Default: the production service. */
  readonly baseUrl?: string | URL | undefined;
  /** Sends the requests. Default: the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** The longest time an attempt at a page may take, including the body. Default 60 seconds. */
  readonly timeout?: Duration.Input | undefined;
  /** How to retry transient failures: options of the default policy, or a policy of your own. */
  readonly retry?: RetryOptions | RetryPolicy | undefined;
  /** The longest body to read, in bytes after decompression. Default 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** The most requests in a window of time, over all listings of this client. Default: no limit. */
  readonly rateLimit?: RateLimit | undefined;
}

/** Options of a listing. */
export interface ListOptions<out A = RecordWithScores> {
  /** Records per page: a whole number from 1 to 100. Default 100. */
  readonly pageSize?: number | undefined;
  /** Where to start: the `cursor` of an error or the `nextCursor` of a page. Default: the first record of the run. */
  readonly cursor?: string | undefined;
  /** How many records came before `cursor`: with it, `verifyTotal` also covers a resumed listing. */
  readonly delivered?: number | undefined;
  /** How many pages to fetch ahead while the loop works on the current one. Default 1. */
  readonly prefetch?: number | undefined;
  /** Whether the listing fails when it ends with fewer records than the announced `total`. Default true. */
  readonly verifyTotal?: boolean | undefined;
  /** Gives the records a team's own types: see `TypedRecord` of the contract. */
  readonly as?: TypedRecord.Reader<A> | undefined;
  /** Aborts the listing, including the request in flight: the loop throws the signal's reason. */
  readonly signal?: AbortSignal | null | undefined;
}

/** A listing. It sends nothing before it is iterated, and each iteration lists the run again. */
export interface Listing<out A> extends AsyncIterable<A> {
  readonly [Symbol.asyncIterator]: () => AsyncIterableIterator<A, undefined>;
  /** All items in an array. */
  readonly toArray: () => Promise<Array<A>>;
}

/** A client for the records of Scorecard runs. */
export interface Client extends AsyncDisposable {
  /** Fetches one page. */
  readonly getPage: <A = RecordWithScores>(
    runId: string,
    options?: Pick<ListOptions<A>, "pageSize" | "cursor" | "as" | "signal">,
  ) => Promise<Page<NoInfer<A>>>;
  /** Every page of a run, in order; each is a checkpoint. */
  readonly listPages: <A = RecordWithScores>(
    runId: string,
    options?: ListOptions<A>,
  ) => Listing<Page<NoInfer<A>>>;
  /** Every record that the service lists for a run, in order. */
  readonly listRecords: <A = RecordWithScores>(
    runId: string,
    options?: ListOptions<A>,
  ) => Listing<NoInfer<A>>;
  /** Every record of a run as a `Result`: a malformed one is a failure, and the listing continues. */
  readonly listRecordResults: <A = RecordWithScores>(
    runId: string,
    options?: ListOptions<A>,
  ) => Listing<Result.Result<NoInfer<A>, InvalidRecord>>;
  /** Every record of a run in an array. */
  readonly toArray: <A = RecordWithScores>(
    runId: string,
    options?: ListOptions<A>,
  ) => Promise<Array<NoInfer<A>>>;
  /** Closes the client and aborts its running listings. */
  readonly close: () => Promise<void>;
}

/**
 * Makes a client. Invalid options fail each listing with `InvalidRequest`, before anything is sent. A client keeps
 * nothing open between listings; `close` (or `await using`) aborts the running ones.
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

  // Runs an effect to its end, or until a signal aborts: then throws the reason of that signal.
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
      let pull: Pull.Pull<ReadonlyArray<A>, ListRecordsError> | undefined;
      const nextChunk = Effect.gen(function* () {
        const client = yield* ScorecardClient;
        pull ??= yield* Scope.provide(Stream.toPull(open(client)), scope);
        return yield* Pull.catchDone(pull, () =>
          Effect.succeed<ReadonlyArray<A> | undefined>(undefined),
        );
      });
      return new ChunkIterator({
        signals: [closed.signal, ...signalsOf(signal)],
        next: () => run(nextChunk, [...signalsOf(signal), stopped.signal]),
        close: async () => {
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

// Callers without types may pass anything: the client refuses what is not a string, so this does not check.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const runIdOf = (id: string): RunId => id as RunId;

const branded = <O extends { readonly cursor?: string | undefined }>({ cursor, ...rest }: O) => ({
  ...rest,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  cursor: cursor as Cursor | undefined,
});
