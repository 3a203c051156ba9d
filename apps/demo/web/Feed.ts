/** Where the page's records come from: a session that is reading them, or the file that the page stands in. */
import type { Detail, Meta, RowBatch, SessionState } from "../src/explore/Wire.ts";

/** What a feed tells. */
export interface Listener {
  /** A batch of rows, and the JSON that it came in, with that of its search texts. */
  readonly batch: (batch: RowBatch, rows: string, texts: string) => void;
  readonly state: (state: SessionState) => void;
  readonly connection: (connection: Connection) => void;
}

/** `lost` is being mended, `ended` cannot be; a saved report is never `lost`. */
export type Connection = "open" | "lost" | "ended";

/** A feed that is open. */
export interface Feed {
  /** A record in full. Rejects with a reason that can be shown. */
  readonly detail: (run: number, index: number, signal: AbortSignal) => Promise<Detail>;
  readonly resume: (run: number) => void;
  readonly setFault: (name: string) => void;
  /** Has the run read again from its start. */
  readonly restart: () => void;
}

/** Opens the feed that the page was made for. */
export const open = (meta: Meta, listener: Listener): Feed =>
  meta.mode === "live" ? live(listener) : saved(listener);

const live = (listener: Listener): Feed => {
  const source = new EventSource("events");
  source.addEventListener("open", () => listener.connection("open"));
  // The browser tries again by itself, and says which event it saw last.
  source.addEventListener("error", () =>
    listener.connection(source.readyState === EventSource.CLOSED ? "ended" : "lost"),
  );
  source.addEventListener("rows", ({ data }: MessageEvent<string>) => deliver(listener, data));
  // Read again from its start: what this page holds is of the past.
  source.addEventListener("restart", () => location.reload());
  source.addEventListener("state", ({ data }: MessageEvent<string>) => {
    const state: SessionState = JSON.parse(data);
    listener.state(state);
    if (state.runs.every(({ phase }) => phase === "done") && state.fault === null) source.close();
  });
  const post = (path: string): void => {
    fetch(path, { method: "POST" }).then(
      ({ ok }) => ok || listener.connection("lost"),
      () => listener.connection("lost"),
    );
  };
  return {
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

const deliver = (listener: Listener, data: string): RowBatch => {
  const [rows = "", texts = ""] = data.split("\n");
  const batch: RowBatch = JSON.parse(rows);
  listener.batch(batch, rows, texts);
  return batch;
};

const saved = (listener: Listener): Feed => {
  const details = Array.from(document.querySelectorAll("script.records"));
  /** By run: the index of the first record of a batch, and where its details are. */
  const places: Array<ReadonlyArray<{ readonly start: number; readonly details: Element }>> = [
    [],
    [],
  ];
  const load = async (): Promise<void> => {
    for (const [index, element] of document.querySelectorAll("script.rows").entries()) {
      const { run, start } = deliver(listener, await unpack(element));
      const own = details[index];
      if (own !== undefined) places[run] = [...(places[run] ?? []), { start, details: own }];
    }
    listener.state(JSON.parse(document.querySelector("#state")?.textContent ?? ""));
  };
  listener.connection("open");
  load().catch(() => listener.connection("ended"));
  return {
    detail: async (run, index) => {
      const place = places[run]?.findLast(({ start }) => start <= index);
      if (place === undefined) throw new Error("There is no such record (yet).");
      const batch: ReadonlyArray<Detail> = JSON.parse(await unpack(place.details));
      const detail = batch[index - place.start];
      if (detail === undefined) throw new Error("There is no such record.");
      return detail;
    },
    resume: () => {},
    setFault: () => {},
    restart: () => {},
  };
};

/** The text that an element holds compressed. */
const unpack = async ({ textContent }: Element): Promise<string> => {
  const binary = atob(textContent);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
};
