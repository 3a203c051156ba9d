/** The program `demo`: reads the arguments, runs a command, and prints in one line what is wrong. */
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import * as ApiConfig from "@scorecard-effect/contract/protocol/ApiConfig";
import * as ApiKey from "@scorecard-effect/contract/protocol/ApiKey";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Command from "effect/cli/Command";
import manifest from "../../package.json" with { type: "json" };
import { program } from "./Announcement.ts";
import { command } from "./Demo.ts";

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

/** Runs the command that the arguments of the process name. */
export const run = Command.run(command, { version: manifest.version }).pipe(
  Effect.tapError((error) => (error._tag === "ShowHelp" ? Effect.void : complain(error.message))),
  Effect.provide(Complaint.presenter(program)),
);
