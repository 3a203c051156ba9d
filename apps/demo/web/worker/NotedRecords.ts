/** The records that have notes, by their places: notes name records by their ids. */
import type { Note } from "../../src/explore/ExploreProtocol.ts";
import type { RecordSource } from "./RecordSource.ts";

export interface NotedRecords {
  /** Whether the page has notes at all. */
  readonly areKept: boolean;
  /** The notes on the records of a run, by their indexes. A view that asks for them makes them load. */
  readonly in: (run: number) => ReadonlyMap<number, Note>;
}

export const none: NotedRecords = { areKept: false, in: () => new Map() };

export interface LoadedNotes extends NotedRecords {
  /** Replaces the notes. Returns whether a view has asked for them. */
  readonly set: (notes: ReadonlyArray<Note>) => boolean;
  /** Looks up the records that were asked for, up to all. */
  readonly load: () => Promise<void>;
  /** Another number after each look-up that found something. */
  readonly version: () => number;
}

interface Places {
  readonly notes: Map<number, Note>;
  /** How many records have been looked through. */
  records: number;
}

/** Starts with some notes, and without their places. `records` is how many records of a run there are. */
export const make = (
  source: Pick<RecordSource, "findAll">,
  records: (run: number) => number,
  areKept: boolean,
  initial: ReadonlyArray<Note>,
): LoadedNotes => {
  let all = initial;
  let places: Array<Places> = [];
  const asked = new Set<number>();
  let latest = Promise.resolve();
  let version = 0;
  const placesIn = (run: number): Places => (places[run] ??= { notes: new Map(), records: 0 });
  const lookUp = async (): Promise<void> => {
    for (const run of asked) {
      const own = placesIn(run);
      const to = records(run);
      if (own.records >= to) continue;
      const from = own.records;
      own.records = to;
      const notes = all.filter((note) => note.run === run);
      if (notes.length === 0) continue;
      const found = await source.findAll(
        run,
        notes.map(({ recordId }) => recordId),
        from,
      );
      for (const [index, place] of found) {
        const note = notes[place];
        if (note !== undefined) own.notes.set(index, note);
      }
      version += 1;
    }
  };
  return {
    areKept,
    in: (run) => {
      asked.add(run);
      return placesIn(run).notes;
    },
    set: (notes) => {
      all = notes;
      places = [];
      return asked.size > 0;
    },
    load: () => {
      // One after another: who asks meanwhile waits for what is being looked up.
      latest = latest.then(lookUp, lookUp);
      return latest;
    },
    version: () => version,
  };
};
