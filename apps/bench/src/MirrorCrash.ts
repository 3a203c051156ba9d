/** Runners that are killed, a Postgres that restarts, an API that fails: whether the tables are whole, and what it took. */
import * as NodeServices from "@effect/platform-node/NodeServices";
import { crash, full, small } from "@scorecard-effect/mirror/crash";
import { Effect } from "effect";
import type { Counts } from "./Count.ts";

export const counts: Counts = {
  name: "mirror-crash",
  what: `mirror ${full.runs} runs while ${full.kills} runners are killed at random, Postgres is restarted, and a third of the requests fail`,
  measure: async (quick) => {
    const scale = quick ? small : full;
    const { pages, answered, failed, records, differences, resumed, takeovers } =
      await Effect.runPromise(Effect.provide(crash(scale), NodeServices.layer));
    const sorted = takeovers.toSorted((a, b) => a - b);
    return [
      { of: "records that were compared", value: records, unit: "records" },
      { of: "records that differ", value: differences, unit: "records", most: 0 },
      { of: "deaths that met a run under way", value: takeovers.length, unit: "deaths" },
      { of: "runs that were paused before one, and resumed", value: resumed, unit: "runs" },
      {
        of: "until every run got on after a death, median",
        value: sorted[sorted.length >> 1] ?? 0,
        unit: "s",
      },
      {
        of: "until every run got on after a death, at worst",
        value: sorted.at(-1) ?? 0,
        unit: "s",
        most: 15,
      },
      { of: "pages that were sent, for each there is", value: answered / pages, unit: "", most: 2 },
      { of: "requests that met a fault", value: failed, unit: "requests" },
    ];
  },
};
