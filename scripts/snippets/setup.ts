/** Starts `scorecard-fake`, as installed here, for the snippets to read from. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const apiKey = "ak_test_key_of_mine";

export default async (): Promise<() => Promise<void>> => {
  const args = ["--records", "250", "--key", apiKey, "--quiet"];
  const fake = spawn("node_modules/.bin/scorecard-fake", args, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(fake, "exit");
  let origin: string | undefined;
  for await (const line of createInterface(fake.stdout)) {
    origin = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (origin !== undefined) break;
  }
  if (origin === undefined) throw new Error("scorecard-fake printed no URL");
  fake.stdout.resume();
  Object.assign(process.env, {
    SCORECARD_BASE_URL: `${origin}/api/v2`,
    SCORECARD_API_KEY: apiKey,
    NODE_COMPILE_CACHE: resolve("node_modules/.cache/compile"),
  });
  // Some snippets read from a server that the reader has started on this port.
  for (const file of globSync("src/**/*.ts")) {
    const code = readFileSync(file, "utf8");
    writeFileSync(file, code.replaceAll("http://127.0.0.1:8080", origin));
  }
  return async () => {
    fake.kill();
    await exited;
  };
};
