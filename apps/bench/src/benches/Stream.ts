/** Reading a long run in every way that there is, warm and cold, and pages with escaped keys. */
import type { Bench } from "../harness/Bench.ts";
import {
  bareFetch,
  bareUndici,
  byPage,
  derived,
  fetchPages,
  fetchRecords,
  openApiFetch,
  openFetchLoop,
  openUndiciPages,
  platformPages,
  promise,
  promiseDispatcher,
  promiseFetch,
  sdk,
  transportPages,
  undiciPages,
  undiciRecords,
} from "../ways/Reading.ts";

const againstFetch = { figure: "time", against: bareFetch.name } as const;
const againstUndici = { figure: "time", against: bareUndici.name } as const;
const cpuAgainstUndici = { figure: "cpu", against: bareUndici.name, times: 1.35 } as const;

export const stream: Bench = {
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
        { ...againstFetch, times: 0.82 },
        { ...againstUndici, times: 1.12 },
        cpuAgainstUndici,
      ],
    },
    { ...undiciRecords, bounds: [{ ...againstFetch, times: 1 }, cpuAgainstUndici] },
    platformPages,
    { ...transportPages, bounds: [{ ...againstFetch, times: 1.15 }] },
    { ...fetchPages, bounds: [{ ...againstFetch, times: 1.15 }] },
    { ...fetchRecords, bounds: [{ ...againstFetch, times: 1.15 }] },
    sdk,
    { ...promise, bounds: [{ ...againstFetch, times: 1.1 }] },
    { ...promiseFetch, bounds: [{ ...againstFetch, times: 1.1 }] },
    { ...promiseDispatcher, bounds: [{ ...againstFetch, times: 0.85 }] },
    openApiFetch,
    derived,
  ],
};

/** The same in a new process: its first run, which the engine starts without compiled code. */
export const cold: Bench = {
  name: "cold",
  module: import.meta.url,
  what: "read 100,000 records as in `stream`: the first run of a new process, which has loaded all modules before",
  units: { count: 100_000, name: "record" },
  rounds: 9,
  quick: { count: 2_000, rounds: 2 },
  fresh: true,
  contenders: [
    bareFetch,
    bareUndici,
    sdk,
    { ...promise, bounds: [{ ...againstFetch, times: 1.15 }] },
    { ...promiseFetch, bounds: [{ ...againstFetch, times: 1.15 }] },
    { ...promiseDispatcher, bounds: [{ ...againstFetch, times: 1 }] },
    undiciPages,
    transportPages,
  ],
};

/** Some engines' `JSON.parse` gets escaped keys wrong: see docs/decisions/0011. */
export const keys: Bench = {
  name: "keys",
  module: import.meta.url,
  what: "read 20,000 records, about one in a hundred of them with escaped keys",
  units: { count: 20_000, name: "record" },
  rounds: 7,
  quick: { count: 2_000, rounds: 2 },
  contenders: [
    byPage("bare fetch loop, which may lose keys", openFetchLoop, "odd"),
    byPage(undiciPages.name, openUndiciPages, "odd"),
  ],
};
