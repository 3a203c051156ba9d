// The snippets talk to `scorecard-fake`, as it was installed.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { startFake } from "./fake.ts";

export default async (): Promise<() => Promise<void>> => {
  const fake = await startFake("node_modules/.bin/scorecard-fake");
  Object.assign(process.env, fake.env);
  for (const file of globSync("src/*.ts")) {
    writeFileSync(file, fake.redirect(readFileSync(file, "utf8")));
  }
  return fake.stop;
};
