/**
 * Reads the files in a ZIP archive, one at a time, as APPNOTE.TXT 6.3.10 describes it: stored, deflated or compressed
 * with Zstandard, also with more than 4 GB. Inspect writes Zstandard, which the small unzip libraries do not read; Node
 * has all that it takes.
 */
import { Data, Effect, type FileSystem, Option } from "effect";
import { crc32, inflateRawSync, zstdDecompressSync } from "node:zlib";

/** The archive is damaged, or uses what is not supported. */
export class ZipError extends Data.TaggedError("ZipError")<{ readonly problem: string }> {}

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

const signatures = {
  localHeader: 0x04034b50,
  centralHeader: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  end64Locator: 0x07064b50,
};
const sizes = { localHeader: 30, centralHeader: 46, end: 22, end64: 56, end64Locator: 20 };
/** A comment follows the end of the central directory. */
const maxCommentLength = 0xffff;
const isIn64 = 0xffff_ffff;

/** Whether bytes start as a ZIP archive does. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === signatures.localHeader;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const damaged = (what: string) => new ZipError({ problem: `is a damaged archive: ${what}` });

/** The bytes from one offset to another. */
const bytesAt = Effect.fnUntraced(function* (file: FileSystem.File, from: number, length: number) {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const chunk = yield* file.readAlloc(length - at, { position: BigInt(from + at) });
    if (Option.isNone(chunk)) return yield* damaged("it ends too early");
    bytes.set(chunk.value, at);
    at += chunk.value.length;
  }
  return bytes;
});

/** The files in an archive, in the order of its directory. Of several with one name, the last counts. */
export const entries = Effect.fnUntraced(function* (file: FileSystem.File) {
  const total = Number((yield* file.stat).size);
  const tailLength = Math.min(total, sizes.end + maxCommentLength);
  const tail = viewOf(yield* bytesAt(file, total - tailLength, tailLength));
  let end = tailLength - sizes.end;
  while (end >= 0 && tail.getUint32(end, true) !== signatures.end) end -= 1;
  if (end < 0) return yield* damaged("it has no directory");

  let directoryLength = tail.getUint32(end + 12, true);
  let directoryAt = tail.getUint32(end + 16, true);
  const locator = end - sizes.end64Locator;
  if (locator >= 0 && tail.getUint32(locator, true) === signatures.end64Locator) {
    const end64At = Number(tail.getBigUint64(locator + 8, true));
    const end64 = viewOf(yield* bytesAt(file, end64At, sizes.end64));
    if (end64.getUint32(0, true) !== signatures.end64)
      return yield* damaged("its directory is lost");
    directoryLength = Number(end64.getBigUint64(40, true));
    directoryAt = Number(end64.getBigUint64(48, true));
  }
  if (directoryAt + directoryLength > total) return yield* damaged("its directory is cut off");
  const directory = yield* bytesAt(file, directoryAt, directoryLength);
  const view = viewOf(directory);
  const found = new Map<string, ZipEntry>();
  for (let at = 0; at + sizes.centralHeader <= directoryLength;) {
    if (view.getUint32(at, true) !== signatures.centralHeader)
      return yield* damaged("its directory is broken");
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next =
      at + sizes.centralHeader + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > directoryLength) return yield* damaged("its directory is broken");
    const nameAt = at + sizes.centralHeader;
    const name = new TextDecoder().decode(directory.subarray(nameAt, nameAt + nameLength));
    const extra = view64(view, nameAt + nameLength, extraLength);
    const size = extra(view.getUint32(at + 24, true));
    const packedSize = extra(view.getUint32(at + 20, true));
    const offset = extra(view.getUint32(at + 42, true));
    found.delete(name);
    found.set(name, {
      name,
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedSize,
      size,
      offset,
    });
    at = next;
  }
  return Array.from(found.values());
});

/** Replaces numbers that do not fit 32 bits by those of the extra field, which has them in the order of the header. */
const view64 = (view: DataView, from: number, length: number): ((value: number) => number) => {
  let at = from;
  const end = from + length;
  while (at + 4 <= end && view.getUint16(at, true) !== 1) at += 4 + view.getUint16(at + 2, true);
  at += 4;
  return (value) => {
    if (value !== isIn64 || at + 8 > end) return value;
    at += 8;
    return Number(view.getBigUint64(at - 8, true));
  };
};

/** Reads a file of an archive. */
export const read = Effect.fnUntraced(function* (file: FileSystem.File, entry: ZipEntry) {
  const { name, flags, method, crc, packedSize, size, offset } = entry;
  if ((flags & 1) === 1) return yield* new ZipError({ problem: `${name} is encrypted` });
  const header = viewOf(yield* bytesAt(file, offset, sizes.localHeader));
  if (header.getUint32(0, true) !== signatures.localHeader)
    return yield* damaged(`${name} is lost`);
  const start =
    offset + sizes.localHeader + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = yield* bytesAt(file, start, packedSize);
  const unpack = unpackers[method];
  if (unpack === undefined) {
    return yield* new ZipError({
      problem: `${name} is compressed with an unsupported method, ${method}`,
    });
  }
  const bytes = yield* Effect.try({
    // The directory says how long it is: a small archive cannot fill the memory.
    try: () => unpack(packed, Math.max(1, size)),
    catch: () => damaged(`${name} cannot be decompressed`),
  });
  if (bytes.length !== size || crc32(bytes) !== crc)
    return yield* damaged(`${name} has other bytes than it had`);
  return bytes;
});

const unpackers: Readonly<
  Record<number, (bytes: Uint8Array, maxOutputLength: number) => Uint8Array>
> = {
  0: (bytes) => bytes,
  8: (bytes, maxOutputLength) => inflateRawSync(bytes, { maxOutputLength }),
  93: (bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength }),
};
