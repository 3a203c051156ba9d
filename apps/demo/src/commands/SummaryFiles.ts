/** `--junit FILE` and `--markdown FILE`: results for a CI service, beside the output. */
import { Effect, Option } from "effect";
import * as Junit from "../output/Junit.ts";
import * as MarkdownSummary from "../output/MarkdownSummary.ts";
import * as OutputFile from "../output/OutputFile.ts";

/** The files to write: the values of `OutputFlags.files`. */
interface Files {
  readonly junit: Option.Option<string>;
  readonly markdown: Option.Option<string>;
}

/** What the files say. The API key is not in it any more: escaped, it would no longer be recognised. */
interface Contents {
  readonly title: string;
  readonly checks: ReadonlyArray<Junit.Check>;
  readonly markdown: (checks: ReadonlyArray<Junit.Check>) => string;
  readonly seconds: number;
}

const reading = { group: "reading", name: "the records are read" } as const;

/** Writes the files that were asked for. */
export const write = Effect.fnUntraced(function* (
  files: Files,
  { title, checks, markdown, seconds }: Contents,
) {
  const all: ReadonlyArray<Junit.Check> = [
    { ...reading, says: "to the end", outcome: "passed" },
    ...checks,
  ];
  if (Option.isSome(files.junit)) {
    yield* OutputFile.writeText(files.junit.value, Junit.document(title, all, seconds));
  }
  if (Option.isSome(files.markdown)) {
    yield* OutputFile.writeText(files.markdown.value, markdown(all));
  }
});

/** Writes the files for runs that could not be read, so that no file of an earlier job stands for them. */
export const writeFailure = Effect.fnUntraced(function* (
  files: Files,
  title: string,
  problem: string,
) {
  if (Option.isSome(files.junit)) {
    const check: Junit.Check = { ...reading, says: problem, outcome: "error" };
    yield* OutputFile.writeText(files.junit.value, Junit.document(title, [check], 0));
  }
  if (Option.isSome(files.markdown)) {
    yield* OutputFile.writeText(files.markdown.value, MarkdownSummary.ofFailure(title, problem));
  }
});
