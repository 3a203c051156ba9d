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

/**
 * Runs the demo in this process: all but `main.ts`, whose few lines the processes of other tests run. It costs a
 * twentieth of a process.
 */
export const demo = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const printed = { stdout: "", stderr: "" };
    const print =
      (stream: keyof typeof printed) =>
      (...values: ReadonlyArray<unknown>) => {
        printed[stream] += `${format(...values)}\n`;
      };
    const write = (text: string) => {
      printed.stderr += text;
    };
    const captured: Console.Console = { ...console, log: print("stdout"), error: print("stderr") };
    const exit = yield* Program.run.pipe(
      Effect.provide(
        Layer.provideMerge(
          TerminalCapabilities.layer,
          Layer.merge(NodeServices.layer, Stdio.layerTest({ args: Effect.succeed(args) })),
        ),
      ),
      Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
      Effect.provideService(StandardStreams, { stdout: {}, stderr: { write } }),
      Effect.provideService(Metric.MetricRegistry, new Map()),
      Effect.provideService(Console.Console, captured),
      Effect.exit,
    );
    return yield* Effect.callback<Outcome>((resume) =>
      teardown(exit, (code) => resume(Effect.succeed({ ...printed, code }))),
    );
  });

/** Runs the demo in a process. */
export const demoProcess = (
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
