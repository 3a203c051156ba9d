/**
 * Text as UTF-8 in one buffer that is used again. A long text is encoded piece by piece: no second copy of it is made
 * in the heap, so that a record may take up much of it.
 */

/** Collects text. */
export interface TextBytes {
  readonly add: (text: string) => void;
  /** Adds a text with each quote twice, as CSV writes it. */
  readonly addDoubled: (text: string) => void;
  /** How many bytes there are so far. */
  readonly length: () => number;
  /** The bytes so far, and starts over. They are valid until the next call of {@link TextBytes.add}. */
  readonly take: () => Uint8Array;
}

/** The length of a piece, about, where no other is given. */
const usualPieceLength = 64 * 1024;

/** Shorter texts are written by their characters: a call of the encoder takes longer. */
const shortLength = 12;

const quote = 0x22;

const utf8 = new TextEncoder();

/** Starts without text. Pieces are 64 KiB long, about: tests take shorter ones. */
export const make = (pieceLength: number = usualPieceLength): TextBytes => {
  let buffer = new Uint8Array(4 * pieceLength);
  let view = new DataView(buffer.buffer);
  let used = 0;
  let scratch = new Uint8Array(0);
  let scratchView = new DataView(scratch.buffer);

  const reserve = (bytes: number): void => {
    if (used + bytes <= buffer.length) return;
    const grown = new Uint8Array(Math.max(used + bytes, 2 * buffer.length));
    grown.set(buffer.subarray(0, used));
    buffer = grown;
    view = new DataView(grown.buffer);
  };
  const addPiece = (piece: string): void => {
    // A UTF-16 code unit takes three bytes at most.
    reserve(3 * piece.length);
    used += utf8.encodeInto(piece, buffer.subarray(used)).written;
  };
  // Quotes are doubled in the bytes, which takes less time than in the text.
  const addDoubledPiece = (piece: string): void => {
    if (scratch.length < 3 * piece.length) {
      scratch = new Uint8Array(4 * piece.length);
      scratchView = new DataView(scratch.buffer);
    }
    const { written } = utf8.encodeInto(piece, scratch);
    reserve(2 * written + 1);
    let end = used;
    for (let at = 0; at < written; at += 1) {
      const byte = scratchView.getUint8(at);
      // A quote after every byte: the next byte replaces it where it is not wanted. Without a branch, this takes half
      // the time.
      view.setUint16(end, (quote << 8) | byte, true);
      end += byte === quote ? 2 : 1;
    }
    used = end;
  };
  return {
    add: (text) => {
      if (text.length > pieceLength)
        for (const piece of piecesOf(text, pieceLength)) addPiece(piece);
      else if (text.length > shortLength || !isAscii(text)) addPiece(text);
      else {
        reserve(text.length);
        for (let at = 0; at < text.length; at += 1) buffer[used + at] = text.charCodeAt(at);
        used += text.length;
      }
    },
    addDoubled: (text) => {
      if (text.length <= pieceLength) addDoubledPiece(text);
      else for (const piece of piecesOf(text, pieceLength)) addDoubledPiece(piece);
    },
    length: () => used,
    take: () => {
      const taken = buffer.subarray(0, used);
      used = 0;
      return taken;
    },
  };
};

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
};

/** The most spaces and quotes that may stand between the start of a cell and a formula. */
const maxPadding = 20;

/**
 * Cuts a text into pieces. No cut separates a surrogate pair, or a separator of cells from the formula after it, which
 * up to {@link maxPadding} spaces and quotes may precede.
 */
export const piecesOf = (text: string, pieceLength: number = usualPieceLength): Iterable<string> =>
  text.length <= pieceLength ? [text] : cutPieces(text, pieceLength);

function* cutPieces(text: string, pieceLength: number): Generator<string> {
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
