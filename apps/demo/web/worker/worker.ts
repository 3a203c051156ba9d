/**
 * The page's worker, so that neither typing nor scrolling waits: it receives records and computes views of them. While
 * records arrive, it waits before each new view, a few times as long as the last one took.
 */
import type { RowBatch, SessionState } from "../../src/explore/ExploreProtocol.ts";
import { everything } from "../query/Query.ts";
import * as Engine from "./Engine.ts";
import { unpack } from "./Unpack.ts";
import type { Connection, Request, Response } from "./WorkerProtocol.ts";

/** The wait before a new view, in milliseconds. */
const viewPause = { min: 200, max: 1000, factor: 4 };

let engine = Engine.make(1);
let query = everything;
let queryNumber = 0;
let pendingView: ReturnType<typeof setTimeout> | undefined;
let viewMillis = 0;

const send = (response: Response, transfer: ReadonlyArray<Transferable> = []): void =>
  postMessage(response, { transfer: [...transfer] });

const sendView = (): void => {
  clearTimeout(pendingView);
  pendingView = undefined;
  const started = performance.now();
  const view = engine.view(query);
  viewMillis = performance.now() - started;
  send({ type: "view", number: queryNumber, view }, [view.records.buffer, view.baselines.buffer]);
};

/** Adds a batch: two lines of JSON, its rows and their search texts. */
const add = (data: string): void => {
  const [rows = "", texts = ""] = data.split("\n");
  const batch: RowBatch = JSON.parse(rows);
  const searchable: ReadonlyArray<string> = JSON.parse(texts);
  engine.add(batch, searchable);
  send({ type: "batch", batch });
  const { min, max, factor } = viewPause;
  if (batch.start === 0) sendView();
  else pendingView ??= setTimeout(sendView, Math.min(max, Math.max(min, factor * viewMillis)));
};

const sendConnection = (connection: Connection): void => send({ type: "connection", connection });

const listen = (address: string): void => {
  const source = new EventSource(address);
  source.addEventListener("open", () => sendConnection("open"));
  // The browser reconnects by itself, and sends the id of the last event.
  source.addEventListener("error", () =>
    sendConnection(source.readyState === EventSource.CLOSED ? "ended" : "lost"),
  );
  source.addEventListener("rows", ({ data }: MessageEvent<string>) => add(data));
  source.addEventListener("restart", () => send({ type: "restart" }));
  source.addEventListener("state", ({ data }: MessageEvent<string>) => {
    const state: SessionState = JSON.parse(data);
    send({ type: "state", state });
    if (state.runs.every(({ phase }) => phase === "done") && state.fault === null) source.close();
  });
};

// The page counts batches, so each one waits for the one before it.
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
        .then(add)
        .catch(() => sendConnection("ended"));
      break;
    case "query":
      query = data.query;
      queryNumber = data.number;
      sendView();
      break;
  }
});
