/** Reading a long run, by every way that there is. */
import type { Bench } from "./Bench.ts";
import {
  bareFetch,
  bareUndici,
  derived,
  fetchPages,
  fetchRecords,
  openApiFetch,
  platformPages,
  promise,
  undiciPages,
  undiciRecords,
} from "./Ways.ts";

const againstFetch = { figure: "time", against: bareFetch.name } as const;
const againstUndici = { figure: "time", against: bareUndici.name } as const;
const cpuAgainstUndici = { figure: "cpu", against: bareUndici.name, times: 1.35 } as const;

export const bench: Bench = {
  name: "stream",
  module: import.meta.url,
  what: "read 100,000 records of 1.5 KB with 3 scores, 100 a page, from a server on the loopback interface",
  units: { count: 100_000, name: "record" },
  rounds: 15,
  quick: { count: 10_000, rounds: 2 },
  contenders: [
    bareFetch,
    bareUndici,
    {
      ...undiciPages,
      bounds: [
        { ...againstFetch, times: 0.9 },
        { ...againstUndici, times: 1.15 },
        cpuAgainstUndici,
      ],
    },
    { ...undiciRecords, bounds: [{ ...againstFetch, times: 1 }, cpuAgainstUndici] },
    platformPages,
    { ...fetchPages, bounds: [{ ...againstFetch, times: 1.15 }] },
    { ...fetchRecords, bounds: [{ ...againstFetch, times: 1.15 }] },
    { ...promise, bounds: [{ ...againstFetch, times: 1.2 }] },
    openApiFetch,
    derived,
  ],
};
