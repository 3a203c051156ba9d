/**
 * Every way to read a run, as contenders whose units are records. Each way is imported when it is opened, so that a
 * contender's process loads the code of no other.
 */
import type { RecordPage } from "@scorecard-effect/contract";
import type { Contender } from "../harness/Bench.ts";
import { apiKey, baseUrl, type PageKind, recordsPerPage, runId } from "../servers/ServedRun.ts";
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

const headers = { authorization: `Bearer ${apiKey}` };

/** A loop over cursors that parses pages and checks nothing. */
const loop =
  (fetchText: (path: string) => Promise<string>): ReadPages =>
  async (id, consume) => {
    let query = "limit=100";
    for (;;) {
      const page: RecordPage = JSON.parse(await fetchText(`/runs/${id}/records?${query}`));
      await consume(page.data);
      if (page.nextCursor === null) return;
      query = `limit=100&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  };

/** A bare loop over the platform's `fetch`. */
export const openFetchLoop = (base: string): Promise<ReadPages> =>
  Promise.resolve(
    loop(async (path) => {
      const response = await fetch(`${base}${path}`, { headers });
      return response.text();
    }),
  );

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
export const promise = byRecord("promise client, records", async (base) => {
  const { createClient } = await import("@scorecard-effect/client/promise");
  const client = createClient({ apiKey, baseUrl: base });
  return async (id, consume) => {
    for await (const record of client.listRecords(id)) consume(record);
  };
});
export const openApiFetch = byPage("openapi-fetch, unchecked", async (base) =>
  (await import("./OpenApiFetch.ts")).open(base),
);
export const derived = byPage("HttpApiClient, derived", async (base) =>
  (await import("./DerivedClient.ts")).open(base),
);
