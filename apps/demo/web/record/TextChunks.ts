/** A long text in pieces, so that only those in sight need be in the document. */

/** About how many characters a piece has. */
export const chunkLength = 8000;

/** A piece of a text, from `start` to before `end`. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
}

/** Cuts a text into pieces: after a line where there is one, and never inside a character. */
export const chunksOf = (text: string): ReadonlyArray<Chunk> => {
  const chunks: Array<Chunk> = [];
  for (let start = 0; start < text.length;) {
    const end = endOf(text, start);
    chunks.push({ start, end });
    start = end;
  }
  return chunks;
};

const endOf = (text: string, start: number): number => {
  const most = start + chunkLength;
  if (most >= text.length) return text.length;
  // Looked for in the piece alone: a search of the whole text would take long.
  const piece = text.slice(start, most);
  const line = piece.lastIndexOf("\n") + 1;
  if (line > chunkLength / 2) return start + line;
  const space = piece.lastIndexOf(" ") + 1;
  if (space > chunkLength / 2) return start + space;
  return isInsideCharacter(text, most) ? most + 1 : most;
};

/** Whether a text would be cut between the two halves of a character. */
const isInsideCharacter = (text: string, at: number): boolean =>
  /^[\uDC00-\uDFFF]/.test(text.charAt(at)) && /[\uD800-\uDBFF]$/.test(text.charAt(at - 1));
