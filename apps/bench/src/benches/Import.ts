/** What importing the client costs a process that has imported nothing yet. */
import type { Bench, Contender } from "../harness/Bench.ts";
import { importPromiseClient } from "../ways/Installed.ts";

const contender = (name: string, load: () => Promise<unknown>): Contender => ({
  name,
  // Opening prepares nothing: the import is what is measured.
  open: () =>
    Promise.resolve(async () => {
      await load();
    }),
});

const base = contender("effect + effect/http", async () => {
  await import("effect");
  await import("effect/http");
});
const bounds: Contender["bounds"] = [{ figure: "time", against: base.name, times: 1.15 }];

export const imports: Bench = {
  name: "import",
  module: import.meta.url,
  what: "import the client in a new process: client/promise as it is published, the others from source",
  units: { count: 1, name: "import", time: "ms" },
  rounds: 15,
  quick: { count: 1, rounds: 2 },
  fresh: true,
  contenders: [
    base,
    { ...contender("client", () => import("@scorecard-effect/client")), bounds },
    { ...contender("client/promise", importPromiseClient), bounds },
  ],
};
