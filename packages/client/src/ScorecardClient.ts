/** The client: lists a run's records as a `Stream`, page by page, checked and with typed errors. */
import {
  type Cursor,
  type RecordWithScores,
  type RunId,
  type TypedRecord,
} from "@scorecard-effect/contract";
import * as ApiConfig from "@scorecard-effect/contract/protocol/ApiConfig";
import * as ApiKey from "@scorecard-effect/contract/protocol/ApiKey";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import * as Arr from "effect/Array";
import * as Cause from "effect/Cause";
import * as Config from "effect/Config";
import * as Context from "effect/Context";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type * as Redacted from "effect/Redacted";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import * as SchemaIssue from "effect/SchemaIssue";
import * as Stream from "effect/Stream";
import * as HttpClient from "effect/http/HttpClient";
import type { RecordFailure } from "./diagnostics/Failure.ts";
import type { Redaction } from "./diagnostics/Redaction.ts";
import {
  fromFailure,
  InvalidRecord,
  InvalidRequest,
  type ListRecordsError,
} from "./diagnostics/ListRecordsError.ts";
import * as ClientSettings from "./listing/ClientSettings.ts";
import * as Listing from "./listing/Listing.ts";
// By name: with the namespace, the API report would list every module below.
import type { Page as ListedPage } from "./listing/Listing.ts";
import * as Preconditions from "./listing/Preconditions.ts";
import * as PageReader from "./page/PageReader.ts";
import type { RateLimit, RequestGate } from "./page/RequestGate.ts";
import type { RetryOptions, RetryPolicy } from "./page/RetryPolicy.ts";
import * as HttpClientTransport from "./transport/HttpClientTransport.ts";

/** One page of a run, with the cursor to resume after it: a checkpoint. */
export interface Page<out A = RecordWithScores> extends ListedPage<A> {}

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
   * Lists only the records that have every one of these tags: at most 50, none of them empty. A listing that resumes at
   * a cursor needs the same tags. Default: none, which lists all records.
   */
  readonly tags?: ReadonlyArray<string> | undefined;
  /**
   * How many records came before `cursor`, for a listing that resumes. With it, `verifyTotal` covers the whole run;
   * without it, a resumed listing cannot detect an early end. Above 0 it needs a `cursor`.
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
   * starts at the first record, or that knows how many records were `delivered` before. With `tags`, set it to false if
   * the service's `total` counts the whole run. Default true.
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
  "pageSize" | "cursor" | "tags" | "as"
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
  /**
   * How to retry transient failures: options of the default policy, a policy of your own, or `false` for not at all.
   */
  readonly retry?: RetryOptions | RetryPolicy | false | undefined;
  /** The longest body to read, in bytes after decompression. Default 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * The most requests in a window of time, over all listings of this client; or a gate of your own, to share a limit
   * with others. Default: no limit.
   */
  readonly rateLimit?: RateLimit | RequestGate | undefined;
  /** Headers to send with every request, beside the client's own. */
  readonly headers?: { readonly [name: string]: string } | undefined;
}

/** Options of a client whose key and base URL come from the configuration. */
export interface ScorecardClientConfig extends Omit<ScorecardClientOptions, "apiKey" | "baseUrl"> {
  /** The API key. Default: the variable `SCORECARD_API_KEY`. */
  readonly apiKey?: Config.Config<Redacted.Redacted> | undefined;
  /** The URL of the API. Default: the variable `SCORECARD_BASE_URL`, or else the production service. */
  readonly baseUrl?: Config.Config<string | URL> | undefined;
}

/** What a {@link ScorecardClient} does. */
export interface ScorecardClientService {
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
   * Every record of a run, each as a `Result`: a record that is malformed, or does not fit `as`, is a failure with its
   * path and reason, and the listing continues.
   */
  readonly listRecordResults: <A = RecordWithScores>(
    runId: RunId,
    options?: ListRecordsOptions<A>,
  ) => Stream.Stream<Result.Result<NoInfer<A>, InvalidRecord>, ListRecordsError>;
  /**
   * Every page of a run, with each record as a `Result`: the checkpoints of `listPages` for a caller that sets malformed
   * records aside.
   */
  readonly listPageResults: <A = RecordWithScores>(
    runId: RunId,
    options?: ListRecordsOptions<A>,
  ) => Stream.Stream<Page<Result.Result<NoInfer<A>, InvalidRecord>>, ListRecordsError>;
  /**
   * The records of many runs, several runs at a time: in order within a run, interleaved between runs. The first run
   * that fails ends the stream; its error says which run it was, and where to resume it.
   */
  readonly listRecordsOf: <A = RecordWithScores>(
    runIds: Iterable<RunId>,
    options?: ListRecordsOfOptions<A>,
  ) => Stream.Stream<NoInfer<A>, ListRecordsError>;
}

