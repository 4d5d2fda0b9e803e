import assert from "node:assert/strict";
import { VaultReplication, type VaultReplicationArgs } from "../../../../components/aws/vaultReplication";
import { replicationPolicy } from "../../../../plan/aws/replication";
import { backupClasses, defaultRetentionDays } from "../../../../plan/backupClasses";
import { only } from "../recordResources";
import { keyArn, replicaKeyArn } from "./accounts";
import { optionsOfOne, recordRegistrations } from "./recordRegistrations";
import { refuses } from "./refusal";

const vault = { bucket: "lstm-pfd-backups", region: "eu-central-1", keyArn };
const replica = {
  bucket: "lstm-pfd-backups-replica",
  arn: "arn:aws:s3:::lstm-pfd-backups-replica",
  region: "eu-west-1",
  keyArn: replicaKeyArn,
};
const args: VaultReplicationArgs = {
  vault,
  vaultBucket: vault.bucket,
  replica,
  classes: backupClasses(defaultRetentionDays),
  roleName: "lstm-pfd-backup-replication",
  protectData: true,
};
const configuration = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";

/** As much of a rule as the tests look at. */
interface Rule {
  priority: number;
  filter: { prefix: string };
  deleteMarkerReplication: { status: string };
  sourceSelectionCriteria: object;
  destination: {
    bucket: string;
    encryptionConfiguration: object;
    replicationTime?: object;
    metrics?: object;
  };
}

async function build(changes: Partial<VaultReplicationArgs> = {}) {
  const made = await recordRegistrations(() => {
    new VaultReplication("replication", { ...args, ...changes });
  });
  const { rules } = only(made.resources, configuration, "replication") as { rules: Rule[] };
  return { made, rules };
}

describe("VaultReplication", () => {
  it("copies every class, encrypted with the replica's key, and no deletion but those of pgBackRest", async () => {
    const { rules } = await build();
    assert.deepEqual(
      rules.map(({ filter }) => filter.prefix),
      ["db/", "wal/", "models/", "config/", "evidence/"],
    );
    assert.equal(new Set(rules.map(({ priority }) => priority)).size, 5);
    for (const rule of rules) {
      const status = rule.filter.prefix === "wal/" ? "Enabled" : "Disabled";
      assert.deepEqual(rule.deleteMarkerReplication, { status });
      assert.deepEqual(rule.sourceSelectionCriteria, { sseKmsEncryptedObjects: { status: "Enabled" } });
      assert.deepEqual(rule.destination, {
        bucket: replica.arn,
        encryptionConfiguration: { replicaKmsKeyId: replicaKeyArn },
      });
    }
  });

  it("has Replication Time Control, and the metrics that it needs, when that is wanted", async () => {
    const { rules } = await build({ timeControl: true });
    for (const { destination } of rules) {
      assert.deepEqual(destination.replicationTime, { status: "Enabled", time: { minutes: 15 } });
      assert.deepEqual(destination.metrics, { status: "Enabled", eventThreshold: { minutes: 15 } });
    }
  });

  it("starts when its role may do what it must", async () => {
    const { made } = await build();
    const inputs = only(made.resources, "aws:iam/rolePolicy:RolePolicy", "replication");
    assert.equal(inputs["policy"], replicationPolicy(vault, replica, "wal/"));
    const { waitsFor } = optionsOfOne(made, configuration, "replication");
    assert.ok(waitsFor.some((urn) => urn.includes("aws:iam/rolePolicy:RolePolicy")));
  });

  it("is taken over under the names that it has", async () => {
    const { made } = await build({ adopt: true });
    const importOf = (type: string) => optionsOfOne(made, type, "replication").importId;
    assert.equal(importOf("aws:iam/role:Role"), "lstm-pfd-backup-replication");
    assert.equal(importOf("aws:iam/rolePolicy:RolePolicy"), "lstm-pfd-backup-replication:replication");
    assert.equal(importOf(configuration), "lstm-pfd-backups");
  });

  for (const [changes, message] of [
    [
      { replica: { ...replica, region: "eu-central-1" } },
      `replica.region is "eu-central-1": must be another region than the vault's, or one disaster takes both`,
    ],
    [
      { replica: { ...replica, bucket: "lstm-pfd-backups" } },
      `replica.bucket is "lstm-pfd-backups": must be another bucket than the vault's`,
    ],
  ] satisfies [Partial<VaultReplicationArgs>, string][])
    it(`refuses ${message}`, () =>
      refuses(() => new VaultReplication("replication", { ...args, ...changes }), message));
});
