/** Where the page's records come from: a session that reads them, or the file that the page is in. */
import type { Detail, Meta, SessionState } from "../../src/explore/ExploreProtocol.ts";
import { unpack } from "../worker/Unpack.ts";
import * as RowStore from "./RowStore.ts";

/** An open feed. */
export interface Feed {
  readonly rows: RowStore.RowStore;
  /** Loads a record in full. Rejects with an error whose message can be shown. */
  readonly detail: (run: number, index: number, signal: AbortSignal) => Promise<Detail>;
  readonly resume: (run: number) => void;
  readonly setFault: (name: string) => void;
  /** Makes the session read its runs again, from the start. */
  readonly restart: () => void;
}

/** Opens the feed that the page was made for. */
export const open = (meta: Meta, listener: Omit<RowStore.Listener, "batch">): Feed =>
  meta.mode === "live" ? live(meta, listener) : saved(meta, listener);

const live = (meta: Meta, listener: Omit<RowStore.Listener, "batch">): Feed => {
  const events = new URL("events", location.href).href;
  const rows = RowStore.make(meta.runs.length, events, { ...listener, batch: () => {} });
  const post = (path: string): void => {
    fetch(path, { method: "POST" }).catch(() => listener.connection("lost"));
  };
  return {
    rows,
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

/** Where the details of a batch are: from the record with the index `start` on. */
interface DetailPlace {
  readonly start: number;
  readonly details: Element;
}

const saved = (meta: Meta, listener: Omit<RowStore.Listener, "batch">): Feed => {
  const batches = document.querySelectorAll("script.rows");
  const details = document.querySelectorAll("script.records");
  const placesByRun: ReadonlyArray<Array<DetailPlace>> = [[], []];
  let arrived = 0;
  const state: SessionState = JSON.parse(document.querySelector("#state")?.textContent ?? "");
  const rows = RowStore.make(meta.runs.length, null, {
    ...listener,
    batch: ({ run, start }) => {
      const own = details[arrived];
      if (own !== undefined) placesByRun[run]?.push({ start, details: own });
      arrived += 1;
      if (arrived === batches.length) listener.state(state);
    },
  });
  for (const { textContent } of batches) rows.addPacked(textContent);
  if (batches.length === 0) listener.state(state);
  return {
    rows,
    detail: async (run, index) => {
      const place = placesByRun[run]?.findLast(({ start }) => start <= index);
      if (place === undefined) throw new Error("There is no such record.");
      const batch: ReadonlyArray<Detail> = JSON.parse(await unpack(place.details.textContent));
      const detail = batch[index - place.start];
      if (detail === undefined) throw new Error("There is no such record.");
      return detail;
    },
    resume: () => {},
    setFault: () => {},
    restart: () => {},
  };
};
