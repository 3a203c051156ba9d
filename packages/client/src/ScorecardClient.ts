/** The client: a run's records as a `Stream`, page by page, checked and with typed errors. */
import {
  type Cursor,
  maxLimit,
  productionUrl,
  type RecordWithScores,
  RunId,
} from "@scorecard-effect/contract";
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
import { InvalidRequest, type ListRecordsError, PaginationError } from "./ListRecordsError.ts";
import { type Endpoint, fetchPage } from "./PageRequest.ts";
import * as Pagination from "./Pagination.ts";
import * as Preconditions from "./Preconditions.ts";

/** One page of a run, with what is needed to go on after it: a checkpoint. */
export interface Page {
  /** The run that is listed. */
  readonly runId: RunId;
  /** The cursor that fetched this page; undefined for the first page of the run. */
  readonly cursor: Cursor | undefined;
  /** The cursor that fetches the page after this one; undefined when this is the last. */
  readonly nextCursor: Cursor | undefined;
  /** The records of this page, in listing order. Fields that the contract does not know are kept. */
  readonly records: ReadonlyArray<RecordWithScores>;
  /** How many records the run holds in all, where the service says so. */
  readonly total: number | undefined;
}

/** How a run is listed. */
export interface ListRecordsOptions {
  /** Records a page: a whole number from 1 to 100. Default 100, the fewest round trips. */
  readonly pageSize?: number | undefined;
  /** Where to begin: the `cursor` of an error or the `nextCursor` of a {@link Page}. Default: the start of the run. */
  readonly cursor?: Cursor | undefined;
  /**
   * Whether a listing begun at the start fails when it ends with fewer records than the last page's
   * `total`. Default true.
   */
  readonly verifyTotal?: boolean | undefined;
}

/** How a single page is fetched. */
export type GetPageOptions = Pick<ListRecordsOptions, "pageSize" | "cursor">;

/** How a client is made. */
export interface ScorecardClientOptions {
  /** The API key. It starts with `ak_`. */
  readonly apiKey: Redacted.Redacted;
  /** Where the API is served. Default: the production service. */
  readonly baseUrl?: string | URL | undefined;
  /**
   * How long a page may take, body included: a duration above zero, such as `"60 seconds"`, the default.
   * One that is malformed is an {@link InvalidRequest} of each listing.
   */
  readonly timeout?: Duration.Input | undefined;
}

/**
 * Lists the records of Scorecard runs.
 *
 * Every record that comes out satisfies the contract. Each page that the service lists is delivered once and
 * in order; whatever else the service does is an error of {@link ListRecordsError} in the error channel, from
 * whose `cursor` the listing can be resumed.
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
    readonly getPage: (
      runId: RunId,
      options?: GetPageOptions,
    ) => Effect.Effect<Page, ListRecordsError>;
    /**
     * Every page of a run, in order, fetched when it is asked for. Empty pages are pages too.
     */
    readonly listPages: (
      runId: RunId,
      options?: ListRecordsOptions,
    ) => Stream.Stream<Page, ListRecordsError>;
    /**
     * Every record that the service lists for a run, in order. Pages are fetched when their first record is
     * asked for: `Stream.take(5)` sends one request.
     */
    readonly listRecords: (
      runId: RunId,
      options?: ListRecordsOptions,
    ) => Stream.Stream<RecordWithScores, ListRecordsError>;
  }
