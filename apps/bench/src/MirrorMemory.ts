/** The most memory that a runner holds, and whether it grows with the length of the run. */
import type { Bench, Contender } from "./Bench.ts";
import { long } from "./Memory.ts";
import { copy, runner } from "./Mirror.ts";

const short: Contender = { ...runner, name: `${runner.name}, 100,000` };
export const bench: Bench = {
  name: "mirror-memory",
  module: import.meta.url,
  what: "mirror 100,000 and 1,000,000 records with 3 scores each, in a new process",
  units: { count: 100_000, name: "record" },
  rounds: 1,
  quick: { count: 2_000, rounds: 1 },
  fresh: true,
  contenders: [
    short,
    { ...long(runner), bounds: [{ figure: "peak", against: short.name, times: 1.1 }] },
    long(copy),
  ],
};