/**
 * Lists the records of Scorecard runs.
 *
 * Every record satisfies the contract. Each page that the service lists is delivered once and in order; anything else
 * that the service does is a {@link ListRecordsError} in the error channel, with a `cursor` to resume the listing from.
 * Transient failures are retried first. Options that cannot be sent, such as a malformed key or URL, fail the listing
 * with `InvalidRequest`.
 *
 * A client runs on any `HttpClient`: `FetchHttpClient` everywhere; `FetchTransport` (`@scorecard-effect/client/fetch`)
 * and, on Node, `UndiciTransport` (`@scorecard-effect/client/undici`) are faster.
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
 * }).pipe(
 *   // Errors are matched by tag, and by `kind` where one tag has several causes.
 *   Effect.catchTag("InvalidResponse", ({ kind, status }) =>
 *     Console.error(kind === "NotJson" ? `a proxy answered (${status})` : "the API has changed"),
 *   ),
 * );
 *
 * // Reads SCORECARD_API_KEY.
 * const Live = ScorecardClient.layerConfig().pipe(Layer.provide(FetchHttpClient.layer));
 *
 * const main = Effect.provide(program, Live);
 * ```
 */
export class ScorecardClient extends Context.Service<ScorecardClient, ScorecardClientService>()(
  "@scorecard-effect/client/ScorecardClient",
) {
  /**
   * Makes a client as a value, for programs that keep several. Malformed options do not fail here: each listing fails
   * with `InvalidRequest`.
   *
   * @example
   * ```ts
   * import { ScorecardClient } from "@scorecard-effect/client";
   * import type { RunId } from "@scorecard-effect/contract";
   * import { Effect, type Redacted, Stream } from "effect";
   *
   * // The key arrives with each request of a tenant; clients without a request in flight hold nothing.
   * const countRecords = (apiKey: Redacted.Redacted, runId: RunId) =>
   *   Effect.flatMap(ScorecardClient.make({ apiKey }), (client) =>
   *     Stream.runCount(client.listRecords(runId)),
   *   );
   * ```
   */
  static readonly make = (
    options: ScorecardClientOptions,
  ): Effect.Effect<ScorecardClientService, never, HttpClient.HttpClient> =>
    Effect.map(HttpClient.HttpClient, (http) => service(settingsOf(options, http)));

  /**
   * A client with the given options. Malformed options do not fail the layer: each listing fails with `InvalidRequest`.
   * A service reads its key from the configuration with {@link ScorecardClient.layerConfig}, and fails early.
   *
   * @example
   * ```ts
   * import { ScorecardClient } from "@scorecard-effect/client";
   * import { Redacted } from "effect";
   *
   * const Client = ScorecardClient.layer({
   *   apiKey: Redacted.make("ak_from_a_vault"),
   *   rateLimit: { requests: 10, window: "1 second" },
   * });
   * ```
   */
  static readonly layer = (
    options: ScorecardClientOptions,
  ): Layer.Layer<ScorecardClient, never, HttpClient.HttpClient> =>
    Layer.effect(ScorecardClient, ScorecardClient.make(options));

  /**
   * A client of a server that tells its own URL and key: in tests, `FakeScorecard` of `@scorecard-effect/fixtures`.
   *
   * @example
   * ```ts
   * import { ScorecardClient } from "@scorecard-effect/client";
   * import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
   * import { Layer } from "effect";
   *
   * const Fake = FakeScorecard.layer({ runs: [FakeRun.make({ records: 250 })] });
   * const Test = ScorecardClient.layerAt(FakeScorecard).pipe(Layer.provideMerge(Fake));
   * ```
   */
  static readonly layerAt = <E, R>(
    server: Effect.Effect<Pick<ScorecardClientOptions, "apiKey" | "baseUrl">, E, R>,
    options?: Omit<ScorecardClientOptions, "apiKey" | "baseUrl">,
  ): Layer.Layer<ScorecardClient, E, HttpClient.HttpClient | R> =>
    Layer.effect(
      ScorecardClient,
      Effect.flatMap(server, ({ apiKey, baseUrl }) =>
        ScorecardClient.make({ ...options, apiKey, baseUrl }),
      ),
    );

  /**
   * A client that reads its key and base URL from the configuration: by default from `SCORECARD_API_KEY`, and from
   * `SCORECARD_BASE_URL` (default: the production service). A missing key, and any malformed option, fails the layer
   * with a `ConfigError`.
   *
   * @example
   * ```ts
   * import { ScorecardClient } from "@scorecard-effect/client";
   * import { Config, Context, Layer } from "effect";
   *
   * // Two tenants, each with a key and a rate limit of its own.
   * class Acme extends Context.Service<Acme, ScorecardClient["Service"]>()("Acme") {}
   * class Globex extends Context.Service<Globex, ScorecardClient["Service"]>()("Globex") {}
   *
   * const clientOf = (variable: string) =>
   *   ScorecardClient.layerConfig({
   *     apiKey: Config.Redacted(variable),
   *     rateLimit: { requests: 10, window: "1 second" },
   *   });
   *
   * const Tenants = Layer.mergeAll(
   *   Layer.effect(Acme, ScorecardClient).pipe(Layer.provide(clientOf("ACME_API_KEY"))),
   *   Layer.effect(Globex, ScorecardClient).pipe(Layer.provide(clientOf("GLOBEX_API_KEY"))),
   * );
   * ```
   */
  static readonly layerConfig = ({
    apiKey,
    baseUrl,
    ...options
  }: ScorecardClientConfig = {}): Layer.Layer<
    ScorecardClient,
    Config.ConfigError,
    HttpClient.HttpClient
  > =>
    Layer.effect(
      ScorecardClient,
      Effect.gen(function* () {
        const configured = {
          ...options,
          apiKey: yield* apiKey === undefined
            ? checked(ApiConfig.names.apiKey, ApiConfig.apiKey, configuredKey)
            : checked("apiKey", apiKey, ApiKey.check),
          baseUrl: yield* baseUrl === undefined
            ? checked(ApiConfig.names.baseUrl, ApiConfig.baseUrl, ListRecordsRequest.baseUrl)
            : checked("baseUrl", baseUrl, ListRecordsRequest.baseUrl),
        };
        const settings = settingsOf(configured, yield* HttpClient.HttpClient);
        return Result.isSuccess(settings)
          ? service(settings)
          : yield* Effect.fail(configError(settings.failure));
      }),
    );
}

