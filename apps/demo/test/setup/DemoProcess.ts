/** Runs the demo: in the process of the test, or in one of its own, with or without a terminal. */
import { NodeServices } from "@effect/platform-node";
import { ConfigProvider, Console, Effect, Layer, Metric, Stdio } from "effect";
import { TerminalCapabilities } from "effect/cli";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { format } from "node:util";
import { teardown } from "../../src/commands/ExitCode.ts";
import * as Program from "../../src/commands/Program.ts";
import { StandardStreams } from "../../src/terminal/StandardStreams.ts";

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

/** What `console` prints, with the end of the line. */
const line =
  (write: (text: string) => void) =>
  (...values: ReadonlyArray<unknown>): void =>
    write(`${format(...values)}\n`);

interface Streams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** The terminal that shows them. */
  readonly terminal?: { readonly isTTY: true; readonly columns: number };
}

/** Runs the demo in this process: all but `main.ts`. Returns its exit code. */
const runHere = (
  args: ReadonlyArray<string>,
  env: Environment,
  { stdout, stderr, terminal: shown }: Streams,
) =>
  Effect.gen(function* () {
    const captured: Console.Console = { ...console, log: line(stdout), error: line(stderr) };
    const stdio = Stdio.layerTest({
      args: Effect.succeed(args),
      stdoutIsTerminal: Effect.succeed(shown !== undefined),
      stderrIsTerminal: Effect.succeed(shown !== undefined),
    });
    const exit = yield* Program.run.pipe(
      Effect.provide(
        Layer.provideMerge(
          TerminalCapabilities.layer,
          Layer.mergeAll(
            NodeServices.layer,
            stdio,
            ConfigProvider.layer(ConfigProvider.fromEnv({ env })),
          ),
        ),
      ),
      Effect.provideService(StandardStreams, {
        stdout: { ...shown },
        stderr: { ...shown, write: stderr },
      }),
      Effect.provideService(Metric.MetricRegistry, new Map()),
      Effect.provideService(Console.Console, captured),
      Effect.exit,
    );
    return yield* Effect.callback<number>((resume) =>
      teardown(exit, (code) => resume(Effect.succeed(code))),
    );
  });

/**
 * Runs the demo in this process, with its output in pipes. A process would cost twenty times as much; those of other
 * tests run the few lines of `main.ts`.
 */
export const demo = (args: ReadonlyArray<string>, env: Environment = {}) =>
  Effect.suspend(() => {
    const printed = { stdout: "", stderr: "" };
    return runHere(args, env, {
      stdout: (text) => (printed.stdout += text),
      stderr: (text) => (printed.stderr += text),
    }).pipe(Effect.map((code): Outcome => ({ ...printed, code })));
  });

/** The same with its output in a terminal of `columns` columns. All output is in `stdout`. */
export const demoInTerminal = (
  columns: number,
  args: ReadonlyArray<string>,
  env: Environment = {},
) =>
  Effect.suspend(() => {
    let stdout = "";
    const write = (text: string) => (stdout += text.replaceAll("\n", "\r\n"));
    return runHere(
      args,
      { TERM: "xterm-256color", ...env },
      { stdout: write, stderr: write, terminal: { isTTY: true, columns } },
    ).pipe(Effect.map((code): Outcome => ({ stdout, stderr: "", code })));
  });

/** Runs the demo in a process. */
export const demoProcess = (
  args: ReadonlyArray<string>,
  env: Environment = {},
  onOutput: OnOutput = () => {},
) => run(process.execPath, [main, ...args], env, onOutput);

/** Runs the demo in a process, in a terminal of `columns` columns, made by `script` of util-linux. All output is in `stdout`. */
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
