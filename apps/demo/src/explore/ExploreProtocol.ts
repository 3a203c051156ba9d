/**
 * What travels between a session and its page: plain JSON, shared by both sides. The page gets one light row
 * for each record, in listing order, and asks for a record in full when it shows it.
 */

/**
 * What one metric says of one record: its value; `"invalid"` where the API marked the score as departing from
 * its schema; `"other"` for a score of no shape in use; null where there is no score.
 */
export type Cell = boolean | number | "invalid" | "other" | null;

/** A record as it stands in a table. */
export interface Row {
  readonly id: string;
  readonly testcaseId: string | null;
  /** The first text of the inputs, and of the outputs, clipped. */
  readonly input: string;
  readonly output: string;
  /** By metric, in the order of {@link RowBatch} `metrics`; shorter where the last ones are missing. */
  readonly cells: ReadonlyArray<Cell>;
}

/** The rows of one page of one run. */
export interface RowBatch {
  /** Which run: its index in {@link Meta} `runs`. */
  readonly run: number;
  /** How many records of that run came before. */
  readonly start: number;
  /** The metrics that appear for the first time in this batch. All batches together number them. */
  readonly metrics: ReadonlyArray<string>;
  readonly rows: ReadonlyArray<Row>;
}

/** A member of a free-form object. */
export interface Member {
  readonly key: string;
  /** The value itself where it is a text (`isText`), else its JSON, indented. */
  readonly text: string;
  readonly isText: boolean;
}

/** A score in full. */
export interface ScoreDetail {
  readonly metric: string;
  readonly cell: Exclude<Cell, null>;
  readonly reasoning: string | null;
  /** What the score holds beside its reasoning. */
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
}

/** What went wrong, for a person. */
export interface Explanation {
  /** In a few words. */
  readonly title: string;
  /** What to do about it. */
  readonly advice: string;
  /** The error's own message: what happened and where. */
  readonly message: string;
}

/** How far the reading of one run has come. */
export interface RunState {
  readonly runId: string;
  readonly phase: "reading" | "failed" | "done";
  readonly records: number;
  readonly pages: number;
  /** How many records the run holds, where the service says so. */
  readonly total: number | null;
  /** How long the reading has taken so far, pauses after a failure left out. */
  readonly seconds: number;
  /** Why, where `phase` is `"failed"`. */
  readonly problem: Explanation | null;
}

/** How far a session has come. */
export interface SessionState {
  readonly runs: ReadonlyArray<RunState>;
  /** Requests that were sent again. */
  readonly retries: number;
  /** Whether requests have failed, and been sent again, since the last page arrived. */
  readonly isRetrying: boolean;
  /** The fault that the fake API is made to show; null where the API is a real one. */
  readonly fault: string | null;
}

/** What the page knows before any record arrives. */
export interface Meta {
  /** Whether records arrive from a session, or stand in the file. */
  readonly mode: "live" | "saved";
  /** Where the records come from, in words. */
  readonly source: string;
  /** One run; or two to compare, the baseline first. */
  readonly runs: ReadonlyArray<string>;
  /** The faults that a visitor can switch on, by name. Empty for a real API. */
  readonly faults: ReadonlyArray<{ readonly name: string; readonly label: string }>;
  /** When the file was saved (ISO 8601); null in a session. */
  readonly savedAt: string | null;
}
