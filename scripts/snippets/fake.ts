// The service that snippets talk to.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const apiKey = "ak_test_key_of_mine";

/** A fake that is running. */
export interface Fake {
  /** What a snippet finds in its environment. */
  readonly env: { readonly SCORECARD_BASE_URL: string; readonly SCORECARD_API_KEY: string };
  /** A snippet that asks the fake, in place of the production service and of a server of the reader's own. */
  readonly redirect: (code: string) => string;
  readonly stop: () => Promise<void>;
}

/** Starts `scorecard-fake` by its command line, on a free port. */
export const startFake = async (command: string, ...args: ReadonlyArray<string>): Promise<Fake> => {
  const fake = spawn(command, [...args, "--records", "250", "--key", apiKey, "--quiet"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(fake, "exit");
  let origin = "";
  for await (const line of createInterface(fake.stdout)) {
    origin = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? "";
    if (origin !== "") break;
  }
  if (origin === "") throw new Error("scorecard-fake said no URL");
  fake.stdout.resume();
  const baseUrl = `${origin}/api/v2`;
  return {
    env: { SCORECARD_BASE_URL: baseUrl, SCORECARD_API_KEY: apiKey },
    redirect: (code) => code.replaceAll("http://127.0.0.1:8080", origin),
    stop: async () => {
      fake.kill();
      await ended;
    },
  };
};
