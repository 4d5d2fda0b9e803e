import assert from "node:assert/strict";
import { appendFile, mkdtemp, open, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CheckpointError,
  readCheckpoint,
  readCheckpointHeader,
  weightCount,
  writeCheckpoint,
} from "../../../../jobs/models/checkpoint";
import { sampleCheckpoint } from "../../images/application/sample";

describe("a checkpoint file", () => {
  let directory: string;
  let file: string;
  before(async () => (directory = await mkdtemp(join(tmpdir(), "checkpoint-"))));
  beforeEach(() => (file = join(directory, "best_model.pth")));
  after(() => rm(directory, { recursive: true }));

  it("comes back as it was written", async () => {
    const written = sampleCheckpoint({ nonce: "n-1" });
    const sha256 = await writeCheckpoint(file, written);
    const read = await readCheckpoint(file);
    assert.deepEqual(read.header, written.header);
    assert.deepEqual(read.weights, written.weights);
    assert.equal(read.sha256, sha256);
    assert.equal(read.sizeBytes, (await readFile(file)).length);
    assert.deepEqual(await readdir(directory), ["best_model.pth"]);
  });

  it("tells its metadata without its weights", async () => {
    await writeCheckpoint(file, sampleCheckpoint({ nonce: "n-2" }));
    assert.equal((await readCheckpointHeader(file)).metadata.nonce, "n-2");
  });

  it("is not written when weights are missing", async () => {
    const { header } = sampleCheckpoint();
    const weights = new Float32Array(weightCount(header) - 1);
    const other = join(directory, "short.pth");
    await assert.rejects(writeCheckpoint(other, { header, weights }), /weights given/);
    await assert.rejects(readCheckpoint(other), /does not exist/);
  });

  const damages: { name: string; damage: (file: string) => Promise<void>; reason: RegExp }[] = [
    { name: "missing", damage: (path) => rm(path), reason: /does not exist/ },
    { name: "empty", damage: (path) => truncate(path, 0), reason: /is truncated: 0 bytes/ },
    {
      name: "cut within its header",
      damage: (path) => truncate(path, 20),
      reason: /truncated within its header/,
    },
    { name: "cut by one byte", damage: cutOneByte, reason: /is truncated: \d+ bytes instead of \d+/ },
    { name: "longer by one byte", damage: (path) => appendFile(path, "x"), reason: /is too long/ },
    {
      name: "changed in one bit of a weight",
      damage: (path) => flip(path, 400),
      reason: /checksum does not fit/,
    },
    { name: "changed in its checksum", damage: (path) => flip(path, -1), reason: /checksum does not fit/ },
    {
      name: "of another kind",
      damage: (path) => writeFile(path, "PK\u0003\u0004 torch archive"),
      reason: /is not a checkpoint/,
    },
    { name: "without JSON in its header", damage: (path) => flip(path, 12), reason: /header is not JSON/ },
  ];
  for (const { name, damage, reason } of damages) {
    it(`is refused when it is ${name}, with its path and the reason`, async () => {
      await writeCheckpoint(file, sampleCheckpoint());
      await damage(file);
      await assert.rejects(readCheckpoint(file), (error: unknown) => {
        assert.ok(error instanceof CheckpointError);
        assert.match(error.reason, reason);
        assert.ok(error.message.includes(file));
        return true;
      });
    });
  }
});

async function cutOneByte(file: string): Promise<void> {
  await truncate(file, (await readFile(file)).length - 1);
}

/** Changes the lowest bit of one byte; a negative position counts from the end. */
async function flip(file: string, position: number): Promise<void> {
  const content = await readFile(file);
  const index = position < 0 ? content.length + position : position;
  const handle = await open(file, "r+");
  await handle.write(Buffer.from([content.readUInt8(index) ^ 1]), 0, 1, index);
  await handle.close();
}
