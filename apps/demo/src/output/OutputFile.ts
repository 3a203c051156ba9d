/** Files that commands write beside their output. A file appears whole or not at all. */
import { Effect, FileSystem, type PlatformError, Schema, Stream } from "effect";

/** A file that cannot be written, or that the command refuses to replace. */
class OutputFileError extends Schema.TaggedError<OutputFileError>(
  "@scorecard-effect/demo/OutputFileError",
)("OutputFileError", { file: Schema.String, problem: Schema.String }) {
  override get message(): string {
    return `${this.file} ${this.problem}`;
  }
}

/** Fails if a file exists. */
export const requireAbsent = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem;
  const exists = yield* Effect.orElseSucceed(fs.exists(file), () => false);
  const problem = "already exists: replace it with --overwrite";
  yield* exists ? new OutputFileError({ file, problem }) : Effect.void;
});

/** Writes lines to a file beside the wanted one, and renames it at the end: a failure leaves what was there. */
export const writeLines = Effect.fn("OutputFile.writeLines")(function* <E, R>(
  file: string,
  lines: Stream.Stream<string, E, R>,
) {
  const fs = yield* FileSystem.FileSystem;
  const partial = `${file}.partial`;
  const unwritable = (error: PlatformError.PlatformError) =>
    new OutputFileError({ file, problem: `cannot be written: ${reasonOf(error)}` });
  const sink = fs.sink(partial);
  yield* lines.pipe(
    Stream.map((line) => `${line}\n`),
    Stream.encodeText,
    Stream.run(sink),
    Effect.andThen(fs.rename(partial, file)),
    Effect.onError(() => Effect.ignore(fs.remove(partial))),
    Effect.catchIf(isPlatformError, (error) => Effect.fail(unwritable(error))),
  );
});

const isPlatformError = (error: unknown): error is PlatformError.PlatformError =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "PlatformError";

const reasonOf = ({ reason }: PlatformError.PlatformError): string =>
  reasons[reason._tag] ?? reason.message;

const reasons: Readonly<Record<string, string>> = {
  NotFound: "there is no such folder",
  PermissionDenied: "permission denied",
  BadResource: "it is not a file",
};
/** Writes a text to a file, and replaces what was there. */
export const writeText = Effect.fn("OutputFile.writeText")(function* (file: string, text: string) {
  const fs = yield* FileSystem.FileSystem;
  yield* Effect.mapError(
    fs.writeFileString(file, text),
    (error) => new OutputFileError({ file, problem: `cannot be written: ${reasonOf(error)}` }),
  );
});
