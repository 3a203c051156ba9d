/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The client for programs without Effect: it lists runs as `AsyncIterable`s, returns pages as promises, and throws
 * tagged errors. It uses web APIs only, and runs in Node, Deno, Bun, Workers and browsers.
 *
 * @example
 * ```ts
 * import { createClient, RateLimited } from "@scorecard-effect/client/promise";
 *
 * // Reads SCORECARD_API_KEY.
 * const client = createClient();
 * try {
 *   for await (const record of client.listRecords("135")) console.log(record.id);
 * } catch (error) {
 *   if (error instanceof RateLimited) console.log("resume later, from", error.cursor);
 *   else throw error;
 * }
 * ```
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import type * as Exit from "effect/Exit";
import type * as Fiber from "effect/Fiber";
import * as References from "effect/References";
import * as Result from "effect/Result";
import type { Failure, RecordFailure } from "./diagnostics/Failure.ts";
import type { Redaction } from "./diagnostics/Redaction.ts";
import * as ClientSettings from "./listing/ClientSettings.ts";
import * as Listings from "./listing/Listing.ts";
import * as Preconditions from "./listing/Preconditions.ts";
import * as PageReader from "./page/PageReader.ts";
import { abortError, reasonOf } from "./promise/AbortReason.ts";
import { ChunkIterator } from "./promise/ChunkIterator.ts";
import type { InvalidRecord, ListRecordsError } from "./promise/Errors.ts";
import { toError, toInvalidRecord } from "./promise/FromFailure.ts";
import * as Environment from "./promise/Environment.ts";
import type { Page, RecordReader, RecordWithScores } from "./promise/PlainRecord.ts";
import type { Dispatcher } from "./transport/Dispatcher.ts";
import * as DispatchTransport from "./transport/DispatchTransport.ts";
import * as FetchTransport from "./transport/FetchTransport.ts";
import * as PlatformTransport from "./transport/PlatformTransport.ts";

export * from "./promise/Errors.ts";
export type * from "./promise/PlainRecord.ts";
export { scoreOf } from "./promise/PlainRecord.ts";
export type { Dispatcher } from "./transport/Dispatcher.ts";

type DurationUnit =
  | "milli"
  | "millis"
  | "second"
  | "seconds"
  | "minute"
  | "minutes"
  | "hour"
  | "hours";

/** A duration: milliseconds, or text such as `"60 seconds"`. */
export type Duration = number | `${number} ${DurationUnit}`;

/** The most requests in any window of time. */
export interface RateLimit {
  /** A whole number, 1 or above. */
  readonly requests: number;
  /** The length of the window, such as `"1 second"`. */
  readonly window: Duration;
}

/** The options of the default retry policy. */
export interface RetryOptions {
  /** The most requests for a page, including the first: a whole number, 1 or above. Default 3. */
  readonly attempts?: number | undefined;
  /** The wait before the second attempt; it doubles with each further attempt. Default 500 milliseconds. */
  readonly baseDelay?: Duration | undefined;
  /** The longest wait that the policy itself chooses. Default 8 seconds. */
  readonly maxDelay?: Duration | undefined;
  /** The longest wait that the service may ask for; if it asks for more, the policy gives up. Default 60 seconds. */
  readonly maxRetryAfter?: Duration | undefined;
}

/** A failed attempt. */
export interface FailedAttempt {
  readonly error: ListRecordsError;
  /** How many requests have been sent for this page; at least 1. */
  readonly attempts: number;
  /** How long the service asked to wait, in milliseconds, if it did. */
  readonly retryAfter: number | undefined;
  /** A random number from 0 (included) to 1 (excluded), for jitter. */
  readonly random: number;
}

/**
 * Returns how long to wait before the next attempt; undefined gives up. A policy that throws, or returns something else,
 * gives up too, and the error says so in `retryProblem`.
 */
export type RetryPolicy = (failed: FailedAttempt) => Duration | undefined;

