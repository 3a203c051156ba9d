/** The rows of records that were asked for most recently: a view that is changed and changed back shows the same ones. */
import type { Row } from "../../src/explore/ExploreProtocol.ts";
import type { RecordSource } from "./RecordSource.ts";

/** The most rows that are kept: some megabytes. */
const maxKeptRows = 2000;

export interface RowCache {
  /** Keeps a row that arrived without being asked for. */
  readonly put: (run: number, index: number, row: Row) => void;
  /** The rows of some records: those that are kept, and the others from the source. */
  readonly rows: RecordSource["rows"];
}

/** Starts without rows. A record never changes while the page is open. */
export const make = (load: RecordSource["rows"], maxRows = maxKeptRows): RowCache => {
  const kept = new Map<string, Row>();
  const put: RowCache["put"] = (run, index, row) => {
    const key = `${run} ${index}`;
    kept.delete(key);
    kept.set(key, row);
    for (const oldest of kept.keys()) {
      if (kept.size <= maxRows) break;
      kept.delete(oldest);
    }
  };
  return {
    put,
    rows: async (run, indexes) => {
      const missing = indexes.filter((index) => !kept.has(`${run} ${index}`));
      const found = indexes.map((index) => kept.get(`${run} ${index}`) ?? null);
      const loaded = missing.length === 0 ? [] : await load(run, missing);
      let next = 0;
      return found.map((row, place) => {
        const own = row ?? loaded[next] ?? null;
        if (row === null) next += 1;
        // Those that were used are the last to go.
        if (own !== null) put(run, indexes[place] ?? 0, own);
        return own;
      });
    },
  };
};
