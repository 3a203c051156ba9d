/** The messages between the page and its worker. */
import type { RowBatch, SessionState } from "../../src/explore/ExploreProtocol.ts";
import type { Query } from "../query/Query.ts";
import type { View } from "./Engine.ts";

/** From the page. */
export type Request =
  /** Starts the worker. With the address of a session's events, it listens to them. */
  | { readonly type: "start"; readonly runs: number; readonly events: string | null }
  /** A batch of a saved report, packed as it is in the file. */
  | { readonly type: "packed"; readonly text: string }
  | { readonly type: "query"; readonly query: Query; readonly number: number };

/** The connection to the session: a lost one reconnects, an ended one does not. */
export type Connection = "open" | "lost" | "ended";

/** From the worker. */
export type Response =
  | { readonly type: "batch"; readonly batch: RowBatch }
  | { readonly type: "state"; readonly state: SessionState }
  | { readonly type: "connection"; readonly connection: Connection }
  /** The session reads its runs again: the records of the page are outdated. */
  | { readonly type: "restart" }
  /** The view that answers the query with that number. */
  | { readonly type: "view"; readonly number: number; readonly view: View };
