/** `export`: writes one run to a file. */
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import { Console, Effect, Option } from "effect";
import { exportRun } from "../export/Export.ts";
import { count, elapsed, plural } from "../figures/Figures.ts";
import * as MetricsFlag from "../source/MetricsFlag.ts";
import * as SourceChoice from "../source/SourceChoice.ts";
import * as Progress from "../terminal/Progress.ts";
import * as Screen from "../terminal/Screen.ts";
import { printNote, program } from "./Announcement.ts";
import type * as Parameters from "./Parameters.ts";

export const exportToFile = Effect.fn("demo.export")(function* ({
  to,
  resume,
  excel,
  overwrite,
  by,
  trials,
  testcases,
  metrics,
  ...sourceFlags
}: Parameters.Values<typeof Parameters.exportRun>) {
  const knowledge = yield* MetricsFlag.load(metrics, program);
  const source = yield* SourceChoice.resolve(sourceFlags);
  const { safe } = yield* Screen.make(source.redact);
  yield* printNote(source);
  const progress = yield* Progress.make;
  const { records, resumed, bytes, remarks } = yield* exportRun(source, {
    to,
    isForExcel: excel,
    by,
    trials,
    reduction: Option.getOrUndefined(testcases),
    knowledge,
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
}, Effect.scoped);
