/**
 * Text as UTF-8 in one buffer that is used again. A long text is encoded piece by piece: no second copy of it is made
 * in the heap, so that a record may take up much of it.
 */

/** Collects text. */
export interface TextBytes {
  readonly add: (text: string) => void;
  /** The bytes so far, and starts over. They are valid until the next call of {@link TextBytes.add}. */
  readonly take: () => Uint8Array;
}

/** Copies the first `length` bytes of one array into another, from `at` on, and returns where it ended. */
type Transcribe = (from: Uint8Array, length: number, to: Uint8Array, at: number) => number;

/** The length of a piece, about. */
const pieceLength = 64 * 1024;

const utf8 = new TextEncoder();

/** Starts without text. `transcribe` copies each piece as it was encoded, of at most twice the bytes afterwards. */
export const make = (transcribe?: Transcribe): TextBytes => {
  let buffer = new Uint8Array(4 * pieceLength);
  let scratch = new Uint8Array(0);
  let used = 0;
  let pending = "";
  const reserve = (bytes: number): void => {
    if (used + bytes <= buffer.length) return;
    const grown = new Uint8Array(Math.max(used + bytes, 2 * buffer.length));
    grown.set(buffer.subarray(0, used));
    buffer = grown;
  };
  const encode = (text: string): void => {
    // A UTF-16 code unit takes three bytes at most.
    const most = 3 * text.length;
    if (transcribe === undefined) {
      reserve(most);
      used += utf8.encodeInto(text, buffer.subarray(used)).written;
      return;
    }
    if (scratch.length < most) scratch = new Uint8Array(2 * most);
    const { written } = utf8.encodeInto(text, scratch);
    reserve(2 * written);
    used = transcribe(scratch, written, buffer, used);
  };
  const flush = (): void => {
    encode(pending);
    pending = "";
  };
  return {
    add: (text) => {
      if (text.length <= pieceLength) pending += text;
      else {
        flush();
        for (const piece of piecesOf(text)) encode(piece);
      }
      if (pending.length > pieceLength) flush();
    },
    take: () => {
      flush();
      const taken = buffer.subarray(0, used);
      used = 0;
      return taken;
    },
  };
};

/** The most spaces and quotes that may stand between the start of a cell and a formula. */
const maxPadding = 20;

/**
 * Cuts a text into pieces. No cut separates a surrogate pair, or a separator of cells from the formula after it, which
 * up to {@link maxPadding} spaces and quotes may precede.
 */
export const piecesOf = (text: string): Iterable<string> =>
  text.length <= pieceLength ? [text] : cutPieces(text);

function* cutPieces(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > pieceLength) {
    const end = cutAfter(text, start + pieceLength);
    yield text.slice(start, end);
    start = end;
  }
  yield text.slice(start);
}

/** The first place from `from` on where a text may be cut. */
const cutAfter = (text: string, from: number): number => {
  let padding = 0;
  for (let at = from; at < text.length; at++) {
    const before = text[at - 1] ?? "";
    const after = text[at] ?? "";
    if (/[\uD800-\uDBFF]/.test(before) && /[\uDC00-\uDFFF]/.test(after)) continue;
    if (/[;\t\r\n]/.test(after) || !/[\s;"]/.test(before) || padding > maxPadding) return at;
    padding += 1;
  }
  return text.length;
};
