/** The client: lists a run's records as a `Stream`, page by page, checked and with typed errors. */
import {
  type Cursor,
  maxLimit,
  productionUrl,
  type RecordWithScores,
  RunId,
  type TypedRecord,
} from "@scorecard-effect/contract";
import * as ApiConfig from "@scorecard-effect/contract/protocol/ApiConfig";
import * as ApiKey from "@scorecard-effect/contract/protocol/ApiKey";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import * as Pagination from "@scorecard-effect/contract/protocol/Pagination";
import * as Arr from "effect/Array";
import * as Config from "effect/Config";
import * as Context from "effect/Context";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import type * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import * as SchemaIssue from "effect/SchemaIssue";
import * as Stream from "effect/Stream";
import * as HttpClient from "effect/http/HttpClient";
import type { InvalidRecord } from "./diagnostics/InvalidRecord.ts";
import {
  InvalidRequest,
  type ListRecordsError,
  PaginationError,
} from "./diagnostics/ListRecordsError.ts";
import * as Redaction from "./diagnostics/Redaction.ts";
import * as Preconditions from "./listing/Preconditions.ts";
import { prefetch } from "./listing/Prefetch.ts";
import * as PageFetch from "./page/PageFetch.ts";
import * as PageReader from "./page/PageReader.ts";
import * as PageRequest from "./page/PageRequest.ts";
import type { RateLimit, RequestGate } from "./page/RequestGate.ts";
import type { RetryOptions, RetryPolicy } from "./page/RetryPolicy.ts";

/** One page of a run, with the cursor to resume after it: a checkpoint. */
export interface Page<out A = RecordWithScores> {
  /** The run that is listed. */
  readonly runId: RunId;
  /** The cursor that fetched this page; undefined for the first page of the run. */
  readonly cursor: Cursor | undefined;
  /** The cursor that fetches the page after this one; undefined when this is the last. */
  readonly nextCursor: Cursor | undefined;
  /** The records of this page, in listing order. Fields that the contract does not know are kept. */
  readonly records: ReadonlyArray<A>;
  /** How many records the run has in total, if the service says so. */
  readonly total: number | undefined;
}

/** Options of a listing. */
export interface ListRecordsOptions<out A = RecordWithScores> {
  /** Records per page: a whole number from 1 to 100. Default 100, which needs the fewest requests. */
  readonly pageSize?: number | undefined;
  /**
   * Where to start: the `cursor` of an error or the `nextCursor` of a {@link Page}. Default: the first record of the
   * run.
   */
  readonly cursor?: Cursor | undefined;
  /**
   * How many records came before `cursor`, for a listing that resumes. With it, `verifyTotal` covers the whole run;
   * without it, a resumed listing cannot detect an early end.
   */
  readonly delivered?: number | undefined;
  /**
   * How many pages to fetch ahead while the consumer works on the current one: a whole number, 0 or above; more than
   * 1,000 counts as 1,000. Default 1. With 0, a page is requested when the consumer needs it. If a page fetched ahead
   * fails, the failure arrives after every record before it.
   */
  readonly prefetch?: number | undefined;
  /**
   * Whether the listing fails when it ends with fewer records than the last page's `total`. Applies to a listing that
   * starts at the first record, or that knows how many records were `delivered` before. Default true.
   */
  readonly verifyTotal?: boolean | undefined;
  /** Gives the records a team's own types: see `TypedRecord` of the contract. Default: the contract's types. */
  readonly as?: TypedRecord.Reader<A> | undefined;
}

/** Options of a listing of several runs. */
export interface ListRecordsOfOptions<out A = RecordWithScores> extends Omit<
  ListRecordsOptions<A>,
  "cursor" | "delivered"
> {
  /** How many runs to list at the same time: a whole number, 1 or above. Default 4. */
  readonly concurrency?: number | undefined;
}

/** Options of a single page. */
export type GetPageOptions<A = RecordWithScores> = Pick<
  ListRecordsOptions<A>,
  "pageSize" | "cursor" | "as"
>;