const configuredKey = (
  key: Option.Option<Redacted.Redacted>,
): Result.Result<Redacted.Redacted, string> =>
  Option.isNone(key) ? Result.fail("not set") : ApiKey.check(key.value);

const checked = <A, B>(
  name: string,
  config: Config.Config<A>,
  check: (value: A) => Result.Result<B, string>,
): Effect.Effect<B, Config.ConfigError> =>
  Effect.flatMap(config, (value) =>
    Result.match(check(value), {
      onFailure: (problem) => Effect.fail(configError(`${name}: ${problem}`)),
      onSuccess: (own) => Effect.succeed(own),
    }),
  );

const configError = (message: string): Config.ConfigError =>
  new Config.ConfigError(new Schema.SchemaError(new SchemaIssue.InvalidValue({ message })));

type Settings = Result.Result<ClientSettings.ClientSettings, string>;

const optionNames = [
  "apiKey",
  "baseUrl",
  "timeout",
  "retry",
  "maxBodyBytes",
  "rateLimit",
  "headers",
] satisfies ReadonlyArray<keyof ScorecardClientOptions>;

const listingNames = [
  "pageSize",
  "cursor",
  "tags",
  "delivered",
  "prefetch",
  "verifyTotal",
  "as",
] satisfies ReadonlyArray<keyof ListRecordsOptions>;

const settingsOf = (options: ScorecardClientOptions, http: HttpClient.HttpClient): Settings =>
  Result.flatMap(Preconditions.known(options, optionNames), () => {
    const { retry } = options;
    return ClientSettings.make(
      {
        ...options,
        // The caller's policy decides on errors, not on the plain failures below them.
        retry:
          typeof retry === "function"
            ? (failed) => retry({ ...failed, error: fromFailure(failed.error) })
            : retry,
      },
      HttpClientTransport.of(http),
    );
  });

