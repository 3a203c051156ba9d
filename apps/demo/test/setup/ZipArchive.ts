/** Writes ZIP archives for tests, by APPNOTE.TXT. */
import { crc32, deflateRawSync, zstdCompressSync } from "node:zlib";

/** How a file is compressed. */
export type Method = "stored" | "deflate" | "zstd";

const methods = {
  stored: { code: 0, pack: (bytes: Uint8Array) => bytes },
  deflate: { code: 8, pack: (bytes: Uint8Array) => deflateRawSync(bytes) },
  zstd: { code: 93, pack: (bytes: Uint8Array) => zstdCompressSync(bytes) },
} as const;

/** An archive with these files. With `zip64`, its numbers are in the extra fields, as in an archive above 4 GB. */
export const zip = (
  files: ReadonlyArray<readonly [name: string, text: string]>,
  {
    method = "deflate",
    zip64 = false,
  }: { readonly method?: Method; readonly zip64?: boolean } = {},
): Buffer => {
  const parts: Array<Buffer> = [];
  const directory: Array<Buffer> = [];
  let offset = 0;
  for (const [name, text] of files) {
    const bytes = Buffer.from(text);
    const packed = Buffer.from(methods[method].pack(bytes));
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(45, 0);
    common.writeUInt16LE(methods[method].code, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 14);
    common.writeUInt32LE(zip64 ? 0xffffffff : bytes.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([
      Buffer.from("PK\u0003\u0004", "latin1"),
      common,
      nameBytes,
      packed,
    ]);
    const extra = Buffer.alloc(zip64 ? 28 : 0);
    if (zip64) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      extra.writeBigUInt64LE(BigInt(bytes.length), 4);
      extra.writeBigUInt64LE(BigInt(packed.length), 12);
      extra.writeBigUInt64LE(BigInt(offset), 20);
      common.writeUInt16LE(extra.length, 24);
    }
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(zip64 ? 0xffffffff : offset, 10);
    directory.push(
      Buffer.concat([
        Buffer.from("PK\u0001\u0002\u002d\u0000", "latin1"),
        common,
        rest,
        nameBytes,
        extra,
      ]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end64 = Buffer.alloc(zip64 ? 76 : 0);
  if (zip64) {
    end64.write("PK\u0006\u0006", 0, "latin1");
    end64.writeBigUInt64LE(44n, 4);
    end64.writeBigUInt64LE(BigInt(files.length), 32);
    end64.writeBigUInt64LE(BigInt(central.length), 40);
    end64.writeBigUInt64LE(BigInt(offset), 48);
    end64.write("PK\u0006\u0007", 56, "latin1");
    end64.writeBigUInt64LE(BigInt(offset + central.length), 64);
  }
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt32LE(zip64 ? 0xffffffff : central.length, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16);
  return Buffer.concat([...parts, central, end64, end]);
};
