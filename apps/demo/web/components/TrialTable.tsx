/** The trials of a testcase: their scores one beside another, and their spread. */
import type { JSX } from "preact";
import type { Cell } from "../../src/analysis/Cell.ts";
import { cellOfTrials } from "../../src/analysis/Trials.ts";
import { count } from "../../src/figures/Figures.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import type { MetricView } from "../worker/View.ts";
import { visible } from "./SafeText.tsx";
import { Score } from "./Score.tsx";
import { spreadWords } from "./TrialSpread.ts";

export interface Props {
  /** `baseline` or `candidate`; empty where there is one run. */
  readonly title: string;
  readonly trials: ReadonlyArray<number>;
  readonly metrics: ReadonlyArray<MetricView>;
  readonly labels: MetricLabels;
  readonly cellOf: (trial: number, metric: MetricView) => Cell;
  /** The place in `trials` of the trial that is shown. */
  readonly chosen: number;
  readonly onChoose: (place: number) => void;
}

/** The most trials that are listed. */
const maxListedTrials = 100;

export const TrialTable = (props: Props): JSX.Element => {
  const { title, trials, metrics, labels, cellOf, chosen, onChoose } = props;
  const listed = trials.slice(0, maxListedTrials);
  const scored = metrics
    .map((metric) => ({ metric, cells: trials.map((trial) => cellOf(trial, metric)) }))
    .filter(({ cells }) => cells.some((cell) => cell !== null));
  return (
    <div
      class="trials"
      role="group"
      aria-label={title === "" ? "Trials" : `Trials of the ${title}`}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">
              {title === "" ? "" : `${title}: `}
              {count(trials.length)} trials
            </th>
            <th scope="col">Together</th>
            {listed.map((trial, place) => (
              <th key={trial} scope="col">
                <button
                  type="button"
                  aria-pressed={place === chosen}
                  aria-label={`Show trial ${place + 1}${title === "" ? "" : ` of the ${title}`}`}
                  onClick={() => onChoose(place)}
                >
                  {place + 1}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {scored.map(({ metric, cells }) => (
            <tr key={metric.id}>
              <th scope="row">
                <code>{visible(labels.get(metric.id) ?? metric.id)}</code>
              </th>
              <td>
                <Score
                  cell={cellOfTrials(cells, metric.kind)}
                  kind={metric.kind}
                  unit={metric.unit}
                />{" "}
                <small title={spreadWords(cells, metric)}>{spreadWords(cells, metric)}</small>
              </td>
              {cells.slice(0, maxListedTrials).map((cell, place) => (
                <td key={place} class={place === chosen ? "chosen" : ""}>
                  <Score cell={cell} kind={metric.kind} unit={metric.unit} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {listed.length === trials.length ? null : (
        <p class="note">
          {count(trials.length - listed.length)} more trials are in the figures and not listed
        </p>
      )}
    </div>
  );
};
