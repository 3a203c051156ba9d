/** What the demo's report and exports cost beside reading the run, and how their memory grows with it. */
import type { Bench, Contender } from "../harness/Bench.ts";
import { bareStream, exportTo, report } from "../ways/Demo.ts";

const atMost = (times: number, way: Contender): Contender => ({
  ...way,
  bounds: [{ figure: "time", against: bareStream.name, times }],
});

export const demoTime: Bench = {
  name: "demo-time",
  module: import.meta.url,
  what: "read 100,000 records of 1.5 KB with 3 scores, five trials a testcase, and report on them or export them",
  units: { count: 100_000, name: "record" },
  rounds: 7,
  quick: { count: 10_000, rounds: 1 },
  contenders: [
    bareStream,
    atMost(1.3, report),
    atMost(1.4, exportTo("jsonl")),
    atMost(1.4, exportTo("csv")),
    atMost(1.4, exportTo("parquet")),
  ],
};

const short = (way: Contender): Contender => ({ ...way, name: `${way.name}, 100,000` });
/** Beside the growth of a bare stream, a record may take this many bytes: of its cells, its testcase and its slices. */
const long = (way: Contender, bytesARecord: number): Contender => ({
  ...way,
  name: `${way.name}, 1,000,000`,
  unitsFactor: 10,
  bounds: [
    {
      figure: "peak",
      against: short(way).name,
      more: Math.ceil((bytesARecord * 900_000) / 2 ** 20),
    },
  ],
});

export const demoMemory: Bench = {
  name: "demo-memory",
  module: import.meta.url,
  what: "report on 100,000 and 1,000,000 records, and export them, each time in a new process",
  units: { count: 100_000, name: "record" },
  rounds: 1,
  quick: { count: 5_000, rounds: 1 },
  fresh: true,
  contenders: [
    short(bareStream),
    long(bareStream, 30),
    short(report),
    long(report, 200),
    ...(["jsonl", "csv", "parquet"] as const).flatMap((extension) => [
      short(exportTo(extension)),
      long(exportTo(extension), extension === "jsonl" ? 30 : 100),
    ]),
  ],
};
