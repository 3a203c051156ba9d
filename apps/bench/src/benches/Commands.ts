/** How long the commands of the fixtures take to start, as they are published. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import type { BoundedCounts } from "../harness/BoundedCount.ts";
import { apiKey } from "../servers/ServedRun.ts";
import { commandPath } from "../ways/Installed.ts";

const printHelp = (name: string) => async (): Promise<void> => {
  execFileSync(process.execPath, [commandPath(name), "--help"]);
};

const serveFirstPage = async (): Promise<void> => {
  const fake = spawn(process.execPath, [commandPath("scorecard-fake"), "--quiet"]);
  try {
    const [line] = await once(fake.stdout, "data");
    const [baseUrl = ""] = /http\S+/.exec(String(line)) ?? [];
    const headers = { authorization: `Bearer ${apiKey}` };
    const response = await fetch(`${baseUrl}/runs/135/records`, { headers });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`The fake responded with ${response.status}`);
  } finally {
    fake.kill();
  }
};

const measures = [
  { of: "scorecard-fake --help", run: printHelp("scorecard-fake"), most: 400 },
  { of: "scorecard-laws --help", run: printHelp("scorecard-laws"), most: 400 },
  { of: "scorecard-fake, until its first response", run: serveFirstPage, most: 500 },
];

export const commands: BoundedCounts = {
  name: "commands",
  what: "start a command in a new process: the median of 21 runs",
  measure: async (quick) => {
    const figures = [];
    for (const { of, run, most } of measures) {
      const times: Array<number> = [];
      for (let round = 0; round < (quick ? 3 : 21); round += 1) {
        const start = performance.now();
        await run();
        times.push(performance.now() - start);
      }
      const value = times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
      figures.push({ of, value, unit: "ms", most });
    }
    return figures;
  },
};
