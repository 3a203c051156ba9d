// What users see of the client's types. The type check judges these, not the run: `pnpm check` and `pnpm test` run it.
import {
  BooleanScore,
  type Cursor,
  type RecordWithScores,
  type RunId,
  TypedRecord,
} from "@scorecard-effect/contract";
import { describe, expectTypeOf, it } from "@effect/vitest";
import {
  type Config,
  type Effect,
  type Layer,
  type Redacted,
  type Result,
  Schema,
  type Stream,
} from "effect";
import type { HttpClient } from "effect/http";
import * as Client from "../src/index.ts";
import type * as Promised from "../src/promise.ts";
import { createClient } from "../src/promise.ts";

type Service = Client.ScorecardClient["Service"];
type Failures =
  | Client.Unauthenticated
  | Client.RequestRejected
  | Client.RateLimited
  | Client.ServiceError
  | Client.TransportError
  | Client.RequestTimeout
  | Client.InvalidResponse
  | Client.PaginationError
  | Client.InvalidRequest;

// Never called: only its types count.
const uses = (client: Service, promised: Promised.Client, runId: RunId) => [
  // @ts-expect-error: a size is `pageSize` here.
  client.listRecords(runId, { limit: 10 }),
  // @ts-expect-error: many runs have no cursor in common.
  client.listRecordsOf([runId], { cursor: "a" }),
  // @ts-expect-error: a plain string is no run's id.
  client.listRecords("135"),
  // @ts-expect-error: Effects are interrupted, they take no signal.
  client.getPage(runId, { signal: new AbortController().signal }),
  // @ts-expect-error: a schema is no description of a run.
  client.listRecords(runId, { as: Schema.Unknown }),
  // @ts-expect-error: nor of many.
  client.listRecordsOf([runId], { as: Schema.Unknown }),
  // @ts-expect-error: nor for promises.
  promised.listRecords("135", { as: Schema.Unknown }),
  // @ts-expect-error: a size is `pageSize` for promises, too.
  promised.listRecords("135", { limit: 10 }),
  // @ts-expect-error: one page has none to fetch ahead.
  promised.getPage("135", { prefetch: 1 }),
  // @ts-expect-error: an array of ids is not one.
  promised.listRecords(["135"]),
  // @ts-expect-error: an API key is needed.
  Client.ScorecardClient.layer({}),
  // @ts-expect-error: and not as a plain string, which may be printed.
  Client.ScorecardClient.layer({ apiKey: "ak_1" }),
  // @ts-expect-error: an API key is needed for promises, too.
  createClient({}),
  // @ts-expect-error: a client has no such option.
  createClient({ apiKey: "ak_1", retries: 3 }),
];

describe("public types", () => {
  it("name every failure of a listing, and no service", () => {
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

  it("refuse ids of another kind and options of another type", () => {
    expectTypeOf<Cursor>().not.toExtend<RunId>();
    expectTypeOf<string>().not.toExtend<RunId>();
    expectTypeOf<{ pageSize: string }>().not.toExtend<Client.ListRecordsOptions>();
    expectTypeOf<{ cursor: RunId }>().not.toExtend<Client.ListRecordsOptions>();
    expectTypeOf<keyof Client.ListRecordsOfOptions>().toEqualTypeOf<
      "pageSize" | "prefetch" | "verifyTotal" | "as" | "concurrency"
    >();
  });

  it("give promises an invalid record as a Result too", () => {
    expectTypeOf<Promised.Client["listRecordResults"]>().returns.toExtend<
      Promised.Listing<Result.Result<unknown, Client.InvalidRecord>>
    >();
  });

  it("refuse options that nobody knows, and calls without what they need", () => {
    expectTypeOf(uses).toBeFunction();
  });

  it("infer the records of a described run, in streams and in promises", () => {
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
    expectTypeOf<Support["inputs"]>().toEqualTypeOf<{ readonly question: string }>();
  });

  it("say what a layer needs, and how it fails", () => {
    expectTypeOf(Client.ScorecardClient.layer).returns.toEqualTypeOf<
      Layer.Layer<Client.ScorecardClient, never, HttpClient.HttpClient>
    >();
    expectTypeOf(Client.ScorecardClient.layerConfig).returns.toEqualTypeOf<
      Layer.Layer<Client.ScorecardClient, Config.ConfigError, HttpClient.HttpClient>
    >();
  });

  it("tell errors apart by their tags, in the promise client as well", () => {
    expectTypeOf<Failures["_tag"]>().toEqualTypeOf<
      | "Unauthenticated"
      | "RequestRejected"
      | "RateLimited"
      | "ServiceError"
      | "TransportError"
      | "RequestTimeout"
      | "InvalidResponse"
      | "PaginationError"
      | "InvalidRequest"
    >();
    expectTypeOf<Promised.ListRecordsError>().toEqualTypeOf<Failures>();
    expectTypeOf<keyof Promised.ListOptions>().toEqualTypeOf<
      "as" | "cursor" | "delivered" | "pageSize" | "prefetch" | "signal" | "verifyTotal"
    >();
    expectTypeOf<keyof Promised.ClientOptions>().toEqualTypeOf<
      "apiKey" | "baseUrl" | "fetch" | "maxBodyBytes" | "rateLimit" | "retry" | "timeout"
    >();
    expectTypeOf<Promised.ClientOptions["apiKey"]>().toEqualTypeOf<string | Redacted.Redacted>();
    expectTypeOf<Failures>().toExtend<
      Error & { readonly runId: RunId; readonly isRetryable: boolean }
    >();
  });
});
