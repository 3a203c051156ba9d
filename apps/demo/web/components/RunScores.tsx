/** The scores of a testcase in each of several runs, one beside another, each marked against the first. */
import type { JSX } from "preact";
import { type Cell, isFlaw } from "../../src/analysis/Cell.ts";
import { noFigure, number, score } from "../../src/figures/Figures.ts";
import type { MetricView } from "../worker/View.ts";
import { numberWithin, roomFor } from "./NumberRoom.ts";
import { runBadge } from "./RunName.ts";
import { SafeText, visible } from "./SafeText.tsx";
import { directionOf, kindOfCell } from "./Score.tsx";

interface Props {
  readonly metric: MetricView;
  /** By run: undefined where the run does not have the testcase. */
  readonly cells: ReadonlyArray<Cell | undefined>;
  /** The index of the run that the page compares with the first. */
  readonly focus: number;
}

const widths = { boolean: 30, category: 76, other: 48 } as const;

/** How wide the score of one run is, in pixels. */
const widthOf = (metric: MetricView): number =>
  metric.kind === "number" ? Math.ceil(7.4 * roomFor(metric.scale)) + 11 : widths[metric.kind];

/** How wide the scores of all runs are, in pixels, with the space around them. */
export const widthOfRunScores = (metric: MetricView, runs: number): number =>
  runs * widthOf(metric) + 20;

export const RunScores = ({ metric, cells, focus }: Props): JSX.Element => (
  <span class="run-scores" style={{ "--run-width": `${widthOf(metric)}px` }}>
    {cells.map((cell, run) => {
      const [before] = cells;
      const direction =
        run === 0 || before === undefined || cell === undefined
          ? undefined
          : directionOf(metric, before, cell);
      const { text, look, says } = brief(cell, metric);
      const changed = direction === undefined || direction === "same" ? "" : `, ${direction}`;
      return (
        <span
          key={run}
          role="img"
          class={`score ${look} ${direction ?? ""}${run === focus ? " focus" : ""}`}
          aria-label={`${runBadge(run)}: ${visible(says)}${changed}`}
          title={`${runBadge(run)}: ${visible(says)}${changed}`}
        >
          <SafeText>{text}</SafeText>
        </span>
      );
    })}
  </span>
);

/** The badges of the runs, above their scores. */
export const RunScoresHead = ({
  metric,
  runs,
  focus,
}: {
  readonly metric: MetricView;
  readonly runs: number;
  readonly focus: number;
}): JSX.Element => (
  <span class="run-scores" aria-hidden="true" style={{ "--run-width": `${widthOf(metric)}px` }}>
    {Array.from({ length: runs }, (_, run) => (
      <span key={run} class={run === focus ? "focus" : ""}>
        {runBadge(run)}
      </span>
    ))}
  </span>
);

interface Brief {
  readonly text: string;
  readonly look: string;
  /** The same in words. */
  readonly says: string;
}

const brief = (cell: Cell | undefined, metric: MetricView): Brief => {
  const { kind } = metric;
  if (cell === undefined) return { text: "", look: "missing", says: "no such testcase" };
  if (cell === null) return { text: noFigure, look: "missing", says: "no score" };
  if (isFlaw(cell) && cell.flaw === "unrecognised") {
    return { text: "?", look: "other", says: "not recognised" };
  }
  if (isFlaw(cell) || kindOfCell(cell) !== kind) {
    return { text: "!", look: "invalid", says: "invalid" };
  }
  if (typeof cell === "object") {
    return {
      text: `${number(cell.passes)}/${number(cell.of)}`,
      look: "mixed",
      says: `${number(cell.passes)} of ${number(cell.of)} pass`,
    };
  }
  if (typeof cell === "boolean") {
    return { text: cell ? "✓" : "✕", look: score(cell), says: score(cell) };
  }
  if (typeof cell === "number") {
    return { text: numberWithin(cell, roomFor(metric.scale)), look: "", says: score(cell) };
  }
  return { text: cell, look: "category", says: cell };
};
