/** A record as the page's table and search need it. */
import type { RecordWithScores } from "@scorecard-effect/contract";
import { type Cell, cellsOf } from "../analysis/Cell.ts";
import { firstText } from "../analysis/RecordText.ts";
import type { SeriesIndex } from "../analysis/Series.ts";
import type { Row } from "./ExploreProtocol.ts";

/** The most characters of a text that a row shows. */
const maxShownLength = 200;

/** The most characters of a record that the page searches. */
const maxSearchedLength = 4000;

/** The most levels of nested values that the search descends: JSON can be nested deeper than the stack. */
const maxSearchedDepth = 100;

/**
 * The row of a record. A series that appears for the first time gets the next number. `redact` removes the API key from
 * a text before the text is cut. Ids stay whole, because records and testcases are joined and opened by them.
 */
export const fromRecord = (
  record: RecordWithScores,
  series: SeriesIndex,
  redact: (text: string) => string,
): Row => {
  const shownText = (text: string): string => clip(redact(text), maxShownLength);
  return {
    id: redact(record.id),
    testcaseId: record.testcaseId === undefined ? null : redact(record.testcaseId),
    input: shownText(firstText(record.inputs)),
    output: shownText(firstText(record.outputs)),
    cells: cellsOf(record, series).map((cell): Cell =>
      typeof cell === "string" ? redact(cell) : cell,
    ),
  };
};

/**
 * The text that the page searches: ids, and every key and value of the record's JSON, in lower case, up to
 * {@link maxSearchedLength} characters.
 */
export const searchText = (record: RecordWithScores, redact: (text: string) => string): string => {
  const parts: Array<string> = [redact(record.id), redact(record.testcaseId ?? "")];
  let room = maxSearchedLength;
  const visit = (value: unknown, depth = 0): void => {
    if (room <= 0 || depth > maxSearchedDepth) return;
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
  // In the order in which a reader needs them: what does not fit is cut.
  for (const { score, validationErrors = [] } of record.scores) visit([score, validationErrors]);
  visit([record.outputs, record.expected, record.inputs]);
  return clip(parts.join("\n").toLowerCase(), maxSearchedLength);
};

// Cuts between code points.
const clip = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