>()("@scorecard-effect/client/ScorecardClient") {
  /**
   * A client with the given key and base URL, on whatever `HttpClient` is provided: `FetchHttpClient`
   * everywhere, `NodeHttpClient.layerUndici` for speed on Node.
   *
   * A malformed key or URL does not fail the layer: each listing fails with {@link InvalidRequest}.
   */
  static readonly layer = (
    options: ScorecardClientOptions,
  ): Layer.Layer<ScorecardClient, never, HttpClient.HttpClient> =>
    Layer.effect(
      ScorecardClient,
      Effect.map(HttpClient.HttpClient, (http) => make(http, options)),
    );

  /**
   * A client whose key and base URL are read from the configuration: `SCORECARD_API_KEY`, and
   * `SCORECARD_BASE_URL` (default: the production service). A key or URL that is missing or malformed
   * fails the layer with a `ConfigError`.
   */
  static readonly layerConfig = (
    options: Pick<ScorecardClientOptions, "timeout"> = {},
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

const make = (
  http: HttpClient.HttpClient,
  options: ScorecardClientOptions,
): ScorecardClient["Service"] => {
  const endpoint: Result.Result<Endpoint, string> = Result.gen(function* () {
    const apiKey = yield* Preconditions.apiKey(options.apiKey);
    const baseUrl = yield* Preconditions.baseUrl(options.baseUrl ?? productionUrl);
    const timeout = yield* Preconditions.timeout(options.timeout ?? "60 seconds");
    return { http, apiKey, baseUrl, timeout };
  });

  // What was refused may be no string at all, or the key by mistake.
  const quotable = <A extends string>(value: A | undefined): A | undefined =>
    typeof value === "string" &&
    !(Result.isSuccess(endpoint) && value.includes(Redacted.value(endpoint.success.apiKey)))
      ? value
      : undefined;

  // Checks what was asked for, then says how to fetch and judge any page of that listing.
  const open = (
    asked: RunId,
    listing: ListRecordsOptions,
  ): Effect.Effect<
    (state: Pagination.State) => Effect.Effect<Step, ListRecordsError>,
    InvalidRequest
  > =>
    Result.gen(function* () {
      const ready = yield* endpoint;
      const runId = yield* Preconditions.runId(asked, ready.apiKey);
      if (listing.cursor !== undefined) yield* Preconditions.cursor(listing.cursor, ready.apiKey);
      const pageSize = yield* Preconditions.pageSize(listing.pageSize ?? maxLimit);
      return Effect.fnUntraced(function* (state: Pagination.State) {
        const { cursor } = state;
        const page = yield* fetchPage(ready, { runId, cursor, pageSize });
        const next = yield* Effect.fromResult(Pagination.step(state, page)).pipe(
          Effect.mapError(
            (violation) => new PaginationError({ runId, cursor, attempts: 1, ...violation }),
          ),
        );
        const nextCursor = Option.getOrUndefined(next)?.cursor;
        return [
          { runId, cursor, nextCursor, records: page.data, total: page.total },
          next,
        ] as const;
      });
    }).pipe(
      Result.mapError(
        (problem) =>
          new InvalidRequest({
            runId: quotable(asked) ?? RunId.make(""),
            cursor: quotable(listing.cursor),
            attempts: 0,
            problem,
          }),
      ),
      Effect.fromResult,
    );

  const getPage = Effect.fn("ScorecardClient.getPage")(function* (
    runId: RunId,
    listing: GetPageOptions = {},
  ) {
    const fetch = yield* open(runId, listing);
    const [page] = yield* fetch(Pagination.start({ cursor: listing.cursor, verifyTotal: false }));
    return page;
  });

  const paginate = <A>(
    runId: RunId,
    listing: ListRecordsOptions,
    emit: (page: Page) => ReadonlyArray<A>,
  ): Stream.Stream<A, ListRecordsError> =>
    Stream.unwrap(
      Effect.map(open(runId, listing), (fetch) =>
        Stream.paginate(
          Pagination.start({ cursor: listing.cursor, verifyTotal: listing.verifyTotal ?? true }),
          (state) => Effect.map(fetch(state), ([page, next]) => [emit(page), next] as const),
        ),
      ),
    );

  const listPages: ScorecardClient["Service"]["listPages"] = (runId, listing = {}) =>
    paginate(runId, listing, (page) => [page]);

  const listRecords: ScorecardClient["Service"]["listRecords"] = (runId, listing = {}) =>
    paginate(runId, listing, (page) => page.records);

  return ScorecardClient.of({ getPage, listPages, listRecords });
};

type Step = readonly [page: Page, next: Option.Option<Pagination.State>];
