/**
 * This project's client, as Effect programs use it: all at its defaults. Imports module by module, because what a
 * barrel brings along would be measured too.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient";
import { Agent } from "@effect/platform-node/Undici";
import { ScorecardClient } from "@scorecard-effect/client";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { RunId } from "@scorecard-effect/contract";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as ManagedRuntime from "effect/ManagedRuntime";
import * as Redacted from "effect/Redacted";
import * as Stream from "effect/Stream";
import type { ReadPages, ReadRecords, RecordLike } from "./ReadRun.ts";

const transports = {
  undici: UndiciTransport.layer(() => new Agent()),
  "platform-node's undici": NodeHttpClient.layerUndici,
  fetch: NodeHttpClient.layerFetch,
};

const connect = (server: string, transport: keyof typeof transports) => {
  const runtime = ManagedRuntime.make(
    ScorecardClient.layer({ apiKey: Redacted.make("ak_bench"), baseUrl: server }).pipe(
      Layer.provide(transports[transport]),
    ),
  );
  return <A, E>(use: (client: ScorecardClient["Service"]) => Effect.Effect<A, E>): Promise<A> =>
    runtime.runPromise(Effect.flatMap(ScorecardClient, use));
};

/** Array by array, through `listPages`. */
export const pages = (server: string, transport: keyof typeof transports): ReadPages => {
  const withClient = connect(server, transport);
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

/** Record by record, through `listRecords`; with its spans, which Effect makes unless it is told not to. */
export const records = (server: string, transport: keyof typeof transports): ReadRecords => {
  const withClient = connect(server, transport);
  return (runId, consume) =>
    withClient((client) =>
      client.listRecords(RunId.make(runId)).pipe(Stream.runForEach(toEffect(consume))),
    );
};

/** Many runs at a time, through `listRecordsOf`. */
export const runs = (
  server: string,
  concurrency: number,
): ((runIds: ReadonlyArray<string>, consume: (record: RecordLike) => void) => Promise<void>) => {
  const withClient = connect(server, "undici");
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
