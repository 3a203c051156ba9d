import { Schema } from "effect";

/** A results file that cannot be read, or that another tool did not write. */
export class ImportError extends Schema.TaggedError<ImportError>(
  "@scorecard-effect/demo/ImportError",
)("ImportError", {
  /** The path of the file, as the user gave it. */
  file: Schema.String,
  /** What is wrong, and where: the line, the file in the archive, the path of the first invalid field. */
  problem: Schema.String,
}) {
  override get message(): string {
    return `${this.file}: ${this.problem}`;
  }
}
