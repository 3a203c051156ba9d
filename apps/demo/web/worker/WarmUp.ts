/**
 * Computes a view of a few invented records before the first page arrives, so that the browser has compiled the code
 * that the first view needs.
 */
import type { Cell } from "../../src/analysis/Cell.ts";
import * as Series from "../../src/analysis/Series.ts";
import * as CellBatch from "../../src/explore/CellBatch.ts";
import { everything } from "../query/Query.ts";
import * as Engine from "./Engine.ts";

const records = 50;

/** Warms up for a session with a number of runs. */
export const run = (runs: number): void => {
  const series = Series.make();
  const known: CellBatch.Known = { series: 0, categories: [] };
  for (const member of ["passed", "score", "label"]) series.of("warm-up", member);
  const engine = Engine.make(runs);
  for (let own = 0; own < runs; own++) {
    const batch = CellBatch.build(own, 0, series);
    for (let record = 0; record < records; record++) {
      const cells: ReadonlyArray<Cell> = [
        null,
        record % 3 > 0,
        record / 7,
        record % 2 > 0 ? "a" : "b",
      ];
      batch.add(record, cells);
    }
    engine.add(CellBatch.fromBytes(CellBatch.toBytes(batch.finish(known))));
  }
  engine.view(everything);
};
