/** The top bar: which runs are shown, how far they have been read, and what the user can do with the page. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Meta, RunState, SessionState } from "../../src/explore/ExploreProtocol.ts";
import { count, plural } from "../../src/figures/Figures.ts";
import { phrases, shareRead } from "../../src/figures/ReadingProgress.ts";
import type { Feed } from "../feed/Feed.ts";
import { KeyList } from "./KeyList.tsx";
import { NotesMenu } from "./NotesMenu.tsx";
import { Popover } from "./Popover.tsx";
import { runBadge } from "./RunName.ts";
import { SafeText, visible } from "./SafeText.tsx";
import * as Theme from "./Theme.ts";

export interface Props {
  readonly meta: Meta;
  readonly session: SessionState | null;
  readonly feed: Feed;
  /** Opens a record, by the index of its run and its id. */
  readonly onOpen: (run: number, id: string) => void;
}

export const TopBar = ({ meta, session, feed, onOpen }: Props): JSX.Element => {
  const [theme, setTheme] = useState(Theme.stored);
  useEffect(() => Theme.apply(theme), [theme]);
  return (
    <header class="top">
      <h1 title={visible(meta.runs.join(", "))}>
        {/* The names of more than two runs stand below. */}
        {meta.runs.slice(0, meta.runs.length > 2 ? 1 : 2).map((run, index) => (
          <span key={run}>
            {index > 0 ? <i> → </i> : ""}
            <SafeText>{index === 0 ? `Run ${run}` : run}</SafeText>
          </span>
        ))}
        {meta.runs.length > 2 ? ` and ${count(meta.runs.length - 1)} more` : null}
      </h1>
      <p class="source">
        <SafeText>{meta.source}</SafeText>
        {meta.savedAt === null ? "" : `, saved ${meta.savedAt.slice(0, 16).replace("T", " ")} UTC`}
      </p>
      <div class="progresses">
        {session?.runs.map((run, index) => (
          <RunProgress
            key={index}
            run={run}
            badge={meta.runs.length > 2 ? runBadge(index) : ""}
            isOneOfSeveral={meta.runs.length > 1}
          />
        ))}
        {session === null || session.retries === 0 ? null : (
          <span class="progress">{plural(session.retries, "retry", "retries")}</span>
        )}
      </div>
      {meta.faults.length === 0 ? null : (
        <FaultMenu faults={meta.faults} fault={session?.fault ?? ""} feed={feed} />
      )}
      <NotesMenu runs={meta.runs} onOpen={onOpen} />
      {meta.mode === "live" ? (
        <a class="button" href="report.html" download="report.html" aria-label="Save report">
          Save<span class="long"> report</span>
        </a>
      ) : null}
      <button
        type="button"
        class="quiet"
        aria-label={`Appearance: ${theme}`}
        title={`Appearance: ${theme}`}
        onClick={() => setTheme(Theme.next(theme))}
      >
        {Theme.icon(theme)}
      </button>
      <KeyList hasNotes={meta.notes?.isWritable === true} runs={meta.runs.length} />
    </header>
  );
};

interface FaultMenuProps extends Pick<Props, "feed"> {
  readonly faults: Meta["faults"];
  /** The name of the current fault. */
  readonly fault: string;
}

/** How the fake API behaves. Folded, because the data matters more. */
const FaultMenu = ({ faults, fault, feed }: FaultMenuProps): JSX.Element => {
  const isFaulty = fault !== "" && fault !== "none";
  return (
    <Popover
      look={isFaulty ? "faulty" : ""}
      name={
        isFaulty ? `Fake API ${faults.find(({ name }) => name === fault)?.label ?? ""}` : "Fake API"
      }
    >
      <label>
        The fake API
        <select value={fault} onChange={({ currentTarget }) => feed.setFault(currentTarget.value)}>
          {faults.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={feed.restart}>
        Read again
      </button>
    </Popover>
  );
};

interface RunProgressProps {
  readonly run: RunState;
  /** What the page calls the run where it shows several. */
  readonly badge: string;
  /** Whether the progress of another run needs room beside it. */
  readonly isOneOfSeveral: boolean;
}

const RunProgress = ({ run, badge, isOneOfSeveral }: RunProgressProps): JSX.Element => {
  const { records, phase, seconds, runId } = run;
  // A rate is worth showing only while the run is being read, and a total until it has been.
  const reading = {
    records,
    pages: isOneOfSeveral ? undefined : run.pages,
    total: phase === "done" ? undefined : (run.total ?? undefined),
    seconds: phase === "reading" ? seconds : 0,
  };
  const share = shareRead(reading);
  return (
    <div
      class={`progress ${phase}${badge === "" ? "" : " short"}`}
      title={`${visible(`Run ${runId}`)}: ${phrases(reading).join(" · ")}`}
    >
      {badge === "" ? (
        <span>{phrases(reading).join(" · ")}</span>
      ) : (
        <span>
          {badge} {phase === "failed" ? "failed at " : ""}
          {count(records)}
        </span>
      )}
      {phase === "done" ? null : (
        <progress
          aria-label={visible(`Reading of run ${runId}`)}
          max={1}
          {...(share === undefined ? {} : { value: share })}
        />
      )}
    </div>
  );
};
