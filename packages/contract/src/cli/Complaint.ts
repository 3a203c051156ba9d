/** How the commands here report a failure: one line on stderr, without a stack trace. Stdout has results only. */
import * as Console from "effect/Console";
import type * as Effect from "effect/Effect";
import * as CliOutput from "effect/cli/CliOutput";
import * as TerminalText from "../protocol/TerminalText.ts";

const maxLength = 2000;

/** The line that a program prints for a failure. */
export const format = (program: string, message: string): string =>
  `${program}: ${TerminalText.escape(message.replaceAll(/\s+/g, " ").trim(), maxLength)}`;

/** Prints a failure of a program on stderr. */
export const print = (program: string, message: string): Effect.Effect<void> =>
  Console.error(format(program, message));

/** Presents a wrong invocation of a program as one line, and everything else (help, version) as usual. */
export const presenter = (program: string) =>
  CliOutput.layerPresenter({
    present: (event) =>
      event._tag === "InvalidInvocation"
        ? print(program, `${event.errors.map(({ message }) => message).join("; ")}. Try --help.`)
        : CliOutput.defaultPresenter.present(event),
  });
