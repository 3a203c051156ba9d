/** The scores of the open testcase in each of several runs, and the choice of the run that is compared with the first. */
import type { JSX } from "preact";
import type { Cell } from "../../src/analysis/Cell.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import type { MetricView } from "../worker/View.ts";
import { LongName } from "./LongName.tsx";
import { SafeText } from "./SafeText.tsx";
import { directionOf, Score } from "./Score.tsx";

/** One run of the strip. */
interface StripRun {
  readonly run: number;
  readonly title: string;
  /** Which trial is shown; empty where there is one. */
  readonly trial: string;
  /** By metric: undefined where the run does not have the testcase, or its scores have not arrived. */
  readonly cellOf: (metric: MetricView) => Cell | undefined;
  readonly hasRecord: boolean;
}

interface Props {
  readonly runs: ReadonlyArray<StripRun>;
  readonly metrics: ReadonlyArray<MetricView>;
  readonly labels: MetricLabels;
  readonly focus: number;
  readonly onFocus: (run: number) => void;
  /** Whether all runs are shown side by side, rather than the first and the one in focus. */
  readonly areAll: boolean;
  readonly onAll: (areAll: boolean) => void;
}

export const RunStrip = (props: Props): JSX.Element => {
  const { runs, labels, focus, onFocus, areAll, onAll } = props;
  const [first] = runs;
  const metrics = props.metrics.filter((metric) =>
    runs.some((run) => (run.cellOf(metric) ?? null) !== null),
  );
  return (
    <div class="strip run-strip" role="group" aria-label="The testcase in each run">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <button
                type="button"
                class="small"
                aria-pressed={areAll}
                title="Show the records of all runs side by side"
                onClick={() => onAll(!areAll)}
              >
                All side by side
              </button>
            </th>
            {metrics.map((metric) => (
              <th key={metric.id} scope="col" aria-label={labels.get(metric.id) ?? metric.id}>
                <code>
                  <SafeText>{labels.get(metric.id) ?? metric.id}</SafeText>
                </code>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map(({ run, title, trial, cellOf, hasRecord }) => (
            <tr key={run} class={run === focus && !areAll ? "chosen" : ""}>
              <th scope="row">
                {run === 0 ? (
                  <LongName>{title}</LongName>
                ) : (
                  <button
                    type="button"
                    class="small"
                    aria-pressed={run === focus && !areAll}
                    onClick={() => onFocus(run)}
                  >
                    <LongName>{title}</LongName>
                  </button>
                )}
                {trial === "" ? null : <small> {trial}</small>}
              </th>
              {hasRecord ? (
                metrics.map((metric) => {
                  const cell = cellOf(metric);
                  const before = first?.cellOf(metric);
                  const direction =
                    run === 0 || cell === undefined || before === undefined
                      ? undefined
                      : directionOf(metric, before, cell);
                  return (
                    <td key={metric.id}>
                      {cell === undefined ? null : (
                        <span class={`change ${direction ?? ""}`}>
                          <Score cell={cell} kind={metric.kind} />
                        </span>
                      )}
                    </td>
                  );
                })
              ) : (
                <td colSpan={Math.max(1, metrics.length)} class="score missing">
                  no record
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
