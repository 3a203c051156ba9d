/** The messages between a session's store and its search worker. */
import type { FieldColumn } from "./FieldColumn.ts";
import type { HitCounts } from "./HitCount.ts";
import type { RunFile } from "./RunFile.ts";
import type { Bitmap, Search } from "./TextSearch.ts";

/** Records of a run: from the first to before the second. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What the worker is asked. */
export type Question =
  | { readonly type: "search"; readonly search: Search; readonly ranges: ReadonlyArray<Range> }
  /** Counts hits until there are `room`. */
  | {
      readonly type: "hits";
      readonly search: Search;
      readonly ranges: ReadonlyArray<Range>;
      readonly room: number;
    }
  | {
      readonly type: "column";
      readonly field: string;
      readonly run: number;
      readonly range: Range;
    };

/** To the worker. */
export type Request =
  | { readonly type: "runs"; readonly runs: ReadonlyArray<RunFile> }
  /** There are more records. */
  | { readonly type: "grown" }
  | { readonly type: "question"; readonly number: number; readonly question: Question }
  /** The answer is no longer wanted. */
  | { readonly type: "cancel"; readonly number: number };

/** What the worker answers. */
export type Answer =
  | { readonly type: "found"; readonly bits: ReadonlyArray<Bitmap> }
  | { readonly type: "column"; readonly column: FieldColumn }
  | { readonly type: "hits"; readonly counts: ReadonlyArray<HitCounts> }
  | { readonly type: "problem"; readonly problem: string };

/** From the worker. */
export type Response =
  | { readonly type: "answer"; readonly number: number; readonly answer: Answer }
  /** The worker is alive, and has done some part of its work. */
  | { readonly type: "progress" }
  /** The texts cannot be written. */
  | { readonly type: "broken"; readonly problem: string };
