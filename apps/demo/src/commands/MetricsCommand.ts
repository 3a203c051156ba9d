/** `metrics`: writes a first metrics file of a run. */
import { ScorecardClient } from "@scorecard-effect/client";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import { Console, Effect, FileSystem, Option, Path, Stream } from "effect";
import { fileURLToPath } from "node:url";
import * as FirstMetricsFile from "../analysis/FirstMetricsFile.ts";
import { plural } from "../figures/Figures.ts";
import * as OutputFile from "../output/OutputFile.ts";
import * as SourceChoice from "../source/SourceChoice.ts";
import * as Progress from "../terminal/Progress.ts";
import * as Screen from "../terminal/Screen.ts";
import { printNote, program } from "./Announcement.ts";
import type * as Parameters from "./Parameters.ts";

export const metrics = Effect.fn("demo.metrics")(function* ({
  to,
  overwrite,
  ...sourceFlags
}: Parameters.Values<typeof Parameters.metrics>) {
  const source = yield* SourceChoice.resolve(sourceFlags);
  const { safe } = yield* Screen.make(source.redact);
  if (Option.isSome(to) && !overwrite) yield* OutputFile.requireAbsent(to.value);
  yield* printNote(source);
  const progress = yield* Progress.make;
  const first = FirstMetricsFile.make();
  yield* Effect.gen(function* () {
    const client = yield* ScorecardClient;
    yield* client.listPages(source.runId, { tags: source.tags }).pipe(
      Stream.runForEach((page) => {
        first.add(page);
        return progress.update({ ...first.counts(), total: page.total });
      }),
    );
  }).pipe(Effect.provide(source.client), Effect.ensuring(progress.clear));
  const { file, remarks } = first.result();
  const schema = yield* schemaNear(to);
  const text = source.redact(
    JSON.stringify({ ...(schema === undefined ? {} : { $schema: schema }), ...file }, null, 2),
  );
  for (const remark of remarks) yield* Complaint.print(program, safe(remark));
  if (Option.isNone(to)) {
    yield* Console.log(text);
    return;
  }
  yield* OutputFile.writeText(to.value, `${text}\n`);
  const count = Object.keys(file.metrics).length;
  yield* Console.log(
    [
      `Wrote ${plural(count, "metric")} of run ${safe(source.runId)} to ${safe(to.value)}`,
      `  Put their names in, then use it: demo report --metrics ${safe(to.value)}`,
    ].join("\n"),
  );
}, Effect.scoped);

/** The JSON Schema for editors, as a path from the file; undefined where the file is not in this repository. */
const schemaNear = Effect.fnUntraced(function* (to: Option.Option<string>) {
  const path = yield* Path.Path;
  const fs = yield* FileSystem.FileSystem;
  const schema = fileURLToPath(
    import.meta.resolve("@scorecard-effect/contract/metrics.schema.json"),
  );
  const real = yield* Effect.orElseSucceed(fs.realPath(schema), () => schema);
  const folder = path.resolve(path.dirname(Option.getOrElse(to, () => "metrics.json")));
  const root = path.resolve(import.meta.dirname, "../../../..");
  const isWithin = folder === root || folder.startsWith(`${root}${path.sep}`);
  return isWithin ? path.relative(folder, real).replaceAll("\\", "/") : undefined;
});
