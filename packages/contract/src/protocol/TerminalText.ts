/**
 * Makes text from outside safe in a terminal, a log or an error message. Unsafe are control characters, which can move
 * the cursor or set colours, and characters that reorder or hide text (Unicode categories Cc, Cf, Zl, Zp, and lone
 * surrogates, Cs).
 */

const unsafeCategories = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}`;
const unsafe = new RegExp(`[${unsafeCategories}]`, "gu");
const unsafeButLineFeedsAndTabs = new RegExp(String.raw`(?![\n\t])[${unsafeCategories}]`, "gu");
const unsafeOrSpace = new RegExp(String.raw`[${unsafeCategories}\s]+`, "gu");

/** Writes unsafe characters as escapes, such as `\u{1b}`. Cuts text that is longer than `limit` characters. */
export const escape = (text: string, limit = 300): string =>
  cut(text, limit).replaceAll(
    unsafe,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );

/** Writes unsafe characters, which nobody can see, by their names: `U+FEFF`. */
export const nameUnsafe = (text: string): string =>
  text.replaceAll(
    unsafe,
    (character) =>
      `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`,
  );

/** Replaces each unsafe character by U+FFFD. */
export const replace = (text: string): string => text.replaceAll(unsafe, "\uFFFD");

/** Replaces each unsafe character by U+FFFD, except line feeds and tabs. */
export const replaceInLines = (text: string): string =>
  text.replaceAll(unsafeButLineFeedsAndTabs, "\uFFFD");

/** Replaces unsafe characters and white space by single spaces. Cuts text that is longer than `limit` characters. */
export const line = (text: string, limit = 1000): string =>
  cut(text.replaceAll(unsafeOrSpace, " ").trim(), limit);

/** Quotes an opaque id or cursor for a message. Cuts it at 200 characters, more than any real one has. */
export const quoteId = (id: string): string => JSON.stringify(cut(id, 200));

/** Cuts a text at so many UTF-16 code units and marks the cut with an ellipsis. Splits no code point. */
export const cut = (text: string, limit: number): string =>
  text.length <= limit
    ? text
    : `${Array.from(text.slice(0, 2 * limit))
        .slice(0, limit - 1)
        .join("")}…`;

/** Writes a value as JSON with unsafe characters escaped: it parses to the same value, and is safe to print. */
export const json = (value: unknown): string =>
  JSON.stringify(value).replaceAll(unsafe, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
