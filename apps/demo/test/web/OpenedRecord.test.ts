import { assert, describe, it } from "@effect/vitest";
import { openedRecord, type RecordIndex } from "../../web/components/OpenedRecord.ts";
import { everything } from "../../web/query/Query.ts";
import * as Engine from "../../web/worker/Engine.ts";

const view = {
  ...Engine.make(2).view(everything),
  records: [Int32Array.of(7, 8, -1), Int32Array.of(4, -1, 2)],
};
const indexes: ReadonlyArray<ReadonlyMap<string, number>> = [
  new Map([
    ["a", 7],
    ["b", 8],
    ["hidden", 1],
  ]),
  new Map([
    ["a", 4],
    ["second", 5],
    ["c", 2],
    ["hidden", 3],
  ]),
];
const index: RecordIndex = {
  find: (run, id) => indexes[run]?.get(id),
  // Record 5 of the candidate is the second trial of record 4.
  trials: (run, record) => (run === 1 && (record === 4 || record === 5) ? [4, 5] : [record]),
};

describe("The open record", () => {
  it.each([
    [1, "a", { item: 0, records: [7, 4], openedRun: 1, openedRecord: 4 }],
    [1, "second", { item: 0, records: [7, 4], openedRun: 1, openedRecord: 5 }],
    [0, "a", { item: 0, records: [7, 4], openedRun: 0, openedRecord: 7 }],
    [0, "b", { item: 1, records: [8, -1], openedRun: 0, openedRecord: 8 }],
    [1, "c", { item: 2, records: [-1, 2], openedRun: 1, openedRecord: 2 }],
    // The filters hide it, so it has no place and no counterpart.
    [1, "hidden", { item: -1, records: [-1, 3], openedRun: 1, openedRecord: 3 }],
    [0, "hidden", { item: -1, records: [1, -1], openedRun: 0, openedRecord: 1 }],
    [1, "unknown", null],
  ])("of run %i with the id %s is %j", (run, id, opened) => {
    const query = { ...everything, record: { run, id } };
    assert.deepStrictEqual(openedRecord(query, view, index), opened);
  });

  it("is null where the query opens no record", () => {
    assert.isNull(openedRecord(everything, view, index));
  });
});