const service = (settings: Settings): ScorecardClientService => {
  const open = <A>(
    runId: RunId,
    options: ListRecordsOptions<unknown>,
    names: ReadonlyArray<string>,
    reader: ReaderOf<A>,
  ) => Listing.open(settings, runId, options, names, reader);

  const pagesOf = <A>(
    name: string,
    runId: RunId,
    options: ListRecordsOptions<unknown>,
    reader: ReaderOf<A>,
  ): Stream.Stream<Page<A>, ListRecordsError> => {
    const opened = open(runId, options, listingNames, reader);
    if (Result.isFailure(opened)) return Stream.fail(new InvalidRequest(opened.failure));
    const { start } = opened.success;
    return Stream.unwrap(
      Effect.map(
        Effect.acquireRelease(start, ({ close }) => close),
        ({ next }) =>
          Stream.fromPull(
            Effect.succeed(
              Effect.flatMap(Effect.mapError(next, fromFailure), (page) =>
                page === undefined ? Cause.done() : Effect.succeed(Arr.of(page)),
              ),
            ),
          ),
      ),
    ).pipe(Stream.withSpan(`ScorecardClient.${name}`, { attributes: { runId } }));
  };

  const getPage: ScorecardClientService["getPage"] = Effect.fn("ScorecardClient.getPage")(
    function* (runId, options = {}) {
      const opened = open(runId, options, ["pageSize", "cursor", "tags", "as"], readerFor(options));
      if (Result.isFailure(opened)) return yield* new InvalidRequest(opened.failure);
      return yield* Effect.mapError(opened.success.first, fromFailure);
    },
  );

  const listPages: ScorecardClientService["listPages"] = (runId, options = {}) =>
    pagesOf("listPages", runId, options, readerFor(options));

  const listRecords: ScorecardClientService["listRecords"] = (runId, options = {}) =>
    recordsOf(pagesOf("listRecords", runId, options, readerFor(options)));

  const listRecordResults: ScorecardClientService["listRecordResults"] = (runId, options = {}) =>
    recordsOf(pagesOf("listRecordResults", runId, options, resultReaderFor(options)));

  const listPageResults: ScorecardClientService["listPageResults"] = (runId, options = {}) =>
    pagesOf("listPageResults", runId, options, resultReaderFor(options));

  const listRecordsOf: ScorecardClientService["listRecordsOf"] = (runIds, options = {}) => {
    const { concurrency = 4, ...listing } = options;
    const valid = Preconditions.concurrency(concurrency);
    return Result.isFailure(valid)
      ? Stream.fail(
          new InvalidRequest({ runId: Listing.noRun, attempts: 0, problem: valid.failure }),
        )
      : Stream.fromIterable(runIds).pipe(
          Stream.flatMap((runId) => listRecords(runId, listing), { concurrency: valid.success }),
        );
  };

  return { getPage, listPages, listRecords, listRecordResults, listPageResults, listRecordsOf };
};

// Page by page, not record by record; an empty page has no chunk to emit.
const recordsOf = <A>(pages: Stream.Stream<Page<A>, ListRecordsError>) =>
  pages.pipe(
    Stream.map(({ records }) => records),
    Stream.filter(Arr.isReadonlyArrayNonEmpty),
    Stream.flattenArray,
  );

/** Makes a reader of pages that quotes nothing secret. */
type ReaderOf<A> = (redaction: Redaction) => PageReader.PageReader<A>;

const readerFor =
  <A>({ as }: ListRecordsOptions<A>): ReaderOf<A> =>
  (redaction) =>
    as === undefined ? untyped(PageReader.records) : PageReader.typed(as, redaction);

const resultReaderFor =
  <A>({ as }: ListRecordsOptions<A>): ReaderOf<Result.Result<A, InvalidRecord>> =>
  (redaction) =>
    as === undefined
      ? untyped(PageReader.each(toResult, redaction))
      : PageReader.eachTyped(as, toResult, redaction);

const toResult = <A>(read: Result.Result<A, RecordFailure>): Result.Result<A, InvalidRecord> =>
  Result.mapError(read, (failure) => new InvalidRecord(failure));

// Without `as`, A is its default: the contract's record.
const untyped = <A>(reader: PageReader.PageReader<unknown>): PageReader.PageReader<A> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  reader as PageReader.PageReader<A>;
