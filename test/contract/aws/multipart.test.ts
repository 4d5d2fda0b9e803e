import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ObjectStorage } from "../../../jobs/objectStorage";
import { type MotoServer, REGION, startMoto } from "../motoServer";

const Bucket = "contract-large-files";
const MiB = 1024 ** 2;

describe("large files, by the rules of S3 (moto)", () => {
  const content = randomBytes(12 * MiB);
  const sha256 = createHash("sha256").update(content).digest("hex");
  let moto: MotoServer;
  let client: S3Client;
  let directory = "";
  let file = "";

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "large-"));
    file = join(directory, "file");
    writeFileSync(file, content);
    moto = await startMoto();
    client = moto.client();
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    const Rule = { DefaultRetention: { Mode: "GOVERNANCE", Days: 7 } } as const;
    const ObjectLockConfiguration = { ObjectLockEnabled: "Enabled", Rule } as const;
    await client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
  });
  after(async () => {
    rmSync(directory, { recursive: true });
    await moto.close();
  });

  const inPartsOf = (partBytes: number): ObjectStorage =>
    new ObjectStorage(
      {
        endpoint: moto.endpoint,
        region: REGION,
        bucket: Bucket,
        pathStyle: true,
        accessKeyId: "nobody",
        secretAccessKey: "nothing",
      },
      { oneRequestBytes: MiB, partBytes },
    );

  it("are written in parts, and read back whole", async () => {
    const storage = inPartsOf(5 * MiB);
    await storage.writeFile("models/large", file, content.length, sha256);
    const object = await storage.open("models/large");
    const hash = createHash("sha256");
    for await (const chunk of object?.content ?? []) hash.update(chunk as Buffer);
    assert.equal(hash.digest("hex"), sha256);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "models/large" }));
    // Unlike S3, moto gives the default retention of the bucket to no object that was written in parts.
    assert.match(head.ETag ?? "", /-3"$/);
  });

  it("would be refused in parts that are too small, and leave nothing then", async () => {
    await assert.rejects(
      inPartsOf(4 * MiB).writeFile("models/small-parts", file, content.length, sha256),
      /did not complete .*EntityTooSmall/,
    );
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    assert.deepEqual(Uploads, []);
  });
});
