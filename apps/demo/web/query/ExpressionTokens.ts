/** The tokens of an expression, with their places in its text. */
import { wordEnd } from "./Expression.ts";

/** A part of a text: from `start` (included) to `end` (excluded). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Token extends Span {
  readonly type: "word" | "operator" | "mark" | "unclosed" | "end";
  /** What a word says, without quotes; what an operator means; the mark itself. */
  readonly text: string;
  readonly isQuoted: boolean;
}

/** The tokens of a text. The last one is its end. */
export const tokensOf = (text: string): ReadonlyArray<Token> => {
  const tokens: Array<Token> = [];
  let at = 0;
  const add = (type: Token["type"], end: number, meaning: string, isQuoted = false): void => {
    tokens.push({ type, start: at, end, text: meaning, isQuoted });
    at = end;
  };
  while (at < text.length) {
    const character = text.charAt(at);
    if (/\s/u.test(character)) {
      at += 1;
    } else if (character === '"' || character === "'") {
      const { end, content, isClosed } = quoted(text, at);
      add(isClosed ? "word" : "unclosed", end, content, true);
    } else if (/[()[\],]/u.test(character)) {
      add("mark", at + 1, character);
    } else if (/[=!<>≠≤≥]/u.test(character)) {
      const written = /^(==|!=|<>|<=|>=|.)/u.exec(text.slice(at, at + 2))?.[0] ?? character;
      add("operator", at + written.length, meanings.get(written) ?? written);
    } else {
      let end = at + 1;
      while (end < text.length && !wordEnd.test(text.charAt(end))) end += 1;
      add("word", end, text.slice(at, end));
    }
  }
  add("end", text.length, "");
  return tokens;
};

/** Other ways to write operators. */
const meanings: ReadonlyMap<string, string> = new Map([
  ["==", "="],
  ["<>", "!="],
  ["≠", "!="],
  ["≤", "<="],
  ["≥", ">="],
]);

const quoted = (
  text: string,
  start: number,
): { readonly end: number; readonly content: string; readonly isClosed: boolean } => {
  const mark = text.charAt(start);
  let content = "";
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === mark) return { end: at + 1, content, isClosed: true };
    if (character === "\\" && at + 1 < text.length) {
      at += 1;
      const escaped = text.charAt(at);
      content += { n: "\n", r: "\r", t: "\t" }[escaped] ?? escaped;
    } else {
      content += character;
    }
  }
  return { end: text.length, content, isClosed: false };
};
