/** Scores in the table and in the drawer. */
import type { JSX } from "preact";
import type { MetricKind } from "../../src/analysis/MetricKind.ts";
import { type Cell, isFlaw } from "../../src/analysis/Cell.ts";
import { areSame } from "@scorecard-effect/contract/metrics/FloatNoise";
import { figureFormat } from "../../src/figures/FigureFormat.ts";
import { noFigure, number, score } from "../../src/figures/Figures.ts";
import { SafeText, visible } from "./SafeText.tsx";

export interface ScoreProps {
  readonly cell: Cell;
  readonly kind: MetricKind;
  /** The unit of the metric's numbers. */
  readonly unit?: string | undefined;
}

/** A score in a word. Missing and invalid scores never look like values. */
export const Score = ({ cell, kind, unit }: ScoreProps): JSX.Element => {
  if (cell === null) {
    return (
      <span class="score missing" title="No score">
        {noFigure}
      </span>
    );
  }
  if (isFlaw(cell) && cell.flaw === "unrecognised") {
    return (
      <span class="score other" title="Nothing in this score was recognised">
        other
      </span>
    );
  }
  if (isFlaw(cell) || kindOfCell(cell) !== kind) {
    return <span class="score invalid">invalid</span>;
  }
  if (typeof cell === "object") {
    return (
      <span class="score mixed" title={`${number(cell.passes)} of ${number(cell.of)} pass`}>
        {number(cell.passes)}/{number(cell.of)}
      </span>
    );
  }
  if (typeof cell === "string") {
    return (
      <span class="score category" title={visible(cell)}>
        <SafeText>{cell}</SafeText>
      </span>
    );
  }
  if (typeof cell === "number") {
    return <span class="score">{figureFormat(kind, unit).value(cell)}</span>;
  }
  return (
    <span class={`score ${score(cell)}`}>
      <i aria-hidden="true">{cell ? "✓" : "✕"}</i> {score(cell)}
    </span>
  );
};

/** The kind of a cell that has a value. */
export const kindOfCell = (cell: Exclude<Cell, null>): MetricKind =>
  typeof cell === "number" ? "number" : typeof cell === "string" ? "category" : "boolean";

/** The value of a cell of a kind, to compare; undefined where it has none. */
const valueOf = (cell: Cell, kind: MetricKind): number | string | undefined => {
  if (cell === null || isFlaw(cell) || kindOfCell(cell) !== kind) return undefined;
  if (typeof cell === "object") return cell.passes / cell.of;
  return typeof cell === "boolean" ? Number(cell) : cell;
};

/** What became of the score of a testcase; undefined where it has none in one of the runs. */
export const directionOf = (
  {
    kind,
    isLowerBetter,
    scale,
  }: {
    readonly kind: MetricKind;
    readonly isLowerBetter: boolean;
    readonly scale: number;
  },
  before: Cell,
  after: Cell,
): "same" | "worse" | "better" | "changed" | undefined => {
  const from = valueOf(before, kind);
  const to = valueOf(after, kind);
  if (from === undefined || to === undefined) return undefined;
  if (isSame(from, to, scale)) return "same";
  if (typeof from !== "number" || typeof to !== "number") return "changed";
  return to < from === isLowerBetter ? "better" : "worse";
};

export interface ScoreChangeProps {
  readonly kind: MetricKind;
  readonly unit?: string | undefined;
  readonly isLowerBetter: boolean;
  /** The size of the metric's largest number. */
  readonly scale: number;
  /** Undefined where the run does not have the testcase. */
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;
}

/** The scores of a testcase in two runs. */
export const ScoreChange = (props: ScoreChangeProps): JSX.Element => {
  const { kind, unit, isLowerBetter, scale, before, after } = props;
  if (before === undefined || after === undefined) {
    return <Score cell={after ?? before ?? null} kind={kind} unit={unit} />;
  }
  const from = valueOf(before, kind);
  const to = valueOf(after, kind);
  if (isSame(from, to, scale) || before === after) {
    return <Score cell={after} kind={kind} unit={unit} />;
  }
  const difference = typeof from === "number" && typeof to === "number" ? to - from : 0;
  const verdict = difference === 0 ? "same" : difference < 0 === isLowerBetter ? "better" : "worse";
  return (
    <span class={`change ${verdict}`}>
      <Score cell={before} kind={kind} unit={unit} />
      <span aria-label="to"> → </span>
      <Score cell={after} kind={kind} unit={unit} />
    </span>
  );
};

const isSame = (
  from: number | string | undefined,
  to: number | string | undefined,
  scale: number,
): boolean =>
  typeof from === "number" && typeof to === "number"
    ? areSame(from, to, scale)
    : from !== undefined && from === to;
