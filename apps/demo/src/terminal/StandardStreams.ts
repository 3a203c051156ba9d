/** The streams of the process, as far as commands look at them. Results go through `Console`. */
import { Context } from "effect";

interface TerminalState {
  /** Whether a terminal shows the stream. */
  readonly isTTY?: boolean;
  /** How wide that terminal is. One of unknown width reports 0. */
  readonly columns?: number;
}

/** Standard output, and standard error with what shows progress there. */
export interface StandardStreams {
  readonly stdout: TerminalState;
  readonly stderr: TerminalState & { readonly write: (text: string) => unknown };
}

/** The streams of this process, unless a program that runs commands provides others. */
export const StandardStreams = Context.Reference<StandardStreams>(
  "@scorecard-effect/demo/StandardStreams",
  { defaultValue: () => process },
);
