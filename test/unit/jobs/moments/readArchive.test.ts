import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../../lib/failure";
import { readArchive } from "../../../../jobs/moments/readArchive";
import { FakeWaldump } from "./fakeWaldump";

/** One row deleted at each of three places of each segment, of which the last may go over into the next. */
const lines = Array.from({ length: 40 }, (_, segment) =>
  ["000028", "800000", "FFFFF0"].map((offset, index) => {
    const lsn = `0/${(segment + 1).toString(16).toUpperCase().padStart(2, "0")}${offset}`;
    return `rmgr: Heap        len (rec/tot):     61/  1467, tx: ${String(segment * 3 + index + 1).padStart(10)}, lsn: ${lsn}, prev 0/1, desc: DELETE off 6, blkref #0: rel 1663/5/9 blk 1`;
  }),
).flat();

describe("reading the archive", function () {
  this.timeout(20_000);
  let fake: FakeWaldump | undefined;
  let scratch: string;
  beforeEach(() => (scratch = join(mkdtempSync(join(tmpdir(), "archive-")), "segments")));
  afterEach(() => {
    fake?.remove();
    rmSync(join(scratch, ".."), { recursive: true });
  });

  async function read(
    first: number,
    last: number,
  ): Promise<{ xids: number[]; most: number; told: number[] }> {
    const xids: number[] = [];
    const told: number[] = [];
    let most = 0;
    await readArchive({
      first,
      last,
      scratch,
      fetch: (_, file) => {
        writeFileSync(file, "");
        most = Math.max(most, readdirSync(scratch).length);
        return Promise.resolve();
      },
      onRecord: ({ xid }) => xids.push(xid),
      onProgress: (segments) => told.push(segments),
    });
    return { xids, most, told };
  }
  const from = (first: number, last: number): number[] =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);

  it("hands over each record once, in order, however many segments there are", async () => {
    fake = new FakeWaldump(lines);
    for (const [first, last] of [
      [1, 1],
      [1, 8],
      [1, 9],
      [3, 40],
    ] as const)
      assert.deepEqual(
        (await read(first, last)).xids,
        from((first - 1) * 3 + 1, last * 3),
        `${first} to ${last}`,
      );
  });

  it("keeps a few segments on the disk at a time, and none at its end", async () => {
    fake = new FakeWaldump(lines);
    const { most, told } = await read(1, 40);
    assert.equal(most, 9);
    assert.deepEqual(told, [8, 16, 24, 32, 40]);
    assert.ok(!existsSync(scratch));
  });

  it("does not take a log that does not go on for one that has ended", async () => {
    fake = new FakeWaldump(
      lines,
      "pg_waldump: error: error in WAL record at 0/1000028: invalid magic number",
    );
    await assert.rejects(read(1, 3), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(error.what, /read from 0\/1000000 on: .*invalid magic number/);
      return true;
    });
    assert.ok(!existsSync(scratch));
  });

  it("stops where a segment cannot be fetched", async () => {
    fake = new FakeWaldump(lines);
    const reading = readArchive({
      first: 1,
      last: 3,
      scratch,
      fetch: () => Promise.reject(new Error("no answer")),
      onRecord: () => undefined,
      onProgress: () => undefined,
    });
    await assert.rejects(reading, /no answer/);
  });
});
