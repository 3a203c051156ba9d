/** Items: the records of a run, or the testcases of several runs, in columns. */
import * as CellTable from "../../src/analysis/CellTable.ts";

/** Items in columns, in order of first appearance. */
export interface ItemList {
  readonly length: number;
  /** By run: the index of the first record of each item; -1 where the run has none. */
  readonly records: ReadonlyArray<Int32Array>;
}

export const recordsIn = ({ records }: ItemList, run: number): Int32Array =>
  records[run] ?? new Int32Array(0);

/** The items of the records so far. */
interface Items {
  /** Makes or completes the item of a record that was added to the table of its run. */
  readonly place: (run: number, record: number) => void;
  readonly all: () => ItemList;
}

export const makeItems = (tables: ReadonlyArray<CellTable.CellTable<number>>): Items => {
  const isComparison = tables.length > 1;
  const columns = tables.map(() => new Int32Array(64));
  let length = 0;
  /** One more than the place of the item of each testcase, by the id that it has in all runs; 0 for none yet. */
  let places = new Int32Array(64);
  const push = (): number => {
    for (let run = 0; run < columns.length; run++) {
      let column = columns[run] ?? new Int32Array(64);
      if (length === column.length) column = doubled(column);
      column[length] = -1;
      columns[run] = column;
    }
    length += 1;
    return length - 1;
  };
  const placeOf = (id: number | null): number => {
    if (id === null) return push();
    while (id >= places.length) places = doubled(places);
    const known = places[id] ?? 0;
    if (known > 0) return known - 1;
    const place = push();
    places[id] = place + 1;
    return place;
  };
  return {
    place: (run, record) => {
      const table = tables[run];
      const place =
        isComparison && table !== undefined
          ? placeOf(table.idOf(table.testcaseOf(record)))
          : push();
      const column = columns[run];
      // Of a testcase with trials, the first counts.
      if (column !== undefined && (column[place] ?? -1) < 0) column[place] = record;
    },
    all: () => ({ length, records: columns }),
  };
};

const doubled = (from: Int32Array): Int32Array<ArrayBuffer> => {
  const to = new Int32Array(2 * from.length);
  to.set(from);
  return to;
};
