/** The rows that have arrived, and the engine that says which to show. */
import type { Row, RowBatch } from "../src/explore/Wire.ts";
import type { Query } from "./Query.ts";
import type { Request, Response } from "./worker.ts";

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

/** Rows under way. */
export interface Rows {
  /** Takes a batch in. */
  readonly add: (batch: RowBatch, rows: string, texts: string) => void;
  /** Asks for the view of a query. Of questions asked while one is being answered, the last one counts. */
  readonly ask: (query: Query) => void;
  readonly row: (run: number, index: number) => Row | undefined;
  /** The index of a record in its run. */
  readonly find: (run: number, id: string) => number | undefined;
}

/** Begins without rows. `onAnswer` gets a view whenever there is a new one. */
export const make = (runs: number, onAnswer: (response: Response) => void): Rows => {
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
    if (data.asked === asked) isBusy = false;
    onAnswer(data);
    if (!isBusy && waiting !== undefined) {
      const next = waiting;
      waiting = undefined;
      ask(next);
    }
  });
  post({ type: "start", runs });

  return {
    add: (batch, rowsJson, textsJson) => {
      for (const [offset, row] of batch.rows.entries()) {
        const index = indexes[batch.run];
        if (index?.has(row.id) === false) index.set(row.id, batch.start + offset);
        rows[batch.run]?.push(row);
      }
      post({ type: "batch", rows: rowsJson, texts: textsJson });
    },
    ask,
    row: (run, index) => rows[run]?.[index],
    find: (run, id) => indexes[run]?.get(id),
  };
};
