/** Why a command could not do what was asked. */
import * as Runtime from "effect/Runtime";
import * as Schema from "effect/Schema";
import * as ExitCode from "./ExitCode.ts";

/** The command could not do what was asked. Its message says why, and what to do instead. */
export class CommandError extends Schema.TaggedError<CommandError>()("CommandError", {
  message: Schema.String,
}) {
  override readonly [Runtime.errorExitCode] = ExitCode.failed;
}

/** The command line asks for nothing that can be done, such as no run at all. */
export class WrongUse extends Schema.TaggedError<WrongUse>()("WrongUse", {
  message: Schema.String,
}) {
  override readonly [Runtime.errorExitCode] = ExitCode.wrongUse;
}

/** The command did what was asked, and found runs that are not complete and whole. */
export class RunsNotWhole extends Schema.TaggedError<RunsNotWhole>()("RunsNotWhole", {
  message: Schema.String,
}) {
  override readonly [Runtime.errorExitCode] = ExitCode.notWhole;
}
