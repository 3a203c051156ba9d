/** The most memory that reading holds, and whether it grows with the length of the run. */
import type { Bench, Contender } from "./Bench.ts";
import { bareFetch, promise, undiciRecords } from "./Ways.ts";

const short = (way: Contender): Contender => ({ ...way, name: `${way.name}, 100,000` });

/** The way at ten times as many records, and named so. */
export const long = (way: Contender): Contender => ({
  ...way,
  name: `${way.name}, 1,000,000`,
  times: 10,
});
const bounded = (way: Contender): Contender => ({
  ...long(way),
  bounds: [
    { figure: "peak", against: short(way).name, times: 1.1 },
    { figure: "peak", against: long(bareFetch).name, more: 40 },
  ],
});

export const bench: Bench = {
  name: "memory",
  module: import.meta.url,
  what: "read 100,000 and 1,000,000 records, each time in a new process",
  units: { count: 100_000, name: "record" },
  rounds: 3,
  quick: { count: 5_000, rounds: 1 },
  fresh: true,
  contenders: [
    short(bareFetch),
    long(bareFetch),
    short(undiciRecords),
    bounded(undiciRecords),
    short(promise),
    bounded(promise),
  ],
};
