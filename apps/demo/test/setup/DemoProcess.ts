/** Runs the demo in a process of its own, with or without a terminal. */
import { Effect } from "effect";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/** How a process ended, and what it printed. */
export interface Outcome {
  /** -1 where a signal killed it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const main = join(import.meta.dirname, "../../src/main.ts");

type Environment = Readonly<Record<string, string>>;

const environment = (env: Environment): Environment => {
  const { NODE_COMPILE_CACHE = "", PATH = "" } = process.env;
  return { NODE_COMPILE_CACHE, PATH, ...env };
};

/** Runs whenever the process has printed something. */
export type OnOutput = (child: ChildProcess, output: Outcome) => void;

const run = (command: string, args: ReadonlyArray<string>, env: Environment, onOutput: OnOutput) =>
  Effect.callback<Outcome>((resume) => {
    const child = spawn(command, args, { env: environment(env) });
    let output: Outcome = { code: -1, stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8");
      child[name].on("data", (text: string) => {
        output = { ...output, [name]: output[name] + text };
        onOutput(child, output);
      });
    }
    child.once("close", (code) => resume(Effect.succeed({ ...output, code: code ?? -1 })));
    return Effect.sync(() => child.kill("SIGKILL"));
  });

/** Runs the demo. */
export const demo = (
  args: ReadonlyArray<string>,
  env: Environment = {},
  onOutput: OnOutput = () => {},
) => run(process.execPath, [main, ...args], env, onOutput);

/** Runs the demo in a terminal of `columns` columns, made by `script` of util-linux. All output is in `stdout`. */
export const terminal = (
  columns: number,
  args: ReadonlyArray<string>,
  env: Environment = {},
  onOutput: OnOutput = () => {},
) => {
  const words = [process.execPath, main, ...args].map((word) => `'${word}'`).join(" ");
  return run(
    "script",
    ["-qefc", `stty cols ${columns} rows 24; exec ${words}`, "/dev/null"],
    { TERM: "xterm-256color", ...env },
    onOutput,
  );
};
