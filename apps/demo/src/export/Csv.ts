/** CSV as a format of exports, which can be resumed. */
import * as CsvEncoder from "./CsvEncoder.ts";
import type { Format } from "./Encoder.ts";
import * as TableNote from "./TableNote.ts";

/** CSV, or CSV for Excel: with a byte order mark, and no cell that Excel would change. */
export const format = ({ isForExcel }: { readonly isForExcel: boolean }): Format => ({
  name: isForExcel ? "CSV for Excel" : "CSV",
  hasColumns: true,
  encoder: ({ notes, ...start }) =>
    CsvEncoder.make({ ...start, notes: notes.map(TableNote.read), isForExcel }),
});
