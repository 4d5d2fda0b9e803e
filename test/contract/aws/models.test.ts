import assert from "node:assert/strict";
import { GetObjectTaggingCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { backupModels } from "../../../jobs/models/backupModels";
import { expireModels } from "../../../jobs/models/expireModels";
import { restoreModels } from "../../../jobs/models/restoreModels";
import type { ObjectStorage } from "../../../jobs/objectStorage";
import { CheckpointDirectory } from "../../unit/jobs/models/checkpointDirectory";
import { type MotoServer, startMoto } from "../motoServer";
import { makeLockedBucket } from "./lockedBucket";

const Bucket = "contract-models";

const silent = (): undefined => undefined;

describe("backups of the models, by the rules of S3 (moto)", () => {
  let moto: MotoServer;
  let client: S3Client;
  let storage: ObjectStorage;
  let source: CheckpointDirectory;

  before(async () => {
    moto = await startMoto();
    client = moto.client();
    storage = moto.storage(Bucket);
    await makeLockedBucket(client, Bucket);
    source = new CheckpointDirectory();
  });
  after(async () => {
    source.remove();
    await moto.close();
  });

  const backUp = (requested: "always" | "changed", at: string) =>
    backupModels(
      {
        requested,
        directory: source.path,
        modelFile: "best_model.pth",
        storage,
        restMs: 1,
        now: () => new Date(at),
      },
      silent,
    );

  it("are committed, every object and checkpoint of them locked and with its SHA-256", async () => {
    for (const day of [1, 2, 3]) {
      source.write("best_model.pth", `best of day ${day}`);
      source.write("old/epoch_1.pth", "epoch one");
      assert.equal((await backUp("always", `2026-01-0${day}T00:00:00Z`)).action, "committed");
    }
    const objects = await storage.list("models/");
    // Of each snapshot two files and three records; models/latest/ with the same files, its record, and the pointer.
    assert.equal(objects.length, 3 * 5 + 2 + 2);
    for (const { key } of objects) {
      const found = await client.send(new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: "ENABLED" }));
      assert.match(found.ChecksumSHA256 ?? "", /^[\w+/]{43}=$/, key);
      assert.equal(found.ObjectLockMode, "GOVERNANCE", key);
    }
  });

  it("are not taken again while nothing has changed", async () => {
    assert.equal((await backUp("changed", "2026-01-03T02:00:00Z")).action, "unchanged");
  });

  it("do not overwrite one that has the same name", async () => {
    await assert.rejects(backUp("always", "2026-01-03T00:00:00Z"), /exists already/);
  });

  it("come back as they were", async () => {
    const target = new CheckpointDirectory();
    try {
      const { action } = await restoreModels(
        { directory: target.path, modelFile: "best_model.pth", storage, permitInitialise: false, wanted: "" },
        silent,
      );
      assert.equal(action, "restored");
      assert.deepEqual(target.files(), source.files());
    } finally {
      target.remove();
    }
  });

  it("are marked once newer ones have replaced them, every object, and the others are not", async () => {
    const { superseded, kept } = await expireModels(storage, silent, new Date("2026-01-04T00:00:00Z"));
    assert.deepEqual([superseded, kept.length], [["models-20260101-000000"], 2]);
    for (const { key } of await storage.list("models/")) {
      const { TagSet = [] } = await client.send(new GetObjectTaggingCommand({ Bucket, Key: key }));
      const marked = TagSet.some(({ Key, Value }) => Key === "superseded" && Value === "true");
      assert.equal(marked, key.includes("20260101"), key);
    }
  });
});
