/**
 * A record as it waits to be written: what its scores say, and its free-form objects as JSON, which takes less memory
 * than the objects themselves.
 */
import type { RecordWithScores } from "@scorecard-effect/contract";
import { type Cell, cellsOf } from "../analysis/Cell.ts";
import { isInvalid, reasoningOf } from "../analysis/ScoreReading.ts";
import type { SeriesIndex } from "../analysis/Series.ts";
import type { ExtraCells } from "./ExtraColumns.ts";

export interface Row extends ExtraCells {
  readonly id: string;
  readonly runId: string;
  readonly testcaseId: string | undefined;
  /** By the numbers of their series. */
  readonly cells: ReadonlyArray<Cell>;
  /** The first reasoning of each metric's valid scores, by the number of its series as a whole. */
  readonly reasoning: ReadonlyArray<string | undefined>;
  readonly inputs: string;
  readonly expected: string;
  readonly outputs: string;
  readonly scores: string;
  /** The fields that the contract does not know, if there are any. */
  readonly other: string | undefined;
  /** About how many characters the row takes. */
  readonly size: number;
}

/** Makes a row of a record. */
export const make = (record: RecordWithScores, series: SeriesIndex, extra: ExtraCells): Row => {
  const reasoning: Array<string | undefined> = [];
  for (const score of record.scores) {
    const text = isInvalid(score) ? undefined : reasoningOf(score);
    if (text !== undefined) reasoning[series.of(score.metricConfigId, null).index] ??= text;
  }
  const inputs = JSON.stringify(record.inputs);
  const expected = JSON.stringify(record.expected);
  const outputs = JSON.stringify(record.outputs);
  const scores = JSON.stringify(record.scores);
  const other = otherFields(record);
  return {
    id: record.id,
    runId: record.runId,
    testcaseId: record.testcaseId,
    slices: extra.slices,
    trial: extra.trial,
    cells: cellsOf(record, series),
    reasoning,
    inputs,
    expected,
    outputs,
    scores,
    other,
    size:
      inputs.length + expected.length + outputs.length + 2 * scores.length + (other?.length ?? 0),
  };
};

const otherFields = (record: RecordWithScores): string | undefined => {
  // Most records have none.
  if (Object.keys(record).every((name) => knownFields.has(name))) return undefined;
  const others = Object.entries(record).filter(([name]) => !knownFields.has(name));
  return others.length === 0 ? undefined : JSON.stringify(Object.fromEntries(others));
};

/** The fields that the contract knows. Its schema would be much to load in the explorer's page. */
const contractFields: Readonly<Record<keyof RecordWithScores, true>> = {
  id: true,
  runId: true,
  testcaseId: true,
  inputs: true,
  expected: true,
  outputs: true,
  scores: true,
};
const knownFields: ReadonlySet<string> = new Set(Object.keys(contractFields));
