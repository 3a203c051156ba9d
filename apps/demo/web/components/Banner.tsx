/** What a person has to know before they trust what they see: a run that failed, a connection that is gone. */
import type { JSX } from "preact";
import type { RunState } from "../../src/explore/ExploreProtocol.ts";
import * as Fmt from "../Figures.ts";
import { SafeText } from "./SafeText.tsx";
import type { Connection } from "../worker/worker.ts";

export interface Props {
  readonly runs: ReadonlyArray<RunState>;
  readonly isRetrying: boolean;
  readonly connection: Connection;
  readonly isSaved: boolean;
  readonly onResume: (run: number) => void;
}

export const Banner = ({ runs, isRetrying, connection, isSaved, onResume }: Props): JSX.Element => (
  <div class="banners" aria-live="polite">
    {connection === "lost" ? (
      <div class="banner waiting">
        <p>The connection to this session is lost. Trying again…</p>
      </div>
    ) : null}
    {connection === "ended" ? (
      <div class="banner failed">
        <p>
          <strong>
            {isSaved ? "This file cannot be read to its end" : "This session has ended"}
          </strong>{" "}
          {isSaved
            ? "It may have been cut off on its way here: save the report again."
            : "What has arrived stays here. Start explore again to go on."}
        </p>
      </div>
    ) : null}
    {isRetrying ? (
      <div class="banner waiting">
        <p>
          <strong>A request has failed.</strong> Trying again…
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
            {`after ${Fmt.plural(records, "record")}. ${isSaved ? kept(records) : problem.advice}`}
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
  </div>
);

// What a saved page can be asked for is what it holds: advice on how to go on is of the session.
const kept = (records: number): string =>
  records === 0
    ? "This is a saved page, and nothing of the run had arrived. Start explore again to read it."
    : `This is a saved page: it holds the ${Fmt.plural(records, "record")} that had arrived. Start explore again to read the rest.`;
