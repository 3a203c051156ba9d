/**
 * Every way to read a run, as contenders whose units are records. Each way is imported when it is opened, so that a
 * contender's process loads the code of no other.
 */
import type { createClient } from "@scorecard-effect/client/promise";
import type { Contender } from "../harness/Bench.ts";
import { apiKey, baseUrl, type PageKind, recordsPerPage, runId } from "../servers/ServedRun.ts";
import { fetchLoop, headers, loop } from "./BareLoop.ts";
import { importPromiseClient } from "./Installed.ts";
import { type ReadPages, type ReadRecords, RecordCounter } from "./RunReader.ts";

const contender = <Consume>(
  name: string,
  kind: PageKind,
  open: (baseUrl: string) => Promise<(runId: string, consume: Consume) => Promise<void>>,
  consumeWith: (counter: RecordCounter) => Consume,
): Contender => ({
  name,
  open: async (server) => {
    const read = await open(baseUrl(server, kind));
    const counter = new RecordCounter();
    return async (records) => {
      await read(runId(records / recordsPerPage), consumeWith(counter));
      counter.expect(records);
    };
  },
});

/** A contender that reads page by page. */
export const byPage = (
  name: string,
  open: (baseUrl: string) => Promise<ReadPages>,
  kind: PageKind = "plain",
): Contender => contender(name, kind, open, (counter) => counter.page);

const byRecord = (name: string, open: (baseUrl: string) => Promise<ReadRecords>): Contender =>
  contender(name, "plain", open, (counter) => counter.record);

/** A bare loop over the platform's `fetch`. */
export const openFetchLoop = (base: string): Promise<ReadPages> => Promise.resolve(fetchLoop(base));

const openUndiciLoop = async (base: string): Promise<ReadPages> => {
  const { Pool } = await import("@effect/platform-node/Undici");
  const { origin, pathname } = new URL(base);
  const pool = new Pool(origin);
  return loop(async (path) => {
    const { body } = await pool.request({ method: "GET", path: `${pathname}${path}`, headers });
    return body.text();
  });
};

const effectClient = () => import("./EffectClient.ts");

/** The Effect client on undici, page by page. */
export const openUndiciPages = async (base: string): Promise<ReadPages> =>
  (await effectClient()).pages(base, "undici");

export const bareFetch = byPage("bare fetch loop", openFetchLoop);
export const bareUndici = byPage("bare undici loop", openUndiciLoop);
export const undiciPages = byPage("Effect client, undici, arrays", openUndiciPages);
export const platformPages = byPage("Effect client, platform-node's undici, arrays", async (base) =>
  (await effectClient()).pages(base, "platform-node's undici"),
);
export const undiciRecords = byRecord("Effect client, undici, records", async (base) =>
  (await effectClient()).records(base, "undici"),
);
export const fetchPages = byPage("Effect client, fetch, arrays", async (base) =>
  (await effectClient()).pages(base, "fetch"),
);
export const fetchRecords = byRecord("Effect client, fetch, records", async (base) =>
  (await effectClient()).records(base, "fetch"),
);
export const transportPages = byPage("Effect client, client/fetch, arrays", async (base) =>
  (await effectClient()).pages(base, "client/fetch"),
);

/** An SDK that checks nothing: what most programs without Effect would use. */
export const sdk = byRecord("SDK stand-in, records", async (base) => {
  const { SdkStandIn } = await import("./SdkStandIn.ts");
  const client = new SdkStandIn({ apiKey, baseUrl: base });
  return async (id, consume) => {
    for await (const record of client.listRecords(id)) consume(record);
  };
});

const openPromiseClient = async (
  options: Parameters<typeof createClient>[0],
): Promise<ReadRecords> => {
  const client = (await importPromiseClient()).createClient({ apiKey, ...options });
  return async (id, consume) => {
    for await (const record of client.listRecords(id)) consume(record);
  };
};

/** The promise client as it comes: on `node:http`. */
export const promise = byRecord("promise client, records", (base) =>
  openPromiseClient({ baseUrl: base }),
);
export const promiseFetch = byRecord("promise client, fetch, records", (base) =>
  openPromiseClient({ baseUrl: base, fetch: globalThis.fetch }),
);
export const promiseDispatcher = byRecord("promise client, dispatcher, records", async (base) => {
  const { Agent } = await import("@effect/platform-node/Undici");
  return openPromiseClient({ baseUrl: base, dispatcher: new Agent() });
});
export const openApiFetch = byPage("openapi-fetch, unchecked", async (base) =>
  (await import("./OpenApiFetch.ts")).open(base),
);
export const derived = byPage("HttpApiClient, derived", async (base) =>
  (await import("./DerivedClient.ts")).open(base),
);
