/** The card of a metric: its figures, and a chart and counts that filter the records. */
import type { JSX } from "preact";
import type { Percentiles } from "../../src/analysis/SeriesFigures.ts";
import { type FigureFormat, figureFormat } from "../../src/figures/FigureFormat.ts";
import { count, noFigure, percent, plural } from "../../src/figures/Figures.ts";
import { wantedOf } from "../query/Condition.ts";
import type { FilterClicks } from "../query/FilterClick.ts";
import type { Bar, Figures, MetricView } from "../worker/View.ts";
import { CategoryBars } from "./CategoryBars.tsx";
import { conditionLabel } from "./ConditionLabel.ts";
import { type BarControl, MetricChart } from "./MetricChart.tsx";
import { RunLines, unfairNote } from "./RunLines.tsx";
import { chartedRuns } from "./RunName.ts";
import { LongName } from "./LongName.tsx";
import { SafeText, visible } from "./SafeText.tsx";

export interface Props {
  readonly metric: MetricView;
  readonly label: string;
  /** What a filter calls the metric. */
  readonly subject: string;
  readonly clicks: FilterClicks;
  /** Whether there are so many metrics that each gets little room. */
  readonly isCompact: boolean;
  readonly onFilter: (filter: string) => void;
  /** The ids of the runs that the page shows. */
  readonly runs: ReadonlyArray<string>;
  /** The index of the run that the page compares with the first. */
  readonly focus: number;
  readonly onFocus: (run: number) => void;
  /** For how many comparisons the p-value of its verdict is adjusted. */
  readonly tested: number;
  /** What the counts count: records, or testcases. */
  readonly noun: "record" | "testcase";
}

export const MetricCard = (props: Props): JSX.Element => {
  const { metric, label, subject, clicks, isCompact, onFilter, runs, focus, onFocus, noun } = props;
  const areSeveral = runs.length > 2;
  // With a run in the filter, a link means the same whichever run is in focus.
  const run = areSeveral ? focus + 1 : undefined;
  const charted = chartedRuns(runs, focus);
  const control = ({ condition }: Bar) => {
    const wanted = wantedOf(condition);
    return {
      isPressed: clicks.wants(subject, wanted, run),
      onClick: () => onFilter(clicks.toggle(subject, wanted, run)),
    };
  };
  const asides = metric.asides.filter(
    ({ all, condition }) => all > 0 || (condition.is === "missing" && !isCompact),
  );
  return (
    <article class={isCompact ? "card compact" : "card"}>
      <h2 title={`${visible(label)}\n${metric.id}`}>
        <LongName>{label}</LongName>
        {metric.isLowerBetter ? <small> lower is better</small> : null}
      </h2>
      {areSeveral && metric.kind !== "other" ? (
        <RunLines metric={metric} runs={runs} focus={focus} onFocus={onFocus} />
      ) : (
        <Headline metric={metric} tested={props.tested} />
      )}
      {metric.kind === "other" ? (
        <p class="note">No score was recognised</p>
      ) : metric.kind === "category" && !isCompact ? (
        <CategoryBars {...{ metric, label, control, noun }} runs={charted} />
      ) : (
        <MetricChart {...{ metric, label, isCompact, control, noun }} runs={charted} />
      )}
      {metric.change === null || metric.kind === "other" ? null : (
        <Counts bars={metric.change.bars} control={control} />
      )}
      {metric.change === null ? (
        <Counts bars={asides} control={control} />
      ) : areSeveral ? (
        <Counts
          bars={asides}
          control={control}
          title={`Testcases without a valid score in ${charted.later}, whether or not ${charted.first} has one`}
        />
      ) : (
        <Counts
          bars={asides}
          control={control}
          format={pairs}
          title="Testcases in both runs with such a score in at least one of them"
        />
      )}
    </article>
  );
};

interface CountsProps {
  readonly bars: ReadonlyArray<Bar>;
  readonly control: BarControl;
  readonly format?: (n: number) => string;
  readonly title?: string;
}

