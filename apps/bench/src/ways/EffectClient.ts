/**
 * This project's client as Effect programs use it, with its defaults. Imports Effect module by module, because
 * the rest of a barrel would be measured too.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient";
import { Agent } from "@effect/platform-node/Undici";
import { ScorecardClient } from "@scorecard-effect/client";
import * as FetchTransport from "@scorecard-effect/client/fetch";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { RunId } from "@scorecard-effect/contract";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as ManagedRuntime from "effect/ManagedRuntime";
import * as Redacted from "effect/Redacted";
import * as Stream from "effect/Stream";
import { apiKey } from "../servers/ServedRun.ts";
import type { ReadPages, ReadRecords, RecordLike } from "./RunReader.ts";

const transports = {
  undici: UndiciTransport.layer(() => new Agent()),
  "platform-node's undici": NodeHttpClient.layerUndici,
  "client/fetch": FetchTransport.layer,
  fetch: NodeHttpClient.layerFetch,
};

const connect = (baseUrl: string, transport: keyof typeof transports) => {
  const runtime = ManagedRuntime.make(
    ScorecardClient.layer({ apiKey: Redacted.make(apiKey), baseUrl }).pipe(
      Layer.provide(transports[transport]),
    ),
  );
  return <A, E>(use: (client: ScorecardClient["Service"]) => Effect.Effect<A, E>): Promise<A> =>
    runtime.runPromise(Effect.flatMap(ScorecardClient, use));
};

/** Reads page by page, through `listPages`. */
export const pages = (baseUrl: string, transport: keyof typeof transports): ReadPages => {
  const withClient = connect(baseUrl, transport);
  return (runId, consume) =>
    withClient((client) =>
      client.listPages(RunId.make(runId)).pipe(
        Stream.runForEach(({ records: page }) => {
          const working = consume(page);
          return working === undefined ? Effect.void : Effect.promise(() => working);
        }),
      ),
    );
};

/** Reads record by record, through `listRecords`, with the spans that Effect makes by default. */
export const records = (baseUrl: string, transport: keyof typeof transports): ReadRecords => {
  const withClient = connect(baseUrl, transport);
  return (runId, consume) =>
    withClient((client) =>
      client.listRecords(RunId.make(runId)).pipe(Stream.runForEach(toEffect(consume))),
    );
};

/** Reads many runs at a time, through `listRecordsOf`. */
export const runs = (
  baseUrl: string,
  concurrency: number,
): ((runIds: ReadonlyArray<string>, consume: (record: RecordLike) => void) => Promise<void>) => {
  const withClient = connect(baseUrl, "undici");
  return (runIds, consume) =>
    withClient((client) =>
      client
        .listRecordsOf(
          runIds.map((runId) => RunId.make(runId)),
          { concurrency },
        )
        .pipe(Stream.runForEach(toEffect(consume))),
    );
};

const toEffect =
  (consume: (record: RecordLike) => void) =>
  (record: RecordLike): Effect.Effect<void> =>
    Effect.sync(() => {
      consume(record);
    });
