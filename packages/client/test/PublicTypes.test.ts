// What users see of the client's types. The type check judges these, not the run: `pnpm check` and `pnpm test` run it.
import type { Cursor, RunId } from "@scorecard-effect/contract";
import { describe, expectTypeOf, it } from "@effect/vitest";
import type { Effect, Result, Stream } from "effect";
import type * as Client from "../src/index.ts";
import type * as Promised from "../src/promise.ts";

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
});
