/** A cell: what one series says of one record, as plain JSON. */
import type { RecordWithScores, Score } from "@scorecard-effect/contract";
import { isInvalid, type Reading, type Value } from "./ScoreReading.ts";
import type { Series, SeriesIndex } from "./Series.ts";
import { momentsOf } from "./statistics/Moments.ts";

/** Several boolean scores of one record that disagree. */
interface Share {
  readonly passes: number;
  readonly of: number;
}

/** Why a metric says nothing of a record that it scored. */
export type Flaw =
  /** The API marked the score with `validationErrors`. */
  | { readonly flaw: "invalid" }
  /** Nothing in the score was recognised. */
  | { readonly flaw: "unrecognised" };

/** A value, a share of several that disagree, a flaw; null where the metric did not score the record. */
export type Cell = Value | Share | Flaw | null;

export const isFlaw = (cell: Cell): cell is Flaw =>
  typeof cell === "object" && cell !== null && "flaw" in cell;

const invalid: Flaw = { flaw: "invalid" };
const unrecognised: Flaw = { flaw: "unrecognised" };

/** Receives each score of a record with the values that were read from it; undefined where it is marked as invalid. */
export type OnRead = (
  record: RecordWithScores,
  score: Score,
  readings: ReadonlyArray<Reading> | undefined,
) => void;

/**
 * The cells of a record, by the numbers of their series. Several scores of one metric become one cell: the mean of
 * numbers, the share of booleans, or the categories side by side.
 */
export const cellsOf = (
  record: RecordWithScores,
  index: SeriesIndex,
  onRead?: OnRead,
): ReadonlyArray<Cell> => {
  const cells: Array<Cell> = [];
  let repeated: Map<number, Array<Value>> | undefined;
  const put = (number: number, cell: Value | Flaw): void => {
    while (cells.length <= number) cells.push(null);
    const before = cells[number] ?? null;
    if (before === null || before === unrecognised) {
      cells[number] = cell;
    } else if (!isFlaw(cell) && !isFlaw(before) && !isShare(before)) {
      repeated ??= new Map();
      const values = repeated.get(number);
      if (values === undefined) repeated.set(number, [before, cell]);
      else values.push(cell);
    }
  };
  for (const score of record.scores) {
    const { metricConfigId } = score;
    const readings = isInvalid(score) ? undefined : index.knowledge.readingsOf(score);
    onRead?.(record, score, readings);
    if (readings === undefined || readings.length === 0) {
      const whole = index.of(metricConfigId, null);
      put(whole.index, readings === undefined ? invalid : unrecognised);
    } else {
      for (const { member, value } of readings) {
        const series = index.of(metricConfigId, member);
        put(series.index, series.member === null ? unrecognised : (value ?? unrecognised));
      }
    }
  }
  if (repeated !== undefined) {
    for (const [number, values] of repeated) cells[number] = merge(values);
  }
  return cells;
};

/** The score that a cell of a record came from: the first that holds such a value. */
export const scoreOf = (
  { scores }: RecordWithScores,
  { metricId, member }: Series,
  { knowledge }: SeriesIndex,
  isWanted: (value: Value) => boolean,
): Score | undefined =>
  scores.find(
    (score) =>
      score.metricConfigId.toLowerCase() === metricId &&
      !isInvalid(score) &&
      knowledge
        .readingsOf(score)
        .some((own) => own.member === member && own.value !== undefined && isWanted(own.value)),
  );

const isShare = (cell: Cell): cell is Share =>
  typeof cell === "object" && cell !== null && "passes" in cell;

/** What several scores of one metric say together. Scores of different kinds contradict each other. */
const merge = (values: ReadonlyArray<Value>): Cell => {
  if (values.every((value) => typeof value === "boolean")) {
    const passes = values.filter(Boolean).length;
    return passes === 0 || passes === values.length ? passes > 0 : { passes, of: values.length };
  }
  if (values.every((value) => typeof value === "number"))
    return momentsOf(values.toSorted((a, b) => a - b)).mean;
  if (values.every((value) => typeof value === "string")) return sideBySide(values);
  return unrecognised;
};

/** Categories as one: `bad | good`. */
export const sideBySide = (names: ReadonlyArray<string>): string =>
  Array.from(new Set(names)).toSorted().join(" | ");
