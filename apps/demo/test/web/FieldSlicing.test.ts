import { assert, describe, it } from "@effect/vitest";
import type { RecordWithScores } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Arbitrary, Effect, Schema } from "effect";
import * as Series from "../../src/analysis/Series.ts";
import { ofJson } from "../../src/analysis/SliceValue.ts";
import * as FieldColumn from "../../src/explore/store/FieldColumn.ts";
import * as RecordLine from "../../src/explore/store/RecordLine.ts";
import { print, test } from "../../web/query/Expression.ts";
import { compile } from "../../web/query/Filter.ts";
import * as FieldColumns from "../../web/worker/FieldColumns.ts";
import * as FieldSlicing from "../../web/worker/FieldSlicing.ts";

const base = FakeRun.make({ records: 1 }).record(0);
const pointer = "/inputs/x";

/** The column of a field whose records have these values, on the way that it takes to the page. */
const columnsOf = async (values: ReadonlyArray<Schema.Json | undefined>) => {
  const series = Series.make();
  const columns = FieldColumns.make(
    {
      fields: () => Promise.resolve([]),
      column: (field, _, from) => {
        const reader = FieldColumn.make(field, values.length - from);
        for (const value of values.slice(from)) {
          const record: RecordWithScores = {
            ...base,
            inputs: value === undefined ? {} : { x: value },
          };
          const line = new TextEncoder().encode(RecordLine.write(record, series));
          reader.add(line, 0, line.indexOf(10));
        }
        return Promise.resolve(FieldColumn.fromBytes(FieldColumn.toBytes(reader.column()).buffer));
      },
    },
    () => values.length,
  );
  columns.column(0, pointer);
  await columns.load();
  return columns;
};

/** By slice: its records, and those that a click on it shows; undefined where no click does. */
const slicesOf = async (values: ReadonlyArray<Schema.Json | undefined>) => {
  const columns = await columnsOf(values);
  const sliced = FieldSlicing.make(columns, pointer, [0]);
  const column = columns.column(0, pointer);
  const records = Array.from(values.keys());
  return (sliced?.slicing.values ?? []).map((slice, place) => {
    const wanted = sliced?.wanted[place];
    const filter = wanted === undefined ? undefined : print(test("inputs.x", wanted));
    const found =
      filter === undefined
        ? undefined
        : compile(
            filter,
            { metrics: [], fields: [pointer], runs: 1 },
            {
              metric: () => () => ({ value: undefined, flaw: undefined, direction: undefined }),
              field: (_, isWanted) => (record) =>
                isWanted(column?.values[column.codes[record] ?? 0]),
              fieldValue: () => () => undefined,
              property: () => () => undefined,
            },
          );
    return {
      name: slice.name,
      records: records.filter((record) => sliced?.sliceOf(0, record) === place),
      found:
        found === undefined
          ? undefined
          : records.filter((record) => found.parts.every(({ holds }) => holds(record))),
    };
  });
};

describe("Slices by a field of the explorer", () => {
  it("tell texts from lists, objects and numbers, and lists by their order", async () => {
    const slices = await slicesOf([
      ["a", "b"],
      ["b", "a"],
      '["a","b"]',
      { k: 1, l: [2] },
      { l: [2], k: 1 },
      1,
      "1",
      null,
      undefined,
      true,
    ]);
    assert.deepStrictEqual(
      slices
        .filter(({ records }) => records.length > 0)
        .map(({ name, records }) => [name, records]),
      [
        ["(missing)", [8]],
        ['["a","b"]', [0]],
        ['["b","a"]', [1]],
        [String.raw`"[\"a\",\"b\"]"`, [2]],
        ['{"k":1,"l":[2]}', [3, 4]],
        ["1", [5]],
        ['"1"', [6]],
        ["null", [7]],
        ["true", [9]],
      ],
    );
    // A filter does not tell these from others.
    const withoutClick = slices.flatMap(({ name, found }) => (found === undefined ? [name] : []));
    assert.deepStrictEqual(withoutClick, [
      "(missing)",
      '["a","b"]',
      String.raw`"[\"a\",\"b\"]"`,
      "1",
      '"1"',
    ]);
  });

  const Value = Schema.Union([
    Schema.Json,
    Schema.Literals(["1", "null", "", "true", "[]", "{}", 'a"b', "inputs.x"]),
    Schema.Literals([1, 0, -1.5, true, false]),
    Schema.Undefined,
  ]);
  it.effect.prop(
    "have the names that reports give them, and a click shows exactly their records",
    { values: Arbitrary.schema(Schema.Array(Value)) },
    ({ values }) =>
      Effect.promise(async () => {
        for (const { name, records, found } of await slicesOf(values)) {
          if (found !== undefined) assert.deepStrictEqual(found, records, name);
          for (const record of records) {
            const value = values[record];
            const stored: unknown = value === undefined ? value : JSON.parse(JSON.stringify(value));
            assert.strictEqual(ofJson(stored).name, name);
          }
        }
      }),
  );
});
