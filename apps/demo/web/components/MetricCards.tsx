/** A card for each metric: its figures, and a small chart whose bars filter. */
import { scaleBand, scaleLinear } from "d3-scale";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Bar, Figures, MetricView } from "../worker/Engine.ts";
import * as Fmt from "../Figures.ts";
import { type Condition, conditionWord, type Filter, has, type Query } from "../Query.ts";
import { SafeText } from "./SafeText.tsx";

interface Props {
  readonly metrics: ReadonlyArray<MetricView>;
  readonly query: Query;
  readonly onToggle: (filter: Filter) => void;
}

export const MetricCards = ({ metrics, query, onToggle }: Props): JSX.Element => (
  <section class="metrics" aria-label="Metrics">
    {metrics.map((metric) => (
      <Card key={metric.id} metric={metric} query={query} onToggle={onToggle} />
    ))}
  </section>
);

interface CardProps extends Omit<Props, "metrics"> {
  readonly metric: MetricView;
}

const Card = ({ metric, query, onToggle }: CardProps): JSX.Element => {
  const control = (bar: Bar) => {
    const filter = { metric: metric.id, condition: bar.condition };
    return { isPressed: has(query, filter), onClick: () => onToggle(filter) };
  };
  const asides = metric.asides.filter(
    ({ all, condition }) => all > 0 || condition.is === "missing",
  );
  return (
    <article class="card">
      <h2 title={metric.id}>
        <SafeText>{Fmt.shortId(metric.id)}</SafeText>
      </h2>
      <Headline metric={metric} />
      {metric.kind === "other" ? (
        <p class="note">Scores of no shape in use</p>
      ) : (
        <Chart metric={metric} control={control} />
      )}
      {metric.change === null || metric.kind === "other" ? null : (
        <Counts bars={metric.change.bars} control={control} />
      )}
      <Counts
        bars={asides}
        control={control}
        {...(metric.change === null
          ? {}
          : { written: pairs, title: "Testcases of both runs with such a score in either" })}
      />
    </article>
  );
};

/** Counts that filter, where there is something to count. */
const Counts = ({
  bars,
  control,
  written = Fmt.count,
  title,
}: Pick<ChartProps, "control"> & {
  readonly bars: ReadonlyArray<Bar>;
  readonly written?: (n: number) => string;
  readonly title?: string;
}): JSX.Element => (
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
          {written(bar.shown)} {bar.condition.is}
        </button>
      );
    })}
  </div>
);

const Headline = ({ metric }: { readonly metric: MetricView }): JSX.Element => {
  const { kind, figures, baseline, change } = metric;
  if (kind === "other") {
    const [own] = metric.bars;
    return (
      <p class="headline">
        <strong>{Fmt.count(own?.shown ?? 0)}</strong> scores
        {change === null ? "" : " of the candidate"}
      </p>
    );
  }
  if (change === null) {
    return (
      <p class="headline">
        <strong>{value(figures, kind)}</strong> {kind === "boolean" ? "pass" : "mean"}
        <span class="interval" title="95 % confidence interval">
          {interval(figures, kind)}
        </span>
      </p>
    );
  }
  const { difference } = change;
  const format = kind === "boolean" ? Fmt.points : Fmt.change;
  return (
    <>
      <p class="headline">
        <strong>
          {value(baseline, kind)} → {value(figures, kind)}
        </strong>
        <span class="interval">{kind === "boolean" ? "pass" : "mean"}</span>
      </p>
      <p class={`difference-of ${verdict(difference)}`} title="With its 95 % confidence interval">
        {difference.value === null ? (
          "nothing to compare"
        ) : (
          <>
            <b>{format(difference.value)}</b>{" "}
            {difference.interval === null
              ? ""
              : `${format(difference.interval.lower)} to ${format(difference.interval.upper)}`}
          </>
        )}
      </p>
      <p class="difference-of">over {pairs(figures.n)} that both runs scored</p>
    </>
  );
};

const pairs = (n: number): string => Fmt.plural(n, "pair");

const value = ({ value: figure }: Figures, kind: MetricView["kind"]): string =>
  figure === null ? "–" : kind === "boolean" ? Fmt.rate(figure) : Fmt.number(figure);

