/** Scores in the table and in the drawer. */
import type { JSX } from "preact";
import type { MetricKind } from "../../src/analysis/MetricKind.ts";
import type { Cell } from "../../src/explore/ExploreProtocol.ts";
import { noFigure, score } from "../../src/figures/Figures.ts";

export interface ScoreProps {
  readonly cell: Cell;
  readonly kind: MetricKind;
}

/** A score in a word. Missing and invalid scores never look like values. */
export const Score = ({ cell, kind }: ScoreProps): JSX.Element => {
  if (cell === null) {
    return (
      <span class="score missing" title="No score">
        {noFigure}
      </span>
    );
  }
  if (cell === "invalid" || (cell !== "other" && typeof cell !== kind)) {
    return <span class="score invalid">invalid</span>;
  }
  if (cell === "other") return <span class="score other">other</span>;
  if (typeof cell === "number") return <span class="score">{score(cell)}</span>;
  return (
    <span class={`score ${score(cell)}`}>
      <i aria-hidden="true">{cell ? "✓" : "✕"}</i> {score(cell)}
    </span>
  );
};

export interface ScoreChangeProps {
  readonly kind: MetricKind;
  /** Undefined where the run does not have the testcase. */
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;
}

/** The scores of a testcase in two runs. */
export const ScoreChange = ({ kind, before, after }: ScoreChangeProps): JSX.Element => {
  if (before === undefined || after === undefined) {
    return <Score cell={after ?? before ?? null} kind={kind} />;
  }
  if (before === after) return <Score cell={after} kind={kind} />;
  const isComparable = typeof before === kind && typeof after === kind;
  const difference = isComparable ? Number(after) - Number(before) : 0;
  const verdict = difference < 0 ? "worse" : difference > 0 ? "better" : "same";
  return (
    <span class={`change ${verdict}`}>
      <Score cell={before} kind={kind} />
      <span aria-label="to"> → </span>
      <Score cell={after} kind={kind} />
    </span>
  );
};