/** Options of a client. */
export interface ScorecardClientOptions {
  /** The API key. It starts with `ak_`. */
  readonly apiKey: Redacted.Redacted;
  /** The URL of the API. Default: the production service. */
  readonly baseUrl?: string | URL | undefined;
  /**
   * The longest time an attempt at a page may take, including the body: a duration above zero, may be infinite. Default
   * `"60 seconds"`.
   */
  readonly timeout?: Duration.Input | undefined;
  /** How to retry transient failures: options of the default policy, or a policy of your own. */
  readonly retry?: RetryOptions | RetryPolicy | undefined;
  /** The longest body to read, in bytes after decompression. Default 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * The most requests in a window of time, over all listings of this client; or a gate of your own, to share a limit
   * with others. Default: no limit.
   */
  readonly rateLimit?: RateLimit | RequestGate | undefined;
}

/**
 * Lists the records of Scorecard runs.
 *
 * Every record satisfies the contract. Each page that the service lists is delivered once and in order; anything else
 * that the service does is a {@link ListRecordsError} in the error channel, with a `cursor` to resume the listing from.
 * Transient failures are retried first. Options that cannot be sent, such as a malformed key or URL, fail the listing
 * with `InvalidRequest`.
 *
 * @example
 * ```ts
 * import { ScorecardClient } from "@scorecard-effect/client";
 * import { RunId } from "@scorecard-effect/contract";
 * import { Console, Effect, Layer, Stream } from "effect";
 * import { FetchHttpClient } from "effect/http";
 *
 * const program = Effect.gen(function* () {
 *   const client = yield* ScorecardClient;
 *   yield* client
 *     .listRecords(RunId.make("135"))
 *     .pipe(Stream.runForEach((record) => Console.log(record.id, record.scores.length)));
 * });
 *
 * // Reads SCORECARD_API_KEY.
 * const Live = ScorecardClient.layerConfig().pipe(Layer.provide(FetchHttpClient.layer));
 *
 * const main = Effect.provide(program, Live);
 * ```
 */
export class ScorecardClient extends Context.Service<
  ScorecardClient,
  {
    /** Fetches one page. A page that announces more without a usable cursor is a `PaginationError` here too. */
    readonly getPage: <A = RecordWithScores>(
      runId: RunId,
      options?: GetPageOptions<A>,
    ) => Effect.Effect<Page<NoInfer<A>>, ListRecordsError>;
    /** Every page of a run, in order; each is a checkpoint. Empty pages are pages too. */
    readonly listPages: <A = RecordWithScores>(
      runId: RunId,
      options?: ListRecordsOptions<A>,
    ) => Stream.Stream<Page<NoInfer<A>>, ListRecordsError>;
    /** Every record that the service lists for a run, in order. Sends nothing before the first record is pulled. */
    readonly listRecords: <A = RecordWithScores>(
      runId: RunId,
      options?: ListRecordsOptions<A>,
    ) => Stream.Stream<NoInfer<A>, ListRecordsError>;
    /**
     * Every record of a run, each as a `Result`: a record that is malformed, or does not fit `as`, is a failure with
     * its path and reason, and the listing continues.
     */
    readonly listRecordResults: <A = RecordWithScores>(
      runId: RunId,
      options?: ListRecordsOptions<A>,
    ) => Stream.Stream<Result.Result<NoInfer<A>, InvalidRecord>, ListRecordsError>;
    /**
     * The records of many runs, several runs at a time: in order within a run, interleaved between runs. The first run
     * that fails ends the stream; its error says which run it was, and where to resume it.
     */
    readonly listRecordsOf: <A = RecordWithScores>(
      runIds: Iterable<RunId>,
      options?: ListRecordsOfOptions<A>,
    ) => Stream.Stream<NoInfer<A>, ListRecordsError>;
  }
>()("@scorecard-effect/client/ScorecardClient") {
  /**
   * A client with the given key and base URL. It runs on any `HttpClient`: `FetchHttpClient` everywhere, or on Node the
   * faster transport of `@scorecard-effect/client/undici`.
   *
   * Malformed options do not fail the layer; they fail each listing with `InvalidRequest`.
   */
  static readonly layer = (
    options: ScorecardClientOptions,
  ): Layer.Layer<ScorecardClient, never, HttpClient.HttpClient> =>
    Layer.effect(ScorecardClient, make(options));

  /**
   * A client that reads its key and base URL from the configuration: `SCORECARD_API_KEY`, and `SCORECARD_BASE_URL`
   * (default: the production service). A missing key, or a malformed key or URL, fails the layer with a `ConfigError`.
   */
  static readonly layerConfig = (
    options: Omit<ScorecardClientOptions, "apiKey" | "baseUrl"> = {},
  ): Layer.Layer<ScorecardClient, Config.ConfigError, HttpClient.HttpClient> =>
    Layer.unwrap(
      Effect.map(
        Effect.all({
          apiKey: checked(
            ApiConfig.names.apiKey,
            ApiConfig.apiKey,
            Option.match({ onNone: () => Result.fail("not set"), onSome: ApiKey.check }),
          ),
          baseUrl: checked(ApiConfig.names.baseUrl, ApiConfig.baseUrl, ListRecordsRequest.baseUrl),
        }),
        (configured) => ScorecardClient.layer({ ...options, ...configured }),
      ),
    );
}

