/** Many runs by one runner and by two, where a runner is what there is too little of. */
import type { Bench, Contender } from "./Bench.ts";
import { recordsPerPage } from "./PageSize.ts";

const pagesPerRun = 20;
// So long that the machine has little to do: what there is too little of is runs that a runner reads at once.
const millis = 100;

const contender = (name: string, runners: number): Contender => ({
  name,
  open: async (server, process) => {
    const { fleet } = await import("./ways/Mirroring.ts");
    const mirror = await fleet(`${server}/unique/${millis}`, process, runners);
    let round = 0;
    return (runs) => {
      round += 1;
      return mirror(
        Array.from({ length: runs }, (_, run) => `${pagesPerRun}-${round}-${run}`),
        pagesPerRun * recordsPerPage,
      );
    };
  },
});

const one = contender("one runner", 1);

export const bench: Bench = {
  name: "mirror-fleet",
  module: import.meta.url,
  what: "mirror 20 runs of 20 pages that the server takes 100 ms to send, by runners that read two at once",
  units: { count: 20, name: "run", time: "ms" },
  rounds: 7,
  quick: { count: 20, rounds: 1 },
  contenders: [
    one,
    {
      ...contender("two runners", 2),
      bounds: [{ figure: "time", against: one.name, times: 0.6 }],
    },
  ],
};
