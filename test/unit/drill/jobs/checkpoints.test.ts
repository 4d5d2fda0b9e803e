import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDrillCheckpoints, type WrittenCheckpoints } from "../../../../drill/jobs/checkpoints";
import { readCheckpoint, weightCount } from "../../../../jobs/models/checkpoint";
import { predict } from "../../../../images/application/src/model";
import { sampleSignal } from "../../images/application/sample";

describe("checkpoints of a drill", () => {
  const directories: string[] = [];
  const write = async (nonce: string): Promise<{ directory: string; written: WrittenCheckpoints }> => {
    const directory = await mkdtemp(join(tmpdir(), "checkpoints-"));
    directories.push(directory);
    const plan = { directory, modelFile: "best_model.pth", nonce, hidden: 8 };
    return { directory, written: await writeDrillCheckpoints(plan, () => undefined) };
  };
  after(async () => {
    for (const directory of directories) await rm(directory, { recursive: true });
  });

  it("are whole, and each carries the nonce", async () => {
    const { directory, written } = await write("0123456789abcdef");
    assert.deepEqual((await readdir(directory)).sort(), written.files.map(({ path }) => path).sort());
    assert.ok(written.files.some(({ path }) => path === "best_model.pth"));
    for (const { path, sha256 } of written.files) {
      const checkpoint = await readCheckpoint(join(directory, path));
      assert.equal(checkpoint.header.metadata.nonce, "0123456789abcdef");
      assert.equal(checkpoint.sha256, sha256);
    }
  });

  it("differ from file to file, and so do the answers of two drills", async () => {
    const one = await write("0123456789abcdef");
    const two = await write("fedcba9876543210");
    assert.equal(new Set(one.written.files.map(({ sha256 }) => sha256)).size, one.written.files.length);
    const [first, second] = await Promise.all(
      [one, two].map(async ({ directory }) =>
        predict(await readCheckpoint(join(directory, "best_model.pth")), Float64Array.from(sampleSignal())),
      ),
    );
    assert.notDeepEqual(first, second);
    assert.ok(Math.max(...(first?.probabilities ?? [1])) < 0.99, "the model is saturated");
  });

  it("make at least 64 MiB in the drill's own size", () => {
    const weights = weightCount({ features: 1024, hidden: 4096, classes: Array<string>(11).fill("") });
    assert.ok(5 * 4 * weights >= 64 * 1024 ** 2);
  });

  it("refuse a nonce that is none", async () => {
    await assert.rejects(write("../../etc"), /must be 8 to 32/);
  });
});
