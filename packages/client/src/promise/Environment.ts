/** What the promise client takes from the program that it runs in: variables, the console, the kind of runtime. */
import { environment } from "@scorecard-effect/contract";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Logger from "effect/Logger";
import * as Redacted from "effect/Redacted";
import * as References from "effect/References";
import * as Result from "effect/Result";
import { version } from "../Version.ts";

/** An environment variable, where the runtime has any and lets the program read them. */
export const variable = (name: string): string | undefined => {
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
  const key = passed ?? variable(environment.apiKey);
  return key === undefined
    ? Result.fail(`There is no API key: set ${environment.apiKey}, or pass apiKey`)
    : Result.succeed(Redacted.make(key, { label: "API key" }));
};

/** A User-Agent that names this client. Browsers set their own, and would ask the service's permission for another. */
export const userAgent = (): { readonly [name: string]: string } =>
  "window" in globalThis || "importScripts" in globalThis
    ? {}
    : { "user-agent": `scorecard-effect-client/${version}` };

/** Milliseconds of a duration. */
export const millis = (duration: Duration.Duration): number => Duration.toMillis(duration);

/** What to print, as the caller says. */
export const logLevel = (level: unknown): Result.Result<void, string> =>
  level === undefined || level === null || level === "debug" || level === "off"
    ? Result.void
    : Result.fail('log is malformed: expected "debug" or "off"');

/** Prints the log lines of an effect on the console, if they are wanted. */
export const logger = (
  level: unknown,
): (<A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>) => {
  const wanted = level ?? variable("SCORECARD_LOG");
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