const checked = <A, B>(
  name: string,
  config: Config.Config<A>,
  check: (value: A) => Result.Result<B, string>,
): Effect.Effect<B, Config.ConfigError> =>
  Effect.flatMap(config, (value) =>
    Effect.fromResult(check(value)).pipe(
      Effect.mapError(
        (problem) =>
          new Config.ConfigError(
            new Schema.SchemaError(
              new SchemaIssue.InvalidValue({ message: `${name}: ${problem}` }),
            ),
          ),
      ),
    ),
  );

interface Settings {
  readonly redaction: Redaction.Redaction;
  readonly pages: PageFetch.PageFetch;
}

const settingsOf = (
  options: ScorecardClientOptions,
  http: HttpClient.HttpClient,
): Result.Result<Settings, string> =>
  Result.gen(function* () {
    const apiKey = yield* ApiKey.check(options.apiKey);
    const redaction = Redaction.make(apiKey);
    const endpoint: PageRequest.Endpoint = {
      http,
      redaction,
      request: PageRequest.requestWith(apiKey),
      baseUrl: yield* ListRecordsRequest.baseUrl(options.baseUrl ?? productionUrl),
      timeout: yield* Preconditions.timeout(options.timeout ?? "60 seconds"),
      maxBodyBytes: yield* Preconditions.maxBodyBytes(options.maxBodyBytes ?? 64 * 2 ** 20),
    };
    const policy = yield* Preconditions.retry(options.retry ?? {});
    const gate = yield* Preconditions.requestGate(options.rateLimit);
    return { redaction, pages: PageFetch.make(endpoint, gate, policy) };
  });

// As many as fetch follows (Fetch Standard, "HTTP-redirect fetch").
const maxRedirects = 20;

