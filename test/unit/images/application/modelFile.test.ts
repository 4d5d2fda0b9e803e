import assert from "node:assert/strict";
import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeCheckpoint } from "../../../../jobs/models/checkpoint";
import { ModelFile } from "../../../../images/application/src/modelFile";
import { sampleCheckpoint } from "./sample";

describe("the model file", () => {
  let directory: string;
  let file: string;
  let lines: string[];
  let model: ModelFile;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "model-"));
    file = join(directory, "best_model.pth");
    lines = [];
    model = new ModelFile(file, (line) => lines.push(line));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("is a problem while it is missing, logged once", async () => {
    const problem = `checkpoint ${file}: does not exist`;
    assert.deepEqual(await model.current(), { problem });
    assert.deepEqual(await model.current(), { problem });
    assert.deepEqual(lines, [problem]);
  });

  it("is picked up when a restore puts it there", async () => {
    await model.current();
    const sha256 = await writeCheckpoint(file, sampleCheckpoint());
    const state = await model.current();
    assert.equal("checkpoint" in state && state.checkpoint.sha256, sha256);
    assert.equal(lines.length, 2);
  });

  it("is read again when it is replaced, and only then", async () => {
    await writeCheckpoint(file, sampleCheckpoint({}, 1));
    const first = await model.current();
    assert.equal(await model.current(), first);
    const sha256 = await writeCheckpoint(file, sampleCheckpoint({}, 2));
    const second = await model.current();
    assert.equal("checkpoint" in second && second.checkpoint.sha256, sha256);
  });

  it("is no longer in force once it is damaged", async () => {
    await writeCheckpoint(file, sampleCheckpoint());
    await model.current();
    await truncate(file, 100);
    const state = await model.current();
    assert.match("problem" in state ? state.problem : "", /is truncated/);
  });

  it("is read once for callers at the same time", async () => {
    await writeCheckpoint(file, sampleCheckpoint());
    await Promise.all([model.current(), model.current(), model.current()]);
    assert.equal(lines.length, 1);
  });
});
