/** The process of `demo`. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import * as Effect from "effect/Effect";
import { program } from "./commands/Announcement.ts";
import { exitCodes, teardown } from "./commands/ExitCode.ts";
import * as Program from "./commands/Program.ts";

// A reader such as `head` may close stdout early: exit quietly. Any other failure to write is reported.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.done);
  const line = Complaint.format(program, `the output cannot be written: ${error.message}`);
  process.stderr.write(`${line}\n`);
  process.exit(exitCodes.usage);
});

Program.run.pipe(
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true, teardown }),
);
