import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";

/** The start of a file that `torch.save` wrote before 1.6: a pickled number. */
export const legacyTorch = Buffer.from("80028a0a6cfc9c46f9206aa850192e8002", "hex");

/** One entry of an archive, with where it begins. */
interface Placed {
  name: string;
  crc: number;
  sizeBytes: number;
  offset: number;
}

/**
 * A zip archive as `torch.save` writes them: stored entries beneath one folder, the directory with ZIP64 records.
 * @param entries content by name
 */
export function torchZip(
  entries: Readonly<Record<string, Buffer>> = {
    "archive/data.pkl": Buffer.from("pickle"),
    "archive/data/0": Buffer.alloc(300, 7),
    "archive/data/1": Buffer.alloc(100, 8),
    "archive/version": Buffer.from("3\n"),
  },
): Buffer {
  const parts: Buffer[] = [];
  const placed: Placed[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const entry = { name, crc: crc32(content), sizeBytes: content.length, offset };
    const header = localHeader(entry);
    parts.push(header, content);
    placed.push(entry);
    offset += header.length + content.length;
  }
  return Buffer.concat([...parts, directory(placed, offset)]);
}

/** Writes an archive with one entry of so many zeros that take no room on the disk. */
export function writeSparseZip(file: string, sizeBytes: number): void {
  const entry = { name: "archive/data/0", crc: 0, sizeBytes, offset: 0 };
  const header = localHeader(entry);
  const end = header.length + sizeBytes;
  const descriptor = openSync(file, "w");
  try {
    writeSync(descriptor, header, 0, header.length, 0);
    ftruncateSync(descriptor, end);
    const tail = directory([entry], end);
    writeSync(descriptor, tail, 0, tail.length, end);
  } finally {
    closeSync(descriptor);
  }
}

/** A file of safetensors. @param tensors size in bytes by name, as 8-bit numbers */
export function safetensors(tensors: Readonly<Record<string, number>> = { bias: 8, weight: 64 }): Buffer {
  let end = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, bytes]) => [
      name,
      { dtype: "U8", shape: [bytes], data_offsets: [end, (end += bytes)] },
    ]),
  );
  return safetensorsOf({ __metadata__: { format: "pt" }, ...header }, end);
}

/** A file with any header. */
export function safetensorsOf(header: unknown, dataBytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes, 1)]);
}

function localHeader({ name, crc, sizeBytes }: Placed): Buffer {
  const extra = zip64Extra(sizeBytes, sizeBytes);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(45, 4);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(0xffffffff, 18);
  header.writeUInt32LE(0xffffffff, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, Buffer.from(name), extra]);
}

/** Central directory, and the three records of its end. */
function directory(entries: readonly Placed[], offset: number): Buffer {
  const listed = Buffer.concat(
    entries.map(({ name, crc, sizeBytes, offset: start }) => {
      const extra = zip64Extra(sizeBytes, sizeBytes, start);
      const header = Buffer.alloc(46);
      header.writeUInt32LE(0x02014b50, 0);
      header.writeUInt16LE(45, 6);
      header.writeUInt32LE(crc, 16);
      header.writeUInt32LE(0xffffffff, 20);
      header.writeUInt32LE(0xffffffff, 24);
      header.writeUInt16LE(name.length, 28);
      header.writeUInt16LE(extra.length, 30);
      header.writeUInt32LE(0xffffffff, 42);
      return Buffer.concat([header, Buffer.from(name), extra]);
    }),
  );
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeBigUInt64LE(BigInt(entries.length), 24);
  end64.writeBigUInt64LE(BigInt(entries.length), 32);
  end64.writeBigUInt64LE(BigInt(listed.length), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + listed.length), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(0xffff, 8);
  end.writeUInt16LE(0xffff, 10);
  end.writeUInt32LE(0xffffffff, 12);
  end.writeUInt32LE(0xffffffff, 16);
  return Buffer.concat([listed, end64, locator, end]);
}

function zip64Extra(...numbers: number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * numbers.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * numbers.length, 2);
  for (const [index, number] of numbers.entries()) extra.writeBigUInt64LE(BigInt(number), 4 + 8 * index);
  return extra;
}
