/** Mirroring runs into Postgres: by one runner, by two, and while runners are killed. */
import type { Bench } from "../harness/Bench.ts";
import type { BoundedCounts } from "../harness/BoundedCount.ts";
import { copy, fleet, runner, stream } from "../ways/Mirroring.ts";

export const mirror: Bench = {
  name: "mirror",
  module: import.meta.url,
  what: "mirror a run of 50,000 records with 3 scores each into Postgres",
  units: { count: 50_000, name: "record" },
  rounds: 5,
  quick: { count: 2_000, rounds: 1 },
  contenders: [
    stream,
    {
      ...runner,
      bounds: [
        { figure: "time", against: stream.name, times: 1.15 },
        { figure: "time", against: copy.name, times: 2 },
      ],
    },
    copy,
  ],
};

// A delay so long that the machine has little to do: how many runs a runner reads at once is the bottleneck.
const slowRuns = { pages: 20, delayMillis: 100 };
const oneRunner = fleet("one runner", 1, slowRuns);

export const mirrorFleet: Bench = {
  name: "mirror-fleet",
  module: import.meta.url,
  what: "mirror 20 runs of 20 pages that the server takes 100 ms to send, by runners that read two at once",
  units: { count: 20, name: "run", time: "ms" },
  rounds: 7,
  quick: { count: 20, rounds: 1 },
  contenders: [
    oneRunner,
    {
      ...fleet("two runners", 2, slowRuns),
      bounds: [{ figure: "time", against: oneRunner.name, times: 0.6 }],
    },
  ],
};

/** The mirror's crash test, at full scale. */
export const mirrorCrash: BoundedCounts = {
  name: "mirror-crash",
  what: "mirror runs while runners are killed at random, Postgres is restarted, and a third of the requests fail",
  measure: async (quick) => {
    const { crash, full, small } = await import("@scorecard-effect/mirror/crash");
    const { Effect } = await import("effect");
    const NodeServices = await import("@effect/platform-node/NodeServices");
    const scale = quick ? small : full;
    const { pages, answered, failed, records, differences, resumed, takeovers } =
      await Effect.runPromise(Effect.provide(crash(scale), NodeServices.layer));
    const sorted = takeovers.toSorted((a, b) => a - b);
    return [
      { of: "runs", value: scale.runs, unit: "" },
      { of: "runners killed", value: scale.kills, unit: "" },
      { of: "records compared", value: records, unit: "records" },
      { of: "records that differ", value: differences, unit: "records", most: 0 },
      { of: "kills while a run was being mirrored", value: takeovers.length, unit: "kills" },
      { of: "runs paused before a kill, and resumed", value: resumed, unit: "runs" },
      {
        of: "time from a kill until every run made progress, median",
        value: sorted[sorted.length >> 1] ?? 0,
        unit: "s",
      },
      {
        of: "time from a kill until every run made progress, longest",
        value: sorted.at(-1) ?? 0,
        unit: "s",
        most: 15,
      },
      { of: "complete responses per page", value: answered / pages, unit: "", most: 2 },
      { of: "requests that met a fault", value: failed, unit: "requests" },
    ];
  },
};
