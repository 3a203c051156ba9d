/** Text from records in XML and Markdown: whatever it contains, it stays text. */
import * as TerminalText from "@scorecard-effect/contract/protocol/TerminalText";

/** XML has no form for these characters, not even an escaped one. */
const notInXml = /[\uFFFE\uFFFF]/g;

/** A text as one line of XML, for elements and attributes. */
export const xml = (text: string): string =>
  TerminalText.replace(oneLine(text))
    .replaceAll(notInXml, "\uFFFD")
    .replaceAll(/[&<>"']/g, entity);

/** ASCII punctuation, without what has no meaning within a line. */
const meaningful = /[!-+./:-@[-`{-~]/g;

/**
 * A text as one line of Markdown, in a `code` element. Each character with a meaning is an entity, so that the text
 * cannot end a cell, hold HTML, or make a link; GitHub notifies nobody who is mentioned in code.
 */
export const markdown = (text: string): string => {
  const line = TerminalText.cut(TerminalText.replace(oneLine(text)), maxMarkdownLength);
  return line === "" ? "" : `<code>${line.replaceAll(meaningful, entity)}</code>`;
};

const maxMarkdownLength = 300;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

const entity = (character: string): string => `&#${character.charCodeAt(0)};`;
