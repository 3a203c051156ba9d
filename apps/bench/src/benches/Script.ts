/** What a short script costs from the start of its process to the end: mostly loading and first calls. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Bench, Contender } from "../harness/Bench.ts";
import { baseUrl, recordsPerPage, runId } from "../servers/ServedRun.ts";
import { scriptPath } from "../ways/Installed.ts";

const records = 2_000;

const contender = (name: string, script: Parameters<typeof scriptPath>[0]): Contender => ({
  name,
  open: (server) => {
    const args = [baseUrl(server, "plain"), runId(records / recordsPerPage), String(records)];
    return Promise.resolve(async () => {
      const program = spawn(process.execPath, [scriptPath(script), ...args], { stdio: "inherit" });
      const [code] = await once(program, "exit");
      if (code !== 0) throw new Error(`The script ${script} failed`);
    });
  },
});

const bare = contender("bare fetch loop", "Bare");
const sdk = contender("SDK stand-in", "Sdk");

export const script: Bench = {
  name: "script",
  module: import.meta.url,
  what: "a whole process that lists 2,000 records, 100 a page, from its start to its exit",
  units: { count: 1, name: "script", time: "ms" },
  rounds: 41,
  quick: { count: 1, rounds: 3 },
  contenders: [
    bare,
    sdk,
    {
      ...contender("promise client", "Promise"),
      bounds: [{ figure: "time", against: sdk.name, times: 0.95 }],
    },
  ],
};
