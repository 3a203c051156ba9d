/** A consumer that works on each page for as long as the server takes to send one. */
import { setTimeout } from "node:timers/promises";
import type { Bench, Contender } from "./Bench.ts";
import type { ReadPages } from "./ways/ReadRun.ts";

const millis = 30;

const contender = (name: string, open: (server: string) => Promise<ReadPages>): Contender => ({
  name,
  open: async (server) => {
    const read = await open(`${server}/plain/${millis}`);
    return async (pages) => {
      let worked = 0;
      await read(String(pages), async () => {
        await setTimeout(millis);
        worked += 1;
      });
      if (worked !== pages) throw new Error(`${worked} pages, not ${pages}`);
    };
  },
});

const bare = contender("bare fetch loop", async (server) =>
  (await import("./ways/BareFetch.ts")).open(server),
);

export const bench: Bench = {
  name: "overlap",
  module: import.meta.url,
  what: "read 40 pages that the server takes 30 ms to send, and work on each for 30 ms",
  units: { count: 40, name: "page", time: "ms" },
  rounds: 7,
  quick: { count: 10, rounds: 1 },
  contenders: [
    bare,
    {
      ...contender("Effect client, undici", async (server) =>
        (await import("./ways/EffectClient.ts")).pages(server, "undici"),
      ),
      bounds: [{ figure: "time", against: bare.name, times: 0.55 }],
    },
  ],
};
