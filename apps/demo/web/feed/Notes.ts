/** What the user noted about records: read from the session or from the saved report, and sent to the session. */
import type { Meta, Note } from "../../src/explore/ExploreProtocol.ts";

/** The notes of a page. */
export interface Notes {
  readonly isWritable: boolean;
  /** How many records have a note. */
  readonly size: number;
  readonly all: ReadonlyArray<Note>;
  readonly get: (run: number, recordId: string) => Note | undefined;
  /** Notes something. Rejects with an error whose message can be shown. */
  readonly change: (note: Note) => Promise<void>;
}

/** A store of notes that tells its listener of each change. */
export interface NoteStore {
  readonly current: () => Notes;
  readonly subscribe: (listener: (notes: Notes) => void) => () => void;
}

/** The notes of the page; undefined where it has none. */
export const open = ({ notes: meta }: Meta): NoteStore | undefined => {
  if (meta === undefined) return undefined;
  const byRecord = new Map<string, Note>();
  const listeners = new Set<(notes: Notes) => void>();
  const apply = (note: Note): void => {
    const key = keyOf(note.run, note.recordId);
    if (note.thumb === null && note.text === "") byRecord.delete(key);
    else byRecord.set(key, note);
  };
  const change = async (note: Note): Promise<void> => {
    const response = await fetch("notes", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(note),
    });
    if (!response.ok) throw new Error((await response.text()).trim());
    apply(note);
    announce();
  };
  const snapshot = (): Notes => ({
    isWritable: meta.isWritable,
    size: byRecord.size,
    all: [...byRecord.values()],
    get: (run, recordId) => byRecord.get(keyOf(run, recordId)),
    change,
  });
  for (const note of meta.all) apply(note);
  let current = snapshot();
  const announce = (): void => {
    current = snapshot();
    for (const listener of listeners) listener(current);
  };
  if (meta.isWritable) {
    const load = async (): Promise<void> => {
      const response = await fetch("notes");
      const all: ReadonlyArray<Note> = response.ok ? await response.json() : [];
      for (const note of all) apply(note);
      announce();
    };
    // Without a connection, the banner says so.
    load().catch(() => {});
  }
  return {
    current: () => current,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const keyOf = (run: number, recordId: string): string => `${run}:${recordId}`;
