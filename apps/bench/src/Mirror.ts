/** A run into Postgres: as a durable workflow, by the client's stream alone, and as Postgres does it from a file. */
import type { Bench, Contender, ContenderProcess } from "./Bench.ts";
import { recordsPerPage } from "./PageSize.ts";

/** Each run of a contender mirrors another run: rows that are there already cost less, or more. */
const contender = (
  name: string,
  open: (
    server: string,
    process: ContenderProcess,
  ) => Promise<(runId: string, records: number) => Promise<void>>,
): Contender => ({
  name,
  open: async (server, process) => {
    const mirror = await open(`${server}/unique/0`, process);
    let run = 0;
    return (records) => {
      run += 1;
      return mirror(`${records / recordsPerPage}-${run}`, records);
    };
  },
});

const ways = () => import("./ways/Mirroring.ts");

const stream = contender("client's stream, same transactions", async (server, process) =>
  (await ways()).stream(server, process),
);

/** A runner of the mirror. */
export const runner = contender("mirror, one runner", async (server, process) =>
  (await ways()).runner(server, process),
);

/** Rows from a file. */
export const copy = contender("COPY from a file of Postgres", async (server, process) =>
  (await ways()).copy(server, process),
);

export const bench: Bench = {
  name: "mirror",
  module: import.meta.url,
  what: "mirror a run of 50,000 records with 3 scores each into Postgres",
  units: { count: 50_000, name: "record" },
  rounds: 5,
  quick: { count: 2_000, rounds: 1 },
  contenders: [
    stream,
    { ...runner, bounds: [{ figure: "time", against: stream.name, times: 1 / 0.7 }] },
    copy,
  ],
};
