/** A record as the page's table and search need it. */
import type { JsonObject, RecordWithScores } from "@scorecard-effect/contract";
import { isFlagged, valueOf } from "../analysis/ScoreReading.ts";
import * as Detail from "./Detail.ts";
import type { Cell, Row } from "./ExploreProtocol.ts";

/** The metrics of a session, numbered in order of first appearance. */
export type MetricNumbers = Map<string, number>;

/** The most characters of a text that a row shows. */
const shown = 200;

/** The most characters of a record that the page's search looks through. */
const searched = 4000;

/** How deep it looks into nested values: JSON can be nested deeper than a stack. */
const deepest = 100;

/**
 * The row of a record. Metrics that appear for the first time get the next numbers; of two scores of one
 * metric, the first counts. `redact` takes the key out of a text, before a cut could hide it halved.
 */
export const fromRecord = (
  record: RecordWithScores,
  numbers: MetricNumbers,
  redact: (text: string) => string,
): Row => {
  const text = (whole: string): string => clip(redact(whole), shown);
  const cells: Array<Cell> = [];
  for (const score of record.scores) {
    const number = numbers.get(score.metricConfigId) ?? numbers.size;
    numbers.set(score.metricConfigId, number);
    while (cells.length <= number) cells.push(null);
    cells[number] ??= isFlagged(score) ? "invalid" : (valueOf(score) ?? "other");
  }
  return {
    id: text(record.id),
    testcaseId: record.testcaseId === undefined ? null : text(record.testcaseId),
    input: text(firstText(record.inputs)),
    output: text(firstText(record.outputs)),
    cells,
  };
};

/**
 * What the search looks through: the ids, and every key and value of the record's JSON, in lower case, up to
 * {@link searched} characters.
 */
export const searchText = (record: RecordWithScores, redact: (text: string) => string): string => {
  const parts: Array<string> = [record.id, record.testcaseId ?? ""];
  let room = searched;
  const visit = (value: unknown, depth = 0): void => {
    if (room <= 0 || depth > deepest) return;
    if (typeof value === "object" && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        if (!Array.isArray(value)) push(key);
        visit(member, depth + 1);
      }
    } else {
      push(String(value));
    }
  };
  const push = (text: string): void => {
    const whole = redact(text);
    parts.push(whole.slice(0, Math.max(0, room)));
    room -= whole.length + 1;
  };
  // What a person reads first is found first.
  for (const { score, validationErrors = [] } of record.scores) visit([score, validationErrors]);
  visit([record.outputs, record.expected, record.inputs]);
  return clip(parts.join("\n").toLowerCase(), searched);
};

const firstText = (json: JsonObject): string =>
  Object.values(json).find((value) => typeof value === "string") ?? Detail.indented(json);

// No character is halved.
const clip = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
