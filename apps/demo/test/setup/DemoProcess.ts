/** The demo as a person runs it: in a process of its own, with or without a terminal. */
import { Effect } from "effect";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a process came to. */
export interface Outcome {
  /** -1 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const main = join(import.meta.dirname, "../../src/main.ts");

// What Node has compiled once it need not compile again: half of the time that a process takes.
const compileCache = mkdtempSync(join(tmpdir(), "demo-compile-"));
process.once("exit", () => rmSync(compileCache, { recursive: true, force: true }));

type Environment = Readonly<Record<string, string>>;

const environment = (env: Environment): Environment => {
  const { PATH = "" } = process.env;
  return { PATH, NODE_COMPILE_CACHE: compileCache, ...env };
};

/** What is done to a process while it runs, each time it has said something. */
export type Meddler = (child: ChildProcess, said: Outcome) => void;

const run = (command: string, args: ReadonlyArray<string>, env: Environment, meddle: Meddler) =>
  Effect.callback<Outcome>((resume) => {
    const child = spawn(command, args, { env: environment(env) });
    let said: Outcome = { code: -1, stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8");
      child[name].on("data", (text: string) => {
        said = { ...said, [name]: said[name] + text };
        meddle(child, said);
      });
    }
    child.once("close", (code) => resume(Effect.succeed({ ...said, code: code ?? -1 })));
    return Effect.sync(() => child.kill("SIGKILL"));
  });

/** Runs the demo. */
export const demo = (
  args: ReadonlyArray<string>,
  env: Environment = {},
  meddle: Meddler = () => {},
) => run(process.execPath, [main, ...args], env, meddle);

/** Runs the demo in a terminal of so many columns; `script` of util-linux makes one. All output is in `stdout`. */
export const terminal = (
  columns: number,
  args: ReadonlyArray<string>,
  env: Environment = {},
  meddle: Meddler = () => {},
) => {
  const words = [process.execPath, main, ...args].map((word) => `'${word}'`).join(" ");
  return run(
    "script",
    ["-qefc", `stty cols ${columns} rows 24; exec ${words}`, "/dev/null"],
    { TERM: "xterm-256color", ...env },
    meddle,
  );
};
