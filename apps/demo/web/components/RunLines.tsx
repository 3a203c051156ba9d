/** A metric in each of several runs: the figure of the first, and what changed in each other one. */
import type { JSX } from "preact";
import { figureFormat } from "../../src/figures/FigureFormat.ts";
import { count, noFigure, number, plural, signed } from "../../src/figures/Figures.ts";
import type { Figures, MetricView, RunChange } from "../worker/View.ts";
import { runBadge, runTitle } from "./RunName.ts";

interface Props {
  readonly metric: MetricView;
  readonly runs: ReadonlyArray<string>;
  /** The index of the run that the page compares with the first. */
  readonly focus: number;
  readonly onFocus: (run: number) => void;
}

export const RunLines = ({ metric, runs, focus, onFocus }: Props): JSX.Element => {
  const { kind, unit, first, changes } = metric;
  const format = figureFormat(kind, unit);
  const valueOf = ({ value }: Figures): string => (value === null ? noFigure : format.value(value));
  // The first line has the unit.
  const levelOf = (figures: Figures): string =>
    kind === "number" && figures.value !== null ? number(figures.value) : valueOf(figures);
  // A difference is one over pairs: where some testcases have none, it is not that of the figures shown.
  const others = changes.filter(
    ({ before }) => before.value !== null && valueOf(before) !== valueOf(first),
  );
  return (
    <ul class="run-lines">
      <li
        class="first"
        title={[
          `${runTitle(runs, 0)}, over ${plural(first.n, "testcase")}`,
          ...others.map(
            ({ run, before }) => `${valueOf(before)} over the pairs with ${runBadge(run)}`,
          ),
        ].join("; ")}
      >
        <b>{runBadge(0)}</b>
        {kind === "category" ? (
          <span class="wide">{plural(first.n, "testcase")}</span>
        ) : (
          <>
            <strong class="level">{valueOf(first)}</strong>
            <span class="rest">
              {kind === "boolean" ? "pass" : "mean"}
              {others.length === 0 ? "" : " of all"}
            </span>
          </>
        )}
      </li>
      {changes.map((change) => (
        <li key={change.run}>
          <button
            type="button"
            class={change.verdict}
            aria-pressed={change.run === focus}
            title={`${runTitle(runs, change.run)}: ${explain(change, metric)}`}
            onClick={() => onFocus(change.run)}
          >
            <b>{runBadge(change.run)}</b>
            {kind === "category" ? (
              <span class="wide">{changedOf(change)}</span>
            ) : (
              <>
                <span class="level">{levelOf(change.after)}</span>
                <span class="delta">{differenceOf(change, kind)}</span>
                <span class="verdict-word">{change.verdict}</span>
              </>
            )}
          </button>
        </li>
      ))}
    </ul>
  );
};

/** A difference, as short as it is clear: points of a pass rate, or units of a mean. */
const differenceOf = ({ difference: { value } }: RunChange, kind: MetricView["kind"]): string =>
  value === null ? noFigure : signed(kind === "boolean" ? 100 * value : value);

const changedOf = ({ changed, difference: { n } }: RunChange): string =>
  n === 0
    ? "nothing to compare"
    : changed === 0
      ? "all the same"
      : `${count(changed)} of ${count(n)} changed`;

/** Why a comparison has no verdict, where the number of trials decides on values. */
export const unfairNote =
  "some testcases have more trials in one run than in the other, so that their values cannot be compared fairly";

/** A change in full. */
const explain = (
  { before, after, difference, verdict, adjustedP, isFair, worse, better, changed }: RunChange,
  { kind, unit }: Pick<MetricView, "kind" | "unit">,
): string => {
  const pairs = `over ${plural(difference.n, "scored pair")}`;
  const judged = isFair ? verdict : `${verdict}: ${unfairNote}`;
  if (kind === "category" && difference.n > 0) {
    return `${count(changed)} changed ${pairs}, ${judged}`;
  }
  if (difference.value === null || before.value === null || after.value === null) {
    return `nothing to compare ${pairs}`;
  }
  const format = figureFormat(kind, unit);
  return [
    `${format.value(before.value)} → ${format.value(after.value)}`,
    format.difference(difference.value),
    ...(difference.interval === null
      ? []
      : [`95%: ${format.differenceInterval(difference.interval)}`]),
    `${pairs}: ${count(worse)} worse, ${count(better)} better`,
    judged,
    ...(adjustedP === null ? [] : [`adjusted p ${pText(adjustedP)}`]),
  ].join(", ");
};

const pText = (p: number): string => (p < 0.001 ? "below 0.001" : p.toFixed(3));
