/** Every way to read a run, as a contender: its units are records. */
import type { Contender } from "./Bench.ts";
import { Consumer } from "./Consumer.ts";
import type { Kind } from "./Pages.ts";
import { recordsPerPage } from "./PageSize.ts";
import type { ReadPages, ReadRecords } from "./ways/ReadRun.ts";

/** A way that hands on pages; of which kind, the server is told. */
export const byPage = (
  name: string,
  open: (server: string) => Promise<ReadPages>,
  kind: Kind = "plain",
): Contender => way(name, open, (consumer) => consumer.page, kind);

const byRecord = (name: string, open: (server: string) => Promise<ReadRecords>): Contender =>
  way(name, open, (consumer) => consumer.record, "plain");

const way = <Consume>(
  name: string,
  open: (server: string) => Promise<(runId: string, consume: Consume) => Promise<void>>,
  consumeOf: (consumer: Consumer) => Consume,
  kind: Kind,
): Contender => ({
  name,
  open: async (server) => {
    const read = await open(`${server}/${kind}/0`);
    const consumer = new Consumer();
    return async (records) => {
      await read(String(records / recordsPerPage), consumeOf(consumer));
      consumer.expect(records);
    };
  },
});

// Loaded when they are opened: a contender's process loads no other's code.
const effectClient = () => import("./ways/EffectClient.ts");

export const bareFetch = byPage("bare fetch loop", async (server) =>
  (await import("./ways/BareFetch.ts")).open(server),
);
export const bareUndici = byPage("bare undici loop", async (server) =>
  (await import("./ways/BareUndici.ts")).open(server),
);
export const undiciPages = byPage("Effect client, undici, arrays", async (server) =>
  (await effectClient()).pages(server, "undici"),
);
export const platformPages = byPage(
  "Effect client, platform-node's undici, arrays",
  async (server) => (await effectClient()).pages(server, "platform-node's undici"),
);
export const undiciRecords = byRecord("Effect client, undici, records", async (server) =>
  (await effectClient()).records(server, "undici"),
);
export const fetchPages = byPage("Effect client, fetch, arrays", async (server) =>
  (await effectClient()).pages(server, "fetch"),
);
export const fetchRecords = byRecord("Effect client, fetch, records", async (server) =>
  (await effectClient()).records(server, "fetch"),
);
export const promise = byRecord("promise client, records", async (server) =>
  (await import("./ways/PromiseClient.ts")).records(server),
);
export const openApiFetch = byPage("openapi-fetch, unchecked", async (server) =>
  (await import("./ways/OpenApiFetch.ts")).open(server),
);
export const derived = byPage("HttpApiClient, derived", async (server) =>
  (await import("./ways/DerivedClient.ts")).open(server),
);
