/** How fast the fake serves pages, against a bare server that sends the same bytes ready-made. */
import { fork } from "node:child_process";
import { once } from "node:events";
import type { Bench, Contender } from "./Bench.ts";

/** What the server's process says of itself. */
interface Served {
  readonly origin: string;
  readonly paths: ReadonlyArray<string>;
}

const connections = 8;

const contender = (name: string, kind: "bare" | "fake"): Contender => ({
  name,
  open: async () => {
    const { Pool } = await import("@effect/platform-node/Undici");
    const server = fork(new URL("FakeServer.ts", import.meta.url), [kind]);
    process.on("exit", () => server.kill());
    const [served] = await once(server, "message");
    const { origin, paths }: Served = served;
    const pool = new Pool(origin, { connections });
    let next = 0;
    const ask = async (): Promise<void> => {
      const path = paths[next % paths.length] ?? "";
      next += 1;
      const { statusCode, body } = await pool.request({
        method: "GET",
        path,
        headers: { authorization: "Bearer ak_bench" },
      });
      const { byteLength } = await body.arrayBuffer();
      if (statusCode !== 200 || byteLength < 10_000) throw new Error(`${path}: ${statusCode}`);
    };
    return async (pages) => {
      let asked = 0;
      const worker = async (): Promise<void> => {
        while (asked < pages) {
          asked += 1;
          await ask();
        }
      };
      await Promise.all(Array.from({ length: connections }, worker));
    };
  },
});

const bare = contender("bare server, pages ready-made", "bare");

export const bench: Bench = {
  name: "fixtures",
  module: import.meta.url,
  what: "serve pages of 100 records to 8 connections",
  units: { count: 3000, name: "page", time: "ms" },
  rounds: 9,
  quick: { count: 300, rounds: 1 },
  contenders: [
    bare,
    {
      ...contender("the fake", "fake"),
      bounds: [{ figure: "time", against: bare.name, times: 2 }],
    },
  ],
};
