/**
 * What the columns of a table have no place for, with counts: metrics without a column, values of another kind than
 * their column's, and texts that a spreadsheet cuts. An export reports them, so that no empty cell misleads.
 */
import * as Series from "../analysis/Series.ts";
import { count, plural } from "../figures/Figures.ts";
import { type ChosenColumns, fits, maxMetrics, placeIn } from "./Columns.ts";
import type { Row } from "./Row.ts";

/** One kind of loss, in one place. */
export interface Loss {
  readonly problem: (typeof problems)[number];
  /** A metric and a member, or a column. */
  readonly place: string;
  /** The metric's id, or the column. */
  readonly metric: string;
  /** How many records it concerns. */
  readonly records: number;
  /** The first of them, counted from 1. */
  readonly first: number;
}

export const problems = [
  /** The member first appears after the columns were fixed. */
  "late",
  /** The member appears in time, but there are too many columns. */
  "surplus",
  /** The scores are invalid or were not recognised. */
  "unread",
  /** The metrics file describes values that the scores do not hold. */
  "unfound",
  /** The values have another kind than the column. */
  "kind",
  /** The text is longer than a cell of a spreadsheet. */
  "long",
  /** A spreadsheet would take the id for a number or a date. */
  "id",
] as const;

/** Which columns a table has, and from how many of its first records they were chosen. */
export interface FixedColumns extends ChosenColumns {
  readonly chosenFrom: number;
}

/** The losses of one table. */
export interface Losses {
  /** Notes what the columns have no place for in a row. */
  readonly addRow: (row: Row, number: number) => void;
  /** Notes a loss in a column. */
  readonly add: (problem: Loss["problem"], column: string, number: number) => void;
  /** The metrics of the file that no row has had a score of, by their columns. */
  readonly unseen: () => ReadonlyArray<string>;
  /** Those that changed since this was last called, as they are now. */
  readonly changed: () => ReadonlyArray<Loss>;
  readonly all: () => ReadonlyArray<Loss>;
}

/** Continues the losses of a table, for rows that are made with the given series. */
export const make = (
  { metrics, chosenFrom }: FixedColumns,
  series: Series.SeriesIndex,
  noted: ReadonlyArray<Loss>,
): Losses => {
  const losses = new Map(noted.map((loss) => [keyOf(loss), loss]));
  // By the number of the series.
  const isSeen: Array<boolean> = [];
  const isInFile = (metricId: string): boolean => series.knowledge.metrics.has(metricId);
  const changed = new Set<string>();
  const add = (problem: Loss["problem"], place: string, metric: string, number: number): void => {
    const key = keyOf({ problem, place });
    const { records, first } = losses.get(key) ?? { records: 0, first: number };
    losses.set(key, { problem, place, metric, records: records + 1, first });
    changed.add(key);
  };
  const columns = metrics.map((metric) => ({ ...metric, placeOf: placeIn(metric, series) }));
  const ofMetric = Map.groupBy(columns, ({ metricId }) => metricId);
  // By the number of the series: the columns of members do not move.
  const known: Array<(typeof columns)[number] | undefined> = [];
  for (const column of columns) {
    if (column.member !== null) known[column.placeOf([])] = column;
  }
  const columnOf = (cells: Row["cells"], index: number, metricId: string) =>
    known[index] ??
    ofMetric
      .get(metricId)
      ?.find(({ member, placeOf }) => member === null && placeOf(cells) === index);
  return {
    addRow: ({ cells }, number) => {
      for (let index = 0; index < cells.length; index++) {
        const cell = cells[index];
        const own = series.all[index];
        if (cell === undefined || cell === null || own === undefined) continue;
        isSeen[index] = true;
        const { metricId, member } = own;
        const column = columnOf(cells, index, metricId);
        if (column !== undefined && fits(column, cell)) continue;
        const place = placeText(own);
        if (member === null) {
          const [first] = ofMetric.get(metricId) ?? [];
          if (first === undefined) add("unread", place, metricId, number);
          else if (isInFile(metricId)) add("unfound", place, metricId, number);
        } else if (column === undefined) {
          add(number > chosenFrom ? "late" : "surplus", place, metricId, number);
        } else add("kind", column.column, metricId, number);
      }
    },
    add: (problem, column, number) => add(problem, column, column, number),
    unseen: () => {
      const seen = new Set(
        series.all.flatMap((own, index) => (isSeen[index] ? [own.metricId] : [])),
      );
      return Array.from(ofMetric).flatMap(([metricId, own]) =>
        isInFile(metricId) && !seen.has(metricId) ? own.map(({ column }) => column) : [],
      );
    },
    changed: () => {
      const own = Array.from(changed).flatMap((key) => losses.get(key) ?? []);
      changed.clear();
      return own;
    },
    all: () => Array.from(losses.values()),
  };
};

const placeText = (own: Series.Series): string =>
  own.name === undefined
    ? Series.keyText(own)
    : own.member === null
      ? own.name
      : `${own.name} ${own.member}`;

