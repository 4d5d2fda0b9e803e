import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { volumeOf } from "../../../../jobs/database/volume";
import { neededBytes, requireRoom, saysFullDisk, writeRemedy } from "../../../../jobs/database/volumeSpace";

const MiB = 1024 ** 2;

describe("room for a restore", () => {
  const needs: [databaseBytes: number, segments: number, rebuilds: boolean, needed: number][] = [
    [100 * MiB, 1, false, 132 * MiB],
    [100 * MiB, 10, false, 420 * MiB],
    [100 * MiB, 100, false, (100 + 1600 + 256) * MiB],
    [100 * MiB, 10_001, false, (100 + 2048 + 256) * MiB],
    [100 * MiB, 10, true, 520 * MiB],
  ];
  for (const [databaseBytes, segments, rebuilds, needed] of needs)
    it(`is ${needed / MiB} MiB for ${databaseBytes / MiB} MiB of database and ${segments} segments${rebuilds ? ", and new indexes" : ""}`, () => {
      assert.equal(neededBytes(databaseBytes, segments, rebuilds), needed);
    });

  it("is looked for on the real volume, and what was fetched before counts", async () => {
    const root = mkdtempSync(join(tmpdir(), "volume-"));
    try {
      const volume = volumeOf(join(root, "pgdata"));
      await requireRoom(volume, { databaseBytes: 1, segments: 1, rebuilds: false });
      const { bavail, bsize } = await statfs(root);
      const tooMuch = bavail * bsize + 64 * MiB;
      await assert.rejects(
        requireRoom(volume, { databaseBytes: tooMuch, segments: 0, rebuilds: false }),
        /has room for .* and the restore needs .*nothing was fetched; make the volume larger \(lstm-pfd:databaseSizeGi\)/,
      );
      mkdirSync(volume.incoming);
      writeFileSync(join(volume.incoming, "fetched"), Buffer.alloc(160 * MiB));
      const after = await statfs(root);
      const databaseBytes = after.bavail * after.bsize + 32 * MiB;
      await requireRoom(volume, { databaseBytes, segments: 0, rebuilds: false });
      await assert.rejects(
        requireRoom(volume, { databaseBytes, segments: 0, rebuilds: true }),
        /of database, as much for indexes that are rebuilt, and the WAL/,
      );
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  const said: [message: string, full: boolean][] = [
    ["[072]: unable to write '/x': [28] No space left on device", true],
    ["FATAL: could not write to file: Disk quota exceeded", true],
    ["could not extend file: wrote only 4096 of 8192 bytes; Check free disk space.", true],
    ["[029]: checksum does not match", false],
  ];
  for (const [message, full] of said)
    it(`is ${full ? "" : "not "}what is missing when a program says: ${message}`, () => {
      assert.equal(saysFullDisk(message), full);
    });

  const cutShort =
    "raised from local-1 protocol: unable to write '/volume/pgdata.incoming/base/1/2' [FileWriteError]";
  const written: [message: string, freeBytes: number, remedy: RegExp | undefined][] = [
    [cutShort, 4 * MiB, /^the volume is full/],
    [cutShort, 1024 * MiB, /^look for errors of the volume's disk/],
    ["unable to write '/x': [28] No space left on device", 1024 * MiB, /^the volume is full/],
    ["unable to write to the object store", 4 * MiB, undefined],
    ["[029]: checksum does not match", 4 * MiB, undefined],
  ];
  for (const [message, freeBytes, remedy] of written)
    it(`is asked of the volume with ${freeBytes / MiB} MiB left after: ${message}`, () => {
      const said = writeRemedy(message, freeBytes);
      if (remedy === undefined) assert.equal(said, undefined);
      else assert.match(said ?? "", remedy);
    });
});
