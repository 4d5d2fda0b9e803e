import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { backupModels } from "../../../jobs/models/backupModels";
import { expireModels } from "../../../jobs/models/expireModels";
import { refreshLatest } from "../../../jobs/models/latestCopy";
import { ObjectStorage } from "../../../jobs/objectStorage";
import { run } from "../../../lib/process";
import { pythonTool } from "../../support/pythonTool";
import { CheckpointDirectory } from "../../unit/jobs/models/checkpointDirectory";
import { torchZip } from "../../unit/jobs/models/sampleFormats";
import { type MotoServer, REGION, startMoto } from "../motoServer";
import { makeLockedBucket } from "./lockedBucket";

const Bucket = "contract-latest-models";
const MiB = 1024 ** 2;
const keys = { accessKeyId: "nobody", secretAccessKey: "nothing" };
const silent = (): undefined => undefined;
const time = (day: number): Date => new Date(`2026-01-0${day}T00:00:00Z`);
const name = (day: number): string => `models-2026010${day}-000000`;

describe("models/latest/, in a bucket that locks each version (moto)", () => {
  let moto: MotoServer;
  let storage: ObjectStorage;
  let source: CheckpointDirectory;
  let target: CheckpointDirectory;

  before(async () => {
    moto = await startMoto();
    await makeLockedBucket(moto.client(), Bucket);
    storage = new ObjectStorage(
      { endpoint: moto.endpoint, region: REGION, bucket: Bucket, pathStyle: true, ...keys },
      { oneRequestBytes: 5 * MiB, partBytes: 5 * MiB },
    );
    source = new CheckpointDirectory();
    target = new CheckpointDirectory();
  });
  after(async () => {
    source.remove();
    target.remove();
    await moto.close();
  });

  const backUp = async (day: number): Promise<void> => {
    const plan = {
      directory: source.path,
      modelFile: "best_model.pth",
      storage,
      restMs: 1,
      shrinkPercent: 100,
    };
    const report = await backupModels({ requested: "always", ...plan, now: () => time(day) }, silent);
    assert.equal(report.action, "committed");
    assert.ok("snapshot" in report.latest, JSON.stringify(report.latest));
  };
  /** As the runbook of the system before this one has it, and docs/operations.md. */
  const sync = async (from: string): Promise<void> => {
    const { python, script } = await pythonTool("awscli");
    const words = ["s3", "sync", from, target.path, "--delete", "--endpoint-url", moto.endpoint];
    const access = { AWS_ACCESS_KEY_ID: "nobody", AWS_SECRET_ACCESS_KEY: "nothing", AWS_REGION: REGION };
    await run(python, [script("aws"), ...words], { env: { PATH: process.env["PATH"], ...access } });
  };

  it("is taken by aws s3 sync: small files, large ones, empty ones, strange names", async () => {
    source.write("best_model.pth", torchZip());
    source.write("large.bin", randomBytes(12 * MiB));
    source.write("old/epoch 1+ä&b=c.pth", "epoch one");
    source.write("train.lock", "");
    await backUp(1);
    await sync(`s3://${Bucket}/models/latest/`);
    assert.deepEqual(target.files(), source.files());
  });

  it("is taken again, without what is gone", async () => {
    source.write("best_model.pth", torchZip({ "archive/data.pkl": Buffer.from("another") }));
    source.delete("large.bin");
    await backUp(2);
    await sync(`s3://${Bucket}/models/latest/`);
    assert.deepEqual(target.files(), source.files());
  });

  it("follows when the newest snapshot is withdrawn, without the mark that the one before has had", async () => {
    await backUp(3);
    assert.deepEqual((await expireModels(storage, silent, time(4))).superseded, [name(1)]);
    for (const day of [2, 3]) await storage.remove(`models/${name(day)}/committed.json`);
    const report = await refreshLatest(storage, time(4), silent);
    assert.deepEqual(report, { snapshot: name(1), copied: 2, removed: 0 });
    for (const { key } of await storage.list("models/latest/")) assert.deepEqual(await storage.tags(key), {});
    assert.deepEqual((await expireModels(storage, silent, time(4))).unmarked, [name(1)]);
    for (const { key } of await storage.list(`models/${name(1)}/`))
      assert.deepEqual(await storage.tags(key), { superseded: "false" });
    await sync(`s3://${Bucket}/models/${name(1)}/checkpoints/`);
    const held = target.files();
    await sync(`s3://${Bucket}/models/latest/`);
    assert.deepEqual(target.files(), held);
    assert.equal(Object.keys(held).length, 4);
  });
});
