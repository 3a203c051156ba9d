/** The rows that the page shows, and the worker that has the figures and computes which rows to show. */
import type { Cell } from "../../src/analysis/Cell.ts";
import type { FieldSummary, Meta, Note, SessionState } from "../../src/explore/ExploreProtocol.ts";
import type { ExportFormat } from "../../src/export/ExportFormat.ts";
import type { Query } from "../query/Query.ts";
import type { ShownHits } from "../worker/CountedHits.ts";
import type { View } from "../worker/View.ts";
import type {
  Answers,
  Connection,
  Question,
  Request,
  Response,
  TableRow,
} from "../worker/WorkerProtocol.ts";

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
  /** What the search of a query hits in the records that a view shows; `items` are those of the view. */
  readonly hits: (query: Query, items: number, hits: ShownHits) => void;
  readonly state: (state: SessionState) => void;
  readonly connection: (connection: Connection) => void;
  /** All figures of a saved report have been read. */
  readonly complete: () => void;
}

/** A place of a record: the index of its run, and its index there. */
export type Place = readonly [run: number, index: number];

export interface RowStore {
  /** Asks for the view of a query. A newer query replaces one that has no answer yet. */
  readonly ask: (query: Query) => void;
  /** The row of a record; undefined where it has not been loaded. */
  readonly row: (run: number, index: number) => TableRow | undefined;
  /** Loads the rows of some records, unless they are there. Of the wishes that come while rows are loaded, the last counts. */
  readonly want: (places: ReadonlyArray<Place>) => void;
  /** Runs whenever rows have been loaded, until the function that it returns is called. */
  readonly onRows: (listener: () => void) => () => void;
  /** The row of a record, loaded if need be; null for one that is not there. */
  readonly load: (run: number, index: number) => Promise<TableRow | null>;
  /** The index of a record in its run; null where no record has the id (yet). */
  readonly find: (run: number, id: string) => Promise<number | null>;
  /**
   * The records that the table shows as one with a record: those of its testcase where two runs are compared, else itself
   * alone. Itself alone, too, until its row has been loaded.
   */
  readonly trials: (run: number, index: number) => ReadonlyArray<number>;
  /** The records of its testcase, in a single run too. */
  readonly siblings: (run: number, index: number) => ReadonlyArray<number>;
  /** The cells of a record, if its row or that of another trial has been loaded. */
  readonly cells: (run: number, index: number) => ReadonlyArray<Cell> | undefined;
  /** A record in full, of a saved report. */
  readonly detail: (run: number, index: number) => Promise<Answers["detail"]>;
  /** The fields that records have. */
  readonly fields: () => Promise<ReadonlyArray<FieldSummary>>;
  /** The values of a field, the most frequent first. */
  readonly values: (pointer: string) => Promise<Answers["values"]>;
  /** How many hits the search has in a record; null where they have not been counted. */
  readonly hits: (run: number, index: number) => Promise<number | null>;
  /** The records that the latest view shows, in full and in its order. */
  readonly exported: (format: ExportFormat) => Promise<Blob>;
  /** Gives the worker the notes, which filters can be about. */
  readonly setNotes: (notes: ReadonlyArray<Note>) => void;
  /** Gives the worker a part of a saved report. */
  readonly add: (part: Extract<Request, { type: "cells" | "records" | "complete" }>) => void;
}

/** The most rows that are kept. */
const maxRows = 4000;

interface Waiting {
  readonly resolve: (answer: Answers[keyof Answers]) => void;
  readonly reject: (error: Error) => void;
}

const keyOf = (run: number, index: number): string => `${run} ${index}`;