const make = Effect.fnUntraced(function* (options: ScorecardClientOptions) {
  // Transports that follow redirects themselves never show one; none takes the key to another origin.
  const http = HttpClient.followRedirects(yield* HttpClient.HttpClient, maxRedirects);
  const settings = settingsOf(options, http);

  // A refused value may not be a string at all, or may be the key by mistake.
  const quotable = <S extends string>(value: S | undefined): S | undefined =>
    typeof value === "string" &&
    !(Result.isSuccess(settings) && settings.success.redaction.hasKey(value))
      ? value
      : undefined;

  const refuse = (runId: RunId, cursor: Cursor | undefined) => (problem: string) =>
    new InvalidRequest({
      runId: quotable(runId) ?? RunId.make(""),
      cursor: quotable(cursor),
      attempts: 0,
      problem,
    });

  // Checks the options, then returns how to fetch and judge any page of the listing.
  const open = <A>(
    requestedRun: RunId,
    listing: ListRecordsOptions<unknown>,
    read: PageReader.PageReader<A>,
  ): Result.Result<Listing<A>, InvalidRequest> =>
    Result.gen(function* () {
      const { pages, redaction } = yield* settings;
      const runId = yield* Preconditions.runId(requestedRun, redaction);
      const first =
        listing.cursor === undefined
          ? undefined
          : yield* Preconditions.cursor(listing.cursor, redaction);
      const delivered =
        listing.delivered === undefined
          ? undefined
          : yield* Preconditions.delivered(listing.delivered);
      const pageSize = yield* ListRecordsRequest.pageSize(listing.pageSize ?? maxLimit);
      yield* Preconditions.reader(listing.as);
      return {
        prefetch: yield* Preconditions.prefetch(listing.prefetch ?? 1),
        paginate: () =>
          Pagination.make({ cursor: first, delivered, verifyTotal: listing.verifyTotal ?? true }),
        step: Effect.fnUntraced(function* (
          pagination: Pagination.Pagination,
          position: Pagination.Position,
        ) {
          const { cursor } = position;
          const [page, attempts] = yield* pages.fetch({ runId, cursor, pageSize, read });
          const { records, total } = page;
          const judged = pagination.step(position, page, records.length);
          if (Result.isFailure(judged)) {
            return yield* new PaginationError({ runId, cursor, attempts, ...judged.failure });
          }
          const next = judged.success;
          const nextCursor = Option.getOrUndefined(next)?.cursor;
          return [{ runId, cursor, nextCursor, records, total }, next] as const;
        }),
      };
    }).pipe(Result.mapError(refuse(requestedRun, listing.cursor)));

  const pagesOf = <A>(
    name: string,
    runId: RunId,
    listing: ListRecordsOptions<unknown>,
    read: PageReader.PageReader<A>,
  ): Stream.Stream<Page<A>, ListRecordsError> => {
    const opened = open(runId, listing, read);
    if (Result.isFailure(opened)) return Stream.fail(opened.failure);
    const { paginate, step, prefetch: ahead } = opened.success;
    // Each run of the stream is a listing of its own.
    const pages = Stream.suspend(() => {
      const pagination = paginate();
      return Stream.paginate(pagination.start, (position) =>
        Effect.map(step(pagination, position), ([page, next]) => [[page], next] as const),
      );
    });
    return (ahead === 0 ? pages : prefetch(pages, ahead)).pipe(
      Stream.withSpan(`ScorecardClient.${name}`, { attributes: { runId } }),
    );
  };

  const getPage: ScorecardClient["Service"]["getPage"] = Effect.fn("ScorecardClient.getPage")(
    function* (runId, listing = {}) {
      const { paginate, step } = yield* Effect.fromResult(
        open(runId, { ...listing, verifyTotal: false }, readerFor(listing)),
      );
      const pagination = paginate();
      const [page] = yield* step(pagination, pagination.start);
      return page;
    },
  );

  const listPages: ScorecardClient["Service"]["listPages"] = (runId, listing = {}) =>
    pagesOf("listPages", runId, listing, readerFor(listing));

  const listRecords: ScorecardClient["Service"]["listRecords"] = (runId, listing = {}) =>
    recordsOf(pagesOf("listRecords", runId, listing, readerFor(listing)));

  const listRecordResults: ScorecardClient["Service"]["listRecordResults"] = (
    runId,
    listing = {},
  ) => recordsOf(pagesOf("listRecordResults", runId, listing, resultReaderFor(listing)));

  const listRecordsOf: ScorecardClient["Service"]["listRecordsOf"] = (runIds, listing = {}) =>
    Result.match(Preconditions.concurrency(listing.concurrency ?? 4), {
      onFailure: (problem) => Stream.fail(refuse(RunId.make(""), undefined)(problem)),
      onSuccess: (concurrency) =>
        Stream.fromIterable(runIds).pipe(
          Stream.flatMap((runId) => listRecords(runId, listing), { concurrency }),
        ),
    });

  return ScorecardClient.of({ getPage, listPages, listRecords, listRecordResults, listRecordsOf });
});

// Page by page, not record by record; an empty page has no chunk to emit.
const recordsOf = <A>(pages: Stream.Stream<Page<A>, ListRecordsError>) =>
  pages.pipe(
    Stream.map(({ records }) => records),
    Stream.filter(Arr.isReadonlyArrayNonEmpty),
    Stream.flattenArray,
  );

/** A listing whose options are valid. */
interface Listing<A> {
  readonly prefetch: number;
  /** Starts the paging rules for one run of the stream. */
  readonly paginate: () => Pagination.Pagination;
  /** Fetches and judges the page at a position. */
  readonly step: (
    pagination: Pagination.Pagination,
    position: Pagination.Position,
  ) => Effect.Effect<
    readonly [page: Page<A>, next: Option.Option<Pagination.Position>],
    ListRecordsError
  >;
}

const readerFor = <A>({ as }: ListRecordsOptions<A>): PageReader.PageReader<A> =>
  as === undefined ? untyped(PageReader.records) : PageReader.typed(as);

const resultReaderFor = <A>({
  as,
}: ListRecordsOptions<A>): PageReader.PageReader<Result.Result<A, InvalidRecord>> =>
  as === undefined
    ? untyped(PageReader.results((record) => Result.succeed(record)))
    : PageReader.results((record) => PageReader.decodeAs(as, record));

// Without `as`, A is its default: the contract's record.
const untyped = <A>(reader: PageReader.PageReader<unknown>): PageReader.PageReader<A> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  reader as PageReader.PageReader<A>;
