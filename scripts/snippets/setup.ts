// The service that the snippets talk to: `scorecard-fake`, as it was installed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

export default async (): Promise<() => Promise<void>> => {
  const key = "ak_test_key_of_mine";
  const fake = spawn(
    "node_modules/.bin/scorecard-fake",
    ["--records", "250", "--key", key, "--quiet"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(fake, "exit");
  let origin = "";
  for await (const line of createInterface(fake.stdout)) {
    origin = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? "";
    if (origin !== "") break;
  }
  if (origin === "") throw new Error("scorecard-fake said no URL");
  fake.stdout.resume();
  process.env["SCORECARD_BASE_URL"] = `${origin}/api/v2`;
  process.env["SCORECARD_API_KEY"] = key;
  // What stands for a server of the reader's own, and where the production service would be asked.
  for (const file of globSync("src/*.ts")) {
    writeFileSync(
      file,
      readFileSync(file, "utf8")
        .replaceAll("http://127.0.0.1:8080", origin)
        .replace(
          "createClient({ apiKey: process.env",
          `createClient({ baseUrl: "${origin}/api/v2", apiKey: process.env`,
        ),
    );
  }
  return async () => {
    fake.kill();
    await ended;
  };
};
