/** How far the mirror of a run is: its row in `mirror.runs`, as callers read it. */
import { Cursor, RunId } from "@scorecard-effect/contract";
import { Schema } from "effect";
import { RunState } from "./RunState.ts";

/** A run's row. A run that is forgotten has none for its callers. */
export const Progress = Schema.Struct({
  runId: RunId,
  /** How often the run was mirrored, this time included. */
  generation: Schema.Int,
  /**
   * How often the run was read from its start, in all generations. Rows that the latest scan did not see have vanished.
   */
  scan: Schema.Int,
  state: RunState,
  /** The cursor of the next page; null is the start of the run. */
  cursor: Schema.NullOr(Cursor),
  /** Pages and records of this scan that are written. */
  pages: Schema.FiniteFromString,
  records: Schema.FiniteFromString,
  /** How many records the service announces; null where it does not say. */
  total: Schema.NullOr(Schema.FiniteFromString),
  /** Records and scores that this generation found new, different, or gone. */
  changed: Schema.FiniteFromString,
  /** How many extra scans this generation needed since it was started or last resumed. */
  rescans: Schema.Int,
  /** How often this generation was paused or parked. The last stop's number names what resumes the workflow. */
  stops: Schema.Int,
  /** How many generations in a row found nothing changed. */
  unchanged: Schema.Int,
  /** The length of the run's longest page in characters, as if it had a hundred records; null where none is known. */
  pageBytes: Schema.NullOr(Schema.FiniteFromString),
  /** How many records of this scan no row can hold: they are in `quarantine`. */
  quarantined: Schema.FiniteFromString,
  /** When a run was paused or parked; null where it is not stopped. */
  stoppedAt: Schema.NullOr(Schema.Date),
  /** Since when the service responds to no request of this run as it should; null where it does. */
  failingSince: Schema.NullOr(Schema.Date),
  /** When the request that failed is sent again; null where the run does not wait. */
  retryAt: Schema.NullOr(Schema.Date),
  /** How long that is from now, in milliseconds, by the database's clock. */
  waitMillis: Schema.NullOr(Schema.Finite),
  /** How often this generation has waited. The last wait's number names the clock that ends it. */
  waits: Schema.Int,
  /** When the run was complete for the last time, and when one of its generations last found a change. */
  lastSuccessAt: Schema.NullOr(Schema.Date),
  lastChangedAt: Schema.NullOr(Schema.Date),
  /** When the run is mirrored again by itself; null where it is not. */
  nextRefreshAt: Schema.NullOr(Schema.Date),
  /**
   * Of a parked run, what parked it; of a running one, what is being retried; of a complete one, what did not add up.
   */
  error: Schema.NullOr(Schema.Unknown),
});
export interface Progress extends Schema.Schema.Type<typeof Progress> {}

/** A run's row with its age, as a listing returns it. */
export const ListedRun = Schema.Struct({
  ...Progress.fields,
  /** When the row last changed: of a run that is not running, since when it is in its state. ISO 8601, in UTC. */
  updatedAt: Schema.String,
  /** How long ago that was, in seconds, by the database's clock. */
  ageSeconds: Schema.Finite,
});
export interface ListedRun extends Schema.Schema.Type<typeof ListedRun> {}

/** Which runs a listing returns. Without a condition, all of them. */
export interface RunFilter {
  readonly runIds?: ReadonlyArray<RunId>;
  readonly states?: ReadonlyArray<RunState>;
  /** Only runs whose row has not changed for so long. */
  readonly minAgeSeconds?: number;
}

/**
 * A point in a run's mirror. Changes that name their checkpoint apply only while the run is still there, so a delayed
 * worker cannot undo what happened since.
 */
export interface Checkpoint {
  readonly runId: RunId;
  readonly scan: number;
  /** The cursor of the next page; null is the start of the run. */
  readonly cursor: Cursor | null;
}

/** Why a run is stopped or being retried, as `mirror.runs.error` holds it. */
export interface Failure {
  readonly _tag: string;
  readonly message: string;
}