/** Counts as buttons that filter; disabled where the count is zero. */
const Counts = ({ bars, control, format = count, title }: CountsProps): JSX.Element => (
  <div class="asides">
    {bars.map((bar) => {
      const { isPressed, onClick } = control(bar);
      return (
        <button
          key={bar.condition.is}
          type="button"
          class={`aside ${bar.condition.is}`}
          aria-pressed={isPressed}
          title={title}
          disabled={bar.all === 0 && !isPressed}
          onClick={onClick}
        >
          {format(bar.shown)} {bar.condition.is}
        </button>
      );
    })}
  </div>
);

interface HeadlineProps {
  readonly metric: MetricView;
  /** For how many comparisons the p-value of its verdict is adjusted. */
  readonly tested: number;
}

const Headline = ({ metric, tested }: HeadlineProps): JSX.Element => {
  const verdictNote = metric.changes.every(({ isFair }) => isFair)
    ? `Adjusted for ${plural(tested, "metric")} (Benjamini and Hochberg)`
    : `No verdict: ${unfairNote}`;
  const { kind, unit, figures, baseline, change } = metric;
  const format = figureFormat(kind, unit);
  const valueOf = ({ value }: Figures): string => (value === null ? noFigure : format.value(value));
  if (kind === "other") return <p class="headline">{noFigure}</p>;
  if (kind === "category") return <CategoryHeadline metric={metric} />;
  if (change === null) {
    return (
      <>
        <p class="headline">
          <strong>{valueOf(figures)}</strong> {kind === "boolean" ? "pass" : "mean"}
          <span class="interval" title="95% confidence interval">
            {figures.interval === null ? "" : format.interval(figures.interval)}
          </span>
        </p>
        {metric.percentiles === null ? null : (
          <PercentileLine percentiles={metric.percentiles} format={format} />
        )}
      </>
    );
  }
  const { value, interval } = change.difference;
  return (
    <>
      <p class="headline">
        <strong>
          {valueOf(baseline)} → {valueOf(figures)}
        </strong>
        <span class="interval">{kind === "boolean" ? "pass" : "mean"}</span>
      </p>
      <p class={`difference-of ${change.verdict}`} title="With its 95% confidence interval">
        {value === null ? (
          "nothing to compare"
        ) : (
          <>
            <b>{format.difference(value)}</b>{" "}
            {interval === null ? "" : format.differenceInterval(interval)}
          </>
        )}
      </p>
      <p class="difference-of">
        over {plural(figures.n, "scored pair")}: <span title={verdictNote}>{change.verdict}</span>
      </p>
    </>
  );
};

interface PercentileProps {
  readonly percentiles: Percentiles;
  readonly format: FigureFormat;
}

const PercentileLine = ({ percentiles, format }: PercentileProps): JSX.Element => {
  const { p5, p25, p50, p75, p95 } = percentiles;
  const all = [
    ["5%", p5],
    ["25%", p25],
    ["50%", p50],
    ["75%", p75],
    ["95%", p95],
  ] as const;
  return (
    <p
      class="difference-of percentiles"
      title={all.map(([name, value]) => `${name}: ${format.value(value)}`).join(", ")}
    >
      median {format.value(p50)}{" "}
      <span class="range">{`5–95%: ${format.interval({ lower: p5, upper: p95 })}`}</span>
    </p>
  );
};

/** The most frequent category of the records shown; or how many testcases changed. */
const CategoryHeadline = ({ metric }: { readonly metric: MetricView }): JSX.Element => {
  const { bars, change } = metric;
  if (change !== null) {
    return (
      <>
        <p class="headline">
          <strong>{change.verdict}</strong>
        </p>
        <p class="difference-of">over {plural(change.difference.n, "scored pair")}</p>
      </>
    );
  }
  const shown = bars.reduce((sum, bar) => sum + bar.shown, 0);
  const most = Math.max(0, ...bars.map((bar) => bar.shown));
  const modes = bars.filter((bar) => bar.shown === most);
  const [mode] = modes;
  return (
    <p class="headline">
      <strong>
        {mode === undefined || modes.length > 1 ? (
          "no mode"
        ) : (
          <SafeText>{conditionLabel(mode.condition)}</SafeText>
        )}
      </strong>{" "}
      {shown === 0 || modes.length > 1 ? "" : percent(most / shown)}
    </p>
  );
};

const pairs = (n: number): string => plural(n, "pair");
