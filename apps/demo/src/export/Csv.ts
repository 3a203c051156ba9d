/**
 * CSV (RFC 4180) that is safe to open in a spreadsheet: an apostrophe precedes text that would start a formula, and
 * control characters are replaced. The JSON columns hold every text unchanged.
 *
 * Written by hand, because `csv-stringify` took four times as long, and longer than reading the run.
 */
import { Schema } from "effect";
import { type Column, columnsOf, Metric, metricsOf } from "./Columns.ts";
import type { Format } from "./Encoder.ts";

const utf8 = new TextEncoder();

/** The note of the first chunk: the metrics with columns. */
const Note = Schema.Array(Metric);

export const format: Format = {
  name: "CSV",
  encoder: ({ redact, notes }) => {
    let columns =
      notes.length === 0 ? undefined : columnsOf(Schema.decodeUnknownSync(Note)(notes[0]));
    const begin = (metrics: typeof Note.Type): string => {
      columns = columnsOf(metrics);
      return line(columns.map(({ name }) => name));
    };
    return {
      add: (records) => {
        if (records.length === 0) return { bytes: new Uint8Array(), isWhole: true };
        const metrics = columns === undefined ? metricsOf(records) : undefined;
        const head = metrics === undefined ? "" : begin(metrics);
        const fixed = columns ?? [];
        const rows = records.map((record) =>
          line(fixed.map((column) => cellOf(column, column.cell(record)))),
        );
        return {
          bytes: utf8.encode(redact(head + rows.join(""))),
          isWhole: true,
          ...(metrics === undefined ? {} : { note: metrics }),
        };
      },
      // A table without rows still has a header.
      end: () => utf8.encode(columns === undefined ? begin([]) : ""),
    };
  },
};

const line = (cells: ReadonlyArray<string>): string => `${cells.join(",")}\r\n`;

const cellOf = ({ kind }: Column, value: ReturnType<Column["cell"]>): string => {
  if (typeof value !== "string") return value === undefined ? "" : String(value);
  return kind === "json" ? quoted(value) : textCell(value);
};

/** A text as a cell: no formula, and no control characters except line breaks and tabs. */
export const textCell = (text: string): string => {
  // Most texts need no change.
  if (!/^[=+\-@＝＋－＠]|[\p{Cc}",]/u.test(text)) return text;
  const shown = text.replaceAll(/[^\P{Cc}\t\r\n]/gu, "\uFFFD");
  const safe = /^[=+\-@\t\r＝＋－＠]/u.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(safe) ? quoted(safe) : safe;
};

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
