/** The client that Effect derives from the contract's HttpApi, on undici: what most would try first. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient";
import { type Cursor, RunId } from "@scorecard-effect/contract";
import { ScorecardApi } from "@scorecard-effect/contract/http-api";
import * as Effect from "effect/Effect";
import * as ManagedRuntime from "effect/ManagedRuntime";
import * as Option from "effect/Option";
import * as Stream from "effect/Stream";
import * as HttpClient from "effect/http/HttpClient";
import * as HttpClientRequest from "effect/http/HttpClientRequest";
import * as HttpApiClient from "effect/http-api/HttpApiClient";
import { apiKey } from "../servers/ServedRun.ts";
import type { ReadPages } from "./RunReader.ts";

export const open = async (baseUrl: string): Promise<ReadPages> => {
  const runtime = ManagedRuntime.make(NodeHttpClient.layerUndici);
  const { records } = await runtime.runPromise(
    HttpApiClient.make(ScorecardApi, {
      baseUrl,
      transformClient: HttpClient.mapRequest(HttpClientRequest.bearerToken(apiKey)),
    }),
  );
  return (runId, consume) =>
    runtime.runPromise(
      Stream.paginate(undefined, (cursor: Cursor | undefined) =>
        Effect.map(
          records.listRecords({
            params: { runId: RunId.make(runId) },
            query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
          }),
          ({ data, nextCursor }) => [[data], Option.fromNullOr(nextCursor)] as const,
        ),
      ).pipe(
        Stream.runForEach((page) =>
          Effect.promise(async () => {
            await consume(page);
          }),
        ),
      ),
    );
};
