/** The client: a run's records as a `Stream`, page by page, checked and with typed errors. */
import {
  type Cursor,
  maxLimit,
  productionUrl,
  type RecordWithScores,
  RunId,
  type TypedRecord,
} from "@scorecard-effect/contract";
import * as Arr from "effect/Array";
import * as Config from "effect/Config";
import * as Context from "effect/Context";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import * as SchemaIssue from "effect/SchemaIssue";
import * as Stream from "effect/Stream";
import * as HttpClient from "effect/http/HttpClient";
import type { InvalidRecord } from "./InvalidRecord.ts";
import { InvalidRequest, type ListRecordsError, PaginationError } from "./ListRecordsError.ts";
import type { RateLimit, RequestGate } from "./RequestGate.ts";
import * as PageFetch from "./PageFetch.ts";
import * as PageReader from "./PageReader.ts";
import * as PageRequest from "./PageRequest.ts";
import * as Pagination from "./Pagination.ts";
import * as Preconditions from "./Preconditions.ts";
import { prefetch } from "./Prefetch.ts";
import * as Quote from "./Quote.ts";
import type { RetryOptions, RetryPolicy } from "./RetryPolicy.ts";

/** One page of a run, with what is needed to go on after it: a checkpoint. */
export interface Page<out A = RecordWithScores> {
  /** The run that is listed. */
  readonly runId: RunId;
  /** The cursor that fetched this page; undefined for the first page of the run. */
  readonly cursor: Cursor | undefined;
  /** The cursor that fetches the page after this one; undefined when this is the last. */
  readonly nextCursor: Cursor | undefined;
  /** The records of this page, in listing order. Fields that the contract does not know are kept. */
  readonly records: ReadonlyArray<A>;
  /** How many records the run holds in all, where the service says so. */
  readonly total: number | undefined;
}

/** How a run is listed. */
export interface ListRecordsOptions<out A = RecordWithScores> {
  /** Records a page: a whole number from 1 to 100. Default 100, the fewest round trips. */
  readonly pageSize?: number | undefined;
  /** Where to begin: the `cursor` of an error or the `nextCursor` of a {@link Page}. Default: the start of the run. */
  readonly cursor?: Cursor | undefined;
  /**
   * How many records came before `cursor`, for a listing that resumes one: with it, `verifyTotal` holds for
   * the run as a whole. Left out, a resumed listing cannot tell an early end.
   */
  readonly delivered?: number | undefined;
  /**
   * How many pages are fetched ahead while the consumer works on the one it was handed: a whole number, 0 or
   * above; from 1,000 on it is 1,000. Default 1. With 0 a page is asked for when it is needed. A failure of a
   * page fetched ahead comes after every record before it.
   */
  readonly prefetch?: number | undefined;
  /**
   * Whether a listing fails when it ends with fewer records than the last page's `total`: one begun at the
   * start, or one that knows how many records were `delivered` before. Default true.
   */
  readonly verifyTotal?: boolean | undefined;
  /** Gives the records the types of a described run: see `TypedRecord` of the contract. Default: as the contract has them. */
  readonly as?: TypedRecord.Reader<A> | undefined;
}

/** How many runs are listed. */
export interface ListRecordsOfOptions<out A = RecordWithScores> extends Omit<
  ListRecordsOptions<A>,
  "cursor" | "delivered"
> {
  /** How many runs are listed at the same time: a whole number, 1 or above. Default 4. */
  readonly concurrency?: number | undefined;
}

/** How a single page is fetched. */
export type GetPageOptions<A = RecordWithScores> = Pick<
  ListRecordsOptions<A>,
  "pageSize" | "cursor" | "as"
>;

/** How a client is made. */
export interface ScorecardClientOptions {
  /** The API key. It starts with `ak_`. */
  readonly apiKey: Redacted.Redacted;
  /** Where the API is served. Default: the production service. */
  readonly baseUrl?: string | URL | undefined;
  /**
   * How long an attempt at a page may take, body included: a duration above zero, such as `"60 seconds"`, the
   * default. Infinite is allowed.
   */
  readonly timeout?: Duration.Input | undefined;
  /** How failures that may pass are retried: options of the default policy, or a policy of your own. */
  readonly retry?: RetryOptions | RetryPolicy | undefined;
  /** The longest body to read, in bytes, decompressed. Default 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * The most requests in a window of time, over all listings of this client; or what says when a request may be sent, for a
   * limit that others share. Default: no limit.
   */
  readonly rateLimit?: RateLimit | RequestGate | undefined;
}

