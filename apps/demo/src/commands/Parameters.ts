/** The flags and arguments of each command. This file loads nothing that only a handler needs: `--help` reads it. */
import * as Flags from "@scorecard-effect/contract/cli/Flags";
import * as Argument from "effect/cli/Argument";
import type * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as SourceFlags from "../source/SourceFlags.ts";
import * as GateFlags from "./GateFlags.ts";
import * as OutputFlags from "./OutputFlags.ts";

/** What a handler is given for the parameters of its command. */
export type Values<Of extends Command.Command.Config> = Command.Command.Config.Infer<Of>;

/** `report`: reads one run and prints the figures of its metrics. */
export const report = {
  ...SourceFlags.api,
  ...SourceFlags.run,
  ...GateFlags.flags,
  metrics: OutputFlags.metrics,
  ...OutputFlags.files,
  reduce: OutputFlags.reduce,
  by: OutputFlags.by,
  worst: OutputFlags.listed("worst", "records with the lowest scores"),
  json: OutputFlags.json,
} satisfies Command.Command.Config;

/** `compare`: reads two runs and prints what changed from one to the other. */
export const compare = {
  ...SourceFlags.api,
  ...GateFlags.comparisonFlags,
  metrics: OutputFlags.metrics,
  ...OutputFlags.files,
  reduce: OutputFlags.reduce,
  by: OutputFlags.by,
  changes: OutputFlags.listed("changes", "regressions and improvements"),
  json: OutputFlags.json,
  baseline: Argument.String("RUN_A").pipe(
    Argument.withDescription("The run to compare with: the baseline"),
    Argument.optional,
  ),
  candidate: Argument.String("RUN_B").pipe(
    Argument.withDescription("The run to judge: the candidate"),
    Argument.optional,
  ),
} satisfies Command.Command.Config;

/** `export`: writes one run to a file. */
export const exportRun = {
  ...SourceFlags.api,
  ...SourceFlags.run,
  to: Flag.String("to").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("The file to write: .jsonl, .ndjson, .csv or .parquet"),
  ),
  metrics: OutputFlags.metrics,
  resume: Flags.toggle("resume", "Resume an interrupted export, if there is one"),
  excel: Flags.toggle(
    "excel",
    "Write CSV for Excel: with a byte order mark, and without cells that Excel would change",
  ),
  by: OutputFlags.sliceColumns,
  trials: Flags.toggle(
    "trials",
    "Add a column with the number of a record among those of its testcase. Such an export cannot be resumed",
  ),
  testcases: OutputFlags.testcaseColumns,
  overwrite: Flags.toggle("overwrite", "Replace the file, and discard an interrupted export"),
} satisfies Command.Command.Config;

/** `metrics`: writes a first metrics file of a run. */
export const metrics = {
  ...SourceFlags.api,
  ...SourceFlags.run,
  to: Flags.text("to", {
    metavar: "FILE",
    description: "The file to write (default: stdout)",
  }),
  overwrite: Flags.toggle("overwrite", "Replace the file"),
} satisfies Command.Command.Config;

/** `explore`: shows one run, or what changed from one to up to four others, in the browser. */
export const explore = {
  ...SourceFlags.api,
  run: Flag.String("run").pipe(
    Flag.withMetavar("ID"),
    Flag.withDescription(
      "The run to read; repeat it to compare up to four more runs with the first",
    ),
    Flag.atLeast(0),
  ),
  compare: Flag.String("compare").pipe(
    Flag.withMetavar("RUN_B"),
    Flag.withDescription("Show what changed from RUN to this run; repeat it for up to four"),
    Flag.atLeast(0),
  ),
  metrics: OutputFlags.metrics,
  reduce: OutputFlags.reduce,
  save: Flags.text("save", {
    metavar: "FILE",
    description: "Write the page to one HTML file that needs no server, and exit",
  }),
  notes: Flags.text("notes", {
    metavar: "FILE",
    description: "Keep notes and thumbs on records in this file: JSON lines, appended",
  }),
  port: Flags.port("port", {
    min: 0,
    description: "The port to listen on, on 127.0.0.1 (default: any free port)",
  }).pipe(Flag.withDefault(0)),
  runArguments: Argument.String("RUN").pipe(
    Argument.withDescription("The runs to read, one to five: the same as --run"),
    Argument.variadic({ min: 0 }),
  ),
} satisfies Command.Command.Config;

/** `import`: turns the results of another tool into a recording that `--replay` reads. */
export const importRuns = {
  tool: Argument.Literals("TOOL", ["promptfoo", "inspect"]).pipe(
    Argument.withDescription("The tool that wrote the files"),
  ),
  files: Argument.String("FILE").pipe(
    Argument.withDescription(
      "Its results: promptfoo's JSON or JSON lines, Inspect's .json or .eval logs",
    ),
    Argument.variadic({ min: 1 }),
  ),
  to: Flag.String("to").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("The recording to write: JSON lines"),
  ),
  overwrite: Flags.toggle("overwrite", "Replace the file"),
} satisfies Command.Command.Config;
