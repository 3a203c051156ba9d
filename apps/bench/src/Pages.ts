/** The pages that every bench reads: 100 records of 1.5 KB, with 3 scores each. */
import { FakeRun } from "@scorecard-effect/fixtures";
import { type RecordPage, Cursor } from "@scorecard-effect/contract";
import { recordsPerPage } from "./PageSize.ts";

const recordBytes = 1500;

/** `odd` pages have a record or so with an escaped key, which costs another parser; `plain` ones have none. */
export type Kind = "plain" | "odd";

/** Pages as the service would send them. */
export const pageTexts = (pages: number, kind: Kind = "plain"): ReadonlyArray<string> => {
  const run = FakeRun.make({
    records: pages * recordsPerPage,
    missingScores: 0,
    invalidScores: 0,
    longTexts: 0,
    oddKeys: kind === "odd" ? 0.01 : 0,
  });
  return Array.from({ length: pages }, (_, page) => {
    const data = Array.from({ length: recordsPerPage }, (__, index) =>
      padded(run.record(page * recordsPerPage + index)),
    );
    const hasMore = page < pages - 1;
    return JSON.stringify({
      data,
      hasMore,
      nextCursor: hasMore ? Cursor.make(String(page + 1)) : null,
      total: run.size,
    } satisfies RecordPage);
  });
};

// The text that makes up the size stands where long texts stand in real runs: in what was asked, answered
// and reasoned.
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
