/** Reading from a slow server: whether work overlaps with the wait for pages, of one run and of many. */
import { setTimeout } from "node:timers/promises";
import type { Bench, Contender, Job } from "../harness/Bench.ts";
import { baseUrl, recordsPerPage, runId } from "../servers/ServedRun.ts";
import { openFetchLoop, openUndiciPages } from "../ways/Reading.ts";
import { type ReadPages, RecordCounter } from "../ways/RunReader.ts";

const pageMillis = 30;

/** Works on each page for as long as the server takes to send one. */
const worksOnPages = (name: string, open: (baseUrl: string) => Promise<ReadPages>): Contender => ({
  name,
  open: async (server) => {
    const read = await open(baseUrl(server, "plain", pageMillis));
    return async (pages) => {
      let worked = 0;
      await read(runId(pages), async () => {
        await setTimeout(pageMillis);
        worked += 1;
      });
      if (worked !== pages) throw new Error(`${worked} pages, not ${pages}`);
    };
  },
});

const oneAfterTheOther = worksOnPages("bare fetch loop", openFetchLoop);

export const overlap: Bench = {
  name: "overlap",
  module: import.meta.url,
  what: "read 40 pages that the server takes 30 ms to send, and work on each for 30 ms",
  units: { count: 40, name: "page", time: "ms" },
  rounds: 7,
  quick: { count: 10, rounds: 1 },
  contenders: [
    oneAfterTheOther,
    {
      ...worksOnPages("Effect client, undici", openUndiciPages),
      bounds: [{ figure: "time", against: oneAfterTheOther.name, times: 0.55 }],
    },
  ],
};

const pagesPerRun = 10;

const readsRuns = (
  name: string,
  open: (baseUrl: string, counter: RecordCounter) => Promise<Job>,
): Contender => ({
  name,
  open: async (server) => {
    const counter = new RecordCounter();
    const read = await open(baseUrl(server, "plain", pageMillis), counter);
    return async (count) => {
      await read(count);
      counter.expect(count * pagesPerRun * recordsPerPage);
    };
  },
});

const sequential = readsRuns("bare fetch loop, one run after the other", async (base, counter) => {
  const read = await openFetchLoop(base);
  return async (count) => {
    for (let run = 0; run < count; run += 1) await read(runId(pagesPerRun), counter.page);
  };
});

const concurrent = readsRuns("Effect client, undici, 10 at a time", async (base, counter) => {
  const read = (await import("../ways/EffectClient.ts")).runs(base, 10);
  return (count) =>
    read(
      Array.from({ length: count }, () => runId(pagesPerRun)),
      counter.record,
    );
});

export const runs: Bench = {
  name: "runs",
  module: import.meta.url,
  what: "read 20 runs of 10 pages that the server takes 30 ms to send",
  units: { count: 20, name: "run", time: "ms" },
  rounds: 7,
  quick: { count: 20, rounds: 1 },
  contenders: [
    sequential,
    { ...concurrent, bounds: [{ figure: "time", against: sequential.name, times: 0.12 }] },
  ],
};
