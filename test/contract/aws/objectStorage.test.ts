import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type MotoServer, startMoto } from "../motoServer";

const Bucket = "contract-backups";

describe("what the jobs write, by the rules of S3 (moto)", () => {
  let moto: MotoServer;
  let client: S3Client;

  before(async () => {
    moto = await startMoto();
    client = moto.client();
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    await client.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 7 } },
        },
      }),
    );
  });
  after(() => moto.close());

  it("would be refused without a checksum, because the bucket has default retention", async () => {
    const without = moto.client({ requestChecksumCalculation: "WHEN_REQUIRED" });
    await assert.rejects(
      without.send(new PutObjectCommand({ Bucket, Key: "config/small.json", Body: "{}" })),
      {
        name: "MissingUploadObjectWithObjectLockHeaders",
        message: /header required/,
      },
    );
  });

  it("has its checksum and the lock of the bucket, as a small object", async () => {
    const Key = "config/small.json";
    assert.equal(await moto.storage(Bucket).writeText(Key, "{}"), true);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    assert.equal(head.ChecksumSHA256, createHash("sha256").update("{}").digest("base64"));
    assert.equal(head.ObjectLockMode, "GOVERNANCE");
  });
});