const interval = ({ interval: bounds }: Figures, kind: MetricView["kind"]): string => {
  if (bounds === null) return "";
  const format = kind === "boolean" ? Fmt.rate : Fmt.number;
  return `${format(bounds.lower)} – ${format(bounds.upper)}`;
};

const verdict = ({ interval: bounds }: Figures): string =>
  bounds === null ? "" : bounds.upper < 0 ? "worse" : bounds.lower > 0 ? "better" : "";

const width = 216;
const height = 56;

interface ChartProps {
  readonly metric: MetricView;
  readonly control: (bar: Bar) => { readonly isPressed: boolean; readonly onClick: () => void };
}

// A picture for the eyes, drawn from d3's scales, under a row of buttons for eyes, keys and screen readers.
const Chart = ({ metric: { bars, kind, change, id }, control }: ChartProps): JSX.Element => {
  const x = scaleBand<number>()
    .domain(bars.keys())
    .range([0, width])
    .paddingInner(bars.length > 14 ? 0.12 : 0.2);
  const isComparison = change !== null;
  const most = Math.max(1, ...bars.map(({ all, baseline }) => Math.max(all, baseline)));
  const y = scaleLinear().domain([0, most]).range([0, height]);
  // What is there is seen, however little of it.
  const tall = (n: number): number => (n === 0 ? 0 : Math.max(1.5, y(n)));
  const isFiltered = bars.some((bar) => control(bar).isPressed);
  const ticks = ticksOf(bars);
  const group = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  // One stop of the Tab key; the arrows walk from bar to bar.
  const stop = Math.min(at, bars.length - 1);
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
    <div class="chart">
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
        {bars.map((bar, index) => {
          const left = x(index) ?? 0;
          const band = x.bandwidth();
          const tone = kind === "boolean" ? bar.condition.is : "plain";
          const isOut = isFiltered && !control(bar).isPressed;
          const own = isComparison ? band / 2 : band;
          const rect = (n: number, offset: number, size: number, name: string) => (
            <rect
              class={`${name} ${tone}${isOut ? " out" : ""}`}
              x={left + offset}
              width={Math.max(1, size)}
              y={height - tall(n)}
              height={tall(n)}
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
      <div
        ref={group}
        class="bars"
        role="group"
        aria-label={`Scores of ${Fmt.shortId(id)}`}
        onKeyDown={onKeyDown}
      >
        {bars.map((bar, index) => {
          const { isPressed, onClick } = control(bar);
          const label = `${labelOf(bar.condition)}: ${Fmt.plural(bar.shown, "record")}${
            isComparison ? ` of the candidate, ${Fmt.count(bar.baseline)} of the baseline` : ""
          }`;
          return (
            <button
              key={conditionWord(bar.condition)}
              type="button"
              tabIndex={index === stop ? 0 : -1}
              onFocus={() => setAt(index)}
              aria-pressed={isPressed}
              aria-label={label}
              title={label}
              onClick={onClick}
            />
          );
        })}
      </div>
      <div class={`ticks${ticks.length === bars.length ? " each" : ""}`} aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick}>{tick}</span>
        ))}
      </div>
    </div>
  );
};

/** A label a bar where there is room for it, else the ends of the scale. */
const ticksOf = (bars: ReadonlyArray<Bar>): ReadonlyArray<string> => {
  const labels = bars.map(({ condition }) => labelOf(condition));
  const [first] = bars;
  const last = bars.at(-1);
  const areSingle =
    first?.condition.is !== "range" || first.condition.lower === first.condition.upper;
  if (areSingle && labels.join("").length <= 30) return labels;
  return first?.condition.is === "range" && last?.condition.is === "range"
    ? [Fmt.number(first.condition.lower), Fmt.number(last.condition.upper)]
    : labels;
};

/** A condition in words. */
export const labelOf = (condition: Condition): string =>
  condition.is !== "range"
    ? condition.is
    : condition.lower === condition.upper
      ? Fmt.number(condition.lower)
      : `${Fmt.number(condition.lower)} to ${condition.isClosed ? "" : "below "}${Fmt.number(condition.upper)}`;
