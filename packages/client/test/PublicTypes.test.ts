// The client's types as users see them. The type check judges them: both `pnpm check` and `pnpm test` run it.
import {
  type ApiError,
  BooleanScore,
  type Cursor,
  type RecordWithScores,
  type RunId,
  TypedRecord,
} from "@scorecard-effect/contract";
import { describe, expectTypeOf, it } from "@effect/vitest";
import { type Config, type Effect, type Layer, type Result, Schema, type Stream } from "effect";
import type { HttpClient } from "effect/http";
import * as Client from "../src/index.ts";
import type * as Promised from "../src/promise.ts";
import { createClient } from "../src/promise.ts";

/** A type without the brands of ids: each text is a plain string, and each member is kept. */
type Unbranded<T> = T extends string
  ? string
  : T extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Unbranded<Item>>
    : T extends object
      ? { [Key in keyof T]: Unbranded<T[Key]> }
      : T;

type Service = Client.ScorecardClient["Service"];
type Failures =
  | Client.Unauthenticated
  | Client.RequestRejected
  | Client.RateLimited
  | Client.ServiceError
  | Client.TransportError
  | Client.RequestTimeout
  | Client.InvalidResponse
  | Client.RecordMismatch
  | Client.PaginationError
  | Client.InvalidRequest;

// Never called: only its types matter.
const misuseClients = (client: Service, promised: Promised.Client, runId: RunId) => [
  // @ts-expect-error: the option is `pageSize`.
  client.listRecords(runId, { limit: 10 }),
  // @ts-expect-error: many runs do not share a cursor.
  client.listRecordsOf([runId], { cursor: "a" }),
  // @ts-expect-error: a plain string is not a run id.
  client.listRecords("135"),
  // @ts-expect-error: an Effect is interrupted, not aborted by a signal.
  client.getPage(runId, { signal: new AbortController().signal }),
  // @ts-expect-error: a schema is not the description of a run.
  client.listRecords(runId, { as: Schema.Unknown }),
  // @ts-expect-error: nor of many runs.
  client.listRecordsOf([runId], { as: Schema.Unknown }),
  // @ts-expect-error: nor in the promise client.
  promised.listRecords("135", { as: Schema.Unknown }),
  // @ts-expect-error: only `as` gives records another type.
  promised.listRecords("135") satisfies Promised.Listing<{ readonly mine: true }>,
  // @ts-expect-error: also where the options are a variable.
  promised.toArray("135", {}) satisfies Promise<Array<{ readonly mine: true }>>,
  // @ts-expect-error: the option is `pageSize` in the promise client too.
  promised.listRecords("135", { limit: 10 }),
  // @ts-expect-error: getPage does not prefetch.
  promised.getPage("135", { prefetch: 1 }),
  // @ts-expect-error: an array is not a run id.
  promised.listRecords(["135"]),
  // @ts-expect-error: the API key is required.
  Client.ScorecardClient.layer({}),
  // @ts-expect-error: the API key is Redacted, because a plain string may be printed.
  Client.ScorecardClient.layer({ apiKey: "ak_1" }),
  // @ts-expect-error: there is no such option.
  createClient({ apiKey: "ak_1", retries: 3 }),
];

const readId = ({ id }: Promised.RecordWithScores) => ({ _tag: "Success" as const, success: id });

/** A program's own function may pass its options on. */
const passOn = <A>(
  promised: Promised.Client,
  options?: Promised.ListOptions<A>,
): Promised.Listing<A> => promised.listRecords("135", options);

