import assert from "node:assert/strict";
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { readBucket } from "../../../jobs/status/readBucket";
import { rolePolicy } from "../../../plan/aws/rolePolicies";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { dumpName } from "../../../plan/dumpNames";
import {
  BucketDouble,
  putBase,
  putDump,
  putGeneration,
  putSnapshot,
  putWal,
} from "../../unit/jobs/status/bucketDouble";
import { type MotoServer, REGION, startMoto } from "../motoServer";
import { type AccessKey, enforcePolicies, makeUser } from "./identities";

const Bucket = "example-lstm-pfd-backups";
const classes = Object.values(backupClasses(defaultRetentionDays));

describe("a status by the rules of S3 and IAM (moto)", () => {
  let moto: MotoServer;
  const keys: Record<string, AccessKey> = {};

  before(async () => {
    moto = await startMoto();
    const nobody = moto.client();
    await nobody.send(new CreateBucketCommand({ Bucket }));
    await nobody.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    const now = new Date();
    const double = new BucketDouble(now);
    putGeneration(double, 1, now);
    putWal(double, 1, 254, [now, now, now, now]);
    putBase(double, 1, "20260101-000000F", { at: new Date(now.getTime() - 60_000), segment: 254 });
    const hourAgo = new Date(now.getTime() - 3_600_000);
    putDump(double, dumpName(hourAgo), now);
    putSnapshot(double, "models-20260101-030000", now);
    for (const [Key, { text, sizeBytes }] of double.objects)
      await nobody.send(
        new PutObjectCommand({ Bucket, Key, Body: text === "" ? Buffer.alloc(sizeBytes) : text }),
      );
    const keyArn = `arn:aws:kms:${REGION}:123456789012:key/1`;
    const plan = { bucket: Bucket, region: REGION, keyArn };
    for (const [name, of] of [
      ["reader", classes],
      ["kit", classes.filter((each) => each.name === "config")],
    ] as const)
      keys[name] = await makeUser(moto.endpoint, name, {
        rights: rolePolicy("reader", { ...plan, classes: of }),
      });
    await enforcePolicies(moto.endpoint);
  });
  after(() => moto.close());

  it("takes no more rights than the reader has", async () => {
    const facts = await readBucket(moto.storage(Bucket, keys["reader"]), { windowDays: 7 });
    for (const [name, asked] of Object.entries(facts))
      assert.equal(asked.state, "read", `${name}: ${JSON.stringify(asked)}`);
    assert.equal(facts.archive.state === "read" && facts.archive.value.segments, 4);
    assert.equal(facts.window.state === "read" && facts.window.value.spans.length, 1);
    assert.equal(facts.dumps.state === "read" && facts.dumps.value.newest?.rows, 5);
    assert.equal(facts.models.state === "read" && facts.models.value.newest?.name, "models-20260101-030000");
  });

  it("is unknown, with the reason, to who may read the kit alone", async () => {
    const { lineage, dumps, models } = await readBucket(moto.storage(Bucket, keys["kit"]), { windowDays: 7 });
    for (const asked of [dumps, models, lineage])
      assert.match(asked.state === "unknown" ? asked.why : asked.state, /access was denied/);
  });
});
