/** Columns that an export has on request: the slices of a record, and its number among the trials of its testcase. */
import type { RecordWithScores } from "@scorecard-effect/contract";
import { read, type SlicePath } from "../analysis/SlicePath.ts";
import type { TestcaseValues } from "./TestcaseValues.ts";
import { isLongText, ofJson } from "../analysis/SliceValue.ts";

/** What was asked for. */
export interface Extras {
  /** The paths that have a column with the name of the record's slice. */
  readonly by: ReadonlyArray<SlicePath>;
  /** Whether there is a column with the number of the record among those of its testcase, from 1. */
  readonly trials: boolean;
  /** The values of testcases, where each metric has a column with that of the record's. */
  readonly testcases?: TestcaseValues | undefined;
}

/** The values of a record's extra columns. */
export interface ExtraCells {
  readonly slices: ReadonlyArray<string>;
  readonly trial: number | undefined;
}

/** Computes the extra cells of records, in the order of the run. */
export const make = ({ by, trials }: Extras): ((record: RecordWithScores) => ExtraCells) => {
  if (by.length === 0 && !trials) return () => noCells;
  const namesAt = by.map(namesOf);
  const counts = new Map<string, number>();
  const trialOf = ({ testcaseId }: RecordWithScores): number => {
    if (testcaseId === undefined) return 1;
    const number = (counts.get(testcaseId) ?? 0) + 1;
    counts.set(testcaseId, number);
    return number;
  };
  return (record) => ({
    slices: namesAt.map((nameIn) => nameIn(record)),
    trial: trials ? trialOf(record) : undefined,
  });
};

const noCells: ExtraCells = { slices: [], trial: undefined };

/** The most names that are kept for the next record. */
const maxKeptNames = 1000;

const namesOf = (path: SlicePath): ((record: RecordWithScores) => string) => {
  const names = new Map<string, string>();
  return (record) => {
    const json = read(path, record);
    if (typeof json !== "string" || isLongText(json)) return ofJson(json).name;
    const known = names.get(json);
    if (known !== undefined) return known;
    const { name } = ofJson(json);
    if (names.size < maxKeptNames) names.set(json, name);
    return name;
  };
};
