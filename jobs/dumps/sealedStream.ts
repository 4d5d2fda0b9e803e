import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from "node:crypto";
import { Failure } from "../../lib/failure";

/** Key of one dump, from which each of its files has one of its own. */
export interface DumpKey {
  /** Drawn for each dump; no secret. */
  salt: Buffer;
  master: Buffer;
}

const CIPHER = "aes-256-gcm";
/** Memory-hard, 64 MiB, once for each dump: the passphrase of a vault that was given one may be weak. */
const SCRYPT = { N: 65536, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };
const SALT_BYTES = 16;
const TAG_BYTES = 16;
/** Plain bytes of each chunk but the last one, which may be shorter, and empty. */
const CHUNK_BYTES = 1024 * 1024;
const MAGIC = Buffer.from("lstm-pfd dump 1\n", "latin1");
/** By which another passphrase is told from damage. */
const CHECK_BYTES = 16;
const HEADER_BYTES = MAGIC.length + SALT_BYTES + CHECK_BYTES;

/**
 * The key of a dump.
 * @param salt of a dump that is there; @default drawn, for a new one
 */
export function dumpKey(passphrase: string, salt: Buffer = randomBytes(SALT_BYTES)): DumpKey {
  return { salt, master: scryptSync(passphrase, salt, 32, SCRYPT) };
}

/** The keys of dumps by their salts. Each is derived once, which takes a third of a second. */
export function dumpKeys(passphrase: string): (salt: Buffer) => DumpKey {
  const known = new Map<string, DumpKey>();
  return (salt) => {
    const id = salt.toString("hex");
    const key = known.get(id) ?? dumpKey(passphrase, Buffer.from(salt));
    known.set(id, key);
    return key;
  };
}

/**
 * Encrypts a file of a dump: a header with the salt, then chunks, each with its tag. Number and end are part of each chunk's nonce, and
 * the name of the file is authenticated with it: no chunk can be left out, moved to another place or file, or cut off, without being seen.
 * @see https://eprint.iacr.org/2015/189.pdf the construction STREAM
 * @param name of dump and file, the same for {@link openSealed}
 */
export async function* sealStream(
  content: AsyncIterable<Buffer>,
  key: DumpKey,
  name: string,
): AsyncGenerator<Buffer> {
  yield Buffer.concat([MAGIC, key.salt, derived(key, "check", CHECK_BYTES)]);
  const fileKey = fileKeyOf(key, name);
  let number = 0;
  for await (const { bytes, isLast } of inPieces(content, CHUNK_BYTES)) {
    const cipher = createCipheriv(CIPHER, fileKey, nonceOf(number, isLast));
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    number += 1;
  }
}

/**
 * Decrypts what {@link sealStream} made. What comes out is authentic, chunk by chunk; that it was all of it is known at the end alone.
 * @param where as it stands in messages
 * @throws Failure when it is another format, another passphrase, damaged, or cut off
 */
export async function* openSealed(
  sealed: AsyncIterable<Buffer>,
  keyOf: (salt: Buffer) => DumpKey,
  { name, where }: { name: string; where: string },
): AsyncGenerator<Buffer> {
  const refuse = (what: string, remedy = otherOne): Failure => new Failure(`${where} ${what}`, remedy);
  let fileKey: Buffer | undefined;
  let number = 0;
  const open = (header: Buffer): Buffer => {
    if (!header.subarray(0, MAGIC.length).equals(MAGIC)) throw refuse("is no file of a dump");
    const key = keyOf(header.subarray(MAGIC.length, MAGIC.length + SALT_BYTES));
    if (!header.subarray(MAGIC.length + SALT_BYTES).equals(derived(key, "check", CHECK_BYTES)))
      throw refuse(
        "was encrypted with another passphrase",
        "use the recovery kit of the vault that it was taken for (PGBACKREST_REPO1_CIPHER_PASS)",
      );
    return fileKeyOf(key, name);
  };
  for await (const { bytes, isLast } of inPieces(sealed, CHUNK_BYTES + TAG_BYTES, HEADER_BYTES)) {
    if (fileKey === undefined) {
      if (bytes.length < HEADER_BYTES || isLast) throw refuse("is cut off: it ends in its header");
      fileKey = open(bytes);
      continue;
    }
    if (bytes.length < TAG_BYTES) throw refuse(`is cut off after ${number} MiB`);
    const decipher = createDecipheriv(CIPHER, fileKey, nonceOf(number, isLast));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    const head = decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES));
    let plain: Buffer;
    try {
      plain = Buffer.concat([head, decipher.final()]);
    } catch {
      throw refuse(isLast ? `is damaged or cut off after ${number} MiB` : `is damaged after ${number} MiB`);
    }
    yield plain;
    number += 1;
  }
}

const otherOne = "bring back its former version (the bucket keeps versions), or choose another dump";

/**
 * Cuts a stream into pieces of one size. There is always a last one, which is shorter or empty.
 * @param firstBytes size of the first piece, where it is another
 */
async function* inPieces(
  content: AsyncIterable<Buffer>,
  size: number,
  firstBytes = size,
): AsyncGenerator<{ bytes: Buffer; isLast: boolean }> {
  let waiting: Buffer[] = [];
  let length = 0;
  let wanted = firstBytes;
  for await (const bytes of content) {
    waiting.push(bytes);
    length += bytes.length;
    // One that is just full may be the last one.
    while (length > wanted) {
      const [only, ...others]: Buffer[] = waiting;
      const all: Buffer = only !== undefined && others.length === 0 ? only : Buffer.concat(waiting);
      yield { bytes: all.subarray(0, wanted), isLast: false };
      waiting = [all.subarray(wanted)];
      length -= wanted;
      wanted = size;
    }
  }
  yield { bytes: Buffer.concat(waiting), isLast: true };
}

function fileKeyOf(key: DumpKey, name: string): Buffer {
  return derived(key, `file ${name}`, 32);
}

function derived({ master, salt }: DumpKey, use: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", master, salt, `lstm-pfd dump ${use}`, bytes));
}

/** Each file has a key of its own, so that its chunks may count from 0. */
function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}
