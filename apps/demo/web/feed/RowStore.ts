/** The rows that have arrived, and the worker that takes them in and says which to show. */
import type { Row, RowBatch, SessionState } from "../../src/explore/ExploreProtocol.ts";
import type { View } from "../worker/Engine.ts";
import type { Query } from "../Query.ts";
import type { Connection, Request, Response } from "../worker/worker.ts";

/** The worker's script, put here when the page is bundled. */
declare const WORKER: string;

/** What a browser with Trusted Types offers; the page's policy asks for them. */
declare const trustedTypes:
  | {
      readonly createPolicy: (
        name: string,
        rules: { readonly createScriptURL: (url: string) => string },
      ) => { readonly createScriptURL: (url: string) => string };
    }
  | undefined;

/** What there is to be told of. */
export interface Listener {
  readonly view: (view: View) => void;
  readonly batch: (batch: RowBatch) => void;
  readonly state: (state: SessionState) => void;
  readonly connection: (connection: Connection) => void;
}

/** Rows under way. */
export interface RowStore {
  /** Takes in a batch of a saved report, as it stands in the file. */
  readonly addPacked: (text: string) => void;
  /** Asks for the view of a query. Of questions asked while one is being answered, the last one counts. */
  readonly ask: (query: Query) => void;
  readonly row: (run: number, index: number) => Row | undefined;
  /** The index of a record in its run. */
  readonly find: (run: number, id: string) => number | undefined;
}

/** Begins without rows; `events` is the address of the session that tells of them, if there is one. */
export const make = (runs: number, events: string | null, listener: Listener): RowStore => {
  const rows: ReadonlyArray<Array<Row>> = [[], []];
  const indexes: ReadonlyArray<Map<string, number>> = [new Map(), new Map()];
  let asked = 0;
  let waiting: Query | undefined;
  let isBusy = false;

  const url = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
  const trusted =
    typeof trustedTypes === "undefined"
      ? url
      : trustedTypes
          .createPolicy("explore", { createScriptURL: (own) => own })
          .createScriptURL(url);
  const worker = new Worker(trusted);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  const post = (request: Request): void => worker.postMessage(request);

  const add = (batch: RowBatch): void => {
    for (const [offset, row] of batch.rows.entries()) {
      const index = indexes[batch.run];
      if (index?.has(row.id) === false) index.set(row.id, batch.start + offset);
      rows[batch.run]?.push(row);
    }
    listener.batch(batch);
  };
  const ask = (query: Query): void => {
    if (isBusy) {
      waiting = query;
      return;
    }
    isBusy = true;
    asked += 1;
    post({ type: "query", query, asked });
  };
  worker.addEventListener("message", ({ data }: MessageEvent<Response>) => {
    switch (data.type) {
      case "batch":
        add(data.batch);
        break;
      case "state":
        listener.state(data.state);
        break;
      case "connection":
        listener.connection(data.connection);
        break;
      case "restart":
        location.reload();
        break;
      case "view":
        if (data.asked === asked) isBusy = false;
        listener.view(data.view);
        if (!isBusy && waiting !== undefined) {
          const next = waiting;
          waiting = undefined;
          ask(next);
        }
        break;
    }
  });
  post({ type: "start", runs, events });

  return {
    addPacked: (text) => post({ type: "packed", text }),
    ask,
    row: (run, index) => rows[run]?.[index],
    find: (run, id) => indexes[run]?.get(id),
  };
};
