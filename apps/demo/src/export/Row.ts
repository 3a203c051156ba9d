/**
 * A record as it waits to be written: what its scores say, and its free-form objects as JSON, which takes less memory
 * than the objects themselves.
 */
import type { RecordWithScores } from "@scorecard-effect/contract";
import { othersOfRecord } from "@scorecard-effect/contract/protocol/KnownFields";
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
  const others = othersOfRecord(record);
  const other = others === undefined ? undefined : JSON.stringify(others);
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
