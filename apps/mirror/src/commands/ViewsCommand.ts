/** `mirror views`: views of the metrics that a metrics file names, and a source file for dbt. */
import { parseMetricsFile } from "@scorecard-effect/contract/metrics";
import { Console, Effect, FileSystem, Option, Result } from "effect";
import * as MetricViews from "../store/MetricViews.ts";
import { SchemaName } from "../store/SchemaName.ts";
import { CommandError } from "./CommandError.ts";
import * as Connection from "./Connection.ts";
import * as DbtSource from "./DbtSource.ts";
import type * as Parameters from "./Parameters.ts";

const cannot = (what: string, file: string) =>
  Effect.mapError(
    ({ reason }: { readonly reason: { readonly _tag: string } }) =>
      new CommandError({ message: `The file ${file} cannot be ${what}: ${reason._tag}` }),
  );

export const views = Effect.fn("mirror.views")(function* ({
  metrics,
  dbt,
}: Parameters.Values<typeof Parameters.views>) {
  const fs = yield* FileSystem.FileSystem;
  const known = parseMetricsFile(yield* cannot("read", metrics)(fs.readFileString(metrics)));
  if (Result.isFailure(known)) {
    return yield* new CommandError({ message: `${metrics}: ${known.failure.message}` });
  }
  const made = yield* MetricViews.replace(known.success);
  for (const { view, type, description } of made.views) {
    yield* Console.log(`${view} (${type}): ${description}`);
  }
  if (made.views.length > 0) {
    yield* Console.log(
      `${MetricViews.wideView}: one row for each record, ${made.views.length} metrics`,
    );
  }
  yield* Effect.forEach(made.notes, (note) => Console.error(`mirror: ${note}`), { discard: true });
  if (Option.isSome(dbt)) {
    const text = DbtSource.format(yield* SchemaName, made.views);
    yield* cannot("written", dbt.value)(fs.writeFileString(dbt.value, text));
  }
  return undefined;
}, Effect.provide(Connection.store));
