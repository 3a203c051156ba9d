/** Peak memory of reading and of mirroring, and whether it grows with the length of the run. */
import type { Bench, Bound, Contender } from "../harness/Bench.ts";
import { copy, runner } from "../ways/Mirroring.ts";
import { bareFetch, promise, promiseDispatcher, undiciRecords } from "../ways/Reading.ts";

const short = (way: Contender): Contender => ({ ...way, name: `${way.name}, 100,000` });
const long = (way: Contender): Contender => ({
  ...way,
  name: `${way.name}, 1,000,000`,
  unitsFactor: 10,
});
/** Ten times as many records may take a tenth more memory. */
const boundedLong = (way: Contender, ...bounds: ReadonlyArray<Bound>): Contender => ({
  ...long(way),
  bounds: [{ figure: "peak", against: short(way).name, times: 1.1 }, ...bounds],
});
const boundedShort = (way: Contender): Contender => ({
  ...short(way),
  bounds: [{ figure: "peak", against: short(bareFetch).name, more: 40 }],
});
const aboveBareLoop: Bound = { figure: "peak", against: long(bareFetch).name, more: 40 };

/**
 * V8's young generation at its largest from the start. V8 lets it grow while a process allocates, so that a run which
 * takes longer peaks higher by that growth, and keeps nothing: the live heap after 1,000,000 records was 27.3 MiB, after
 * 100,000 it was 27.2.
 */
const fixedYoungGeneration = ["--min-semi-space-size=32", "--max-semi-space-size=32"];

export const memory: Bench = {
  name: "memory",
  module: import.meta.url,
  what: "read 100,000 and 1,000,000 records, each time in a new process",
  units: { count: 100_000, name: "record" },
  rounds: 3,
  quick: { count: 5_000, rounds: 1 },
  fresh: true,
  nodeFlags: fixedYoungGeneration,
  contenders: [
    short(bareFetch),
    long(bareFetch),
    short(undiciRecords),
    boundedLong(undiciRecords, aboveBareLoop),
    boundedShort(promise),
    boundedLong(promise, aboveBareLoop),
    boundedShort(promiseDispatcher),
    boundedLong(promiseDispatcher, aboveBareLoop),
  ],
};

export const mirrorMemory: Bench = {
  name: "mirror-memory",
  module: import.meta.url,
  what: "mirror 100,000 and 1,000,000 records with 3 scores each, in a new process",
  units: { count: 100_000, name: "record" },
  rounds: 1,
  quick: { count: 2_000, rounds: 1 },
  fresh: true,
  contenders: [short(runner), boundedLong(runner), long(copy)],
};