/** Options of a client. */
export interface ClientOptions {
  /** The API key. It starts with `ak_`. Default: the environment variable `SCORECARD_API_KEY`. */
  readonly apiKey?: string | undefined;
  /** The URL of the API. Default: the environment variable `SCORECARD_BASE_URL`, or else the production service. */
  readonly baseUrl?: string | URL | undefined;
  /**
   * Sends the requests. Default: the global `fetch`, which is looked up for each request; `node:http` in its place where
   * it is Node's own, on the default dispatcher: that is faster. It speaks HTTP/1.1.
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * An undici dispatcher that sends the requests: a `ProxyAgent`, or an `Agent` of your own. You close it.
   */
  readonly dispatcher?: Dispatcher | undefined;
  /** The longest time an attempt at a page may take, including the body. Default 60 seconds. */
  readonly timeout?: Duration | undefined;
  /**
   * How to retry transient failures: options of the default policy, a policy of your own, or `false` for not at all.
   */
  readonly retry?: RetryOptions | RetryPolicy | false | undefined;
  /** The longest body to read, in bytes after decompression. Default 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** The most requests in a window of time, over all listings of this client. Default: no limit. */
  readonly rateLimit?: RateLimit | undefined;
  /** Headers to send with every request, beside the client's own. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /**
   * What to print on the console: `"debug"` prints each page and each retry. Default: the variable `SCORECARD_LOG`, or
   * nothing.
   */
  readonly log?: "debug" | "off" | undefined;
}

/** Options of a listing. */
export interface ListOptions<out A = RecordWithScores> {
  /** Records per page: a whole number from 1 to 100. Default 100. */
  readonly pageSize?: number | undefined;
  /** Where to start: the `cursor` of an error or the `nextCursor` of a page. Default: the first record of the run. */
  readonly cursor?: string | undefined;
  /**
   * Lists only the records that have every one of these tags: at most 50, none of them empty. A listing that resumes at
   * a cursor needs the same tags. Default: none, which lists all records.
   */
  readonly tags?: ReadonlyArray<string> | undefined;
  /**
   * How many records came before `cursor`: with it, `verifyTotal` also covers a resumed listing. Above 0 it needs a
   * `cursor`.
   */
  readonly delivered?: number | undefined;
  /** How many pages to fetch ahead while the loop works on the current one. Default 1. */
  readonly prefetch?: number | undefined;
  /**
   * Whether the listing fails when it ends with fewer records than the announced `total`. With `tags`, set it to false if
   * the service's `total` counts the whole run. Default true.
   */
  readonly verifyTotal?: boolean | undefined;
  /** Gives the records a team's own types. */
  readonly as?: RecordReader<A> | undefined;
  /** Aborts the listing, including the request in flight: the loop throws the signal's reason. */
  readonly signal?: AbortSignal | null | undefined;
}

/** A record that was read, or why it could not be. */
export type RecordResult<A> =
  | { readonly ok: true; readonly value: A }
  | { readonly ok: false; readonly error: InvalidRecord };

/** A listing. It sends nothing before it is iterated, and each iteration lists the run again. */
export interface Listing<out A> extends AsyncIterable<A> {
  readonly [Symbol.asyncIterator]: () => AsyncIterableIterator<A, undefined>;
  /** All items in an array. */
  readonly toArray: () => Promise<Array<A>>;
}

/** Options of a single page. */
export type PageOptions<A = RecordWithScores> = Pick<
  ListOptions<A>,
  "pageSize" | "cursor" | "tags" | "as" | "signal"
>;

/** No types of a team's own: records are as the contract defines them. */
interface Untyped {
  readonly as?: undefined;
}

/**
 * A client for the records of Scorecard runs. Each method has two signatures: without `as`, records are as the contract
 * defines them; with it, they have a team's own types.
 */
