import assert from "node:assert/strict";
import {
  CreateBucketCommand,
  type EncryptionType,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  type ReplicationRule,
  type S3Client,
} from "@aws-sdk/client-s3";
import { bucketAsFound } from "../../../components/shared/bucketAsFound";
import {
  bucketEncryption,
  bucketSettings,
  namedReplication,
  namedSettings,
} from "../../../plan/aws/bucketSettings";
import { replicationRules } from "../../../plan/aws/replication";
import { settingsDifferences } from "../../../plan/aws/settingsDifferences";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { type MotoServer, REGION, startMoto } from "../motoServer";

const account = "123456789012";
const bucket = "contract-vault";
const copy = "contract-replica";
const keyArn = `arn:aws:kms:${REGION}:${account}:key/1`;
const classes = Object.values(backupClasses(defaultRetentionDays));
const settings = bucketSettings({
  bucket,
  classes,
  lock: { mode: "governance", days: 7 },
  breakGlassRoleArn: `arn:aws:iam::${account}:role/break-glass`,
  janitorRoleArn: `arn:aws:iam::${account}:role/janitor`,
});
const replication = {
  role: `arn:aws:iam::${account}:role/replication`,
  rules: replicationRules(
    classes,
    { arn: `arn:aws:s3:::${copy}`, keyArn: `arn:aws:kms:eu-west-1:${account}:key/2` },
    false,
  ),
};
const wanted = new Map([...namedSettings(settings, keyArn), ...namedReplication(replication)]);

/** What moto does not keep: most of a replication rule, and the types of encryption that are blocked. */
const forgotten = /^(replication rule \w+|encryption)$/;

/** In the shape that the SDK sends: what the provider makes of ours. */
function forSdk(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(forSdk);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => {
      const name =
        key === "id" ? "ID" : `${key.slice(0, 1).toUpperCase()}${key.slice(1).replace(/Id$/, "ID")}`;
      return name === "Tags"
        ? [name, Object.entries(inner as object).map(([Key, Value]: [string, unknown]) => ({ Key, Value }))]
        : [name, forSdk(inner)];
    }),
  );
}

async function makeVault(client: S3Client): Promise<void> {
  const Bucket = bucket;
  for (const name of [bucket, copy])
    await client.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: true }));
  for (const name of [bucket, copy])
    await client.send(
      new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: "Enabled" } }),
    );
  await client.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: forSdk(settings.publicAccessBlock) as object,
    }),
  );
  await client.send(
    new PutBucketOwnershipControlsCommand({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: settings.ownership.objectOwnership }] },
    }),
  );
  const {
    applyServerSideEncryptionByDefault: encryption,
    blockedEncryptionTypes,
    bucketKeyEnabled,
  } = bucketEncryption(keyArn);
  await client.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: "aws:kms",
              KMSMasterKeyID: encryption.kmsMasterKeyId,
            },
            BlockedEncryptionTypes: { EncryptionType: blockedEncryptionTypes as EncryptionType[] },
            BucketKeyEnabled: bucketKeyEnabled,
          },
        ],
      },
    }),
  );
  await lock(client, settings.retention.days);
  await client.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: { Rules: forSdk(settings.lifecycle) as LifecycleRule[] },
    }),
  );
  await client.send(
    new PutBucketReplicationCommand({
      Bucket,
      ReplicationConfiguration: {
        Role: replication.role,
        Rules: forSdk(replication.rules) as ReplicationRule[],
      },
    }),
  );
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy: settings.policy }));
}

async function lock(client: S3Client, Days: number): Promise<void> {
  await client.send(
    new PutObjectLockConfigurationCommand({
      Bucket: bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: settings.retention.mode, Days } },
      },
    }),
  );
}

describe("a vault that is taken over, as S3 tells of it (moto)", () => {
  let moto: MotoServer;
  const differences = async (name = bucket) => {
    const connection = {
      endpoint: moto.endpoint,
      forcePathStyle: true,
      credentials: { accessKeyId: "nobody", secretAccessKey: "nothing" },
    };
    const found = await bucketAsFound({ bucket: name, region: REGION, account }, connection);
    return settingsDifferences(found, wanted)
      .map((each) => ({ ...each, is: each.is.replace(',"years":0', "") }))
      .filter(({ name: setting, is, wanted: as }) => is !== as && !forgotten.test(setting));
  };

  before(async () => {
    moto = await startMoto();
    await makeVault(moto.client());
  });
  after(() => moto.close());

  it("differs in nothing from the settings that it was given", async () => {
    assert.deepEqual(await differences(), []);
  });

  it("differs in a retention that is longer", async () => {
    await lock(moto.client(), 30);
    assert.deepEqual(await differences(), [
      {
        name: "default retention of Object Lock",
        is: '{"days":30,"mode":"GOVERNANCE"}',
        wanted: '{"days":7,"mode":"GOVERNANCE"}',
      },
    ]);
    await lock(moto.client(), 7);
  });

  it("is unknown in every setting where there is no such bucket", async () => {
    const found = await differences("contract-nowhere");
    assert.equal(found.length, 7);
    for (const { is } of found) assert.match(is, /^unknown \(NoSuchBucket/);
  });
});
