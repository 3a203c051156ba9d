/** The pages that benches read: 100 records of 1.5 KB with 3 scores each. */
import { FakeRun } from "@scorecard-effect/fixtures";
import { Cursor, type RecordPage, TestcaseId } from "@scorecard-effect/contract";
import { type PageKind, recordsPerPage } from "./ServedRun.ts";

const recordBytes = 1500;

/** The pages of a run, as the service would send them. */
export const pageTexts = (
  pages: number,
  kind: Exclude<PageKind, "unique"> = "plain",
): ReadonlyArray<string> => {
  const run = FakeRun.make({
    records: pages * recordsPerPage,
    missingScores: 0,
    invalidScores: 0,
    longTexts: 0,
    oddKeys: kind === "odd" ? 0.01 : 0,
  });
  return Array.from({ length: pages }, (_, page) => {
    const data = Array.from({ length: recordsPerPage }, (__, index) => {
      const number = page * recordsPerPage + index;
      const record = run.record(number);
      return padded(kind === "trials" ? trialOf(record, number) : record);
    });
    const hasMore = page < pages - 1;
    return JSON.stringify({
      data,
      hasMore,
      nextCursor: hasMore ? Cursor.make(String(page + 1)) : null,
      total: run.size,
    } satisfies RecordPage);
  });
};

const trialsPerTestcase = 5;

/** A record as one of the trials of its testcase, with inputs to slice by. */
const trialOf = (record: RecordPage["data"][number], number: number) => {
  const testcase = Math.floor(number / trialsPerTestcase);
  return {
    ...record,
    testcaseId: TestcaseId.make(`100${String(testcase).padStart(3, "0")}`),
    inputs: {
      ...record.inputs,
      category: ["billing", "refund", "technical", "account", "other"][testcase % 5],
      language: ["en", "de", "fr"][testcase % 3],
      level: testcase % 4,
    },
  };
};

/** Pads a record to its size with text in inputs and outputs, where real runs have their long texts. */
const padded = (record: RecordPage["data"][number]): RecordPage["data"][number] => {
  const scores = record.scores.slice(0, 3);
  const missing = recordBytes - JSON.stringify({ ...record, scores }).length;
  const text = "All happy records are alike. ".repeat(60).slice(0, Math.max(0, missing / 2 - 20));
  return {
    ...record,
    scores,
    inputs: { ...record.inputs, document: text },
    outputs: { ...record.outputs, trace: text },
  };
};
