/** A record as the page's table needs it. */
import type { RecordWithScores } from "@scorecard-effect/contract";
import { cellsOf } from "../analysis/Cell.ts";
import { withMeasures } from "../analysis/Measures.ts";
import { inputText, outputText } from "../analysis/RecordText.ts";
import type { SeriesIndex } from "../analysis/Series.ts";
import type { Row } from "./ExploreProtocol.ts";

/** The most characters of a text that a row shows. */
const maxShownLength = 200;

/**
 * The row of a record, without its API key. Ids stay whole, because records and testcases are joined and opened by
 * them.
 */
export const fromRecord = (record: RecordWithScores, series: SeriesIndex): Row => ({
  id: record.id,
  testcaseId: record.testcaseId ?? null,
  input: clip(inputText(record)),
  output: clip(outputText(record)),
  cells: withMeasures(record, series, cellsOf(record, series)),
});

// Cuts between code points.
const clip = (text: string): string =>
  text.length <= maxShownLength
    ? text
    : `${text.slice(0, maxShownLength - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
