/** Warnings about what the page shows: a run that failed, a lost connection. */
import type { JSX } from "preact";
import type { RunState } from "../../src/explore/ExploreProtocol.ts";
import { plural } from "../../src/figures/Figures.ts";
import type { Connection } from "../worker/WorkerProtocol.ts";
import { SafeText } from "./SafeText.tsx";

export interface Props {
  readonly runs: ReadonlyArray<RunState>;
  readonly isRetrying: boolean;
  readonly connection: Connection;
  readonly isSaved: boolean;
  /** Of how many records a saved report has left out the texts. */
  readonly leftOut: number;
  readonly onResume: (run: number) => void;
}

export const Banner = (props: Props): JSX.Element => (
  <div class="banners" aria-live="polite">
    {props.leftOut > 0 ? (
      <div class="banner waiting">
        <p>
          This file has the figures of all records, but left out the texts of{" "}
          {plural(props.leftOut, "record")}: browsers open no larger file. Search and fields do not
          cover them.
        </p>
      </div>
    ) : null}
    <States {...props} />
  </div>
);

const States = ({ runs, isRetrying, connection, isSaved, onResume }: Props): JSX.Element => (
  <>
    {connection === "lost" ? (
      <div class="banner waiting">
        <p>The connection to this session is lost. Reconnecting…</p>
      </div>
    ) : null}
    {connection === "ended" ? (
      <div class="banner failed">
        <p>
          <strong>{isSaved ? "This file is incomplete" : "This session has ended"}</strong>{" "}
          {isSaved
            ? "It may have been cut off when it was copied: save the report again."
            : "The records that arrived stay here. Start explore again to continue."}
        </p>
      </div>
    ) : null}
    {isRetrying ? (
      <div class="banner waiting">
        <p>
          <strong>A request failed.</strong> Retrying…
        </p>
      </div>
    ) : null}
    {runs.map(({ runId, problem, records }, run) =>
      problem === null ? null : (
        <div key={run} class="banner failed">
          <p>
            <strong>
              {runs.length > 1 ? <SafeText>{`Run ${runId}: `}</SafeText> : ""}
              {problem.title}
            </strong>{" "}
            {`after ${plural(records, "record")}. ${isSaved ? savedAdvice(records) : problem.advice}`}
          </p>
          <details>
            <summary>Details</summary>
            <SafeText>{problem.message}</SafeText>
          </details>
          {isSaved ? null : (
            <button type="button" class="primary" onClick={() => onResume(run)}>
              Resume
            </button>
          )}
        </div>
      ),
    )}
  </>
);

// A saved page cannot resume: the advice for a session does not apply.
const savedAdvice = (records: number): string =>
  records === 0
    ? "This is a saved page, and no record had arrived. Start explore again to read the run."
    : `This is a saved page: it holds the ${plural(records, "record")} that had arrived. ${readTheRest}`;

const readTheRest = "Start explore again to read the rest.";
