/**
 * What goes on beside the page, in a worker, so that neither typing nor scrolling waits for it: records are taken in
 * as they come, and views of them are made. While records arrive, a new view is made once a few times as long has
 * passed as the last one took.
 */
import type { RowBatch, SessionState } from "../../src/explore/ExploreProtocol.ts";
import * as Engine from "./Engine.ts";
import { everything, type Query } from "../Query.ts";
import { unpack } from "./Unpack.ts";

/** What the page sends. */
export type Request =
  /** Begins. With the address of a session's events, listens to them. */
  | { readonly type: "start"; readonly runs: number; readonly events: string | null }
  /** A batch of a saved report, as it stands in the file. */
  | { readonly type: "packed"; readonly text: string }
  | { readonly type: "query"; readonly query: Query; readonly asked: number };

/** `lost` is being mended, `ended` cannot be. */
export type Connection = "open" | "lost" | "ended";

/** What it gets back. */
export type Response =
  | { readonly type: "batch"; readonly batch: RowBatch }
  | { readonly type: "state"; readonly state: SessionState }
  | { readonly type: "connection"; readonly connection: Connection }
  /** The session reads its run again: what the page holds is of the past. */
  | { readonly type: "restart" }
  /** What to show, and the number of the question that it answers. */
  | { readonly type: "view"; readonly asked: number; readonly view: Engine.View };

let engine = Engine.make(1);
let query = everything;
let asked = 0;
let pending: ReturnType<typeof setTimeout> | undefined;
let cost = 0;

const send = (response: Response, transfer: ReadonlyArray<Transferable> = []): void =>
  postMessage(response, { transfer: [...transfer] });

const answer = (): void => {
  clearTimeout(pending);
  pending = undefined;
  const began = performance.now();
  const view = engine.view(query);
  cost = performance.now() - began;
  send({ type: "view", asked, view }, [view.records.buffer, view.baselines.buffer]);
};

/** Takes in a batch: two lines of JSON, its rows and their search texts. */
const take = (data: string): void => {
  const [rows = "", texts = ""] = data.split("\n");
  const batch: RowBatch = JSON.parse(rows);
  const searchable: ReadonlyArray<string> = JSON.parse(texts);
  engine.add(batch, searchable);
  send({ type: "batch", batch });
  if (batch.start === 0) answer();
  else pending ??= setTimeout(answer, Math.min(1000, Math.max(200, 4 * cost)));
};

const tell = (connection: Connection): void => send({ type: "connection", connection });

const listen = (address: string): void => {
  const source = new EventSource(address);
  source.addEventListener("open", () => tell("open"));
  // The browser tries again by itself, and says which event it saw last.
  source.addEventListener("error", () =>
    tell(source.readyState === EventSource.CLOSED ? "ended" : "lost"),
  );
  source.addEventListener("rows", ({ data }: MessageEvent<string>) => take(data));
  source.addEventListener("restart", () => send({ type: "restart" }));
  source.addEventListener("state", ({ data }: MessageEvent<string>) => {
    const state: SessionState = JSON.parse(data);
    send({ type: "state", state });
    if (state.runs.every(({ phase }) => phase === "done") && state.fault === null) source.close();
  });
};

// Batches are told apart by their order: each waits for the one before.
let unpacked: Promise<void> = Promise.resolve();

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  switch (data.type) {
    case "start":
      engine = Engine.make(data.runs);
      if (data.events !== null) listen(data.events);
      break;
    case "packed":
      unpacked = unpacked
        .then(() => unpack(data.text))
        .then(take)
        .catch(() => tell("ended"));
      break;
    case "query":
      ({ query, asked } = data);
      answer();
      break;
  }
});
