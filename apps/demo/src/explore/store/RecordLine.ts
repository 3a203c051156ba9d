/**
 * A record as a session stores it: two lines of JSON. The first holds all that a search reads, the second what it does
 * not: which metrics the scores belong to. A search finds the end of the first line without parsing it, because JSON
 * has no line breaks.
 */
import type { RecordWithScores } from "@scorecard-effect/contract";
import * as Json from "@scorecard-effect/contract/protocol/Json";
import { othersOfRecord } from "@scorecard-effect/contract/protocol/KnownFields";
import { jsonText } from "../../analysis/RecordText.ts";
import type { SeriesIndex } from "../../analysis/Series.ts";

/** The two lines of a record, each with its line break. Every metric of the record is in `series`. */
export const write = (record: RecordWithScores, series: SeriesIndex): string => {
  const { id, testcaseId, inputs, expected, outputs, scores } = record;
  const storedScores: Array<ReadonlyArray<object>> = [];
  let metrics = "";
  for (const { score, validationErrors, metricConfigId } of scores) {
    storedScores.push(validationErrors === undefined ? [score] : [score, validationErrors]);
    metrics += `${metrics === "" ? "" : ","}${series.of(metricConfigId, null).index}`;
  }
  const searched = [
    testcaseId === undefined ? [id] : [id, testcaseId],
    storedScores,
    outputs,
    expected,
    inputs,
    othersOfRecord(record) ?? {},
  ];
  return `${textOf(searched)}\n[${metrics}]\n`;
};

const textOf = (searched: ReadonlyArray<unknown>): string => {
  try {
    return JSON.stringify(searched);
  } catch {
    return JSON.stringify(searched.map((part) => shallower(part, 3)));
  }
};

/** A value whose members can be written: those that are nested too deeply become a text that says so. */
const shallower = (value: unknown, depth: number): unknown => {
  if (typeof value !== "object" || value === null || isWritable(value)) return value;
  if (depth === 0) return jsonText(value);
  return Array.isArray(value)
    ? value.map((own: unknown) => shallower(own, depth - 1))
    : Object.fromEntries(
        Object.entries(value).map(([key, own]: [string, unknown]) => [
          key,
          shallower(own, depth - 1),
        ]),
      );
};

const isWritable = (value: unknown): boolean => {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
};

type Searched = readonly [
  ids: readonly [id: string, testcaseId?: string],
  scores: ReadonlyArray<readonly [score: object, validationErrors?: ReadonlyArray<object>]>,
  outputs: object,
  expected: object,
  inputs: object,
  others: object,
];

/** Reads what {@link write} wrote, perhaps with the API key removed. */
export const read = (lines: string, runId: string, series: SeriesIndex): RecordWithScores => {
  const end = lines.indexOf("\n");
  const [[id, testcaseId], scores, outputs, expected, inputs, others] = parse(lines.slice(0, end));
  const metrics: ReadonlyArray<number> = JSON.parse(lines.slice(end + 1));
  const record: object = {
    ...others,
    id,
    runId,
    ...(testcaseId === undefined ? {} : { testcaseId }),
    inputs,
    expected,
    outputs,
    scores: scores.map(([score, validationErrors], index) => ({
      recordId: id,
      metricConfigId: series.all[metrics[index] ?? -1]?.metricId ?? "",
      score,
      ...(validationErrors === undefined ? {} : { validationErrors }),
    })),
  };
  // A record was written, so a record is read.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return record as RecordWithScores;
};

const parse = (line: string): Searched => {
  // `Json.parse` visits each escape of a text, which takes longer than to parse it.
  if (!mayHaveEscapedKeys(line)) return JSON.parse(line);
  try {
    // What `write` wrote.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return Json.parse(line) as Searched;
  } catch {
    // Nested too deeply for the parser that gets escaped keys right.
    return JSON.parse(line);
  }
};

/**
 * Whether a key of the JSON that {@link write} wrote may have an escape. A key is what ends before `":`, unless that
 * quote is escaped itself. Where a value starts with a colon, something else is taken for a key.
 */
export const mayHaveEscapedKeys = (line: string): boolean => {
  for (let end = line.indexOf('":'); end >= 0; end = line.indexOf('":', end + 1)) {
    if (isEscaped(line, end)) continue;
    const start = line.lastIndexOf('"', end - 1);
    if (isEscaped(line, start) || line.slice(start, end).includes("\\")) return true;
  }
  return false;
};

const isEscaped = (line: string, at: number): boolean => {
  let backslashes = 0;
  while (line[at - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
};
