/** The trials of a testcase: their scores one beside another, and their spread. */
import type { JSX } from "preact";
import type { Cell } from "../../src/analysis/Cell.ts";
import { momentsOf } from "../../src/analysis/statistics/Moments.ts";
import { cellOfTrials } from "../../src/analysis/Trials.ts";
import { figureFormat } from "../../src/figures/FigureFormat.ts";
import { count, score } from "../../src/figures/Figures.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import type { MetricView } from "../worker/Engine.ts";
import { visible } from "./SafeText.tsx";
import { Score } from "./Score.tsx";

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
                <small>{spreadOf(cells, metric.unit)}</small>
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

/** How far trials are apart, in a few words; empty where they agree. */
const spreadOf = (cells: ReadonlyArray<Cell>, unit: string | undefined): string => {
  const numbers = cells.filter((cell) => typeof cell === "number");
  if (numbers.length > 1) {
    const ascending = numbers.toSorted((a, b) => a - b);
    const [lowest = 0, highest = 0] = [ascending[0], ascending.at(-1)];
    if (lowest === highest) return "all the same";
    const { squares } = momentsOf(ascending);
    const deviation = Math.sqrt(squares / (numbers.length - 1));
    const format = figureFormat("number", unit);
    return `${format.interval({ lower: lowest, upper: highest })}, SD ${format.value(deviation)}`;
  }
  const values = cells.filter((cell) => typeof cell === "boolean" || typeof cell === "string");
  if (values.length < 2) return "";
  const counts = new Map<string, number>();
  for (const value of values) counts.set(score(value), (counts.get(score(value)) ?? 0) + 1);
  if (counts.size === 1) return "all the same";
  return Array.from(counts, ([name, times]) => `${count(times)} × ${name}`).join(", ");
};
