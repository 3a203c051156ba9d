/** The categories of a metric as bars that filter: the most frequent first. */
import type { JSX } from "preact";
import { count, plural } from "../../src/figures/Figures.ts";
import { conditionWord } from "../query/Condition.ts";
import type { MetricView } from "../worker/View.ts";
import { conditionLabel } from "./ConditionLabel.ts";
import type { BarControl } from "./MetricChart.tsx";
import type { ChartedRuns } from "./RunName.ts";
import { SafeText } from "./SafeText.tsx";

interface Props {
  readonly metric: MetricView;
  readonly label: string;
  readonly control: BarControl;
  /** In a comparison: what the two runs are called. */
  readonly runs: ChartedRuns;
  /** What a bar counts: records, or testcases. */
  readonly noun: "record" | "testcase";
}

export const CategoryBars = ({ metric, label, control, runs, noun }: Props): JSX.Element => {
  const isComparison = metric.change !== null;
  const highest = Math.max(1, ...metric.bars.map(({ all, baseline }) => Math.max(all, baseline)));
  const width = (n: number): string => `${(100 * n) / highest}%`;
  return (
    <div class="categories" role="group" aria-label={`Scores of ${label}`}>
      {metric.bars
        .toSorted((a, b) => b.all - a.all)
        .map((bar) => {
          const { isPressed, onClick } = control(bar);
          const name = conditionLabel(bar.condition);
          const text = `${name}: ${plural(bar.shown, noun)}${
            isComparison ? ` of ${runs.later}, ${count(bar.baseline)} of ${runs.first}` : ""
          }`;
          return (
            <button
              key={conditionWord(bar.condition)}
              type="button"
              aria-pressed={isPressed}
              title={text}
              onClick={onClick}
            >
              <span class="name">
                <SafeText>{name}</SafeText>
              </span>
              <span class="track">
                <i class="all" style={{ width: width(bar.all) }} />
                {isComparison ? <i class="before" style={{ width: width(bar.baseline) }} /> : null}
                <i class="shown" style={{ width: width(bar.shown) }} />
              </span>
              <span class="n">
                {isComparison ? `${count(bar.baseline)} → ${count(bar.shown)}` : count(bar.shown)}
              </span>
            </button>
          );
        })}
    </div>
  );
};
