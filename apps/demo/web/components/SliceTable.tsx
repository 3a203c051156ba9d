/** The slices of a run as a table: each a line with the figures of the metrics. A click on a line filters by it. */
import type { JSX } from "preact";
import { figureFormat } from "../../src/figures/FigureFormat.ts";
import { count, noFigure, percent, plural, signed } from "../../src/figures/Figures.ts";
import { movedNotes, severalSlicesNotes } from "../../src/figures/SliceNotes.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import { writtenField } from "../query/Catalogue.ts";
import type { FilterClicks } from "../query/FilterClick.ts";
import type { Slice, SliceFigures, Slices } from "../query/Slices.ts";
import type { MetricView } from "../worker/View.ts";
import { signedWithin } from "./NumberRoom.ts";
import { runBadge, runTitle } from "./RunName.ts";
import { LongName } from "./LongName.tsx";
import { SafeText, visible } from "./SafeText.tsx";

interface Props {
  readonly slices: Slices;
  /** The metrics that are shown, with their places in the view. */
  readonly metrics: ReadonlyArray<readonly [place: number, metric: MetricView]>;
  readonly labels: MetricLabels;
  readonly isComparison: boolean;
  /** The ids of the runs that the page shows. */
  readonly runs: ReadonlyArray<string>;
  /** The index of the run that the page compares with the first. */
  readonly focus: number;
  /** Whether the order is by the worst of all later runs. */
  readonly isByWorst: boolean;
  readonly clicks: FilterClicks;
  readonly onFilter: (filter: string) => void;
  /** What the lines are sorted by: a metric's id, `name` or `size`; null for those that got worse first. */
  readonly sort: string | null;
  readonly onSort: (sort: string | null) => void;
  readonly onClose: () => void;
}