/**
 * Lists the records of Scorecard runs.
 *
 * Every record that comes out satisfies the contract. Each page that the service lists is delivered once and
 * in order; whatever else the service does is an error of {@link ListRecordsError} in the error channel, from
 * whose `cursor` the listing can be resumed. Failures that may pass are retried first. Whatever cannot be
 * sent, a malformed key or URL included, is an `InvalidRequest` of the listing.
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
    /** Fetches one page. One that announces more without a usable cursor is a `PaginationError` here too. */
    readonly getPage: <A = RecordWithScores>(
      runId: RunId,
      options?: GetPageOptions<A>,
    ) => Effect.Effect<Page<NoInfer<A>>, ListRecordsError>;
    /**
     * Every page of a run, in order: a checkpoint each. Empty pages are pages too.
     */
    readonly listPages: <A = RecordWithScores>(
      runId: RunId,
      options?: ListRecordsOptions<A>,
    ) => Stream.Stream<Page<NoInfer<A>>, ListRecordsError>;
    /**
     * Every record that the service lists for a run, in order. Nothing is asked for before the first record
     * is pulled.
     */
    readonly listRecords: <A = RecordWithScores>(
      runId: RunId,
      options?: ListRecordsOptions<A>,
    ) => Stream.Stream<NoInfer<A>, ListRecordsError>;
    /**
     * Every record of a run, each as a `Result`: one that is malformed, or does not fit `as`, is a failure with
     * its path and reason, and the listing goes on.
     */
    readonly listRecordResults: <A = RecordWithScores>(
      runId: RunId,
      options?: ListRecordsOptions<A>,
    ) => Stream.Stream<Result.Result<NoInfer<A>, InvalidRecord>, ListRecordsError>;
    /**
     * The records of many runs, several runs at a time: in order within a run, interleaved between runs. The
     * first run that fails ends the stream; its error says which it was, and where to resume it.
     */
    readonly listRecordsOf: <A = RecordWithScores>(
      runIds: Iterable<RunId>,
      options?: ListRecordsOfOptions<A>,
    ) => Stream.Stream<NoInfer<A>, ListRecordsError>;
  }
