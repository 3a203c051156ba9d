/** How a field slices runs, from its columns: each value is a slice, and many numbers are slices by ranges. */
import * as Histogram from "../../src/analysis/Histogram.ts";
import * as SlicePath from "../../src/analysis/SlicePath.ts";
import { ofJson, type SliceValue } from "../../src/analysis/SliceValue.ts";
import type { Slicing } from "../../src/analysis/Slicing.ts";
import { number } from "../../src/figures/Figures.ts";
import type { Wanted } from "../query/Expression.ts";
import { textOf } from "../query/ValueComparison.ts";
import type { FieldColumns } from "./FieldColumns.ts";

/** More different numbers are slices by ranges. */
const maxSingleNumbers = 50;

/** The most ranges. */
const maxRanges = 12;

/** The most slices that the page computes. */
const maxSlices = 500;

export interface FieldSlicing {
  readonly slicing: Slicing;
  /** What a filter wants of the field, by the numbers of the slices. */
  readonly wanted: ReadonlyArray<Wanted | undefined>;
  /** The number of a record's slice. */
  readonly sliceOf: (run: number, record: number) => number;
}

/** Undefined while a column is loaded. */
export const make = (
  fields: FieldColumns,
  pointer: string,
  runs: ReadonlyArray<number>,
): FieldSlicing | undefined => {
  const columns = runs.map((run) => fields.column(run, pointer));
  const path = SlicePath.parse(pointer);
  if (columns.some((column) => column === undefined) || "problem" in path) return undefined;
  const all = columns.flatMap((column) => column?.values.slice(1) ?? []);
  const numbers = new Set(all.filter((value) => typeof value === "number"));
  const areRanges = numbers.size > maxSingleNumbers && numbers.size >= 0.9 * new Set(all).size;
  const ranges = areRanges ? rangesOf(numbers) : [];
  const values: Array<SliceValue> = [];
  const wanted: Array<Wanted | undefined> = [];
  const places = new Map<string, number>();
  const byWords = new Map<string, number>();
  const placeOf = (value: unknown): number => {
    const range =
      areRanges && typeof value === "number"
        ? ranges.find((own) => Histogram.contains({ ...own, count: 0 }, value))
        : undefined;
    const slice = range?.slice ?? ofJson(value);
    const known = places.get(slice.name);
    if (known !== undefined) return known;
    places.set(slice.name, values.length);
    const own = range === undefined ? wantedOf(slice, value) : rangeWanted(range);
    const place = wanted.push(own) - 1;
    // A filter does not tell 1 from "1": then neither is a click away.
    if (own?.op === "=" && "value" in own) {
      const other = byWords.get(own.value);
      if (other !== undefined) {
        wanted[other] = undefined;
        wanted[place] = undefined;
      }
      byWords.set(own.value, place);
    }
    return values.push(slice) - 1;
  };
  // By run, the slice of each value of its column.
  const slicesByCode = columns.map((column) => column?.values.map(placeOf) ?? []);
  // Nor does it tell what is missing from null.
  const missing = values.findIndex(({ kind }) => kind === "missing");
  if (missing >= 0 && values.some(({ kind }) => kind === "null")) wanted[missing] = undefined;
  return {
    slicing: {
      path,
      values,
      numberIn: () => 0,
      merge: () => [],
      areTooMany: () => values.length > maxSlices,
    },
    wanted,
    sliceOf: (run, record) => {
      const place = runs.indexOf(run);
      return slicesByCode[place]?.[columns[place]?.codes[record] ?? 0] ?? 0;
    },
  };
};

interface Range {
  readonly lower: number;
  readonly upper: number;
  readonly isClosed: boolean;
  readonly slice: SliceValue;
}

const rangesOf = (numbers: Iterable<number>): ReadonlyArray<Range> => {
  const histogram = Histogram.make();
  for (const value of numbers) histogram.add(value);
  const bins = histogram.bins();
  const width = Math.ceil(bins.length / maxRanges);
  return bins.flatMap((bin, place) => {
    if (place % width > 0) return [];
    const { lower } = bin;
    const { upper, isClosed } = bins[Math.min(place + width, bins.length) - 1] ?? bin;
    const name = `${number(lower)} to ${isClosed ? "" : "below "}${number(upper)}`;
    return [{ lower, upper, isClosed, slice: { name, kind: "number", json: undefined } }];
  });
};

const rangeWanted = ({ lower, upper, isClosed }: Range): Wanted => ({
  op: "within",
  lower,
  upper,
  isClosed,
});

/** What matches a slice: of lists and objects, in any order of members. */
const wantedOf = ({ kind, json }: SliceValue, value: unknown): Wanted | undefined =>
  kind === "missing"
    ? { op: "is", state: "missing" }
    : kind === "long"
      ? undefined
      : { op: "=", value: kind === "list" || kind === "object" ? (json ?? "") : textOf(value) };
