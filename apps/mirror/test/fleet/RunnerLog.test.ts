import { assert, it } from "@effect/vitest";
import { Effect, Logger } from "effect";
import * as RunnerLog from "../../src/fleet/RunnerLog.ts";

it.effect("A runner's log has one line for each entry, with the first line of its cause", () =>
  Effect.gen(function* () {
    const lines: Array<string> = [];
    const logger = Logger.map(RunnerLog.format, (line) => lines.push(line));
    yield* Effect.gen(function* () {
      yield* Effect.logInfo("Run 135 is complete");
      yield* Effect.logWarning("No answer", new Error("first\nsecond"));
      const silent = new Error("", { cause: new Error("the cause\nat length") });
      yield* Effect.fail(silent).pipe(Effect.tapCause(Effect.logError), Effect.ignore);
    }).pipe(Effect.provide(Logger.layer([logger])));
    assert.deepStrictEqual(
      lines.map((line) => line.replace(/^\S+ /, "")),
      ["INFO  Run 135 is complete", "WARN  No answer first", "ERROR Error: the cause"],
    );
  }),
);