/** The last state of each loss in some notes, in order. */
export const latest = (noted: ReadonlyArray<Loss>): ReadonlyArray<Loss> =>
  Array.from(new Map(noted.map((loss) => [keyOf(loss), loss])).values());

const keyOf = ({ problem, place }: Pick<Loss, "problem" | "place">): string =>
  `${problem} ${place}`;

/** The most losses that are reported in sentences of their own. */
const maxReported = 20;

/** What a person needs to know of the losses, a sentence or two each. */
export const report = (
  losses: ReadonlyArray<Loss>,
  { metrics, chosenFrom }: FixedColumns,
  isForExcel: boolean,
): ReadonlyArray<string> => {
  const hasValues = new Set([
    ...metrics.map(({ metricId }) => metricId),
    ...losses.flatMap(({ problem, metric }) =>
      problem === "late" || problem === "surplus" ? [metric] : [],
    ),
  ]);
  const sentences = losses
    // A metric of which some scores were recognised is not reported as unread.
    .filter(({ problem, metric }) => problem !== "unread" || !hasValues.has(metric))
    .map((loss) => sentence(loss, chosenFrom, isForExcel));
  const rest = sentences.length - maxReported;
  return rest <= 0
    ? sentences
    : [
        ...sentences.slice(0, maxReported),
        `${plural(rest, "more loss", "more losses")} of this sort`,
      ];
};

const sentence = (
  { problem, place, records, first }: Loss,
  chosenFrom: number,
  isForExcel: boolean,
): string => {
  const inRecords = `in ${plural(records, "record")}`;
  const elsewhere = "the column scores has them";
  const longCells = `${plural(records, "cell")} of more than ${excelLimit} characters`;
  switch (problem) {
    case "late": {
      const when = `it first appears in record ${count(first)}`;
      const why = `the first ${plural(chosenFrom, "record")} decided on the columns`;
      return `${place} has no column: ${when}, and ${why}. It has values ${inRecords}: ${elsewhere}`;
    }
    case "surplus": {
      const why = `a table has at most ${count(maxMetrics)} columns of values`;
      return `${place} has no column: ${why}. It has values ${inRecords}: ${elsewhere}`;
    }
    case "unread": {
      const why = "its scores are invalid or hold no value that is recognised";
      return `${place} has no column: ${inRecords}, ${why}: ${elsewhere}`;
    }
    case "unfound": {
      const why =
        "their scores are invalid or hold none of the values that the metrics file describes";
      return `${place} is empty ${inRecords}: ${why}: ${elsewhere}`;
    }
    case "kind":
      return `${place} is empty ${inRecords} where the scores disagree or have another kind than most: ${elsewhere}`;
    case "id": {
      const ids = `${plural(records, "id")} that Excel would take for a number or a date`;
      return `${place}: an apostrophe precedes ${ids}`;
    }
    default:
      return isForExcel
        ? `${place}: ${longCells} cut, with a mark`
        : `${place}: ${longCells}, the most that Excel reads: --excel cuts them with a mark`;
  }
};

/** What a person needs to know of the names of columns, and of metrics of the file without scores. */
export const columnRemarks = (
  { metrics, renamed, chosenFrom }: FixedColumns,
  unseen: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const open = metrics.filter(({ kind }) => kind === "any").map(({ column }) => column);
  const why = `the metrics file gives no kind, and the first ${plural(chosenFrom, "record")} have no values`;
  return [
    ...renamed.map(
      ({ wanted, column }) => `the column of ${wanted} is called ${column}: another has its name`,
    ),
    ...(open.length === 0
      ? []
      : [
          `${listOf(open)} ${open.length === 1 ? "has text in its column" : "have text in their columns"}: ${why}`,
        ]),
    ...(unseen.length === 0
      ? []
      : [
          `the run has no score of ${listOf(unseen)}: ${unseen.length === 1 ? "its column is" : "their columns are"} empty`,
        ]),
  ];
};

/** The most names in a sentence. */
const maxListed = 10;

const listOf = (names: ReadonlyArray<string>): string => {
  const rest = names.length - maxListed;
  return `${names.slice(0, maxListed).join(", ")}${rest > 0 ? ` and ${count(rest)} more` : ""}`;
};

/** The most rows that Excel reads. */
const maxExcelRows = 1_048_576;

/** Says how many of so many records are beyond the last row of Excel; empty where none is. */
export const beyondExcel = (records: number): ReadonlyArray<string> => {
  const beyond = records - (maxExcelRows - 1);
  const which = beyond === 1 ? "record is" : `${count(beyond)} records are`;
  return beyond <= 0
    ? []
    : [
        `Excel reads ${count(maxExcelRows)} rows, the first of which is the head: the last ${which} beyond them`,
      ];
};

/** The most characters of a cell in Excel. */
export const maxExcelCharacters = 32_767;
const excelLimit = count(maxExcelCharacters);
