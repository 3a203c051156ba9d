/**
 * CSV (RFC 4180) that is safe to open in a spreadsheet, even in one that separates cells by semicolons or tabs: no cell
 * starts a formula. An apostrophe precedes text that would, and JSON writes the formula's first character as an escape,
 * which does not change what it says. Control characters of texts are replaced.
 *
 * Written by hand, because `csv-stringify` took four times as long, and longer than reading the run.
 */
import type { Column } from "./Columns.ts";
import type { Encoder, EncoderStart } from "./Encoder.ts";
import { isChangedByExcel } from "./ExcelIds.ts";
import { type Loss, maxExcelCharacters } from "./Losses.ts";
import * as Table from "./Table.ts";
import * as TextBytes from "./TextBytes.ts";

/** Where an encoder of CSV starts. */
interface Start extends Omit<EncoderStart, "notes" | "bytes"> {
  readonly notes: ReadonlyArray<Table.Note>;
  /** Whether no cell may be one that Excel would change. */
  readonly isForExcel: boolean;
}

/** Makes an encoder. It needs nothing of Node, and no schemas: the page of the explorer uses it too. */
export const make = ({
  isForExcel,
  redact,
  records: rowsBefore,
  notes,
  extras,
  knowledge,
}: Start): Encoder => {
  const table = Table.make(rowsBefore, notes, extras, knowledge);
  const text = TextBytes.make();
  const addLine = (length: number, addCell: (index: number) => void): void => {
    for (let index = 0; index < length; index++) {
      if (index > 0) text.add(",");
      addCell(index);
    }
    text.add("\r\n");
  };
  const writeRows = (): void => {
    const isNew = !table.isFixed();
    const { rows, columns, losses, firstNumber } = table.take();
    if (isNew) {
      if (isForExcel) text.add("\uFEFF");
      addLine(columns.length, (index) => text.add(textCell(redact(columns[index]?.name ?? ""))));
    }
    for (const [place, row] of rows.entries()) {
      for (let index = 0; index < columns.length; index++) {
        if (index > 0) text.add(",");
        const column = columns[index];
        const value = column?.cell(row);
        if (column === undefined || value === undefined) continue;
        const problem = addCell(column, value);
        if (problem !== undefined) losses.add(problem, column.name, firstNumber + place);
      }
      text.add("\r\n");
    }
  };
  /** Adds a cell, and returns what a spreadsheet would do to it. */
  const addCell = (
    { kind }: Column,
    value: string | boolean | number,
  ): Loss["problem"] | undefined => {
    if (typeof value !== "string") {
      text.add(String(value));
      return undefined;
    }
    if (kind === "json") return addText(redact(value), true, disarmedJson);
    if (kind === "id") {
      const id = redact(value);
      const isChanged = isForExcel && isChangedByExcel(id);
      // Quoted, so that readers that can tell take it for text.
      const problem = addText(isChanged ? `'${id}` : id, true, disarmed);
      return isChanged ? "id" : problem;
    }
    const shown = redact(value);
    return addText(shown, shown === "" || needsQuotes.test(shown), disarmed);
  };
  const addText = (
    value: string,
    isQuoted: boolean,
    disarm: (piece: string, isStart: boolean) => string,
  ): Loss["problem"] | undefined => {
    if (!isQuoted && value.length < maxExcelCharacters) {
      text.add(disarm(value, true));
      return undefined;
    }
    // Disarmed, a text is at most four times as long.
    if (value.length < maxExcelCharacters / 4) {
      text.add('"');
      text.addDoubled(disarm(value, true));
      text.add('"');
      return undefined;
    }
    let length = 0;
    text.add('"');
    for (const piece of TextBytes.piecesOf(value)) {
      const safe = disarm(piece, length === 0);
      length += safe.length;
      if (isForExcel && length > maxExcelCharacters) {
        // It is the first piece: more than one piece is more than Excel reads.
        const mark = `… (cut: ${value.length} characters)`;
        text.addDoubled(startOf(safe, maxExcelCharacters - mark.length) + mark);
        break;
      }
      text.addDoubled(safe);
    }
    text.add('"');
    return length > maxExcelCharacters ? "long" : undefined;
  };
  return {
    add: (records) => {
      table.add(records);
      if (table.holdsRows() && (table.isFixed() || table.isFull())) writeRows();
      const note = table.note();
      return {
        bytes: text.take(),
        isWhole: !table.holdsRows(),
        ...(note === undefined ? {} : { note }),
      };
    },
    end: () => {
      // A table without rows still has a header.
      if (table.holdsRows() || !table.isFixed()) writeRows();
      return text.take();
    },
    remarks: () => table.remarks(isForExcel),
  };
};

/** A text as a cell: no formula, and no control characters except line breaks and tabs. */
export const textCell = (text: string): string => {
  const safe = disarmed(text, true);
  return text === "" || needsQuotes.test(text) ? `"${escapeQuotes(safe)}"` : safe;
};

/** What any program might take for the end of a cell or of a row, and quotes. */
const needsQuotes = /[",;\t\r\n]/;

/**
 * The first character of a formula after the start of a cell, where spaces and quotes may come between: `;"=1` is a
 * formula in some programs. A cell also starts after a line break, for a program that takes the quotes around the cell
 * for text.
 */
const formulaInText = /([;\t\r\n])(?=(?:(?![\t\r\n])[\s"]){0,20}[=+\-@＝＋－＠])/gu;
const formulaAtStart = /^(?=[\t\r]|(?:(?![\t\r\n])[\s"]){0,20}[=+\-@＝＋－＠])/u;
const formulaInJson = /(;(?:(?![\t\r\n])\s){0,20})([=+\-@＝＋－＠])/gu;

// Most texts need no change.
const mayNeedChange = /[\p{Cc};]|^[\s"=+\-@＝＋－＠]/u;

const disarmed = (piece: string, isStart: boolean): string => {
  if (!mayNeedChange.test(piece)) return piece;
  const shown = piece.replaceAll(/[^\P{Cc}\t\r\n]/gu, "\uFFFD").replaceAll(formulaInText, "$1'");
  return isStart && formulaAtStart.test(piece) ? `'${shown}` : shown;
};

// JSON starts with a bracket, and its line breaks and tabs are escaped: only a semicolon can start a cell.
const disarmedJson = (piece: string): string =>
  piece.includes(";")
    ? piece.replaceAll(
        formulaInJson,
        (_, start: string, character: string) =>
          `${start}\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
      )
    : piece;

const escapeQuotes = (text: string): string => text.replaceAll('"', '""');

/** The start of a text, of at most so many characters. Splits no surrogate pair. */
const startOf = (text: string, length: number): string =>
  text.slice(0, Math.max(length, 0)).replace(/[\uD800-\uDBFF]$/, "");
