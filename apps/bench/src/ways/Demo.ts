/** What the demo's commands do with a run, as contenders whose units are records: its bare stream, a report, exports. */
import type { Contender, ContenderContext } from "../harness/Bench.ts";
import { baseUrl, recordsPerPage, runId } from "../servers/ServedRun.ts";

const demoCommands = () => import("./DemoCommands.ts");

const contender = (
  name: string,
  open: (
    baseUrl: string,
    context: ContenderContext,
  ) => Promise<(runId: string, records: number) => Promise<void>>,
): Contender => ({
  name,
  open: async (server, context) => {
    const read = await open(baseUrl(server, "trials"), context);
    return (records) => read(runId(records / recordsPerPage), records);
  },
});

/** The client's stream of pages, as the commands read it. */
export const bareStream = contender("bare stream", async (base) =>
  (await demoCommands()).stream(base),
);

/** A report over trials and three slices, with all of its figures. */
export const report = contender("report, trials and three slices", async (base) =>
  (await demoCommands()).report(base),
);

/** An export; a table has the trials and three slices as columns. */
export const exportTo = (extension: "jsonl" | "csv" | "parquet"): Contender =>
  contender(
    `export to ${extension}${extension === "jsonl" ? "" : ", trials and three slices"}`,
    async (base, context) => (await demoCommands()).exportTo(base, context, extension),
  );
