/** How long the command of the fake takes until it serves, for a short run and a long one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Bench, Contender } from "./Bench.ts";

const command = join(
  dirname(createRequire(import.meta.url).resolve("@scorecard-effect/fixtures/package.json")),
  "src/cli.ts",
);

const contender = (name: string, records: number): Contender => ({
  name,
  open: () =>
    Promise.resolve(async () => {
      const fake = spawn(process.execPath, [command, "--records", String(records)]);
      const [line] = await once(fake.stdout, "data");
      fake.kill();
      if (!String(line).startsWith("Serving run")) throw new Error(String(line));
    }),
});

const short = contender("1 record", 1);

export const bench: Bench = {
  name: "fixtures-start",
  module: import.meta.url,
  what: "start the command of the fake, until it serves",
  units: { count: 1, name: "start", time: "ms" },
  rounds: 9,
  quick: { count: 1, rounds: 1 },
  contenders: [
    short,
    {
      ...contender("10,000,000 records", 10_000_000),
      bounds: [{ figure: "time", against: short.name, times: 1.1 }],
    },
  ],
};