/** Starts without rows. `address` is that of the session's page, null in a saved report. */
export const make = (
  { runs, reduction, metrics, notes }: Pick<Meta, "runs" | "reduction" | "metrics" | "notes">,
  address: string | null,
  listener: Listener,
): RowStore => {
  /** With the number of the view that they were loaded for: the trials of a testcase become more. */
  const rows = new Map<string, { readonly row: TableRow; readonly version: number }>();
  /** The cells of the other trials of those rows. */
  const trialCells = new Map<string, ReadonlyArray<Cell>>();
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<() => void>();
  let questions = 0;
  let queries = 0;
  let version = 0;
  let isLoading = false;
  /** Whether the latest query folds trials. */
  let isFolded = false;
  let next: ReadonlyArray<Place> | undefined;

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

  worker.addEventListener("message", ({ data }: MessageEvent<Response>) => {
    switch (data.type) {
      case "state":
        listener.state(data.state);
        break;
      case "connection":
        listener.connection(data.connection);
        break;
      case "restart":
        location.reload();
        break;
      case "complete":
        listener.complete();
        break;
      case "view":
        version += 1;
        for (const { run, index, row } of data.rows) keep(run, index, row, version);
        listener.view(data.view);
        break;
      case "hits":
        listener.hits(data.query, data.items, data.hits);
        break;
      case "answer":
        waiting.get(data.number)?.resolve(data.answer);
        waiting.delete(data.number);
        break;
      case "problem":
        waiting.get(data.number)?.reject(new Error(data.problem));
        waiting.delete(data.number);
        break;
    }
  });
  post({
    type: "start",
    runs,
    address,
    reduction,
    ...(metrics === undefined ? {} : { metrics }),
    notes: notes?.all ?? [],
    hasNotes: notes !== undefined,
  });

  const question = <Q extends Question>(own: Q): Promise<Answers[Q["type"]]> =>
    new Promise((resolve, reject) => {
      questions += 1;
      waiting.set(questions, {
        // The worker answers a question with what its type stands for.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        resolve: (answer) => resolve(answer as Answers[Q["type"]]),
        reject,
      });
      post({ type: "question", question: own, number: questions });
    });

  const keep = (run: number, index: number, row: TableRow, loadedFor: number): void => {
    const key = keyOf(run, index);
    rows.delete(key);
    rows.set(key, { row, version: loadedFor });
    if (trialCells.size > maxRows) trialCells.clear();
    for (const [place, trial] of row.trials.entries()) {
      trialCells.set(keyOf(run, trial), row.trialCells[place] ?? []);
    }
    for (const oldest of rows.keys()) {
      if (rows.size <= maxRows) break;
      rows.delete(oldest);
    }
  };
  const isCurrent = ([run, index]: Place): boolean => {
    const known = rows.get(keyOf(run, index));
    // What a row says of other trials changes as they arrive.
    const isWhole = runs.length < 2 && !isFolded;
    return known !== undefined && (isWhole || known.version === version);
  };
  const loadAll = async (places: ReadonlyArray<Place>): Promise<void> => {
    const loadedFor = version;
    await Promise.all(
      runs.map(async (_, run) => {
        const indexes = places.flatMap(([own, index]) => (own === run ? [index] : []));
        if (indexes.length === 0) return;
        const answer = await question({ type: "rows", run, indexes });
        for (const [place, row] of answer.entries()) {
          if (row !== null) keep(run, indexes[place] ?? -1, row, loadedFor);
        }
      }),
    );
  };
  const want = (places: ReadonlyArray<Place>): void => {
    if (isLoading) {
      next = places;
      return;
    }
    const missing = places.filter((place) => !isCurrent(place));
    if (missing.length === 0) return;
    isLoading = true;
    loadAll(missing)
      // The session has ended: the banner says so.
      .catch(() => {})
      .finally(() => {
        isLoading = false;
        const wanted = next;
        next = undefined;
        for (const own of listeners) own();
        if (wanted !== undefined) want(wanted);
      });
  };

  const siblings = (run: number, index: number): ReadonlyArray<number> =>
    rows.get(keyOf(run, index))?.row.trials ?? [index];

  return {
    ask: (query) => {
      queries += 1;
      ({ isFolded } = query);
      post({ type: "query", query, number: queries });
    },
    row: (run, index) => rows.get(keyOf(run, index))?.row,
    want,
    onRows: (own) => {
      listeners.add(own);
      return () => listeners.delete(own);
    },
    load: async (run, index) => {
      const known = rows.get(keyOf(run, index));
      if (known !== undefined) return known.row;
      const [row = null] = await question({ type: "rows", run, indexes: [index] });
      if (row !== null) keep(run, index, row, version);
      return row;
    },
    trials: (run, index) => (runs.length < 2 ? [index] : siblings(run, index)),
    siblings,
    cells: (run, index) =>
      rows.get(keyOf(run, index))?.row.cells ?? trialCells.get(keyOf(run, index)),
    find: (run, id) => question({ type: "find", run, id }),
    detail: (run, index) => question({ type: "detail", run, index }),
    fields: () => question({ type: "fields" }),
    values: (pointer) => question({ type: "values", pointer }),
    hits: (run, index) => question({ type: "hits", run, index }),
    exported: (format) => question({ type: "export", format }),
    setNotes: (own) => post({ type: "notes", notes: own }),
    add: post,
  };
};
