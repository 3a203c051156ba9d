/** The runs that a command is asked to work on: ids in a flag, in a file, or on standard input. */
import { RunId } from "@scorecard-effect/contract";
import { text, toggle } from "@scorecard-effect/contract/cli/Flags";
import { Effect, FileSystem, Option, Stdio, Stream } from "effect";
import { CommandError } from "./CommandError.ts";

/** The flags that name runs. */
export const flags = {
  runs: text("runs", { metavar: "IDS", description: "The runs to mirror, separated by commas" }),
  runsFile: text("runs-file", {
    metavar: "FILE",
    description: "A file with the runs to mirror, one a line",
  }),
  stdin: toggle("stdin", "Read the runs to mirror from standard input, one a line"),
};

interface Input {
  readonly runs: Option.Option<string>;
  readonly runsFile: Option.Option<string>;
  readonly stdin: boolean;
}

/** The ids in a text, each once. Spaces, commas and line ends separate them; a `#` starts a comment. */
export const parse = (list: string): ReadonlyArray<string> => {
  const ids = list.split(/\r?\n/).flatMap((line) => {
    const [beforeComment = ""] = line.split(/(?<!\S)#/, 1);
    return beforeComment.split(/[\s,]+/);
  });
  return [...new Set(ids)].filter((id) => id !== "");
};

const readFile = Effect.fnUntraced(function* (file: string) {
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

const readStdin = Effect.gen(function* () {
  const { stdin } = yield* Stdio.Stdio;
  return yield* Stream.mkString(Stream.decodeText(stdin));
});

/** The runs that the flags name, of all of them together. */
export const read = Effect.fnUntraced(function* ({ runs, runsFile, stdin }: Input) {
  const texts = [
    ...Option.toArray(runs),
    ...(Option.isSome(runsFile) ? [yield* readFile(runsFile.value)] : []),
    ...(stdin ? [yield* readStdin] : []),
  ];
  const ids = parse(texts.join("\n"));
  if (ids.length === 0) {
    return yield* new CommandError({
      message: "No runs are named: use --runs, --runs-file or --stdin",
    });
  }
  return ids.map((id) => RunId.make(id));
});
