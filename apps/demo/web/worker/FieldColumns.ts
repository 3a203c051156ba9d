/**
 * The fields of the records in columns: each value once, and its number for each record. Columns are loaded when a view
 * asks for them, and the view is computed again once they have arrived.
 */
import type { FieldSummary } from "../../src/explore/ExploreProtocol.ts";
import * as FieldColumn from "../../src/explore/store/FieldColumn.ts";
import type { RecordSource } from "./RecordSource.ts";

/** A field of one run. */
interface LoadedColumn {
  /** The number of the value of each record: 0 where it has none, or has not arrived. */
  readonly codes: Uint32Array;
  /** The values by their numbers, as JSON; the first is undefined. */
  readonly values: ReadonlyArray<unknown>;
}

export interface FieldColumns {
  /** The fields that occur, as JSON Pointers: those that {@link few} counts first. */
  readonly pointers: () => ReadonlyArray<string>;
  /** How many of them have several values, but not many: slices by them are likely to say something. */
  readonly few: () => number;
  /** Why columns that were asked for are empty, for the user; null where none is. */
  readonly problem: () => string | null;
  /** Undefined where there is no such column, or not yet. */
  readonly column: (run: number, pointer: string) => LoadedColumn | undefined;
}

export const none: FieldColumns = {
  pointers: () => [],
  few: () => 0,
  problem: () => null,
  column: () => undefined,
};

export interface LoadedColumns extends FieldColumns {
  /**
   * Loads the columns that views have asked for, up to all records. Returns whether there was something to load. A column
   * that cannot be loaded is empty.
   */
  readonly load: () => Promise<boolean>;
  /** Loads the list of fields. Returns whether it changed. */
  readonly loadPointers: () => Promise<boolean>;
}

interface Loaded {
  readonly values: Array<unknown>;
  readonly places: Map<unknown, number>;
  /** The places of lists and objects, by their JSON. */
  readonly structures: Map<unknown, number>;
  codes: Uint32Array<ArrayBuffer>;
}

const emptyColumn: LoadedColumn = { codes: new Uint32Array(0), values: [undefined] };

/** The most columns of each run that are kept: the ones that were loaded the longest time ago are dropped. */
const maxColumns = 20;

const areFew = ({ distinct }: FieldSummary): boolean => distinct !== null && distinct > 1;

const keyOf = (run: number, pointer: string): string => `${run} ${pointer}`;

/** Starts without columns. `records` is how many records of a run there are. */
export const make = (
  source: Pick<RecordSource, "column" | "fields">,
  records: (run: number) => number,
): LoadedColumns => {
  const columns = new Map<string, Loaded>();
  const wanted = new Map<string, readonly [run: number, pointer: string]>();
  let pointers: ReadonlyArray<string> = [];
  let few = 0;
  /** How many runs columns have been loaded of. */
  let runs = 1;
  /** Columns that cannot be loaded, and why. */
  const failed = new Map<string, string>();
  const load = async (run: number, pointer: string): Promise<void> => {
    const key = keyOf(run, pointer);
    const known = columns.get(key) ?? {
      values: Array.from<unknown>({ length: 1 }),
      places: new Map<unknown, number>(),
      structures: new Map<unknown, number>(),
      codes: new Uint32Array(0),
    };
    const start = known.codes.length;
    const added = await source.column(pointer, run, start);
    const places = added.values.map((value) => {
      const isStructure = typeof value === "object" && value !== null;
      const [all, word] = isStructure
        ? ([known.structures, value.json] as const)
        : ([known.places, value] as const);
      const place = all.get(word) ?? known.values.push(FieldColumn.valueOf(value)) - 1;
      all.set(word, place);
      return place;
    });
    const codes = new Uint32Array(start + added.codes.length);
    codes.set(known.codes);
    for (const [offset, code] of added.codes.entries()) {
      if (code > 0) codes[start + offset] = places[code - 1] ?? 0;
    }
    runs = Math.max(runs, run + 1);
    columns.delete(key);
    columns.set(key, { ...known, codes });
    for (const oldest of columns.keys()) {
      if (columns.size <= maxColumns * runs) break;
      columns.delete(oldest);
    }
  };
  return {
    pointers: () => pointers,
    few: () => few,
    problem: () => failed.values().next().value ?? null,
    column: (run, pointer) => {
      const key = keyOf(run, pointer);
      const known = columns.get(key);
      if (failed.has(key)) return emptyColumn;
      if (known === undefined || known.codes.length < records(run)) wanted.set(key, [run, pointer]);
      return known;
    },
    load: async () => {
      const all = Array.from(wanted.values());
      wanted.clear();
      for (const [run, pointer] of all) {
        await load(run, pointer).catch((error: unknown) => {
          failed.set(keyOf(run, pointer), error instanceof Error ? error.message : String(error));
        });
      }
      return all.length > 0;
    },
    loadPointers: async () => {
      const fields = await source.fields();
      if (fields.length === pointers.length) return false;
      const sliceable = fields.filter(areFew);
      few = sliceable.length;
      pointers = [...sliceable, ...fields.filter((field) => !areFew(field))].map(
        ({ pointer }) => pointer,
      );
      return true;
    },
  };
};
