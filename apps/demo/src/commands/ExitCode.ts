/**
 * What the demo's exit codes say to a CI job. Only a gate exits with 1, so that a job can tell a run that got worse from
 * one that nobody could read.
 */
import * as Cause from "effect/Cause";
import * as Exit from "effect/Exit";
import type * as Runtime from "effect/Runtime";

/** The exit codes. */
export const exitCodes = {
  done: 0,
  /** The run was read, and fails a gate. */
  gate: 1,
  /** Wrong use: a flag, a setting, or a file to write that is refused. Nothing was judged. */
  usage: 2,
  /** The run could not be read, or not to its end. */
  unread: 3,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** Errors that wrong use causes, by their tags. `ShowHelp` is what the command line parser fails with. */
const usageErrors: ReadonlySet<string> = new Set([
  "UsageError",
  "InvalidSetting",
  "InvalidRequest",
  "ConfigError",
  "ExportError",
  "SaveError",
  "OutputFileError",
  "StoreError",
  "ShowHelp",
]);

/** An error as far as its exit code depends on it. */
interface CommandError {
  readonly _tag: string;
  /** The mistakes of a command line; none where the user asked for help. */
  readonly errors?: ReadonlyArray<unknown>;
}

/** The exit code of a command that failed. */
const codeOf = ({ _tag, errors }: CommandError): number => {
  if (_tag === "GateError") return exitCodes.gate;
  if (_tag === "ShowHelp" && errors?.length === 0) return exitCodes.done;
  return usageErrors.has(_tag) ? exitCodes.usage : exitCodes.unread;
};

const isCommandError = (error: unknown): error is CommandError =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string";

/** Ends the process with the exit code of its command. A defect judges no run either. */
export const teardown: Runtime.Teardown = (exit, onExit) => {
  if (Exit.isSuccess(exit)) return onExit(exitCodes.done);
  if (Cause.hasInterruptsOnly(exit.cause)) return onExit(exitCodes.interrupted);
  const error: unknown = Cause.squash(exit.cause);
  return onExit(isCommandError(error) ? codeOf(error) : exitCodes.unread);
};
