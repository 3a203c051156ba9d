/** Chooses which of several runs the page compares with the first. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { plural } from "../../src/figures/Figures.ts";
import type { Query } from "../query/Query.ts";
import type { SetQuery } from "../query/useQueryInUrl.ts";
import type { View } from "../worker/View.ts";
import { isFree } from "./Keyboard.ts";
import { LongName } from "./LongName.tsx";
import { runBadge, runName } from "./RunName.ts";

export interface Props {
  readonly runs: ReadonlyArray<string>;
  readonly focus: number;
  readonly query: Query;
  readonly tested: View["tested"];
  readonly onChange: SetQuery;
}

/** A query with another run in focus. */
export const withFocus = (query: Query, run: number): Query => ({
  ...query,
  focus: run === 1 ? null : run,
});

export const RunChooser = ({ runs, focus, query, tested, onChange }: Props): JSX.Element => {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const run = /^[2-5]$/.test(event.key) ? Number(event.key) - 1 : 0;
      if (run === 0 || run >= runs.length || !isFree(event)) return;
      onChange(withFocus(query, run), true);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  const [first = ""] = runs;
  return (
    <div class="run-chooser" role="group" aria-label="Which run is compared with the first">
      <span class="first">
        <b>{runBadge(0)}</b> <LongName>{first}</LongName>
        <small> against</small>
      </span>
      {runs.map((id, run) =>
        run === 0 ? null : (
          <button
            key={id}
            type="button"
            aria-pressed={run === focus}
            aria-keyshortcuts={String(run + 1)}
            title={`Filter, sort and chart ${runName(runs, run)} against ${runName(runs, 0)} ( ${run + 1} )`}
            onClick={() => onChange(withFocus(query, run))}
          >
            <b>{runBadge(run)}</b> <LongName>{id}</LongName>
          </button>
        ),
      )}
      <button
        type="button"
        class="across"
        aria-pressed={query.isByWorst}
        title="Sort records and slices by the worst of all runs, rather than by the chosen one"
        onClick={() => onChange({ ...query, isByWorst: !query.isByWorst })}
      >
        Worst of all first
      </button>
      {tested.scores === 0 ? null : (
        <small
          class="adjusted"
          title={`Benjamini and Hochberg, 5% false alarms; intervals are not adjusted.${
            tested.measures === 0
              ? ""
              : ` Verdicts on latency, cost and tokens are adjusted apart, for ${plural(tested.measures, "comparison")}.`
          }`}
        >
          Verdicts are adjusted for {plural(tested.scores, "comparison")}: metrics × runs
        </small>
      )}
    </div>
  );
};
