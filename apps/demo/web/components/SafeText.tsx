/** Text from a record, shown as text: never as markup, and with its hidden characters made visible. */
import type { JSX } from "preact";

/** A text whose direction is its own and does not reorder the text around it. */
export const SafeText = ({ children }: { readonly children: string }): JSX.Element => (
  <bdi dir="auto">{visible(children)}</bdi>
);

/**
 * Shows control characters as symbols, and characters that reorder or hide text as code points. Line breaks and tabs
 * stay, and so do the joiners that scripts and emoji need.
 */
export const visible = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\n\t]|[\u200B\u202A-\u202E\u2060-\u2069\uFEFF]/gu, (hidden) => {
      const code = hidden.codePointAt(0) ?? 0;
      return code < 0x20
        ? String.fromCodePoint(0x2400 + code)
        : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
    });