export interface Client extends AsyncDisposable {
  // Two signatures each, not one with a default: that one would take the type that its caller expects for the records'.
  /** Fetches one page. */
  readonly getPage: {
    (runId: string, options?: PageOptions & Untyped): Promise<Page>;
    <A>(runId: string, options?: PageOptions<A>): Promise<Page<A>>;
  };
  /** Every page of a run, in order; each is a checkpoint. */
  readonly listPages: {
    (runId: string, options?: ListOptions & Untyped): Listing<Page>;
    <A>(runId: string, options?: ListOptions<A>): Listing<Page<A>>;
  };
  /** Every record that the service lists for a run, in order. */
  readonly listRecords: {
    (runId: string, options?: ListOptions & Untyped): Listing<RecordWithScores>;
    <A>(runId: string, options?: ListOptions<A>): Listing<A>;
  };
  /** Every record of a run as a {@link RecordResult}: a malformed one is not `ok`, and the listing continues. */
  readonly listRecordResults: {
    (runId: string, options?: ListOptions & Untyped): Listing<RecordResult<RecordWithScores>>;
    <A>(runId: string, options?: ListOptions<A>): Listing<RecordResult<A>>;
  };
  /** Every record of a run in an array. */
  readonly toArray: {
    (runId: string, options?: ListOptions & Untyped): Promise<Array<RecordWithScores>>;
    <A>(runId: string, options?: ListOptions<A>): Promise<Array<A>>;
  };
  /** Closes the client and aborts its running listings. */
  readonly close: () => Promise<void>;
}

/**
 * Makes a client. Invalid options fail each listing with `InvalidRequest`, before anything is sent. A client keeps
 * nothing open between listings; `close` (or `await using`) aborts the running ones.
 */
