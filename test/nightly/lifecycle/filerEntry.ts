/** One field of a message in the format of protocol buffers. */
interface Field {
  number: number;
  /** The whole field, tag included. */
  bytes: Buffer;
  /** What it holds, where that has a length. */
  value: Buffer;
}

/** Numbers in SeaweedFS' filer.proto. */
const ENTRY = { attributes: 4, extended: 5 };
const ATTRIBUTES = { mtime: 2, mtimeNanoseconds: 19 };
/** Since when a version is not the current one any more, as the gateway has noted it. */
const NONCURRENT_SINCE = "Seaweed-X-Amz-Noncurrent-Since-Ns";

/**
 * An entry of the filer as it would be had it been written at another time. SeaweedFS' own tests of its lifecycle age objects so.
 * @see https://github.com/seaweedfs/seaweedfs/blob/master/test/s3/lifecycle/s3_lifecycle_versioning_test.go
 */
export function writtenAt(entry: Buffer, at: Date): Buffer {
  return Buffer.concat(
    fieldsOf(entry).flatMap((field) => {
      if (field.number === ENTRY.extended && field.value.includes(NONCURRENT_SINCE)) return [];
      return field.number === ENTRY.attributes
        ? [lengthDelimited(ENTRY.attributes, attributesAt(field.value, at))]
        : [field.bytes];
    }),
  );
}

function attributesAt(attributes: Buffer, at: Date): Buffer {
  const others = fieldsOf(attributes).filter(
    ({ number }) => number !== ATTRIBUTES.mtime && number !== ATTRIBUTES.mtimeNanoseconds,
  );
  const seconds = BigInt(Math.floor(at.getTime() / 1000));
  return Buffer.concat([
    ...others.map(({ bytes }) => bytes),
    varint(BigInt(ATTRIBUTES.mtime << 3)),
    varint(seconds),
  ]);
}

/** What a message says in a field with a length; undefined where it says nothing. */
export function valueOf(message: Buffer, number: number): Buffer | undefined {
  return fieldsOf(message).find((field) => field.number === number)?.value;
}

/** A field with a length: text, or a message. */
export function lengthDelimited(number: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(BigInt((number << 3) | 2)), varint(BigInt(bytes.length)), bytes]);
}

function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const start = at;
    const tag = Number(readVarint());
    let value: Buffer = Buffer.alloc(0);
    switch (tag & 7) {
      case 0:
        readVarint();
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = Number(readVarint());
        value = message.subarray(at, at + length);
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new Error(`a field of wire type ${tag & 7} is none of protocol buffers 3`);
    }
    fields.push({ number: tag >> 3, bytes: message.subarray(start, at), value });
  }
  return fields;
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7n) {
    if (left < 128n) return Buffer.from([...bytes, Number(left)]);
    bytes.push(Number(left & 127n) | 128);
  }
}