>()("@scorecard-effect/client/ScorecardClient") {
  /**
   * A client with the given key and base URL, on whatever `HttpClient` is provided: `FetchHttpClient`
   * everywhere, `NodeHttpClient.layerUndici` on Node, the transport of `@scorecard-effect/client/undici` for speed there.
   *
   * Malformed options do not fail the layer: each listing fails with `InvalidRequest`.
   */
  static readonly layer = (
    options: ScorecardClientOptions,
  ): Layer.Layer<ScorecardClient, never, HttpClient.HttpClient> =>
    Layer.effect(ScorecardClient, make(options));

  /**
   * A client whose key and base URL are read from the configuration: `SCORECARD_API_KEY`, and
   * `SCORECARD_BASE_URL` (default: the production service). A key or URL that is missing or malformed
   * fails the layer with a `ConfigError`.
   */
  static readonly layerConfig = (
    options: Omit<ScorecardClientOptions, "apiKey" | "baseUrl"> = {},
  ): Layer.Layer<ScorecardClient, Config.ConfigError, HttpClient.HttpClient> =>
    Layer.unwrap(
      Effect.map(
        Effect.all({
          apiKey: checked(
            "SCORECARD_API_KEY",
            Config.option(Config.Redacted("SCORECARD_API_KEY")),
            Option.match({ onNone: () => Result.fail("not set"), onSome: Preconditions.apiKey }),
          ),
          baseUrl: checked(
            "SCORECARD_BASE_URL",
            Config.String("SCORECARD_BASE_URL").pipe(Config.withDefault(productionUrl)),
            Preconditions.baseUrl,
          ),
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
  readonly endpoint: Omit<PageRequest.Endpoint, "http">;
  readonly policy: RetryPolicy;
  readonly gate: RequestGate;
}

const settingsOf = (options: ScorecardClientOptions): Result.Result<Settings, string> =>
  Result.gen(function* () {
    const apiKey = yield* Preconditions.apiKey(options.apiKey);
    const endpoint = {
      apiKey,
      redact: Quote.redactor(apiKey),
      request: PageRequest.headed(apiKey),
      baseUrl: yield* Preconditions.baseUrl(options.baseUrl ?? productionUrl),
      timeout: yield* Preconditions.timeout(options.timeout ?? "60 seconds"),
      maxBodyBytes: yield* Preconditions.maxBodyBytes(options.maxBodyBytes ?? 64 * 2 ** 20),
    };
    const policy = yield* Preconditions.retry(options.retry ?? {});
    const gate = yield* Preconditions.requestGate(options.rateLimit);
    return { endpoint, policy, gate };
  });

// As many as fetch follows (Fetch Standard, "HTTP-redirect fetch").
const maxRedirects = 20;

const make = Effect.fnUntraced(function* (options: ScorecardClientOptions) {
  // Transports that follow redirects themselves never show one; none takes the key to another origin.
  const http = HttpClient.followRedirects(yield* HttpClient.HttpClient, maxRedirects);
  const settings = settingsOf(options);

  // What was refused may be no string at all, or the key by mistake.
  const quotable = <S extends string>(value: S | undefined): S | undefined =>
    typeof value === "string" &&
    !(
      Result.isSuccess(settings) && value.includes(Redacted.value(settings.success.endpoint.apiKey))
    )
      ? value
      : undefined;

  const refused = (runId: RunId, cursor: Cursor | undefined) => (problem: string) =>
    new InvalidRequest({
      runId: quotable(runId) ?? RunId.make(""),
      cursor: quotable(cursor),
      attempts: 0,
      problem,
    });

  // Checks what was asked for, then says how to fetch and judge any page of that listing.
  const open = <A>(
    asked: RunId,
    listing: ListRecordsOptions<unknown>,
    read: PageReader.PageReader<A>,
  ): Result.Result<Listing<A>, InvalidRequest> =>
    Result.gen(function* () {
      const { endpoint, policy, gate } = yield* settings;
      const runId = yield* Preconditions.runId(asked, endpoint.apiKey);
      const first =
        listing.cursor === undefined
          ? undefined
          : yield* Preconditions.cursor(listing.cursor, endpoint.apiKey);
      const delivered =
        listing.delivered === undefined
          ? undefined
          : yield* Preconditions.delivered(listing.delivered);
      const pageSize = yield* Preconditions.pageSize(listing.pageSize ?? maxLimit);
      yield* Preconditions.reader(listing.as);
      const ahead = yield* Preconditions.prefetch(listing.prefetch ?? 1);
      const pages = PageFetch.make({ ...endpoint, http }, gate, policy);
      return {
        ahead,
        start: Pagination.start({
          cursor: first,
          delivered,
          verifyTotal: listing.verifyTotal ?? true,
        }),
        step: Effect.fnUntraced(function* (state: Pagination.State) {
          const { cursor } = state;
          const { page, attempts } = yield* pages.fetch({ runId, cursor, pageSize, read });
          const next = yield* Effect.fromResult(Pagination.step(state, page)).pipe(
            Effect.mapError(
              (violation) => new PaginationError({ runId, cursor, attempts, ...violation }),
            ),
          );
          const nextCursor = Option.getOrUndefined(next)?.cursor;
          return [
            { runId, cursor, nextCursor, records: page.records, total: page.total },
            next,
          ] as const;
        }),
      };
    }).pipe(Result.mapError(refused(asked, listing.cursor)));

  const pagesOf = <A>(
    name: string,
    runId: RunId,
    listing: ListRecordsOptions<unknown>,
    read: PageReader.PageReader<A>,
  ): Stream.Stream<Page<A>, ListRecordsError> => {
    const opened = open(runId, listing, read);
    if (Result.isFailure(opened)) return Stream.fail(opened.failure);
    const { start, step, ahead } = opened.success;
    const pages = Stream.paginate(start, (state) =>
      Effect.map(step(state), ([page, next]) => [[page], next] as const),
    );
    return (ahead === 0 ? pages : prefetch(pages, ahead)).pipe(
      Stream.withSpan(`ScorecardClient.${name}`, { attributes: { runId } }),
    );
  };

  const getPage: ScorecardClient["Service"]["getPage"] = Effect.fn("ScorecardClient.getPage")(
    function* (runId, listing = {}) {
      const { start, step } = yield* Effect.fromResult(
        open(runId, { ...listing, verifyTotal: false }, readerFor(listing)),
      );
      const [page] = yield* step(start);
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
      onFailure: (problem) => Stream.fail(refused(RunId.make(""), undefined)(problem)),
      onSuccess: (concurrency) =>
        Stream.fromIterable(runIds).pipe(
          Stream.flatMap((runId) => listRecords(runId, listing), { concurrency }),
        ),
    });

  return ScorecardClient.of({ getPage, listPages, listRecords, listRecordResults, listRecordsOf });
});

// Page by page, not record by record: an empty page has no chunk to hand on.
const recordsOf = <A>(pages: Stream.Stream<Page<A>, ListRecordsError>) =>
  pages.pipe(
    Stream.map(({ records }) => records),
    Stream.filter(Arr.isReadonlyArrayNonEmpty),
    Stream.flattenArray,
  );

/** A listing that can begin. */
interface Listing<A> {
  readonly ahead: number;
  readonly start: Pagination.State;
  readonly step: (
    state: Pagination.State,
  ) => Effect.Effect<
    readonly [page: Page<A>, next: Option.Option<Pagination.State>],
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

// Without a description, A is what it defaults to: the contract's record.
const untyped = <A>(reader: PageReader.PageReader<unknown>): PageReader.PageReader<A> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  reader as PageReader.PageReader<A>;
