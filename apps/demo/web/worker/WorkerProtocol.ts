/** The messages between the page and its worker. */
import type { Cell } from "../../src/analysis/Cell.ts";
import type { Reduction } from "../../src/analysis/Reduction.ts";
import type {
  Detail,
  FieldSummary,
  MetaMetrics,
  Row,
  SessionState,
  Note,
} from "../../src/explore/ExploreProtocol.ts";
import type { ExportFormat } from "../../src/export/ExportFormat.ts";
import type { CountedValue } from "../query/Completion.ts";
import type { Query } from "../query/Query.ts";
import type { ShownHits } from "./CountedHits.ts";
import type { View } from "./View.ts";

/** A row, with the other records of its testcase in the same run. */
export interface TableRow extends Row {
  /** The indexes of the records that share its testcase, its own among them. */
  readonly trials: ReadonlyArray<number>;
  /** The cells of those records. */
  readonly trialCells: ReadonlyArray<ReadonlyArray<Cell>>;
  /** The first note on one of several trials. */
  readonly note?: Note;
}

/** A row and its place. */
export interface PlacedRow {
  readonly run: number;
  readonly index: number;
  readonly row: TableRow;
}

/** What the page asks about records, and the answers by the type of the question. */
export type Question =
  | { readonly type: "rows"; readonly run: number; readonly indexes: ReadonlyArray<number> }
  | { readonly type: "find"; readonly run: number; readonly id: string }
  | { readonly type: "detail"; readonly run: number; readonly index: number }
  | { readonly type: "fields" }
  /** The values of a field, the most frequent first. */
  | { readonly type: "values"; readonly pointer: string }
  /** How many hits the search has in a record; null where they have not been counted. */
  | { readonly type: "hits"; readonly run: number; readonly index: number }
  /** The records of the latest view in full, as a file. */
  | { readonly type: "export"; readonly format: ExportFormat };

export interface Answers {
  readonly rows: ReadonlyArray<TableRow | null>;
  readonly find: number | null;
  readonly detail: Detail;
  readonly fields: ReadonlyArray<FieldSummary>;
  readonly values: ReadonlyArray<CountedValue>;
  readonly hits: number | null;
  readonly export: Blob;
}

/** From the page. */
export type Request =
  /** Starts the worker. With the address of a session's page, it listens to the session. */
  | {
      readonly type: "start";
      readonly runs: ReadonlyArray<string>;
      readonly address: string | null;
      readonly reduction: Reduction;
      /** What the metrics file says. */
      readonly metrics?: MetaMetrics;
      /** The notes of a saved report. */
      readonly notes: ReadonlyArray<Note>;
      readonly hasNotes: boolean;
    }
  /** All notes of a session's page, after one has changed. */
  | { readonly type: "notes"; readonly notes: ReadonlyArray<Note> }
  /** Figures of a saved report, packed as they are in the file. */
  | { readonly type: "cells"; readonly text: string }
  /** Records of a saved report, packed as they are in the file. */
  | {
      readonly type: "records";
      readonly text: string;
      readonly run: number;
      readonly from: number;
      readonly to: number;
    }
  /** The saved report has no more of either. */
  | { readonly type: "complete"; readonly fields: ReadonlyArray<FieldSummary> }
  | { readonly type: "query"; readonly query: Query; readonly number: number }
  | { readonly type: "question"; readonly question: Question; readonly number: number };

/** The connection to the session: a lost one reconnects, an ended one does not. */
export type Connection = "open" | "lost" | "ended";

/** From the worker. */
export type Response =
  | { readonly type: "state"; readonly state: SessionState }
  | { readonly type: "connection"; readonly connection: Connection }
  /** The session reads its runs again: the records of the page are outdated. */
  | { readonly type: "restart" }
  /** All figures of the saved report have been read. */
  | { readonly type: "complete" }
  /** The view that answers the query with that number, and the rows at its top. */
  | {
      readonly type: "view";
      readonly number: number;
      readonly view: View;
      readonly rows: ReadonlyArray<PlacedRow>;
    }
  /** What the search of a query hits in the records that a view shows; `items` are those of the view. */
  | {
      readonly type: "hits";
      readonly query: Query;
      readonly items: number;
      readonly hits: ShownHits;
    }
  | { readonly type: "answer"; readonly number: number; readonly answer: Answers[keyof Answers] }
  /** The question with that number has no answer. The problem is for the user. */
  | { readonly type: "problem"; readonly number: number; readonly problem: string };
