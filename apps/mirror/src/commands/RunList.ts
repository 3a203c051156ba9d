/** The runs that a command is asked to work on: ids as arguments, in a flag, in a file, or on standard input. */
import { RunId } from "@scorecard-effect/contract";
import { Effect, FileSystem, Option, Stdio, Stream } from "effect";
import { CommandError } from "./CommandError.ts";

/** What the arguments and flags hold. */
export interface Input {
  readonly ids: ReadonlyArray<string>;
  readonly runs: Option.Option<string>;
  readonly from: Option.Option<string>;
  readonly runsFile?: Option.Option<string>;
  readonly stdin?: boolean;
}

/** The ids in a text, each once. Spaces, commas and line ends separate them; a `#` starts a comment. */
export const parse = (list: string): ReadonlyArray<string> => {
  const ids = list.split(/\r?\n/).flatMap((line) => {
    const [beforeComment = ""] = line.split(/(?<!\S)#/, 1);
    return beforeComment.split(/[\s,]+/);
  });
  return [...new Set(ids)].filter((id) => id !== "");
};

const readStdin = Effect.gen(function* () {
  const { stdin } = yield* Stdio.Stdio;
  return yield* Stream.mkString(Stream.decodeText(stdin));
});

const readFile = Effect.fnUntraced(function* (file: string) {
  if (file === "-") return yield* readStdin;
  const fs = yield* FileSystem.FileSystem;
  return yield* fs
    .readFileString(file)
    .pipe(
      Effect.catchTag("PlatformError", ({ reason }) =>
        Effect.fail(
          new CommandError({ message: `The file of runs ${file} cannot be read: ${reason._tag}` }),
        ),
      ),
    );
});

/** Whether the command line names runs, or a file that does. */
export const isGiven = ({ ids, runs, from, runsFile, stdin = false }: Input): boolean =>
  ids.length > 0 || stdin || [runs, from, runsFile].some((flag) => flag?._tag === "Some");

/** The runs that the arguments and flags name, of all of them together. */
export const read = Effect.fnUntraced(function* (input: Input) {
  const { ids, runs, from, runsFile = Option.none(), stdin = false } = input;
  const files = new Set([
    ...Option.toArray(from),
    ...Option.toArray(runsFile),
    ...(stdin ? ["-"] : []),
  ]);
  const texts = yield* Effect.forEach(files, readFile);
  // An argument is one id, even if it contains a comma.
  const named = [...ids, ...parse([...Option.toArray(runs), ...texts].join("\n"))];
  return [...new Set(named)].map((id) => RunId.make(id));
});
