/** The chart of a metric: bars for the eye, under a row of buttons for pointers, keys and screen readers. */
import { scaleBand, scaleLinear } from "d3-scale";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { count, number, plural } from "../../src/figures/Figures.ts";
import { conditionWord, isSingle } from "../query/Condition.ts";
import type { Bar, MetricView } from "../worker/View.ts";
import { conditionLabel } from "./ConditionLabel.ts";
import type { ChartedRuns } from "./RunName.ts";

/** Whether a bar filters the records, and what a click on it does. */
export type BarControl = (bar: Bar) => {
  readonly isPressed: boolean;
  readonly onClick: () => void;
};

export interface Props {
  readonly metric: MetricView;
  readonly label: string;
  /** Whether it gets little room: low bars, and no labels below them. */
  readonly isCompact?: boolean;
  readonly control: BarControl;
  /** In a comparison: what the two runs are called. */
  readonly runs: ChartedRuns;
  /** What a bar counts: records, or testcases. */
  readonly noun: "record" | "testcase";
}

const width = 216;
const heights = { normal: 56, compact: 24 };

/** The height in pixels of the lowest bar that is not empty. */
const minBarHeight = 1.5;

export const MetricChart = (props: Props): JSX.Element => {
  const { metric, isCompact = false } = props;
  const ticks = isCompact ? [] : ticksOf(metric.bars);
  return (
    <div class="chart">
      <Drawing {...props} />
      <Buttons {...props} />
      {ticks.length === 0 ? null : (
        <div
          class={`ticks${ticks.length === metric.bars.length ? " each" : ""}`}
          aria-hidden="true"
        >
          {ticks.map((tick) => (
            <span key={tick}>{tick}</span>
          ))}
        </div>
      )}
    </div>
  );
};

const Drawing = ({ metric, isCompact = false, control }: Props): JSX.Element => {
  const height = isCompact ? heights.compact : heights.normal;
  const { bars, kind, change } = metric;
  const isComparison = change !== null;
  const x = scaleBand<number>()
    .domain(bars.keys())
    .range([0, width])
    .paddingInner(bars.length > 14 ? 0.12 : 0.2);
  const highest = Math.max(1, ...bars.map(({ all, baseline }) => Math.max(all, baseline)));
  const y = scaleLinear().domain([0, highest]).range([0, height]);
  const heightOf = (n: number): number => (n === 0 ? 0 : Math.max(minBarHeight, y(n)));
  const isFiltered = bars.some((bar) => control(bar).isPressed);
  return (
    <svg
      preserveAspectRatio="none"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      aria-hidden="true"
    >
      {bars.map((bar, index) => {
        const left = x(index) ?? 0;
        const band = x.bandwidth();
        const tone = kind === "boolean" ? bar.condition.is : "plain";
        const isOut = isFiltered && !control(bar).isPressed;
        // In a comparison the baseline takes the left half of the band.
        const own = isComparison ? band / 2 : band;
        const rect = (n: number, offset: number, size: number, name: string) => (
          <rect
            class={`${name} ${tone}${isOut ? " out" : ""}`}
            x={left + offset}
            width={Math.max(1, size)}
            y={height - heightOf(n)}
            height={heightOf(n)}
          />
        );
        return (
          <g key={conditionWord(bar.condition)}>
            {rect(bar.all, isComparison ? own : 0, own, "all")}
            {isComparison ? rect(bar.baseline, 0, own - 0.5, "before") : null}
            {rect(bar.shown, isComparison ? own : 0, own, "shown")}
          </g>
        );
      })}
    </svg>
  );
};

/** The buttons are one tab stop. The arrow keys move from bar to bar. */
const Buttons = ({ metric: { bars, change }, label, control, runs, noun }: Props): JSX.Element => {
  const group = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const tabStop = Math.min(focused, bars.length - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(group.current?.querySelectorAll("button") ?? [])];
    const from = buttons.findIndex((button) => button === event.target);
    const last = buttons.length - 1;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(last, to))]?.focus();
  };
  return (
    <div
      ref={group}
      class="bars"
      role="group"
      aria-label={`Scores of ${label}`}
      onKeyDown={onKeyDown}
    >
      {bars.map((bar, index) => {
        const { isPressed, onClick } = control(bar);
        const text = `${conditionLabel(bar.condition)}: ${plural(bar.shown, noun)}${
          change === null ? "" : ` of ${runs.later}, ${count(bar.baseline)} of ${runs.first}`
        }`;
        return (
          <button
            key={conditionWord(bar.condition)}
            type="button"
            tabIndex={index === tabStop ? 0 : -1}
            onFocus={() => setFocused(index)}
            aria-pressed={isPressed}
            aria-label={text}
            title={text}
            onClick={onClick}
          />
        );
      })}
    </div>
  );
};

/** The most characters that labels below the bars may take together. */
const maxTickCharacters = 30;

/** A label for each bar where there is room, else the ends of the scale. */
const ticksOf = (bars: ReadonlyArray<Bar>): ReadonlyArray<string> => {
  const labels = bars.map(({ condition }) => conditionLabel(condition));
  const [first] = bars;
  const last = bars.at(-1);
  const areSingle =
    first === undefined || first.condition.is !== "range" || isSingle(first.condition);
  if (areSingle && labels.join("").length <= maxTickCharacters) return labels;
  return first?.condition.is === "range" && last?.condition.is === "range"
    ? [number(first.condition.lower), number(last.condition.upper)]
    : labels;
};
