/** `export`: writes one run to a file. */
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import * as Flags from "@scorecard-effect/contract/cli/Flags";
import { Console, Effect } from "effect";
import { Command, Flag } from "effect/cli";
import { exportRun } from "../export/Export.ts";
import { count, elapsed, plural } from "../figures/Figures.ts";
import * as SourceChoice from "../source/SourceChoice.ts";
import * as SourceFlags from "../source/SourceFlags.ts";
import * as Progress from "../terminal/Progress.ts";
import * as Screen from "../terminal/Screen.ts";
import { printNote, program } from "./Announcement.ts";

const flags = {
  ...SourceFlags.api,
  ...SourceFlags.run,
  to: Flag.String("to").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("The file to write: .jsonl, .ndjson, .csv or .parquet"),
  ),
  resume: Flags.toggle("resume", "Resume an interrupted export, if there is one"),
  excel: Flags.toggle(
    "excel",
    "Write CSV for Excel: with a byte order mark, and without cells that Excel would change",
  ),
  overwrite: Flags.toggle("overwrite", "Replace the file, and discard an interrupted export"),
};

export const command = Command.make(
  "export",
  flags,
  Effect.fn("demo.export")(function* ({ to, resume, excel, overwrite, ...sourceFlags }) {
    const source = yield* SourceChoice.resolve(sourceFlags);
    const { safe } = yield* Screen.make(source.redact);
    yield* printNote(source);
    const progress = yield* Progress.make;
    const { records, resumed, bytes, remarks } = yield* exportRun(source, {
      to,
      isForExcel: excel,
      resume,
      overwrite,
      onPage: (state, total) => progress.update({ ...state, total }),
      onKept: ({ file, records: kept }) =>
        Effect.andThen(
          progress.clear,
          Complaint.print(
            program,
            `${plural(kept, "record")} kept for ${safe(file)}: continue with --resume`,
          ),
        ),
    }).pipe(Effect.provide(source.client));
    yield* progress.clear;
    for (const remark of remarks) yield* Complaint.print(program, safe(remark));
    const before = resumed === 0 ? "" : `, ${count(resumed)} of them from an earlier export`;
    const time = elapsed(yield* progress.elapsed);
    yield* Console.log(`Run ${safe(source.runId)} from ${safe(source.description)}`);
    yield* Console.log(
      `  ${plural(records, "record")}${before}, ${plural(bytes, "byte")} in ${safe(to)} in ${time}`,
    );
  }, Effect.scoped),
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
