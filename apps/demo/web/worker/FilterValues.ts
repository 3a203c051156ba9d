/** The values that a filter asks for, of the items of a query: their metrics, fields, notes and other properties. */
import type { PairChange } from "../../src/analysis/PairFigures.ts";
import type { MetricValue, Values } from "../query/Filter.ts";
import type { FieldColumns } from "./FieldColumns.ts";
import { categoryMark, directionOf, type Flaw, flawOf, type ItemValue } from "./ItemValue.ts";
import type { Metric } from "./Metric.ts";
import type { NotedRecords } from "./NotedRecords.ts";
import type { QueriedItems } from "./QueriedItems.ts";

interface Sources {
  readonly metrics: ReadonlyArray<Metric>;
  readonly fields: FieldColumns;
  readonly noted: NotedRecords;
  /** How many records of a run each testcase has. */
  readonly trialsIn: (run: number) => Int32Array | undefined;
  /** 1 for each testcase of a run whose trials disagree. */
  readonly flakyIn: (run: number) => Uint8Array;
}

export const make = (
  asked: QueriedItems,
  { metrics, fields, noted, trialsIn, flakyIn }: Sources,
): Values => {
  const { items, areTestcases, isComparison, tables, tableOf, own, ownRecords } = asked;
  const { recordOf, valueOf, valueIn, pairChange, partOf } = asked;
  /** The run that a question about an item means: without one, the candidate, else the first that has the item. */
  const runOf = (position: number, run: number | undefined): number =>
    run ??
    ((ownRecords[position] ?? -1) >= 0
      ? own
      : items.records.findIndex((records) => (records[position] ?? -1) >= 0));
  const textIn = (run: number, pointer: string, record: number): string => {
    const column = fields.column(run, pointer);
    const value = column?.values[column.codes[record] ?? 0];
    return typeof value === "string" ? value : "";
  };
  const flawIn = (value: ItemValue, change: PairChange | undefined): Flaw =>
    flawOf(isComparison ? change : value);
  const keyIn = (run: number, record: number): number =>
    areTestcases ? tableOf(run).testcaseOf(record) : record;
  /** The notes or the thumbs of an item: of a testcase, those of any trial in any run, or in one. */
  const notedIn = (
    name: "note" | "thumb",
    of: number | undefined,
  ): ((position: number) => ReadonlySet<string>) => {
    const values = tables.map((table, run) => {
      const byKey = new Map<number, Set<string>>();
      if (of !== undefined && of !== run) return byKey;
      for (const [record, { thumb, text }] of noted.in(run)) {
        const value = name === "thumb" ? (thumb ?? "") : text;
        if (value === "" || record >= table.records()) continue;
        const key = keyIn(run, record);
        byKey.set(key, (byKey.get(key) ?? new Set()).add(value));
      }
      return byKey;
    });
    return (position) => {
      const found = values.flatMap((byKey, run) => {
        const record = byKey.size === 0 ? -1 : recordOf(position, run);
        return record < 0 ? [] : (byKey.get(keyIn(run, record)) ?? []);
      });
      return found.length < 2 ? (found[0] ?? nothing) : new Set(found.flatMap((one) => [...one]));
    };
  };
  return {
    metric: (number, run) => {
      const metric = metrics[number];
      let item = -1;
      const itemValue = (): ItemValue => {
        if (metric === undefined) return undefined;
        return run === undefined || !isComparison
          ? valueOf(item, metric)
          : valueIn(item, metric, run);
      };
      // One object for all items, which computes what a test asks for.
      const said: MetricValue = {
        get value() {
          const value = itemValue();
          if (typeof value !== "string") return value;
          return value.startsWith(categoryMark) ? value.slice(categoryMark.length) : undefined;
        },
        get flaw() {
          if (metric === undefined) return undefined;
          return run === undefined
            ? flawIn(valueOf(item, metric), pairChange(item, metric))
            : flawOf(itemValue() ?? "missing");
        },
        get direction() {
          return metric === undefined
            ? undefined
            : directionOf(pairChange(item, metric, run), metric.isLower);
        },
      };
      return (position) => {
        item = position;
        return said;
      };
    },
    field: (pointer, isFieldWanted, run) => {
      const isMissingWanted = isFieldWanted(undefined);
      const isWantedIn = tables.map((_, of) => {
        const column = fields.column(of, pointer);
        // Each value once.
        const verdicts = column?.values.map(isFieldWanted) ?? [];
        return (record: number) => verdicts[column?.codes[record] ?? 0] ?? isMissingWanted;
      });
      return (position) => {
        const of = runOf(position, run);
        const record = recordOf(position, of);
        return record < 0 ? isMissingWanted : (isWantedIn[of]?.(record) ?? false);
      };
    },
    fieldValue: (pointer, run) => {
      const columns = tables.map((_, of) => fields.column(of, pointer));
      return (position) => {
        const of = runOf(position, run);
        const column = columns[of];
        return column?.values[column.codes[recordOf(position, of)] ?? 0];
      };
    },
    property: (name, of) => {
      if (name === "note" || name === "thumb") return notedIn(name, of);
      return (position) => {
        const run = runOf(position, of);
        const record = recordOf(position, run);
        if (record < 0) return undefined;
        switch (name) {
          case "id":
            return textIn(run, "/id", record);
          case "testcase":
            return textIn(run, "/testcaseId", record);
          case "trials":
            return trialsIn(run)?.[tableOf(run).testcaseOf(record)] ?? 1;
          case "flaky":
            return (of !== undefined || run === own) &&
              flakyIn(run)[tableOf(run).testcaseOf(record)] === 1
              ? "yes"
              : "no";
          case "only":
            return partOf(position);
          default:
            return new Set(
              metrics.flatMap((metric) =>
                metric.isMeasure
                  ? []
                  : (directionOf(pairChange(position, metric, of), metric.isLower) ?? []),
              ),
            );
        }
      };
    },
  };
};

const nothing: ReadonlySet<string> = new Set();
