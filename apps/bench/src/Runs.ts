/** Many runs, from a server that takes its time. */
import type { Bench, Contender, Job } from "./Bench.ts";
import { Consumer } from "./Consumer.ts";
import { recordsPerPage } from "./PageSize.ts";

const millis = 30;
const pagesPerRun = 10;
const runId = String(pagesPerRun);

const contender = (
  name: string,
  open: (server: string, consumer: Consumer) => Promise<Job>,
): Contender => ({
  name,
  open: async (server) => {
    const consumer = new Consumer();
    const read = await open(`${server}/plain/${millis}`, consumer);
    return async (runs) => {
      await read(runs);
      consumer.expect(runs * pagesPerRun * recordsPerPage);
    };
  },
});

const bare = contender("bare fetch loop, one run after the other", async (server, consumer) => {
  const read = (await import("./ways/BareFetch.ts")).open(server);
  return async (runs) => {
    for (let run = 0; run < runs; run += 1) await read(runId, consumer.page);
  };
});

const concurrent = contender("Effect client, undici, 10 at a time", async (server, consumer) => {
  const read = (await import("./ways/EffectClient.ts")).runs(server, 10);
  return (runs) =>
    read(
      Array.from({ length: runs }, () => runId),
      consumer.record,
    );
});

export const bench: Bench = {
  name: "runs",
  module: import.meta.url,
  what: "read 20 runs of 10 pages that the server takes 30 ms to send",
  units: { count: 20, name: "run", time: "ms" },
  rounds: 7,
  quick: { count: 20, rounds: 1 },
  contenders: [
    bare,
    { ...concurrent, bounds: [{ figure: "time", against: bare.name, times: 0.12 }] },
  ],
};
