/** What a metric says of an item: its value, why it has none, and how it differs from the first run. */
import * as CellTable from "../../src/analysis/CellTable.ts";
import type { PairChange } from "../../src/analysis/PairFigures.ts";
import { codeOf, type ReducedSeries, state } from "../../src/analysis/Trials.ts";
import { type Metric } from "./Metric.ts";

/**
 * The value of an item: a share that passes or a number; a category after {@link categoryMark}; why it has none, a
 * {@link Flaw}; undefined where the run does not have it.
 */
export type ItemValue = number | string | undefined;

export type Flaw = "invalid" | "missing" | undefined;

/** A category is told from a flaw by the mark before its name. */
export const categoryMark = "=";

export const flawOf = (found: unknown): Flaw =>
  found === "missing" || found === "invalid" ? found : undefined;

export const recordValue = (
  { series, kind }: Metric,
  table: CellTable.Cells | undefined,
  record: number,
): ItemValue => {
  if (record < 0 || table === undefined) return undefined;
  const found = table.codeOf(series.index, record);
  if (found === CellTable.code.missing) return "missing";
  if (found !== codeOf(kind)) return "invalid";
  const value = table.valueOf(series.index, record);
  return kind === "category" ? categoryMark + series.categories.nameOf(value) : value;
};

export const reducedValue = (
  reduced: ReducedSeries | undefined,
  table: CellTable.Cells | undefined,
  record: number,
): ItemValue => {
  if (record < 0 || reduced === undefined || table === undefined) return undefined;
  const testcase = table.testcaseOf(record);
  const found = reduced.states[testcase];
  if (found !== state.scored) return found === state.missing ? "missing" : "invalid";
  const value = reduced.values[testcase] ?? 0;
  return reduced.kind === "category" ? categoryMark + (reduced.categories[value] ?? "") : value;
};

/** What became of a pair, in a word; undefined where it cannot be said. */
export const directionOf = (
  change: PairChange | undefined,
  isLower: boolean,
): "worse" | "better" | "same" | "changed" | undefined => {
  if (change === undefined || typeof change === "string") return undefined;
  if (typeof change === "object") return change.from === change.to ? "same" : "changed";
  return change === 0 ? "same" : change < 0 !== isLower ? "worse" : "better";
};
