/** The items that a query is about: records, or testcases, with their values and changes in one run or in several. */
import type * as CellTable from "../../src/analysis/CellTable.ts";
import { changeOf, type PairChange } from "../../src/analysis/PairFigures.ts";
import { type ItemList, recordsIn } from "./Items.ts";
import { type ItemValue, recordValue, reducedValue } from "./ItemValue.ts";
import type { Metric } from "./Metric.ts";
import type { Part } from "./View.ts";

export interface QueriedItems {
  readonly items: ItemList;
  /** Whether an item is a testcase with its trials. */
  readonly areTestcases: boolean;
  readonly isComparison: boolean;
  readonly tables: ReadonlyArray<CellTable.CellTable<number>>;
  readonly tableOf: (run: number) => CellTable.CellTable<number>;
  /** The run whose records the filter, the order and the charts are about: the candidate in a comparison. */
  readonly own: number;
  /** The first record of each item in that run, and in the first one; -1 where the run does not have the item. */
  readonly ownRecords: Int32Array;
  readonly firstRecords: Int32Array;
  /** The first record of an item in a run; -1 where the run does not have it. */
  readonly recordOf: (position: number, run: number) => number;
  /** The value of an item in the run in focus. */
  readonly valueOf: (position: number, metric: Metric) => ItemValue;
  /** The value of an item in a given run. */
  readonly valueIn: (position: number, metric: Metric, run: number) => ItemValue;
  /** What became of an item from the first run to a later one, without which to the one in focus. */
  readonly pairChange: (position: number, metric: Metric, run?: number) => PairChange | undefined;
  /** Which of the first run and the one in focus have an item. */
  readonly partOf: (position: number) => Part;
}

/** The records of each run. There is at least one run. */
export type Tables = readonly [
  CellTable.CellTable<number>,
  ...ReadonlyArray<CellTable.CellTable<number>>,
];

interface Items {
  readonly items: ItemList;
  readonly areTestcases: boolean;
  readonly tables: Tables;
  readonly own: number;
}

export const make = ({ items, areTestcases, tables, own }: Items): QueriedItems => {
  const [first] = tables;
  const isComparison = tables.length > 1;
  const tableOf = (run: number): CellTable.CellTable<number> => tables[run] ?? first;
  const ownTable = tableOf(own);
  const ownRecords = recordsIn(items, own);
  const firstRecords = recordsIn(items, 0);
  const recordOf = (position: number, run: number): number => items.records[run]?.[position] ?? -1;
  return {
    items,
    areTestcases,
    isComparison,
    tables,
    tableOf,
    own,
    ownRecords,
    firstRecords,
    recordOf,
    valueOf: (position, metric) =>
      areTestcases
        ? reducedValue(metric.reduced[own], ownTable, ownRecords[position] ?? -1)
        : recordValue(metric, first, ownRecords[position] ?? -1),
    valueIn: (position, metric, run) =>
      reducedValue(metric.reduced[run], tableOf(run), recordOf(position, run)),
    pairChange: (position, { reduced }, run = own) => {
      const [before] = reduced;
      const after = reduced[run];
      const record = run === own ? (ownRecords[position] ?? -1) : recordOf(position, run);
      const baseline = firstRecords[position] ?? -1;
      return !isComparison ||
        before === undefined ||
        after === undefined ||
        record < 0 ||
        baseline < 0
        ? undefined
        : changeOf(
            before,
            after,
            first.testcaseOf(baseline),
            (run === own ? ownTable : tableOf(run)).testcaseOf(record),
          );
    },
    partOf: (position) =>
      (ownRecords[position] ?? -1) < 0
        ? (firstRecords[position] ?? -1) < 0
          ? "neither"
          : "baseline"
        : (firstRecords[position] ?? -1) < 0
          ? "candidate"
          : "both",
  };
};
