/** What a search found, as it travels: the length of its head, the head as JSON, and the bits of each run. */
import type { Range } from "./SearchProtocol.ts";
import type { Bitmap } from "./TextSearch.ts";

/** The records of one run that a search read, and which of them it found. */
export interface Found extends Range {
  readonly bits: Bitmap;
}

export const toBytes = (found: ReadonlyArray<Found>): Uint8Array<ArrayBuffer> => {
  const head = new TextEncoder().encode(
    JSON.stringify(found.map(({ from, to }) => ({ from, to }))),
  );
  const size = found.reduce((sum, { bits }) => sum + bits.length, 4 + head.length);
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let at = 4 + head.length;
  for (const { bits } of found) {
    bytes.set(bits, at);
    at += bits.length;
  }
  return bytes;
};

/** Reads what {@link toBytes} wrote. */
export const fromBytes = (buffer: ArrayBuffer): ReadonlyArray<Found> => {
  const length = new DataView(buffer).getUint32(0, true);
  const ranges: ReadonlyArray<Range> = JSON.parse(
    new TextDecoder().decode(new Uint8Array(buffer, 4, length)),
  );
  let at = 4 + length;
  return ranges.map(({ from, to }) => {
    const start = at;
    at += (to - from + 7) >> 3;
    return { from, to, bits: new Uint8Array(buffer.slice(start, at)) };
  });
};
