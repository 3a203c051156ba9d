/** What the promise client takes from the program that it runs in: variables, the console, the kind of runtime. */
import { environment } from "@scorecard-effect/contract";
import * as ApiKey from "@scorecard-effect/contract/protocol/ApiKey";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Logger from "effect/Logger";
import * as Redacted from "effect/Redacted";
import * as References from "effect/References";
import * as Result from "effect/Result";
import { version } from "../Version.ts";

/** An environment variable, where the runtime has any and lets the program read them. */
const variable = (name: string): string | undefined => {
  try {
    // Not an import: browsers and Workers have no `process`.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const { process } = globalThis as {
      readonly process?: { readonly env?: { readonly [name: string]: string | undefined } };
    };
    const value = process?.env?.[name];
    return value === "" ? undefined : value;
  } catch {
    return undefined;
  }
};

/** The key that the caller passes, or the one of the environment. */
export const apiKey = (passed: unknown): Result.Result<Redacted.Redacted<unknown>, string> => {
  if (Redacted.isRedacted(passed)) return Result.succeed(passed);
  if (passed !== undefined && passed !== null) return Result.succeed(secret(passed));
  const key = variable(environment.apiKey);
  return key === undefined
    ? Result.fail(`There is no API key: set ${environment.apiKey}, or pass apiKey`)
    : Result.mapError(ApiKey.check(secret(key)), inVariable(environment.apiKey));
};

const secret = (key: unknown) => Redacted.make(key, { label: "API key" });

/** The URL that the caller passes, or the one of the environment; undefined stands for the production service. */
export const baseUrl = (
  passed: string | URL | undefined,
): Result.Result<string | URL | undefined, string> => {
  const url = passed ?? variable(environment.baseUrl);
  return passed !== url && url !== undefined
    ? Result.mapError(ListRecordsRequest.baseUrl(url), inVariable(environment.baseUrl))
    : Result.succeed(url);
};

/** Says which variable a problem is in. */
const inVariable =
  (name: string) =>
  (problem: string): string =>
    `${name}: ${problem}`;

/** A User-Agent that names this client. Browsers set their own, and would ask the service's permission for another. */
export const userAgent = (): { readonly [name: string]: string } =>
  "window" in globalThis || "importScripts" in globalThis
    ? {}
    : { "user-agent": `scorecard-effect-client/${version}` };

/** Milliseconds of a duration. */
export const millis = (duration: Duration.Duration): number => Duration.toMillis(duration);

const logVariable = "SCORECARD_LOG";

/** Checks what to print, as the caller or the environment says. */
export const logLevel = (passed: unknown): Result.Result<void, string> => {
  const level = passed ?? variable(logVariable);
  return level === undefined || level === "debug" || level === "off"
    ? Result.void
    : Result.fail(
        `${level === passed ? "log" : logVariable} is malformed: expected "debug" or "off"`,
      );
};

/** Prints the log lines of an effect on the console, if they are wanted. */
export const logger = (
  passed: unknown,
): (<A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>) => {
  const wanted = passed ?? variable(logVariable);
  if (wanted !== "debug") return (effect) => effect;
  return (effect) =>
    effect.pipe(
      Effect.provideService(References.MinimumLogLevel, "Debug"),
      Effect.provideService(Logger.CurrentLoggers, new Set([consoleLogger])),
    );
};

const consoleLogger = Logger.make(({ message }) => {
  const [what, details] = Array.isArray(message) ? message : [message];
  const shown = details === undefined ? "" : ` ${JSON.stringify(details)}`;
  console.error(`scorecard: ${String(what)}${shown}`);
});
