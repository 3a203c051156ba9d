/** Where the records come from: a real API, or a fake one that is started for the purpose. */
import type { ScorecardClient } from "@scorecard-effect/client";
import type { RunId } from "@scorecard-effect/contract";
import type * as ApiKey from "@scorecard-effect/contract/protocol/ApiKey";
import type { Config, Layer } from "effect";
import type { HttpServerError } from "effect/http";

/** An API, and a client to read it with. */
export interface Source {
  /** Says where the records come from. */
  readonly description: string;
  /** The tags that every listing is filtered by; empty: none. */
  readonly tags: ReadonlyArray<string>;
  /** Names the source and the tags: two sources with the same identity have the same records. Holds no secret. */
  readonly identity: string;
  /** A warning about the figures. */
  readonly note: string | undefined;
  /** Removes the API key from a text: a service may echo it, and a user may type it into a flag. */
  readonly redact: ApiKey.Redact;
  readonly client: Layer.Layer<ScorecardClient, Config.ConfigError | HttpServerError.ServeError>;
}

/** A source, and one run of it. */
export interface RunSource extends Source {
  readonly runId: RunId;
}

/** A source, and one to five runs of it: the later ones are compared with the first. */
export interface RunsSource extends Source {
  readonly runIds: ReadonlyArray<RunId>;
}

/** A source, and two runs of it to compare. */
export interface PairSource extends Source {
  readonly baselineId: RunId;
  readonly candidateId: RunId;
}
