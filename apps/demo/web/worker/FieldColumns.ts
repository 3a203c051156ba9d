/** The fields of the records in columns: each value once, and its number for each record. */

/** A field of one run. */
interface FieldColumn {
  /** The number of the value of each record: 0 where it has none, or has not arrived. */
  readonly codes: Int32Array;
  /** The values by their numbers, as JSON; the first is undefined. */
  readonly values: ReadonlyArray<unknown>;
}

export interface FieldColumns {
  /** The fields that occur, as JSON Pointers. */
  readonly pointers: () => ReadonlyArray<string>;
  /** Undefined where there is no such column, or not yet. */
  readonly column: (run: number, pointer: string) => FieldColumn | undefined;
}

export const none: FieldColumns = { pointers: () => [], column: () => undefined };
