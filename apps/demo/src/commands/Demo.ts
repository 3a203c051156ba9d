/** The command `demo`: `report` by default, and its subcommands. */
import * as Handler from "@scorecard-effect/contract/cli/Handler";
import * as Command from "effect/cli/Command";
import * as Parameters from "./Parameters.ts";

const report = Handler.load(async () => (await import("./ReportCommand.ts")).report);

const reportCommand = Command.make("report", Parameters.report, report).pipe(
  Command.withDescription("Summarise the metrics of a run; with gates, check them in a CI job"),
  Command.withExamples([
    { command: "demo report --tag smoke --tag regression", description: "Records with both tags" },
    { command: "demo report --records 500 --seed 7", description: "A generated run" },
    {
      command: "demo report --run 135 --min-pass 6f1a5c0e=0.9",
      description: "Exit with 1 unless 90% pass",
    },
  ]),
);

const compareCommand = Command.make(
  "compare",
  Parameters.compare,
  Handler.load(async () => (await import("./CompareCommand.ts")).compare),
).pipe(
  Command.withDescription(
    "Compare two runs by testcase: what got worse, what got better, what only one of them has",
  ),
  Command.withExamples([
    { command: "demo compare", description: "A generated pair, 135 and 136" },
    { command: "demo compare 135 136 --changes 10", description: "Two runs of your own" },
    {
      command: "demo compare 135 136 --no-worse 6f1a5c0e --max-regressions 10",
      description: "Exit with 1 if the metric or more testcases got worse",
    },
  ]),
);

const exportRunCommand = Command.make(
  "export",
  Parameters.exportRun,
  Handler.load(async () => (await import("./ExportCommand.ts")).exportToFile),
).pipe(
  Command.withDescription("Write the records of a run to a file: JSON lines, CSV or Parquet"),
  Command.withExamples([
    { command: "demo export --to run.parquet", description: "A generated run" },
    {
      command: "demo export --run 135 --to run.csv --resume",
      description: "Start an export, or resume an interrupted one",
    },
  ]),
);

const exploreCommand = Command.make(
  "explore",
  Parameters.explore,
  Handler.load(async () => (await import("./ExploreCommand.ts")).explore),
).pipe(
  Command.withDescription(
    "Show a run, or what changed from one to up to four others, in the browser as it is read",
  ),
  Command.withExamples([
    { command: "demo explore", description: "A generated run" },
    { command: "demo explore 135 --compare 136", description: "What changed from run 135 to 136" },
    { command: "demo explore 135 136 137", description: "Two runs side by side, against run 135" },
    { command: "demo explore 135 --save report.html", description: "One file to share" },
  ]),
);

const importRunsCommand = Command.make(
  "import",
  Parameters.importRuns,
  Handler.load(async () => (await import("./ImportCommand.ts")).importRuns),
).pipe(
  Command.withDescription("Turn the results of promptfoo or Inspect into a recording for --replay"),
  Command.withExamples([
    {
      command: "demo import promptfoo results.json --to run.jsonl",
      description: "An eval of promptfoo",
    },
    {
      command: "demo import inspect before.eval after.eval --to runs.jsonl",
      description: "Two logs to compare",
    },
  ]),
);

const metricsCommand = Command.make(
  "metrics",
  Parameters.metrics,
  Handler.load(async () => (await import("./MetricsCommand.ts")).metrics),
).pipe(
  Command.withDescription(
    "Write a first metrics file of a run, to be completed and read by --metrics",
  ),
  Command.withExamples([
    {
      command: "demo metrics --run 135 --to metrics.json",
      description: "A file to put names into",
    },
    {
      command: "demo report --run 135 --metrics metrics.json",
      description: "A report with these names",
    },
  ]),
);

export const command = Command.make("demo", Parameters.report, report).pipe(
  Command.withDescription(
    "Read the records of a Scorecard run and summarise its metrics. Without a subcommand: report",
  ),
  Command.withSubcommands([
    reportCommand,
    exportRunCommand,
    compareCommand,
    exploreCommand,
    importRunsCommand,
    metricsCommand,
  ]),
);