export const createClient = (options?: ClientOptions): Client => {
  const settings = settingsOf(options ?? {});
  const withLog = Environment.logger(options?.log);
  /** Aborts each call and each listing that is running. */
  const running = new Set<(reason: unknown) => void>();
  let closed: Error | undefined;

  const enter = (
    abort: (reason: unknown) => void,
    signal: AbortSignal | null | undefined,
  ): (() => void) => {
    running.add(abort);
    if (signal === undefined || signal === null) return () => running.delete(abort);
    const onAbort = (): void => abort(reasonOf(signal));
    signal.addEventListener("abort", onAbort);
    return () => {
      running.delete(abort);
      signal.removeEventListener("abort", onAbort);
    };
  };

  /** Throws if a call must not start. */
  const refuseIfOver = (signal: AbortSignal | null | undefined): void => {
    if (closed !== undefined) throw closed;
    if (signal?.aborted === true) throw reasonOf(signal);
  };

  /** Opens a listing; options that cannot be right are a failure of its own. */
  const open = <A>(
    runId: unknown,
    own: ListOptions<unknown>,
    names: ReadonlyArray<string>,
    reader: ReaderOf<A>,
  ): Result.Result<Listings.Listing<A>, Failure> => {
    const checked = Result.flatMap(Preconditions.signal(own.signal), () => settings);
    return Listings.open(checked, runId, own, [...names, "signal"], reader);
  };

  const listing = <A, B>(
    opened: Result.Result<Listings.Listing<A>, Failure>,
    toItems: (page: Page<A>) => ReadonlyArray<B>,
    requestedSignal: AbortSignal | null | undefined,
  ): Listing<B> & { readonly collect: (caller: CallSite) => Promise<Array<B>> } => {
    // A failure may be that the signal is none.
    const signal = Result.isSuccess(opened) ? requestedSignal : undefined;
    const iterateFor = (caller: CallSite): AsyncIterableIterator<B, undefined> => {
      let source: Listings.PageSource<A> | undefined;
      let stop: (() => void) | undefined;
      const nextPage = Effect.suspend(() => {
        if (Result.isFailure(opened)) return Effect.fail(opened.failure);
        if (source !== undefined) return source.next;
        return Effect.flatMap(opened.success.start, (started) => {
          source = started;
          return started.next;
        });
      });
      return new ChunkIterator<B>({
        open: (abort) => enter(abort, signal),
        next: async () => {
          refuseIfOver(signal);
          const [page, interrupt] = run(withLog(nextPage), caller);
          stop = interrupt;
          const arrived = await page;
          return arrived === undefined ? undefined : toItems(arrived);
        },
        close: async () => {
          stop?.();
          if (source !== undefined) await Effect.runPromise(source.close);
        },
      });
    };
    const collect = async (caller: CallSite): Promise<Array<B>> => {
      const all: Array<B> = [];
      for await (const item of iterateFor(caller)) all.push(item);
      return all;
    };
    const iterate = (): AsyncIterableIterator<B, undefined> => iterateFor(callSite(iterate));
    const toArray = (): Promise<Array<B>> => collect(callSite(toArray));
    return { [Symbol.asyncIterator]: iterate, toArray, collect };
  };

  const getPage = async <A>(runId: string, requested?: PageOptions<A>): Promise<Page<A>> => {
    const caller = callSite(getPage);
    const own = requested ?? {};
    const { signal } = own;
    refuseIfOver(signal);
    const opened = open(runId, own, pageNames, readerFor(own));
    if (Result.isFailure(opened)) throw withCaller(toError(opened.failure), caller);
    const { first } = opened.success;
    return new Promise((resolve, reject) => {
      let interrupt: (() => void) | undefined;
      let isAborted = false;
      // Before the request starts: a `fetch` of the caller's may itself abort.
      const leave = enter((reason) => {
        isAborted = true;
        interrupt?.();
        reject(reason);
      }, signal);
      const [page, stop] = run(withLog(first), caller);
      interrupt = stop;
      if (isAborted) stop();
      page.then(resolve, reject).finally(leave);
    });
  };

  const recordsOf = <A>(runId: string, requested?: ListOptions<A>) => {
    const own = requested ?? {};
    const opened = open(runId, own, listNames, readerFor(own));
    return listing(opened, ({ records }) => records, own.signal);
  };

  const listPages = <A>(runId: string, requested?: ListOptions<A>): Listing<Page<A>> => {
    const own = requested ?? {};
    return listing(open(runId, own, listNames, readerFor(own)), (page) => [page], own.signal);
  };

  const listRecords = <A>(runId: string, requested?: ListOptions<A>): Listing<A> =>
    recordsOf(runId, requested);

  const listRecordResults = <A>(
    runId: string,
    requested?: ListOptions<A>,
  ): Listing<RecordResult<A>> => {
    const own = requested ?? {};
    const reader = resultReaderFor(own, callSite(listRecordResults));
    const opened = open(runId, own, listNames, reader);
    return listing(opened, ({ records }) => records, own.signal);
  };

  const toArray = <A>(runId: string, requested?: ListOptions<A>): Promise<Array<A>> =>
    recordsOf(runId, requested).collect(callSite(toArray));

  const client: Client = {
    getPage,
    listPages,
    listRecords,
    listRecordResults,
    toArray,
    close: async () => {
      closed ??= abortError("The client is closed");
      for (const abort of running) abort(closed);
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
  return client;
};

const clientNames = [
  "apiKey",
  "baseUrl",
  "fetch",
  "dispatcher",
  "timeout",
  "retry",
  "maxBodyBytes",
  "rateLimit",
  "headers",
  "log",
] satisfies ReadonlyArray<keyof ClientOptions>;

const listNames = [
  "pageSize",
  "cursor",
  "tags",
  "delivered",
  "prefetch",
  "verifyTotal",
  "as",
] satisfies ReadonlyArray<keyof ListOptions>;

const pageNames = ["pageSize", "cursor", "tags", "as"] satisfies ReadonlyArray<keyof ListOptions>;

const settingsOf = (options: ClientOptions): Result.Result<ClientSettings.ClientSettings, string> =>
  Result.gen(function* () {
    yield* Preconditions.known(options, clientNames);
    const { apiKey, baseUrl, dispatcher, fetch, retry, log, ...rest } = options;
    yield* Environment.logLevel(log);
    yield* Preconditions.fetch(fetch);
    yield* Preconditions.dispatcher(dispatcher);
    if (dispatcher !== undefined && fetch !== undefined) {
      return yield* Result.fail("fetch and dispatcher exclude each other");
    }
    const transport =
      dispatcher !== undefined
        ? DispatchTransport.make(dispatcher)
        : fetch !== undefined
          ? FetchTransport.make(fetch)
          : PlatformTransport.make();
    return yield* ClientSettings.make(
      {
        ...rest,
        apiKey: yield* Environment.apiKey(apiKey),
        baseUrl: yield* Environment.baseUrl(baseUrl),
        defaultHeaders: Environment.userAgent(),
        retry:
          typeof retry === "function"
            ? ({ error, attempts, retryAfter, random }) =>
                retry({
                  error: toError(error),
                  attempts,
                  retryAfter: retryAfter === undefined ? undefined : Environment.millis(retryAfter),
                  random,
                })
            : retry,
      },
      transport,
    );
  });

// A tracer could only be set with Effect, which this client shows nobody: spans would be made for nothing.
const runUntraced = Effect.runForkWith(Context.make(References.TracerEnabled, false));

/** Runs an effect: its result, or its failure as an exception with the caller's frames; and how to interrupt it. */
const run = <A>(
  effect: Effect.Effect<A, Failure>,
  caller: CallSite,
): readonly [result: Promise<A>, interrupt: () => void] => {
  const fiber: Fiber.Fiber<A, Failure> = runUntraced(effect);
  const exit = new Promise<Exit.Exit<A, Failure>>((resolve) => {
    fiber.addObserver(resolve);
  });
  // Not within the observer: what is thrown there reaches nobody.
  const result = exit.then((own) => {
    if (own._tag === "Success") return own.value;
    const [reason] = own.cause.reasons;
    if (reason?._tag === "Fail") throw withCaller(toError(reason.error), caller);
    if (reason?._tag === "Die") throw reason.defect;
    throw abortError("The request was interrupted");
  });
  // A listing that was closed waits for nothing.
  result.catch(() => {});
  return [result, () => fiber.interruptUnsafe()];
};

/** Where the caller's own code called the client. */
interface CallSite {
  /** Text, unless the program has replaced `Error.prepareStackTrace`. */
  readonly stack?: unknown;
}

// The stack of an exception from a timer or a socket ends in this file: the frames of the call say more.
const callSite = (below: (...args: ReadonlyArray<never>) => unknown): CallSite => {
  const site: CallSite = {};
  if ("captureStackTrace" in Error && typeof Error.captureStackTrace === "function") {
    Error.captureStackTrace(site, below);
  }
  return site;
};

/** Replaces the stack of an error: its frames are the client's own. */
const withCaller = <E extends Error>(error: E, { stack }: CallSite): E => {
  const frames = typeof stack === "string" ? /\n.*/s.exec(stack)?.[0] : undefined;
  error.stack = `${error.name}: ${error.message}${frames ?? ""}`;
  return error;
};

/** Makes a reader of pages that quotes nothing secret. */
type ReaderOf<A> = (redaction: Redaction) => PageReader.PageReader<A>;

const readerFor =
  <A>({ as }: ListOptions<A>): ReaderOf<A> =>
  (redaction) =>
    as === undefined ? untyped(PageReader.records) : PageReader.typed(as, redaction);

const resultReaderFor = <A>(
  { as }: ListOptions<A>,
  caller: CallSite,
): ReaderOf<RecordResult<A>> => {
  const toResult = <B>(read: Result.Result<B, RecordFailure>): RecordResult<B> =>
    Result.isSuccess(read)
      ? { ok: true, value: read.success }
      : { ok: false, error: withCaller(toInvalidRecord(read.failure), caller) };
  return (redaction) =>
    as === undefined
      ? untyped(PageReader.each(toResult, redaction))
      : PageReader.eachTyped(as, toResult, redaction);
};

// Without `as`, A is its default: the contract's record.
const untyped = <A>(reader: PageReader.PageReader<unknown>): PageReader.PageReader<A> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  reader as PageReader.PageReader<A>;
