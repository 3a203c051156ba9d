/** `--metrics FILE`: what a team knows of its metrics. */
import type { KnownMetrics, MetricsFileError } from "@scorecard-effect/contract/metrics";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import { formatIssue } from "@scorecard-effect/contract";
import { Effect, FileSystem, Option, type PlatformError, Result, Stream } from "effect";
import * as FileKnowledge from "../analysis/FileKnowledge.ts";
import * as MetricKnowledge from "../analysis/MetricKnowledge.ts";
import { count } from "../figures/Figures.ts";
import { UsageError } from "./UsageError.ts";

/** No metrics file has more bytes: one of the most characters can be four times as long. */
const maxBytes = 4_000_000;

/** What the file of the flag says; nothing without the flag. Prints each mistake in the file, and fails. */
export const load = Effect.fn("MetricsFlag.load")(function* (
  flag: Option.Option<string>,
  program: string,
): Effect.fn.Return<MetricKnowledge.MetricKnowledge, UsageError, FileSystem.FileSystem> {
  if (Option.isNone(flag)) return MetricKnowledge.nothing;
  const file = flag.value;
  const bytes = yield* read(file);
  const text = yield* decode(file, bytes);
  // Loaded where there is such a file.
  const { parseMetricsFile } = yield* Effect.promise(
    () => import("@scorecard-effect/contract/metrics"),
  );
  const parsed: Result.Result<KnownMetrics, MetricsFileError> = parseMetricsFile(text);
  if (Result.isSuccess(parsed)) return FileKnowledge.make(parsed.success);
  const lines = parsed.failure.issues.map((issue) => `${file}: ${formatIssue(issue)}`);
  for (const line of lines.slice(0, -1)) yield* Complaint.print(program, line);
  return yield* new UsageError({ message: lines.at(-1) ?? "" });
});

const read = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem;
  const bytes = yield* fs.stream(file, { bytesToRead: maxBytes + 1 }).pipe(
    Stream.runFold(
      () => new Uint8Array(),
      (all, chunk) => {
        const both = new Uint8Array(all.length + chunk.length);
        both.set(all);
        both.set(chunk, all.length);
        return both;
      },
    ),
    Effect.mapError(
      (error) => new UsageError({ message: `${file}: cannot be read: ${reasonOf(error)}` }),
    ),
  );
  return bytes.length > maxBytes
    ? yield* new UsageError({
        message: `${file}: has more than ${count(maxBytes)} bytes: it is no metrics file`,
      })
    : bytes;
});

const decode = (file: string, bytes: Uint8Array): Effect.Effect<string, UsageError> =>
  Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => new UsageError({ message: `${file}: is not UTF-8` }),
  });

const reasonOf = ({ reason }: PlatformError.PlatformError): string =>
  reasons[reason._tag] ?? reason.message;

const reasons: { readonly [tag: string]: string } = {
  NotFound: "there is no such file",
  PermissionDenied: "permission denied",
  BadResource: "it is not a file",
};
