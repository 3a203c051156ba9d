/**
 * What a session sends to its page as plain JSON. The figures of the records arrive in columns, in listing order
 * (`CellBatch`); the page asks for the texts of the rows in sight, and for a record in full when it shows it.
 */
import type { Cell } from "../analysis/Cell.ts";
import type { JsonKind } from "../analysis/JsonKind.ts";
import type { MetricReading } from "@scorecard-effect/contract/metrics";
import type { SeriesFacts } from "../analysis/MetricKnowledge.ts";
import type { Value } from "../analysis/ScoreReading.ts";
import type { Reduction } from "../analysis/Reduction.ts";
import type { SeriesKey } from "../analysis/Series.ts";

/** A series, with what the metrics file says of it. */
export interface NamedSeries extends SeriesKey, SeriesFacts {}

/** A record in the table. */
export interface Row {
  readonly id: string;
  readonly testcaseId: string | null;
  /** The first text of the inputs and of the outputs, cut. */
  readonly input: string;
  readonly output: string;
  /** One cell for each series, by its number. Trailing nulls are left out. */
  readonly cells: ReadonlyArray<Cell>;
}

/** A field that records can be grouped and filtered by, from a sample of them. */
export interface FieldSummary {
  /** A JSON Pointer: `/inputs/category`. */
  readonly pointer: string;
  /** What its values are. */
  readonly kinds: ReadonlyArray<JsonKind>;
  /** Which share of the records has it, 0 to 1. */
  readonly share: number;
  /** How many different values it has; null for more than 100. */
  readonly distinct: number | null;
}

/** A member of a free-form object. */
export interface Member {
  readonly key: string;
  /** The value itself where it is a text (`isText`), else its indented JSON. */
  readonly text: string;
  readonly isText: boolean;
}

/** What a series says of a record. */
interface SeriesCell {
  readonly series: SeriesKey;
  readonly cell: Cell;
}

/** A score in full. */
export interface ScoreDetail {
  /** The metric's id, in lower case. */
  readonly metric: string;
  /** The values that were read from it. */
  readonly readings: ReadonlyArray<{ readonly member: string; readonly value: Value }>;
  readonly reasoning: string | null;
  /** The score's members other than its reasoning. */
  readonly members: ReadonlyArray<Member>;
  readonly errors: ReadonlyArray<{ readonly path: string; readonly message: string }>;
}

/** A record in full. */
export interface Detail {
  readonly id: string;
  readonly testcaseId: string | null;
  readonly inputs: ReadonlyArray<Member>;
  readonly expected: ReadonlyArray<Member>;
  readonly outputs: ReadonlyArray<Member>;
  readonly others: ReadonlyArray<Member>;
  readonly scores: ReadonlyArray<ScoreDetail>;
  /** The same scores as the table shows them. */
  readonly cells: ReadonlyArray<SeriesCell>;
}

/** An error in words for the user. */
export interface Explanation {
  /** What happened, in a few words. */
  readonly title: string;
  /** What to do about it. */
  readonly advice: string;
  /** The error's own message, with the details. */
  readonly message: string;
}

/** How far one run has been read. */
export interface RunState {
  readonly runId: string;
  readonly phase: "reading" | "failed" | "done";
  readonly records: number;
  readonly pages: number;
  /** How many records the run holds, where the service says so. */
  readonly total: number | null;
  /** How long the reading has taken so far, without the pauses after a failure. */
  readonly seconds: number;
  /** Why the reading failed; null in the other phases. */
  readonly problem: Explanation | null;
}

/** The state of a session. */
export interface SessionState {
  readonly runs: ReadonlyArray<RunState>;
  /** Requests that the client retried. */
  readonly retries: number;
  /** Whether the client has retried requests since the last page arrived. */
  readonly isRetrying: boolean;
  /** The fault of the fake API, by name; null for a real API. */
  readonly fault: string | null;
}

/** What a saved report holds of the session, apart from its records. */
export interface SavedHead {
  readonly state: SessionState;
  readonly fields: ReadonlyArray<FieldSummary>;
}

/** What a user noted about a record. */
export interface Note {
  /** The index of the run in {@link Meta} `runs`. */
  readonly run: number;
  readonly recordId: string;
  readonly thumb: "up" | "down" | null;
  readonly text: string;
}

/** The notes on the records of a page. */
interface MetaNotes {
  /** Whether the session has a file for notes. */
  readonly isWritable: boolean;
  /** Those that a saved report contains. A session's page asks for them. */
  readonly all: ReadonlyArray<Note>;
}

/** What a metrics file says, as JSON. */
export interface MetaMetrics {
  readonly metrics: ReadonlyArray<
    readonly [metricId: string, readings: ReadonlyArray<MetricReading>]
  >;
  readonly others: ReadonlyArray<MetricReading> | null;
}

/** What the page knows from the start. */
export interface Meta {
  /** Whether the records come from a session, or are in the file. */
  readonly mode: "live" | "saved";
  /** Where the records come from, in words. */
  readonly source: string;
  /** One to five runs: the later ones are compared with the first. */
  readonly runs: ReadonlyArray<string>;
  /** How the trials of a testcase become one value. */
  readonly reduction: Reduction;
  /** The faults that the user can switch on. Empty for a real API. */
  readonly faults: ReadonlyArray<{ readonly name: string; readonly label: string }>;
  /** When the file was saved (ISO 8601); null in a session. */
  readonly savedAt: string | null;
  /** Undefined without a metrics file. A saved report reads its records by it. */
  readonly metrics?: MetaMetrics;
  /** Undefined where there are no notes, and no file for them. */
  readonly notes?: MetaNotes;
}
