/** Why a command could not do what was asked. */
import { Schema } from "effect";

/** The command could not do what was asked. Its message says why, and what to do instead. */
export class CommandError extends Schema.TaggedError<CommandError>()("CommandError", {
  message: Schema.String,
}) {}
