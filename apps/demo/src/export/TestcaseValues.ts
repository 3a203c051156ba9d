/**
 * The values of testcases as columns: the trials of each testcase become one value, as figures count them. They are known
 * once the whole run has been read, so an export with these columns reads the run twice.
 */
import type { RecordWithScores } from "@scorecard-effect/contract";
import { type Cell, cellsOf } from "../analysis/Cell.ts";
import * as CellTable from "../analysis/CellTable.ts";
import type { MetricKnowledge } from "../analysis/MetricKnowledge.ts";
import type { Reduction } from "../analysis/Reduction.ts";
import * as Series from "../analysis/Series.ts";
import { group, type Grouping, reduce, type ReducedSeries, state } from "../analysis/Trials.ts";

/** A metric with a column. */
interface Metric {
  readonly metricId: string;
  readonly member: string;
  readonly kind: "boolean" | "number" | "category";
}

/** The values of all testcases of a run. */
export interface TestcaseValues {
  readonly reduction: Reduction;
  /** The value of a record's testcase. That of a record without one is its own. */
  readonly valueOf: (
    metric: Metric,
    testcaseId: string | undefined,
    own: Cell | undefined,
  ) => boolean | number | string | undefined;
}

/** The fold that finds them. */
export interface Reading {
  readonly add: (records: ReadonlyArray<RecordWithScores>) => void;
  readonly values: () => TestcaseValues;
}

/** Starts without records. */
export const start = (reduction: Reduction, knowledge: MetricKnowledge): Reading => {
  const table = CellTable.make(Series.make(knowledge));
  return {
    add: (records) => {
      for (const record of records) {
        table.add(record.testcaseId ?? null, cellsOf(record, table.series));
      }
    },
    values: () => valuesOf(table, reduction),
  };
};

const valuesOf = (table: CellTable.CellTable, reduction: Reduction): TestcaseValues => {
  let grouping: Grouping | undefined;
  const known = new Map<string, ReducedSeries>();
  const reducedOf = ({ metricId, member, kind }: Metric): ReducedSeries => {
    const key = Series.keyText({ metricId, member });
    const before = known.get(key);
    if (before !== undefined) return before;
    grouping ??= group(table);
    const series = table.series.of(metricId, member);
    const made = reduce({ table, series, kind, grouping, reduction });
    known.set(key, made);
    return made;
  };
  return {
    reduction,
    valueOf: (metric, testcaseId, own) => {
      if (testcaseId === undefined) return ownValue(metric, own, reduction);
      const testcase = table.find(testcaseId);
      const reduced = reducedOf(metric);
      if (testcase === undefined || reduced.states[testcase] !== state.scored) return undefined;
      const value = reduced.values[testcase] ?? 0;
      if (metric.kind === "category") return reduced.categories[value];
      return metric.kind === "boolean" && reduction !== "mean" ? value === 1 : value;
    },
  };
};

/** The value of a single trial. */
const ownValue = (
  { kind }: Metric,
  cell: Cell | undefined,
  reduction: Reduction,
): boolean | number | string | undefined => {
  if (kind !== "boolean") return typeof cell === typeOfKind[kind] ? asValue(cell) : undefined;
  const share =
    typeof cell === "boolean"
      ? Number(cell)
      : typeof cell === "object" && cell !== null && "passes" in cell
        ? cell.passes / cell.of
        : undefined;
  if (share === undefined || reduction === "mean") return share;
  return reduction === "any" ? share > 0 : reduction === "all" ? share === 1 : share > 0.5;
};

const typeOfKind = { number: "number", category: "string" } as const;

const asValue = (cell: Cell | undefined): number | string | undefined =>
  typeof cell === "number" || typeof cell === "string" ? cell : undefined;