export const SliceTable = (props: Props): JSX.Element => {
  const { slices, metrics, labels, isComparison, clicks, onFilter, sort, onSort, onClose } = props;
  const { runs, focus, isByWorst } = props;
  const areSeveral = runs.length > 2;
  const ofRun = areSeveral ? (isByWorst ? " in any run" : ` in ${runBadge(focus)}`) : "";
  const field = writtenField(slices.pointer);
  const close = (
    <button type="button" class="quiet close" aria-label="Close the slices" onClick={onClose}>
      ✕
    </button>
  );
  /** The largest come first, and of metrics the worst. */
  const isDescending = (by: string | null): boolean =>
    by === "size" || metrics.some(([, { id, isLowerBetter }]) => id === by && isLowerBetter);
  const column = (
    by: string | null,
    name: string,
    /** Null where the column has no order. */
    title: string | null,
    isNumeric = true,
    after: JSX.Element | null = null,
  ) => (
    <th
      key={by}
      scope="col"
      class={isNumeric ? "numeric" : ""}
      aria-sort={sort === by ? (isDescending(by) ? "descending" : "ascending") : "none"}
    >
      {title === null ? (
        <LongName>{name}</LongName>
      ) : (
        <button type="button" title={title} onClick={() => onSort(sort === by ? null : by)}>
          <LongName>{name}</LongName>
          {sort === by && by !== null ? <small>{isDescending(by) ? " ↓" : " ↑"}</small> : null}
          {sort === null && by === "name" ? (
            <small>{isComparison ? ` worse${ofRun} first` : " worst first"}</small>
          ) : null}
        </button>
      )}
      {after}
    </th>
  );
  const worst = isComparison ? "Sort by what got worse" : "Sort the worst first";
  return (
    <section class="slices" aria-label={`Slices by ${field}`}>
      {slices.status === "ready" ? (
        <table>
          <thead>
            <tr>
              {column("name", field, "Sort by name", false, close)}
              {column(
                "size",
                areSeveral ? `pairs with ${runBadge(focus)}` : isComparison ? "pairs" : "testcases",
                "Sort by size",
              )}
              {metrics.map(([, metric]) =>
                column(
                  metric.id,
                  labels.get(metric.id) ?? metric.id,
                  metric.kind === "boolean" || metric.kind === "number"
                    ? `${worst}${ofRun}: ${visible(labels.get(metric.id) ?? metric.id)}`
                    : null,
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {sorted(slices.slices, metrics, sort, isByWorst && areSeveral).map((slice) => {
              const { name, wanted } = slice;
              const isPressed = wanted !== undefined && clicks.wants(field, wanted);
              return (
                <tr key={name} class={isPressed ? "pressed" : ""}>
                  <th scope="row" aria-label={name}>
                    <button
                      type="button"
                      aria-pressed={isPressed}
                      disabled={wanted === undefined}
                      title={
                        wanted === undefined
                          ? "No filter tells it from another value"
                          : `Filter by ${field}: ${name}`
                      }
                      onClick={() => {
                        if (wanted !== undefined) onFilter(clicks.toggle(field, wanted));
                      }}
                    >
                      <SafeText>{name}</SafeText>
                    </button>
                  </th>
                  <td class="numeric size">{count(slice.testcases)}</td>
                  {metrics.map(([place, metric]) => (
                    <td key={metric.id} class="numeric">
                      {areSeveral ? (
                        <RunFigures
                          slice={slice}
                          place={place}
                          metric={metric}
                          runs={runs}
                          focus={focus}
                        />
                      ) : (
                        <Figure figures={slice.metrics[place]} metric={metric} />
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : (
        <p class="note">
          {close}
          {slices.status === "loading"
            ? `Loading ${field}…`
            : slices.status === "too many"
              ? `${field} has too many different values to be slices.`
              : `No record has a value at ${field}.`}
        </p>
      )}
      {slices.tested === 0 ? null : (
        <p class="note">
          Verdicts are adjusted for {plural(slices.tested, "comparison")}: slices × metrics
          {areSeveral ? " × runs" : ""}.
        </p>
      )}
      {[...movedNotes(slices.moved), ...severalSlicesNotes(slices.inSeveral)].map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
    </section>
  );
};

interface RunFiguresProps extends Pick<Props, "runs" | "focus"> {
  readonly slice: Slice;
  /** The place of the metric in the view. */
  readonly place: number;
  readonly metric: MetricView;
}

/** What became of a metric in a slice, in each later run. */
const RunFigures = ({ slice, place, metric, runs, focus }: RunFiguresProps): JSX.Element => {
  const format = figureFormat(metric.kind, metric.unit);
  const first = slice.metrics[place]?.baseline ?? null;
  return (
    <span class="run-figures">
      {first === null ? null : (
        <span title={`${runTitle(runs, 0)}, over the pairs with ${runTitle(runs, focus)}`}>
          <small>{runBadge(0)}</small> {format.value(first)}
        </span>
      )}
      {slice.changes.map(({ run, metrics }) => {
        const {
          n = 0,
          value,
          baseline,
          difference,
          interval,
          verdict,
          categories = [],
        } = metrics[place] ?? {};
        const [mode] = categories;
        const isCompared = n > 0 && typeof difference === "number";
        const isCategory = n > 0 && metric.kind === "category";
        const says = isCategory
          ? `${categories.map((own) => `${own.name} ${count(own.count)}`).join(", ")}, n = ${count(n)}, ${verdict ?? ""}`
          : isCompared
            ? [
                `${format.value(baseline ?? Number.NaN)} → ${format.value(value ?? Number.NaN)}`,
                ...(interval === null || interval === undefined
                  ? []
                  : [`95%: ${format.differenceInterval(interval)}`]),
                `n = ${count(n)}`,
                verdict ?? "",
              ].join(", ")
            : "nothing to compare";
        return (
          <span
            key={run}
            role="img"
            class={`change ${n > 0 ? (verdict ?? "") : ""}${run === focus ? " focus" : ""}`}
            aria-label={visible(`${runBadge(run)}: ${says}`)}
            title={`${runTitle(runs, run)}: ${visible(says)}`}
          >
            <small>{runBadge(run)}</small>{" "}
            {isCategory && mode !== undefined ? (
              <SafeText>{mode.name}</SafeText>
            ) : isCompared ? (
              signedWithin(metric.kind === "boolean" ? 100 * difference : difference, changeRoom)
            ) : (
              noFigure
            )}
          </span>
        );
      })}
    </span>
  );
};

interface FigureProps {
  readonly figures: SliceFigures | undefined;
  readonly metric: MetricView;
}

const Figure = ({ figures, metric }: FigureProps): JSX.Element => {
  const format = figureFormat(metric.kind, metric.unit);
  if (figures === undefined || figures.n === 0)
    return <span class="score missing">{noFigure}</span>;
  const { n, value, baseline, difference, interval, verdict, categories } = figures;
  const size = `n = ${count(n)}`;
  if (metric.kind === "category") {
    const [mode] = categories;
    const all = categories.map(({ name, count: own }) => `${name} ${count(own)}`).join(", ");
    return (
      <span class={`change ${verdict ?? ""}`} title={`${all}; ${size}`}>
        {verdict !== null && verdict !== "same" ? <small>{verdict} </small> : null}
        {mode === undefined ? noFigure : <SafeText>{mode.name}</SafeText>}{" "}
        <small>{mode === undefined ? "" : percent(mode.count / n)}</small>
      </span>
    );
  }
  if (value === null) return <span class="score missing">{noFigure}</span>;
  if (verdict === null) {
    const shown = interval === null ? size : `95%: ${format.interval(interval)}; ${size}`;
    return (
      <span class="figure" title={shown}>
        <Distribution figures={figures} metric={metric} />
        <span>{format.value(value)}</span>
      </span>
    );
  }
  const shown = interval === null ? "" : `, 95%: ${format.differenceInterval(interval)}`;
  return (
    <span
      class={`change ${verdict}`}
      title={`${format.value(baseline ?? Number.NaN)} → ${format.value(value)}${shown}; ${size}; ${verdict}`}
    >
      <small>
        {format.value(baseline ?? Number.NaN)} → {format.value(value)}
      </small>{" "}
      {difference === null
        ? noFigure
        : signed(metric.kind === "boolean" ? 100 * difference : difference)}
      <small class="verdict-word">{verdict}</small>
    </span>
  );
};

/** The room for a difference, in digits. */
const changeRoom = 7.5;

const chart = { width: 56, height: 14 };

/** The share that passes as a bar; numbers in the bars of the metric's chart. */
const Distribution = ({ figures, metric }: Required<FigureProps>): JSX.Element | null => {
  if (figures === undefined) return null;
  const { value, counts } = figures;
  if (metric.kind === "boolean") {
    return (
      <span class="track share" aria-hidden="true">
        <i class="shown" style={{ width: percent(value ?? 0) }} />
      </span>
    );
  }
  const highest = Math.max(1, ...counts);
  const band = chart.width / Math.max(1, counts.length);
  return (
    <svg {...chart} viewBox={`0 0 ${chart.width} ${chart.height}`} aria-hidden="true">
      {counts.map((n, place) => {
        const height = n === 0 ? 0 : Math.max(1, (chart.height * n) / highest);
        return (
          <rect
            key={place}
            class="shown plain"
            x={place * band}
            width={Math.max(1, band - 1)}
            y={chart.height - height}
            height={height}
          />
        );
      })}
    </svg>
  );
};

/** The lines in order: by default as the worker sorted them. */
const sorted = (
  slices: ReadonlyArray<Slice>,
  metrics: Props["metrics"],
  sort: string | null,
  isByWorst: boolean,
): ReadonlyArray<Slice> => {
  if (sort === "name") {
    return slices.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  }
  if (sort === "size") return slices.toSorted((a, b) => b.testcases - a.testcases);
  const [place, metric] = metrics.find(([, { id }]) => id === sort) ?? [];
  if (place === undefined || metric === undefined) return slices;
  const sign = metric.isLowerBetter ? -1 : 1;
  const keyIn = (figures: SliceFigures | undefined): number => {
    const { value = null, difference = null, verdict = null } = figures ?? {};
    const key = verdict === null ? value : difference;
    return key === null ? Number.POSITIVE_INFINITY : sign * key;
  };
  const keyOf = (slice: Slice): number =>
    isByWorst
      ? Math.min(...slice.changes.map((change) => keyIn(change.metrics[place])))
      : keyIn(slice.metrics[place]);
  return slices.toSorted((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    return left === right ? 0 : left - right;
  });
};
