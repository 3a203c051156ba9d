/** The process of `mirror`: runs the program, and ends when it is asked to. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import * as Effect from "effect/Effect";
import * as ExitCode from "./commands/ExitCode.ts";
import * as Program from "./commands/Program.ts";

// How long a process that is asked to end may take to release its locks: a frozen database never answers.
const shutdownTimeoutMillis = 20_000;

const requestEnd = () => {
  process.emit("SIGTERM");
};
// The terminal was closed, or the reader of a pipe has ended, as head does.
process.once("SIGHUP", requestEnd);
for (const output of [process.stdout, process.stderr])
  output.once("error", requestEnd).on("error", () => {});
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    setTimeout(() => {
      const seconds = shutdownTimeoutMillis / 1000;
      console.error(
        Complaint.format(
          Program.program,
          `Still waiting for an answer after ${seconds} s: ending now. Every page is written whole or not at all.`,
        ),
      );
      process.exit(ExitCode.interrupted);
    }, shutdownTimeoutMillis).unref();
  });
}

Program.run.pipe(
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true, teardown: Program.teardown }),
);