describe("public types", () => {
  it("name every error of a listing, and require no service", () => {
    expectTypeOf<Effect.Error<ReturnType<Service["getPage"]>>>().toEqualTypeOf<Failures>();
    expectTypeOf<Effect.Services<ReturnType<Service["getPage"]>>>().toEqualTypeOf<never>();
    expectTypeOf<Stream.Error<ReturnType<Service["listPages"]>>>().toEqualTypeOf<Failures>();
    expectTypeOf<Stream.Error<ReturnType<Service["listRecords"]>>>().toEqualTypeOf<Failures>();
    expectTypeOf<
      Stream.Error<ReturnType<Service["listRecordResults"]>>
    >().toEqualTypeOf<Failures>();
    expectTypeOf<Stream.Error<ReturnType<Service["listRecordsOf"]>>>().toEqualTypeOf<Failures>();
    expectTypeOf<Stream.Services<ReturnType<Service["listRecords"]>>>().toEqualTypeOf<never>();
  });

  it("reject ids of another kind and options of another type", () => {
    expectTypeOf<Cursor>().not.toExtend<RunId>();
    expectTypeOf<string>().not.toExtend<RunId>();
    expectTypeOf<{ pageSize: string }>().not.toExtend<Client.ListRecordsOptions>();
    expectTypeOf<{ tags: string }>().not.toExtend<Client.ListRecordsOptions>();
    expectTypeOf<{ tags: string }>().not.toExtend<Promised.ListOptions>();
    expectTypeOf<{ cursor: RunId }>().not.toExtend<Client.ListRecordsOptions>();
    expectTypeOf<keyof Client.ListRecordsOfOptions>().toEqualTypeOf<
      "pageSize" | "tags" | "prefetch" | "verifyTotal" | "as" | "concurrency"
    >();
  });

  it("give invalid records as plain results in the promise client", () => {
    expectTypeOf<Promised.Client["listRecordResults"]>().returns.toExtend<
      Promised.Listing<Promised.RecordResult<unknown>>
    >();
  });

  it("pass the options of a program's own function on, in the promise client", () => {
    expectTypeOf(passOn<string>).returns.toEqualTypeOf<Promised.Listing<string>>();
  });

  it("reject unknown options and incomplete calls", () => {
    expectTypeOf(misuseClients).toBeFunction();
  });

  it("infer the records of a described run, in both clients", () => {
    const Support = TypedRecord.make({
      inputs: Schema.Struct({ question: Schema.String }),
      scores: { "a1b2c3d4-e5f6-7890-1234-567890abcdef": BooleanScore },
    });
    type Support = TypedRecord.Type<typeof Support>;
    const use = (client: Service, promised: Promised.Client, runId: RunId) => ({
      plain: client.listRecords(runId),
      typed: client.listRecords(runId, { as: Support }),
      results: client.listRecordResults(runId, { as: Support }),
      pages: client.listPages(runId, { as: Support }),
      many: client.listRecordsOf([runId], { as: Support }),
      manyPlain: client.listRecordsOf([runId]),
      array: promised.toArray("135", { as: Support }),
      arrayPlain: promised.toArray("135", { pageSize: 5 }),
      page: promised.getPage("135", { as: Support }),
      pagePlain: promised.getPage("135"),
      listing: promised.listRecords("135", { as: Support }),
      listingPlain: promised.listRecords("135", undefined),
      listingOfPages: promised.listPages("135", { as: Support }),
      listingOfResults: promised.listRecordResults("135", { as: Support }),
      own: promised.listRecords("135", { as: { decode: readId } }),
    });
    type Used = ReturnType<typeof use>;
    expectTypeOf<Stream.Success<Used["plain"]>>().toEqualTypeOf<RecordWithScores>();
    expectTypeOf<Stream.Success<Used["typed"]>>().toEqualTypeOf<Support>();
    expectTypeOf<Stream.Success<Used["results"]>>().toEqualTypeOf<
      Result.Result<Support, Client.InvalidRecord>
    >();
    expectTypeOf<Stream.Success<Used["pages"]>>().toEqualTypeOf<Client.Page<Support>>();
    expectTypeOf<Stream.Success<Used["many"]>>().toEqualTypeOf<Support>();
    expectTypeOf<Stream.Success<Used["manyPlain"]>>().toEqualTypeOf<RecordWithScores>();
    expectTypeOf<Used["array"]>().toEqualTypeOf<Promise<Array<Support>>>();
    expectTypeOf<Used["arrayPlain"]>().toEqualTypeOf<Promise<Array<Promised.RecordWithScores>>>();
    expectTypeOf<Used["page"]>().toEqualTypeOf<Promise<Promised.Page<Support>>>();
    expectTypeOf<Used["pagePlain"]>().toEqualTypeOf<Promise<Promised.Page>>();
    expectTypeOf<Used["listing"]>().toEqualTypeOf<Promised.Listing<Support>>();
    expectTypeOf<Used["listingPlain"]>().toEqualTypeOf<
      Promised.Listing<Promised.RecordWithScores>
    >();
    expectTypeOf<Used["listingOfPages"]>().toEqualTypeOf<
      Promised.Listing<Promised.Page<Support>>
    >();
    expectTypeOf<Used["listingOfResults"]>().toEqualTypeOf<
      Promised.Listing<Promised.RecordResult<Support>>
    >();
    expectTypeOf<Used["own"]>().toEqualTypeOf<Promised.Listing<string>>();
    expectTypeOf<Support["inputs"]>().toEqualTypeOf<{ readonly question: string }>();
  });

  it("name what a layer requires, and how it fails", () => {
    expectTypeOf(Client.ScorecardClient.layer).returns.toEqualTypeOf<
      Layer.Layer<Client.ScorecardClient, never, HttpClient.HttpClient>
    >();
    expectTypeOf(Client.ScorecardClient.layerConfig).returns.toEqualTypeOf<
      Layer.Layer<Client.ScorecardClient, Config.ConfigError, HttpClient.HttpClient>
    >();
  });

  it("distinguish errors by tag, in the promise client too", () => {
    expectTypeOf<Failures["_tag"]>().toEqualTypeOf<
      | "Unauthenticated"
      | "RequestRejected"
      | "RateLimited"
      | "ServiceError"
      | "TransportError"
      | "RequestTimeout"
      | "InvalidResponse"
      | "RecordMismatch"
      | "PaginationError"
      | "InvalidRequest"
    >();
    expectTypeOf<Promised.ListRecordsError["_tag"]>().toEqualTypeOf<Failures["_tag"]>();
    expectTypeOf<keyof Promised.ListOptions>().toEqualTypeOf<
      "as" | "cursor" | "delivered" | "pageSize" | "prefetch" | "signal" | "tags" | "verifyTotal"
    >();
    expectTypeOf<keyof Promised.ClientOptions>().toEqualTypeOf<
      | "apiKey"
      | "baseUrl"
      | "dispatcher"
      | "fetch"
      | "headers"
      | "log"
      | "maxBodyBytes"
      | "rateLimit"
      | "retry"
      | "timeout"
    >();
    expectTypeOf<Promised.ClientOptions["apiKey"]>().toEqualTypeOf<string | undefined>();
    // The contract's own records are those of the promise client, with brands on their ids.
    expectTypeOf<RecordWithScores>().toExtend<Promised.RecordWithScores>();
    expectTypeOf<Unbranded<RecordWithScores>>().toEqualTypeOf<Promised.RecordWithScores>();
    expectTypeOf<Unbranded<ApiError>>().toEqualTypeOf<Promised.ApiError>();
    expectTypeOf<Failures>().toExtend<
      Error & { readonly runId: RunId; readonly isRetryable: boolean }
    >();
  });
});
