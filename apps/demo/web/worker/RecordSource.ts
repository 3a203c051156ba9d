/** Where the page's worker gets the texts of records from: a session's server, or the file that the page is in. */
import type { FieldSummary, Row } from "../../src/explore/ExploreProtocol.ts";
import type { ExportFormat } from "../../src/export/ExportFormat.ts";
import type * as RecordExport from "../../src/explore/RecordExport.ts";
import * as FieldColumn from "../../src/explore/store/FieldColumn.ts";
import * as FoundBytes from "../../src/explore/store/FoundBytes.ts";
import * as HitCount from "../../src/explore/store/HitCount.ts";
import type { Search } from "../../src/explore/store/TextSearch.ts";

/** Answers reject with an error whose message can be shown. */
export interface RecordSource {
  /** The rows of some records; null for a record that is not there. */
  readonly rows: (
    run: number,
    indexes: ReadonlyArray<number>,
  ) => Promise<ReadonlyArray<Row | null>>;
  /** The index of the first record with an id; null where no record has it (yet). */
  readonly find: (run: number, id: string) => Promise<number | null>;
  /** All records from a given one on that have one of some ids, with the place of their id among these. */
  readonly findAll: (
    run: number,
    ids: ReadonlyArray<string>,
    from: number,
  ) => Promise<ReadonlyArray<readonly [index: number, place: number]>>;
  /** Searches the records of each run from a given one on. */
  readonly search: (
    search: Search,
    from: ReadonlyArray<number>,
    signal: AbortSignal,
  ) => Promise<ReadonlyArray<FoundBytes.Found>>;
  /** Counts the hits of a search in the records of each run from a given one on, until there are `room`. */
  readonly hits: (
    search: Search,
    from: ReadonlyArray<number>,
    room: number,
    signal: AbortSignal,
  ) => Promise<ReadonlyArray<HitCount.HitCounts>>;
  /** The values of a field in a run, from a given record on. */
  readonly column: (field: string, run: number, from: number) => Promise<FieldColumn.FieldColumn>;
  /** The records at some places in full, as a file. */
  readonly exported: (format: ExportFormat, places: RecordExport.Places) => Promise<Blob>;
  /** The fields that records have. */
  readonly fields: () => Promise<ReadonlyArray<FieldSummary>>;
}

/** The most rows of one request. */
const maxRows = 500;

/** A session's server, at the address of its page. */
export const ofServer = (address: string): RecordSource => {
  const json = async (path: string) => JSON.parse(await (await get(path)).text());
  const get = async (path: string, signal: AbortSignal | null = null): Promise<Response> => {
    const response = await fetch(new URL(path, address), { signal });
    if (!response.ok) throw new Error((await response.text()).trim());
    return response;
  };
  return {
    rows: async (run, indexes) => {
      const parts = await Promise.all(
        Array.from({ length: Math.ceil(indexes.length / maxRows) }, async (_, part) => {
          const wanted = indexes.slice(part * maxRows, (part + 1) * maxRows);
          const rows: ReadonlyArray<Row | null> = await json(`rows/${run}?at=${wanted.join(",")}`);
          return rows;
        }),
      );
      return parts.flat();
    },
    find: async (run, id) => {
      const { index }: { readonly index: number | null } = await json(
        `find/${run}?${new URLSearchParams({ id })}`,
      );
      return index;
    },
    findAll: async (run, ids, from) => {
      const response = await fetch(new URL(`find/${run}?from=${from}`, address), {
        method: "POST",
        body: JSON.stringify(ids),
      });
      if (!response.ok) throw new Error((await response.text()).trim());
      const found: ReadonlyArray<readonly [number, number]> = JSON.parse(await response.text());
      return found;
    },
    search: async (search, from, signal) => {
      const query = parametersOf(search, from);
      return FoundBytes.fromBytes(await (await get(`search?${query}`, signal)).arrayBuffer());
    },
    hits: async (search, from, room, signal) => {
      const query = parametersOf(search, from);
      query.append("room", String(room));
      return HitCount.fromBytes(await (await get(`hits?${query}`, signal)).arrayBuffer());
    },
    column: async (field, run, from) => {
      const query = new URLSearchParams({ field, from: String(from) });
      return FieldColumn.fromBytes(await (await get(`column/${run}?${query}`)).arrayBuffer());
    },
    exported: async (format, places) => {
      const response = await fetch(new URL(`export/${format}`, address), {
        method: "POST",
        body: places,
      });
      if (!response.ok) throw new Error((await response.text()).trim());
      return response.blob();
    },
    fields: async () => {
      const fields: ReadonlyArray<FieldSummary> = await json("fields");
      return fields;
    },
  };
};

const parametersOf = ({ terms, patterns }: Search, from: ReadonlyArray<number>): URLSearchParams =>
  new URLSearchParams([
    ...terms.map((term) => ["term", term]),
    ...patterns.map((pattern) => ["pattern", pattern]),
    ["from", from.join(",")],
  ]);
