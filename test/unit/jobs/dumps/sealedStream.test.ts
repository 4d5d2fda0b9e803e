import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { dumpKey, dumpKeys, openSealed, sealStream } from "../../../../jobs/dumps/sealedStream";

const MIB = 1024 * 1024;
const key = dumpKey("passphrase");
const keyOf = dumpKeys("passphrase");
const name = "backup-2026-01-15-020000/dump";

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function all(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}

const sealed = (bytes: Buffer, pieces = 100_000): Promise<Buffer> =>
  all(sealStream(inPieces(bytes, pieces), key, name));
const opened = (bytes: Buffer, as = name, pieces = 70_000): Promise<Buffer> =>
  all(openSealed(inPieces(bytes, pieces), keyOf, { name: as, where: "s3://backups/dump" }));

describe("a file of a dump", () => {
  for (const size of [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB, 3 * MIB + 17])
    it(`of ${size} bytes comes back, however it is cut`, async () => {
      const bytes = randomBytes(size);
      const text = await sealed(bytes);
      assert.ok(!text.includes(bytes.subarray(0, 64)) || size === 0 || size === 1);
      for (const pieces of [1000, MIB, 10 * MIB]) assert.deepEqual(await opened(text, name, pieces), bytes);
    });

  it("is another text each time", async () => {
    const other = await all(sealStream(inPieces(Buffer.alloc(100), 100), dumpKey("passphrase"), name));
    assert.notDeepEqual(other.subarray(-100), (await sealed(Buffer.alloc(100))).subarray(-100));
  });

  const chunk = MIB + 16;
  const header = 48;
  for (const [what, cut, message] of [
    ["cut off in its header", (text: Buffer) => text.subarray(0, 20), /is cut off: it ends in its header/],
    ["cut off after its header", (text: Buffer) => text.subarray(0, header), /ends in its header/],
    [
      "cut off in a chunk",
      (text: Buffer) => text.subarray(0, Math.floor(text.length * 0.6)),
      /damaged or cut off after 1 MiB/,
    ],
    [
      "cut off between two chunks",
      (text: Buffer) => text.subarray(0, header + 2 * chunk),
      /damaged or cut off after 1 MiB/,
    ],
    [
      "with a changed byte",
      (text: Buffer) => {
        const changed = Buffer.from(text);
        changed.writeUInt8((changed[header + 5] ?? 0) ^ 1, header + 5);
        return changed;
      },
      /is damaged after 0 MiB/,
    ],
    [
      "with two chunks that changed places",
      (text: Buffer) =>
        Buffer.concat([
          text.subarray(0, header),
          text.subarray(header + chunk, header + 2 * chunk),
          text.subarray(header, header + chunk),
          text.subarray(header + 2 * chunk),
        ]),
      /is damaged after 0 MiB/,
    ],
    [
      "with more behind its end",
      (text: Buffer) => Buffer.concat([text, Buffer.alloc(chunk)]),
      /is damaged after 2 MiB/,
    ],
    ["that is another format", () => Buffer.alloc(3 * MIB, "gzip"), /is no file of a dump/],
    ["that is empty", () => Buffer.alloc(0), /is cut off: it ends in its header/],
  ] as const)
    it(`is refused when it is one ${what}`, async () => {
      const text = await sealed(randomBytes(2 * MIB + 500_000));
      await assert.rejects(opened(cut(text)), message);
    });

  it("is refused in place of another one, and with another passphrase", async () => {
    const text = await sealed(randomBytes(100));
    await assert.rejects(opened(text, "backup-2026-01-16-020000/dump"), /damaged or cut off after 0 MiB/);
    const others = dumpKeys("another one");
    await assert.rejects(
      all(openSealed(inPieces(text, 100), others, { name, where: "it" })),
      /it was encrypted with another passphrase; use the recovery kit/,
    );
  });
});
