/** The fake: how fast it serves pages, and whether the length of a run matters to it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Bench, Contender } from "../harness/Bench.ts";
import { apiKey } from "../servers/ServedRun.ts";
import { startFakeServer } from "../servers/ServerProcess.ts";
import { commandPath } from "../ways/Installed.ts";

const connections = 8;

const requestsPages = (name: string, server: "bare" | "fake"): Contender => ({
  name,
  open: async () => {
    const { Pool } = await import("@effect/platform-node/Undici");
    const { origin, paths, stop } = await startFakeServer(server);
    process.on("exit", stop);
    const pool = new Pool(origin, { connections });
    const headers = { authorization: `Bearer ${apiKey}` };
    let nextPath = 0;
    const request = async (): Promise<void> => {
      const path = paths[nextPath % paths.length] ?? "";
      nextPath += 1;
      const { statusCode, body } = await pool.request({ method: "GET", path, headers });
      const { byteLength } = await body.arrayBuffer();
      if (statusCode !== 200 || byteLength < 10_000) throw new Error(`${path}: ${statusCode}`);
    };
    return async (pages) => {
      let requested = 0;
      const requestUntilDone = async (): Promise<void> => {
        while (requested < pages) {
          requested += 1;
          await request();
        }
      };
      await Promise.all(Array.from({ length: connections }, requestUntilDone));
    };
  },
});

const bareServer = requestsPages("bare server, pages ready-made", "bare");

export const fixtures: Bench = {
  name: "fixtures",
  module: import.meta.url,
  what: "serve pages of 100 records to 8 connections",
  units: { count: 3000, name: "page", time: "ms" },
  rounds: 9,
  quick: { count: 300, rounds: 1 },
  contenders: [
    bareServer,
    {
      ...requestsPages("the fake", "fake"),
      bounds: [{ figure: "time", against: bareServer.name, times: 2 }],
    },
  ],
};

const longRun = 10_000_000;

const makesPages = (name: string, from: "start" | "end"): Contender => ({
  name,
  open: async () => {
    const { FakeRun } = await import("@scorecard-effect/fixtures");
    const run = FakeRun.make({ records: longRun });
    return (pages) => {
      const first = from === "start" ? 0 : run.size - pages * 100;
      for (let page = 0; page < pages; page += 1) {
        const records = Array.from({ length: 100 }, (_, index) =>
          run.record(first + page * 100 + index),
        );
        if (JSON.stringify(records).length < 10_000) throw new Error("The page is too short");
      }
      return Promise.resolve();
    };
  },
});

const firstPages = makesPages("first pages", "start");

export const fixturesPage: Bench = {
  name: "fixtures-page",
  module: import.meta.url,
  what: "make pages of 100 records of a run of 10,000,000",
  units: { count: 200, name: "page", time: "ms" },
  rounds: 15,
  quick: { count: 20, rounds: 1 },
  contenders: [
    firstPages,
    {
      ...makesPages("last pages", "end"),
      bounds: [{ figure: "time", against: firstPages.name, times: 1.1 }],
    },
  ],
};

const startsCommand = (name: string, records: number): Contender => ({
  name,
  open: () =>
    Promise.resolve(async () => {
      const fake = spawn(process.execPath, [
        commandPath("scorecard-fake"),
        "--records",
        String(records),
      ]);
      const [line] = await once(fake.stdout, "data");
      fake.kill();
      if (!String(line).startsWith("Serving run")) throw new Error(String(line));
    }),
});

const oneRecord = startsCommand("1 record", 1);

export const fixturesStart: Bench = {
  name: "fixtures-start",
  module: import.meta.url,
  what: "start the command of the fake, until it serves",
  units: { count: 1, name: "start", time: "ms" },
  rounds: 9,
  quick: { count: 1, rounds: 1 },
  contenders: [
    oneRecord,
    {
      ...startsCommand("10,000,000 records", longRun),
      bounds: [{ figure: "time", against: oneRecord.name, times: 1.1 }],
    },
  ],
};
