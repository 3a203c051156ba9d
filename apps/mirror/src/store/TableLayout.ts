/**
 * The columns of a table that a listing fills, described once. What inserts, updates and compares rows is derived from
 * it.
 */
import { Statement } from "effect/sql";

/** A column that a listing fills. */
interface Column {
  readonly type: "text" | "jsonb" | "smallint" | "bigint";
  readonly role:
    /** Identifies the row within its run. */
    | "key"
    /** A row that is listed with another value has changed. */
    | "compared"
    /** The latest value is kept, but another one is no change. */
    | "updated";
}

type Columns = { readonly [name: string]: Column };

/** A table and its columns. It also has `run_id`, `scan`, `changed_at` and `vanished_at`. */
export interface TableLayout<out C extends Columns = Columns> {
  readonly columnTypes: C;
  /** Whether the table keeps `previous_scan`, which shows that one scan has seen a row twice. */
  readonly hasPreviousScan: boolean;
  /** The table's name. */
  readonly table: Statement.Fragment;
  /** `a, b, c`: every column. */
  readonly columns: Statement.Fragment;
  /** `a, b`: the columns of the key. */
  readonly key: Statement.Fragment;
  /** `listed.a, before + listed.b`: the columns of rows whose positions count from a page's start. */
  readonly listedAfter: (alias: string, before: string) => Statement.Fragment;
  /** `a text, b jsonb`: what `jsonb_to_recordset` needs to know. */
  readonly definitions: Statement.Fragment;
  /** `b = excluded.b, c = excluded.c`: what an upsert updates. */
  readonly assignments: Statement.Fragment;
  /** Whether rows of two aliases have the same key. */
  readonly haveSameKey: (one: string, other: string) => Statement.Fragment;
  /** Whether rows of two aliases differ in a compared column. */
  readonly differ: (one: string, other: string) => Statement.Fragment;
}

/** A row of JSON for a table: a value for each of its columns. */
export type Row<L extends TableLayout> = {
  readonly [name in keyof L["columnTypes"]]: unknown;
};

const raw = (text: string): Statement.Fragment => Statement.fragment([Statement.literal(text)]);

const tupleOf = (alias: string, names: ReadonlyArray<string>): string =>
  `(${names.map((name) => `${alias}.${name}`).join(", ")})`;

/** Describes a table. */
export const make = <const C extends Columns>(
  table: string,
  columnTypes: C,
  { hasPreviousScan = false }: { readonly hasPreviousScan?: boolean } = {},
): TableLayout<C> => {
  const columns = Object.entries<Column>(columnTypes);
  const namesOf = (...roles: ReadonlyArray<Column["role"]>) =>
    columns.filter(([, { role }]) => roles.includes(role)).map(([name]) => name);
  const key = namesOf("key");
  const compared = namesOf("compared");
  return {
    columnTypes,
    hasPreviousScan,
    table: raw(table),
    columns: raw(columns.map(([name]) => name).join(", ")),
    key: raw(key.join(", ")),
    listedAfter: (alias, before) =>
      raw(
        columns
          .map(([name]) => `${name === "position" ? `${before} + ` : ""}${alias}.${name}`)
          .join(", "),
      ),
    definitions: raw(columns.map(([name, { type }]) => `${name} ${type}`).join(", ")),
    assignments: raw(
      namesOf("compared", "updated")
        .map((name) => `${name} = excluded.${name}`)
        .join(", "),
    ),
    haveSameKey: (one, other) => raw(`${tupleOf(one, key)} = ${tupleOf(other, key)}`),
    differ: (one, other) =>
      raw(`${tupleOf(one, compared)} IS DISTINCT FROM ${tupleOf(other, compared)}`),
  };
};
