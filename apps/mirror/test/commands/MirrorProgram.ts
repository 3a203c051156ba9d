/** Runs `mirror` in the process of the test: all but `main.ts`, which other tests run in a process of its own. */
import { NodeServices } from "@effect/platform-node";
import { ConfigProvider, Console, Effect, Layer, Stdio, Stream } from "effect";
import * as Program from "../../src/commands/Program.ts";

/** How a command ended, and what it printed. */
export interface Outcome {
  readonly code: number;
  readonly out: ReadonlyArray<string>;
  readonly err: ReadonlyArray<string>;
}

interface Options {
  readonly stdin?: string;
  /** Where its lines appear while it runs. */
  readonly out?: Array<string>;
}

/** Runs a command with an environment. Returns its lines and its exit code. */
export const run = (
  args: ReadonlyArray<string>,
  env: { readonly [name: string]: string },
  { stdin = "", out = [] }: Options = {},
): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const err: Array<string> = [];
    const captured = {
      ...globalThis.console,
      log: (line: string) => out.push(line),
      error: (line: string) => err.push(line),
    };
    const exit = yield* Program.run.pipe(
      Effect.provide(
        Layer.mergeAll(
          NodeServices.layer,
          // After NodeServices, which has the streams of the process.
          Stdio.layerTest({
            args: Effect.succeed(args),
            stdin: Stream.make(new TextEncoder().encode(stdin)),
          }),
          ConfigProvider.layer(ConfigProvider.fromEnv({ env })),
        ),
      ),
      Effect.provideService(Console.Console, captured),
      // Layers of the test are not those of the command.
      Effect.provideService(Layer.CurrentMemoMap, Layer.makeMemoMapUnsafe()),
      Effect.exit,
    );
    const code = yield* Effect.callback<number>((resume) =>
      Program.teardown(exit, (own) => resume(Effect.succeed(own))),
    );
    return { out, err, code };
  });
