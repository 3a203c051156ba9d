/** The rows that have arrived, and the worker that receives them and computes which to show. */
import type { Row, RowBatch, SessionState } from "../../src/explore/ExploreProtocol.ts";
import type { Query } from "../query/Query.ts";
import type { View } from "../worker/Engine.ts";
import type { Connection, Request, Response } from "../worker/WorkerProtocol.ts";

/** The worker's script. The bundler defines it. */
declare const WORKER: string;

/** The Trusted Types of the browser, if it has them: the page's policy requires them. */
declare const trustedTypes:
  | {
      readonly createPolicy: (
        name: string,
        rules: { readonly createScriptURL: (url: string) => string },
      ) => { readonly createScriptURL: (url: string) => string };
    }
  | undefined;

/** Receives what the worker sends. */
export interface Listener {
  readonly view: (view: View) => void;
  readonly batch: (batch: RowBatch) => void;
  readonly state: (state: SessionState) => void;
  readonly connection: (connection: Connection) => void;
}

export interface RowStore {
  /** Adds a batch of a saved report, packed as it is in the file. */
  readonly addPacked: (text: string) => void;
  /** Asks for the view of a query. Of the queries that arrive while one is answered, the last one is asked next. */
  readonly ask: (query: Query) => void;
  readonly row: (run: number, index: number) => Row | undefined;
  /** The index of a record in its run. */
  readonly find: (run: number, id: string) => number | undefined;
  /** The indexes of the records that share a testcase with a record: where two runs are compared, else itself alone. */
  readonly trials: (run: number, index: number) => ReadonlyArray<number>;
  /** The same, in a single run too. */
  readonly siblings: (run: number, index: number) => ReadonlyArray<number>;
}

/** Starts without rows. `events` is the address of the session's events, null in a saved report. */
export const make = (runs: number, events: string | null, listener: Listener): RowStore => {
  const rows: ReadonlyArray<Array<Row>> = [[], []];
  const indexes: ReadonlyArray<Map<string, number>> = [new Map(), new Map()];
  const testcases: ReadonlyArray<Map<string, Array<number>>> = [new Map(), new Map()];
  let queryNumber = 0;
  let waitingQuery: Query | undefined;
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
      if (row.testcaseId === null) continue;
      const trials = testcases[batch.run]?.get(row.testcaseId);
      if (trials === undefined) testcases[batch.run]?.set(row.testcaseId, [batch.start + offset]);
      else trials.push(batch.start + offset);
    }
    listener.batch(batch);
  };
  const ask = (query: Query): void => {
    if (isBusy) {
      waitingQuery = query;
      return;
    }
    isBusy = true;
    queryNumber += 1;
    post({ type: "query", query, number: queryNumber });
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
        if (data.number === queryNumber) isBusy = false;
        listener.view(data.view);
        if (!isBusy && waitingQuery !== undefined) {
          const next = waitingQuery;
          waitingQuery = undefined;
          ask(next);
        }
        break;
    }
  });
  post({ type: "start", runs, events });

  const siblings = (run: number, index: number): ReadonlyArray<number> => {
    const testcaseId = rows[run]?.[index]?.testcaseId ?? null;
    return testcaseId === null ? [index] : (testcases[run]?.get(testcaseId) ?? [index]);
  };

  return {
    addPacked: (text) => post({ type: "packed", text }),
    ask,
    row: (run, index) => rows[run]?.[index],
    find: (run, id) => indexes[run]?.get(id),
    trials: (run, index) => (runs < 2 ? [index] : siblings(run, index)),
    siblings,
  };
};
