/**
 * The ways to write runs into Postgres, as contenders. Each is imported when it is opened, so that a contender's process
 * loads the code of no other.
 */
import type { Contender, ContenderContext } from "../harness/Bench.ts";
import { baseUrl, recordsPerPage, runId } from "../servers/ServedRun.ts";

const toPostgres = () => import("./ToPostgres.ts");

/**
 * A contender whose units are records. Each run of it writes another Scorecard run, because rows that exist already have
 * another cost.
 */
const contender = (
  name: string,
  open: (
    baseUrl: string,
    context: ContenderContext,
  ) => Promise<(runId: string, records: number) => Promise<void>>,
): Contender => ({
  name,
  open: async (server, context) => {
    const write = await open(baseUrl(server, "unique"), context);
    let runs = 0;
    return (records) => {
      runs += 1;
      return write(runId(records / recordsPerPage, String(runs)), records);
    };
  },
});

export const stream = contender("client's stream, same transactions", async (base, context) =>
  (await toPostgres()).stream(base, context),
);

export const runner = contender("mirror, one runner", async (base, context) =>
  (await toPostgres()).runner(base, context),
);

export const copy = contender("COPY from a file of Postgres", async (base, context) =>
  (await toPostgres()).copy(base, context),
);

/** A contender whose units are runs of this many pages, which the server sends after a delay. */
export const fleet = (
  name: string,
  runners: number,
  { pages, delayMillis }: { readonly pages: number; readonly delayMillis: number },
): Contender => ({
  name,
  open: async (server, context) => {
    const base = baseUrl(server, "unique", delayMillis);
    const mirror = await (await toPostgres()).fleet(base, context, runners);
    let rounds = 0;
    return (runs) => {
      rounds += 1;
      return mirror(
        Array.from({ length: runs }, (_, run) => runId(pages, `${rounds}-${run}`)),
        pages * recordsPerPage,
      );
    };
  },
});
