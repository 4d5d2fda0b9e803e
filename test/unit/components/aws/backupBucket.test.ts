import assert from "node:assert/strict";
import { bucketNameRule } from "../../../../plan/aws/arns";
import { BackupBucket, type BackupBucketArgs } from "../../../../components/aws/backupBucket";
import { bucketPolicy } from "../../../../plan/aws/bucketPolicy";
import { assertKeepsBackups, bucketTypes, classes } from "../keepsBackups";
import { only } from "../recordResources";
import { optionsOfOne, recordRegistrations, type Registrations } from "./recordRegistrations";

const args: BackupBucketArgs = {
  bucket: "lstm-pfd-backups",
  mode: "create",
  keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1",
  classes,
  breakGlassRoleArn: "arn:aws:iam::123456789012:role/break-glass",
  protectData: true,
};

function build(changes: Partial<BackupBucketArgs> = {}): Promise<Registrations> {
  return recordRegistrations(() => {
    new BackupBucket("vault", { ...args, ...changes });
  });
}

const types = [
  ...bucketTypes,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
].sort();

describe("BackupBucket", () => {
  it("is a bucket and its seven settings, all protected and kept, all its children", async () => {
    const made = await build();
    assert.deepEqual(
      made.resources.map(({ type, name }) => [type, name]),
      [...types.map((type) => [type, "vault"]), ["lstm-pfd:aws:BackupBucket", "vault"]],
    );
    for (const type of types) {
      const { protect, retainOnDelete, parent, importId } = optionsOfOne(made, type, "vault");
      assert.deepEqual([protect, retainOnDelete, importId], [true, true, ""], type);
      assert.match(parent, /lstm-pfd:aws:BackupBucket::vault$/);
    }
  });

  it("locks, versions and encrypts, and lets nobody in", async () => {
    const { resources } = await build();
    assertKeepsBackups(resources, {
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn },
      blockedEncryptionTypes: ["SSE-C"],
      bucketKeyEnabled: true,
    });
    assert.deepEqual(only(resources, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "vault"), {
      bucket: "lstm-pfd-backups",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  });

  it("sets the policy last, because it forbids every other setting", async () => {
    const { waitsFor } = optionsOfOne(await build(), "aws:s3/bucketPolicy:BucketPolicy", "vault");
    const settings = types.filter((type) => type !== "aws:s3/bucketPolicy:BucketPolicy");
    for (const type of settings)
      assert.ok(
        waitsFor.some((urn) => urn.includes(type)),
        type,
      );
  });

  it("refuses a bucket that is there, when it is to be created", async () => {
    const { beforeCreate } = optionsOfOne(await build(), "aws:s3/bucket:Bucket", "vault");
    assert.deepEqual(beforeCreate, ["new-bucket-only-lstm-pfd-backups"]);
  });

  it("takes over a bucket with all its settings, when it is to be adopted", async () => {
    const adopted = await build({ mode: "adopt" });
    for (const type of types)
      assert.equal(optionsOfOne(adopted, type, "vault").importId, "lstm-pfd-backups", type);
    const { beforeCreate, ignoreChanges } = optionsOfOne(adopted, "aws:s3/bucket:Bucket", "vault");
    assert.deepEqual([beforeCreate, ignoreChanges], [[], ["forceDestroy"]]);
  });

  it("takes over all but the policy of what was a replica, and writes that anew", async () => {
    const promoted = await build({ mode: "promote" });
    for (const type of types)
      assert.equal(
        optionsOfOne(promoted, type, "vault").importId,
        type === "aws:s3/bucketPolicy:BucketPolicy" ? "" : "lstm-pfd-backups",
        type,
      );
    const { beforeCreate, ignoreChanges } = optionsOfOne(promoted, "aws:s3/bucket:Bucket", "vault");
    assert.deepEqual([beforeCreate, ignoreChanges], [[], ["forceDestroy"]]);
  });

  it("lets a janitor tag what may expire, when it has one", async () => {
    const janitorRoleArn = "arn:aws:iam::123456789012:role/janitor";
    const policyOf = async (changes: Partial<BackupBucketArgs>) =>
      only((await build(changes)).resources, "aws:s3/bucketPolicy:BucketPolicy", "vault")["policy"];
    const { bucket, breakGlassRoleArn } = args;
    assert.equal(
      await policyOf({ janitorRoleArn }),
      bucketPolicy({ bucket, breakGlassRoleArn, janitorRoleArn }),
    );
    assert.equal(await policyOf({}), bucketPolicy({ bucket, breakGlassRoleArn }));
  });

  it("has the same inputs in both modes, so that a bucket made by one is unchanged under the other", async () => {
    assert.deepEqual((await build({ mode: "adopt" })).resources, (await build()).resources);
  });

  it("locks for good only when that is asked for in so many words", async () => {
    const lock = { mode: "compliance-cannot-be-undone", days: 3 } as const;
    const { resources } = await build({ lock });
    assert.deepEqual(
      only(resources, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "vault")["rule"],
      { defaultRetention: { mode: "COMPLIANCE", days: 3 } },
    );
  });

  it("is neither protected nor kept in a stack that is thrown away", async () => {
    const made = await build({ protectData: false });
    const { protect, retainOnDelete } = optionsOfOne(made, "aws:s3/bucket:Bucket", "vault");
    assert.deepEqual([protect, retainOnDelete], [false, false]);
  });

  const refused: [string, Partial<BackupBucketArgs>, string][] = [
    ["a bad name", { bucket: "A" }, `bucket is "A": ${bucketNameRule.says}`],
    [
      "a lock that outlasts a class",
      { lock: { mode: "governance", days: 8 } },
      'lock.days is "8": must be from 1 to 7, the days of class wal, which is kept shortest; a longer lock keeps what has expired',
    ],
    [
      "a user in place of the break-glass role",
      { breakGlassRoleArn: "arn:aws:iam::123456789012:user/root" },
      'breakGlassRoleArn is "arn:aws:iam::123456789012:user/root": must be the ARN of a role, as in arn:aws:iam::123456789012:role/break-glass',
    ],
    [
      "everybody in place of the janitor",
      { janitorRoleArn: "*" },
      'janitorRoleArn is "*": must be the ARN of a role, as in arn:aws:iam::123456789012:role/break-glass',
    ],
  ];
  for (const [what, changes, message] of refused)
    it(`refuses ${what} before it makes anything`, async () => {
      const { resources } = await recordRegistrations(() => {
        assert.throws(() => new BackupBucket("vault", { ...args, ...changes }), new Error(message));
      });
      assert.deepEqual(
        resources.map(({ type }) => type),
        ["lstm-pfd:aws:BackupBucket"],
      );
    });
});
