/** `export`: writes one run to a file. */
import { Console, Effect } from "effect";
import { Command, Flag } from "effect/cli";
import { exportRun } from "../export/Export.ts";
import * as Progress from "../terminal/Progress.ts";
import * as Screen from "../terminal/Screen.ts";
import * as Source from "../source/Source.ts";
import { count, plural } from "../terminal/Layout.ts";

const flags = {
  ...Source.flags,
  ...Source.runFlag,
  to: Flag.String("to").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("The file to write: .jsonl, .ndjson, .csv or .parquet"),
  ),
  resume: Flag.Boolean("resume").pipe(
    Flag.withDescription("Go on with an interrupted export, if there is one"),
    Flag.withDefault(false),
  ),
  overwrite: Flag.Boolean("overwrite").pipe(
    Flag.withDescription("Replace the file, and forget an interrupted export"),
    Flag.withDefault(false),
  ),
};

export const command = Command.make(
  "export",
  flags,
  Effect.fn("demo.export")(function* ({ to, resume, overwrite, ...where }) {
    const source = yield* Source.resolve(where);
    const { safe } = yield* Screen.make(source.redact);
    if (source.note !== undefined) yield* Console.error(`demo: ${source.note}`);
    const progress = yield* Progress.make;
    const { records, resumed, bytes } = yield* exportRun(source, {
      to,
      resume,
      overwrite,
      onPage: (state, total) => progress.update({ ...state, total }),
      onKept: ({ file, records: kept }) =>
        Effect.andThen(
          progress.clear,
          Console.error(
            `demo: ${plural(kept, "record")} kept for ${safe(file)}: go on with --resume`,
          ),
        ),
    }).pipe(Effect.provide(source.client));
    yield* progress.clear;
    const before = resumed === 0 ? "" : `, ${count(resumed)} of them before`;
    yield* Console.log(
      `Run ${safe(source.runId)} from ${safe(source.description)}\n  ${plural(records, "record")}${before}, ${plural(bytes, "byte")} in ${safe(to)} in ${(yield* progress.elapsed).toFixed(1)} s`,
    );
  }, Effect.scoped),
).pipe(
  Command.withDescription("Write the records of a run to a file: JSON lines, CSV or Parquet"),
  Command.withExamples([
    { command: "demo export --to run.parquet", description: "A made-up run" },
    {
      command: "demo export --run 135 --to run.csv --resume",
      description: "Begin, or go on where an earlier one stopped",
    },
  ]),
);
