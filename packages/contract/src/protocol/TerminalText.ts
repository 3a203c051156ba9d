/**
 * Text from outside that is safe in a terminal, a log or an error message: without control characters, which can move the
 * cursor or set colours, and without characters that reorder or hide what is read (Unicode categories Cc, Cf, Zl, Zp and
 * lone surrogates).
 */

const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Writes unsafe characters as escapes, such as `\u{1b}`. Cuts what is longer than `limit` characters. */
export const escape = (text: string, limit = 300): string =>
  cut(text, limit).replaceAll(
    unsafe,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );

/** Replaces each unsafe character by U+FFFD. */
export const replace = (text: string): string => text.replaceAll(unsafe, "\uFFFD");

/** The same for text of several lines: line feeds and tabs stay. */
export const replaceInLines = (text: string): string =>
  text.replaceAll(/[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\uFFFD");

/** One line: unsafe characters and white space become single spaces. Cuts what is longer than `limit` characters. */
export const line = (text: string, limit = 1000): string =>
  cut(text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, " ").trim(), limit);

/** An opaque id or cursor for a message: quoted, and cut at 200 characters, longer than any real one. */
export const quoteId = (id: string): string => JSON.stringify(cut(id, 200));

/** Cuts a text at so many UTF-16 code units and marks the cut with an ellipsis. Splits no code point. */
export const cut = (text: string, limit: number): string =>
  text.length <= limit
    ? text
    : `${Array.from(text.slice(0, 2 * limit))
        .slice(0, limit - 1)
        .join("")}…`;

/** JSON whose unsafe characters are escaped: the same value, and safe to print. */
export const json = (value: unknown): string =>
  JSON.stringify(value).replaceAll(unsafe, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
