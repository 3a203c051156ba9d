/** The process of `demo`: runs the command, and prints what is wrong in one line. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import * as ApiConfig from "@scorecard-effect/contract/protocol/ApiConfig";
import * as ApiKey from "@scorecard-effect/contract/protocol/ApiKey";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Command from "effect/cli/Command";
import manifest from "../package.json" with { type: "json" };
import { program } from "./commands/Announcement.ts";
import { command } from "./commands/Demo.ts";
import { exitCodes, teardown } from "./commands/ExitCode.ts";

// A reader such as `head` may close stdout early: exit quietly. Any other failure to write is reported.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.done);
  const line = Complaint.format(program, `the output cannot be written: ${error.message}`);
  process.stderr.write(`${line}\n`);
  process.exit(exitCodes.usage);
});

// A malformed value may be a real key with a typing mistake. One of a few characters is not, and occurs in any message.
const isSecret = (key: Redacted.Redacted): boolean =>
  Result.isSuccess(ApiKey.check(key)) || Redacted.value(key).trim().length >= 8;

/** Prints why the program failed, without the API key: a flag that the message quotes may contain it. */
const complain = Effect.fnUntraced(function* (message: string) {
  const apiKey = yield* Effect.orElseSucceed(ApiConfig.apiKey, Option.none);
  const redact = Option.match(apiKey, {
    onNone: () => (text: string) => text,
    onSome: (key) => (isSecret(key) ? ApiKey.redactor(key) : (text: string) => text),
  });
  yield* Complaint.print(program, redact(message));
});

Command.run(command, { version: manifest.version }).pipe(
  Effect.tapError((error) => (error._tag === "ShowHelp" ? Effect.void : complain(error.message))),
  Effect.provide([NodeServices.layer, Complaint.presenter(program)]),
  NodeRuntime.runMain({ disableErrorReporting: true, teardown }),
);
