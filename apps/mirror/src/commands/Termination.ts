/** What it means for a command to be ended by a signal: for a runner it is the usual end, for the others a failure. */
import * as Effect from "effect/Effect";
import * as ExitCode from "./ExitCode.ts";

let isUsualEnd = false;

/** From now on, a signal ends this process as usual: it works until it is stopped. */
export const isExpected = Effect.sync(() => {
  isUsualEnd = true;
});

/** The exit code of the process, by the code that its result has. */
export const exitCode = (code: number): number =>
  code === ExitCode.interrupted && isUsualEnd ? ExitCode.done : code;
