/** What making a page of a long run costs, at its start and at its end. */
import type { Bench, Contender } from "./Bench.ts";

const contender = (name: string, from: "start" | "end"): Contender => ({
  name,
  open: async () => {
    const { FakeRun } = await import("@scorecard-effect/fixtures");
    const run = FakeRun.make({ records: 10_000_000 });
    return (pages) => {
      const first = from === "start" ? 0 : run.size - pages * 100;
      for (let page = 0; page < pages; page += 1) {
        const records = Array.from({ length: 100 }, (_, at) => run.record(first + page * 100 + at));
        if (JSON.stringify(records).length < 10_000) throw new Error("That is no page");
      }
      return Promise.resolve();
    };
  },
});

const start = contender("first pages", "start");

export const bench: Bench = {
  name: "fixtures-page",
  module: import.meta.url,
  what: "make pages of 100 records of a run of 10,000,000",
  units: { count: 200, name: "page", time: "ms" },
  rounds: 15,
  quick: { count: 20, rounds: 1 },
  contenders: [
    start,
    {
      ...contender("last pages", "end"),
      bounds: [{ figure: "time", against: start.name, times: 1.1 }],
    },
  ],
};
