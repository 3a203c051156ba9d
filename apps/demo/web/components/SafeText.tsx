/** Text from a record, shown as what it is: never as markup, and with nothing hidden in it. */
import type { JSX } from "preact";

/** A text on its own terms: its direction is its own, and reorders nothing around it. */
export const SafeText = ({ children }: { readonly children: string }): JSX.Element => (
  <bdi dir="auto">{visible(children)}</bdi>
);

/**
 * Control characters as pictures, and characters that reorder or hide text by their code points. Line breaks, tabs
 * and the joiners that scripts and emoji need stay.
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
