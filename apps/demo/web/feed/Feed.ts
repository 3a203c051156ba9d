/** Where the page's records come from: a session that reads them, or the file that the page is in. */
import type { Detail, Meta, SavedHead } from "../../src/explore/ExploreProtocol.ts";
import * as RowStore from "./RowStore.ts";

/** An open feed. */
export interface Feed {
  readonly rows: RowStore.RowStore;
  /** Of how many records a saved report has left out the texts. */
  readonly leftOut: number;
  /** Loads a record in full. Rejects with an error whose message can be shown. */
  readonly detail: (run: number, index: number, signal: AbortSignal) => Promise<Detail>;
  readonly resume: (run: number) => void;
  readonly setFault: (name: string) => void;
  /** Makes the session read its runs again, from the start. */
  readonly restart: () => void;
}

/** Receives what a feed sends. */
export type Listener = Omit<RowStore.Listener, "complete">;

/** Opens the feed that the page was made for. */
export const open = (meta: Meta, listener: Listener): Feed =>
  meta.mode === "live" ? live(meta, listener) : saved(meta, listener);

const live = (meta: Meta, listener: Listener): Feed => {
  const address = new URL(".", location.href).href;
  const rows = RowStore.make(meta, address, { ...listener, complete: () => {} });
  const post = (path: string): void => {
    fetch(path, { method: "POST" }).catch(() => listener.connection("lost"));
  };
  return {
    rows,
    leftOut: 0,
    detail: async (run, index, signal) => {
      const response = await fetch(`records/${run}/${index}`, { signal });
      if (!response.ok) throw new Error((await response.text()).trim());
      return response.json();
    },
    resume: (run) => post(`resume/${run}`),
    setFault: (name) => post(`fault/${name}`),
    restart: () => post("restart"),
  };
};

const saved = (meta: Meta, listener: Listener): Feed => {
  const { state, fields }: SavedHead = JSON.parse(
    document.querySelector("#state")?.textContent ?? "",
  );
  const rows = RowStore.make(meta, null, {
    ...listener,
    complete: () => listener.state(state),
  });
  const parts = document.querySelectorAll<HTMLElement>("script.cells, script.records");
  if (parts.length === 0) listener.state(state);
  for (const element of parts) {
    const { textContent: text, dataset } = element;
    if (dataset["place"] === undefined) {
      rows.add({ type: "cells", text });
    } else {
      const [run = 0, from = 0, to = 0] = dataset["place"].split(" ").map(Number);
      rows.add({ type: "records", text, run, from, to });
    }
    // The worker has it now.
    element.remove();
  }
  rows.add({ type: "complete", fields });
  const held: ReadonlyArray<number> = JSON.parse(
    document.querySelector("#held")?.textContent ?? "[]",
  );
  return {
    rows,
    leftOut: state.runs.reduce((sum, { records }, run) => sum + records - (held[run] ?? 0), 0),
    detail: (run, index) => rows.detail(run, index),
    resume: () => {},
    setFault: () => {},
    restart: () => {},
  };
};
