import assert from "node:assert/strict";
import { bucketPolicy } from "../../../../plan/aws/bucketPolicy";
import { keyPolicy } from "../../../../plan/aws/keyPolicy";
import type { PolicyDocument, Statement } from "../../../../plan/aws/policyDocument";
import { replicationPolicy } from "../../../../plan/aws/replication";
import { rolePolicy } from "../../../../plan/aws/rolePolicies";
import { podIdentityTrust, serviceTrust } from "../../../../plan/aws/trustPolicies";
import { backupClasses, defaultRetentionDays } from "../../../../plan/backupClasses";
import { type VaultRole, vaultRoles } from "../../../../plan/names";

const breakGlassRoleArn = "arn:aws:iam::123456789012:role/break-glass";
const janitorRoleArn = "arn:aws:iam::123456789012:role/lstm-pfd-backup-janitor";
const bucket = "lstm-pfd-backups";
const keyArn = "arn:aws:kms:eu-central-1:123456789012:key/1";

function statements(text: string): Statement[] {
  const { Version, Statement } = JSON.parse(text) as PolicyDocument;
  assert.equal(Version, "2012-10-17");
  assert.equal(new Set(Statement.map(({ Sid }) => Sid)).size, Statement.length, "each Sid once");
  return Statement;
}

function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat();
}

function matches(pattern: string, text: string): boolean {
  const expression = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${expression}$`).test(text);
}

/** Whether a policy grants an action on a resource; conditions are left out, and denials come first. */
function grants(text: string, action: string, resource: string): boolean {
  const fitting = statements(text).filter(
    ({ Action, Resource }) =>
      list(Action).some((pattern) => matches(pattern, action)) &&
      list(Resource).some((pattern) => matches(pattern, resource)),
  );
  return fitting.length > 0 && fitting.every(({ Effect }) => Effect === "Allow");
}

describe("policy of a backup bucket", () => {
  const all = statements(bucketPolicy({ bucket, breakGlassRoleArn, janitorRoleArn }));
  const byEverybodyElse = { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } };

  it("grants nothing and denies everybody", () => {
    for (const { Effect, Principal, Sid } of all) assert.deepEqual([Effect, Principal], ["Deny", "*"], Sid);
  });

  it("takes nothing that does not come over TLS 1.2 or newer", () => {
    const everything = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
    const [plain, old] = all;
    assert.deepEqual(
      [plain?.Action, plain?.Resource, plain?.Condition],
      ["s3:*", everything, { Bool: { "aws:SecureTransport": "false" } }],
    );
    assert.deepEqual(
      [old?.Action, old?.Resource, old?.Condition],
      ["s3:*", everything, { NumericLessThan: { "s3:TlsVersion": 1.2 } }],
    );
  });

  for (const action of ["s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"])
    it(`leaves ${action} to the break-glass role`, () => {
      const found = all.find(({ Action }) => Action !== "s3:*" && list(Action).includes(action));
      assert.equal(found?.Resource, `arn:aws:s3:::${bucket}/*`);
      assert.deepEqual(found.Condition, byEverybodyElse);
    });

  for (const action of [
    "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersionTagging",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionTagging",
  ]) {
    const refusal = (from: Statement[]) => {
      const found = from.find(({ Action }) => Action !== "s3:*" && list(Action).includes(action));
      assert.equal(found?.Resource, `arn:aws:s3:::${bucket}/*`);
      return found.Condition;
    };
    it(`leaves ${action} to the break-glass role and the janitor`, () => {
      assert.deepEqual(refusal(all), {
        ArnNotEquals: { "aws:PrincipalArn": [breakGlassRoleArn, janitorRoleArn] },
      });
    });
    it(`leaves ${action} in a replica to the break-glass role`, () => {
      assert.deepEqual(refusal(statements(bucketPolicy({ bucket, breakGlassRoleArn }))), byEverybodyElse);
    });
  }

  it("lets S3 copy backups and their tags to a replica", () => {
    const copying = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"];
    const { Statement: refused } = JSON.parse(bucketPolicy({ bucket, breakGlassRoleArn })) as PolicyDocument;
    for (const { Action, Sid } of refused)
      if (Action !== "s3:*")
        assert.deepEqual(
          copying.filter((action) => list(Action).some((pattern) => matches(pattern, action))),
          [],
          Sid,
        );
  });

  for (const setting of [
    "DeleteBucket",
    "DeleteBucketPolicy",
    "PutBucketAcl",
    "PutBucketObjectLockConfiguration",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketVersioning",
    "PutEncryptionConfiguration",
    "PutLifecycleConfiguration",
    "PutReplicationConfiguration",
  ])
    it(`leaves s3:${setting} to the break-glass role`, () => {
      const found = all.find(({ Action }) => Action !== "s3:*" && list(Action).includes(`s3:${setting}`));
      assert.equal(found?.Resource, `arn:aws:s3:::${bucket}`);
      assert.deepEqual(found.Condition, byEverybodyElse);
    });
});

describe("policy of the vault's key", () => {
  const [administered, denied] = statements(keyPolicy({ account: "123456789012", breakGlassRoleArn }));

  it("lets IAM decide who uses it", () => {
    assert.deepEqual(administered?.Principal, { AWS: "arn:aws:iam::123456789012:root" });
    assert.equal(administered.Action, "kms:*");
  });

  it("leaves its end to the break-glass role, and calling the end off to everybody", () => {
    assert.deepEqual(denied?.Action, [
      "kms:DisableKey",
      "kms:DisableKeyRotation",
      "kms:PutKeyPolicy",
      "kms:ScheduleKeyDeletion",
    ]);
    assert.deepEqual(denied.Condition, { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } });
  });
});

describe("policies of the roles", () => {
  const classes = Object.values(backupClasses(defaultRetentionDays));
  const policy = (role: VaultRole) => rolePolicy(role, { bucket, region: "eu-central-1", keyArn, classes });
  const object = (key: string) => `arn:aws:s3:::${bucket}/${key}`;
  const wal = "wal/generation-0001/repository/archive/main/15-1/0000000100000000/000000010000000000000001";
  const unfinished = "wal/generation-0001/repository/backup/main/20261124-020000F/pg_data/base.zst";
  const evidence = "evidence/rehearsal/20261124-042000.json";
  const committed = "wal/generation-0001/committed/20261124-020000F.json";

  const cases: [action: string, key: string, by: VaultRole[]][] = [
    ["s3:GetObject", wal, ["writer", "janitor", "reader", "evidence"]],
    ["s3:GetObjectVersion", "models/x/manifest.json", ["writer", "janitor", "reader", "evidence"]],
    ["s3:GetObject", evidence, ["writer", "janitor", "reader", "evidence"]],
    ["s3:GetObject", "somebody/else", []],
    ["s3:PutObject", wal, ["writer", "janitor"]],
    ["s3:PutObject", "db/backup-2026-11-24.dump", ["writer"]],
    ["s3:PutObject", "models/x/manifest.json", ["writer"]],
    ["s3:PutObject", "config/x", ["writer"]],
    ["s3:PutObject", evidence, ["evidence"]],
    ["s3:DeleteObject", evidence, []],
    ["s3:PutObjectTagging", evidence, []],
    ["s3:AbortMultipartUpload", evidence, []],
    ["s3:PutObject", "somebody/else", []],
    ["s3:DeleteObject", wal, ["janitor"]],
    ["s3:DeleteObject", committed, ["janitor"]],
    ["s3:DeleteObject", unfinished, ["writer", "janitor"]],
    ["s3:DeleteObject", "models/x/manifest.json", []],
    ["s3:DeleteObject", "models/latest/best_model.pth", ["writer"]],
    ["s3:DeleteObject", "models/latest-copy.json", []],
    ["s3:DeleteObject", "db/backup-2026-11-24.dump", []],
    ["s3:PutObjectTagging", "models/x/manifest.json", ["janitor"]],
    ["s3:PutObjectTagging", wal, []],
    ["s3:PutObjectVersionTagging", "models/x/manifest.json", []],
    ["s3:DeleteObjectTagging", "models/x/manifest.json", []],
    ["s3:DeleteObjectVersion", wal, []],
    ["s3:BypassGovernanceRetention", wal, []],
    ["s3:PutObjectRetention", wal, []],
  ];
  for (const [action, key, by] of cases)
    it(`grant ${action} on ${key} to ${by.join(", ") || "nobody"}`, () => {
      assert.deepEqual(
        vaultRoles.filter((role) => grants(policy(role), action, object(key))),
        by,
      );
    });

  it("let all list what is beneath the prefixes of the classes", () => {
    for (const role of vaultRoles) {
      const found = statements(policy(role)).find(({ Sid }) => Sid === "List");
      assert.equal(found?.Resource, `arn:aws:s3:::${bucket}`);
      assert.deepEqual(found.Condition, {
        StringLike: { "s3:prefix": ["db/*", "wal/*", "models/*", "config/*", "evidence/*"] },
      });
    }
  });

  it("lend the key through S3 alone, and to the reader for reading", () => {
    const use = (role: VaultRole) => statements(policy(role)).find(({ Sid }) => Sid === "UseKeyThroughS3");
    assert.deepEqual(use("reader"), {
      Sid: "UseKeyThroughS3",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: keyArn,
      Condition: { StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" } },
    });
    assert.deepEqual(use("writer")?.Action, ["kms:Decrypt", "kms:GenerateDataKey"]);
  });

  it("let evidence be created on the condition that nothing is there, and in no other way", () => {
    const created = statements(policy("evidence")).find(({ Sid }) => Sid === "CreateEvidence");
    assert.deepEqual(created?.Condition, { Null: { "s3:if-none-match": "false" } });
    const denied = statements(bucketPolicy({ bucket, breakGlassRoleArn, janitorRoleArn })).filter(
      ({ Resource }) => Resource === `arn:aws:s3:::${bucket}/evidence/*`,
    );
    assert.deepEqual(
      denied.map(({ Effect, Action, Condition }) => [Effect, Action, Condition]),
      [
        ["Deny", "s3:DeleteObject", { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } }],
        ["Deny", "s3:PutObject", { Null: { "s3:if-none-match": "true" } }],
      ],
    );
  });

  it("change nothing of the bucket itself", () => {
    for (const role of vaultRoles)
      for (const action of ["s3:PutBucketPolicy", "s3:PutLifecycleConfiguration", "s3:DeleteBucket"])
        assert.equal(grants(policy(role), action, `arn:aws:s3:::${bucket}`), false, `${role} ${action}`);
  });
});

describe("policy of the replication", () => {
  const replica = {
    bucket: "lstm-pfd-backups-replica",
    region: "eu-west-1",
    keyArn: "arn:aws:kms:eu-west-1:123456789012:key/2",
  };
  const text = replicationPolicy({ bucket, region: "eu-central-1", keyArn }, replica, "wal/");

  it("reads here and writes there, and hides there only what is of pgBackRest's repository", () => {
    const here = `arn:aws:s3:::${bucket}/wal/x`;
    const there = `arn:aws:s3:::${replica.bucket}/wal/x`;
    assert.ok(grants(text, "s3:GetObjectVersionForReplication", here));
    assert.ok(grants(text, "s3:GetObjectRetention", here));
    assert.ok(grants(text, "s3:ReplicateObject", there));
    assert.ok(grants(text, "s3:ReplicateTags", there));
    assert.ok(grants(text, "s3:ReplicateDelete", there));
    for (const [action, resource] of [
      ["s3:InitiateReplication", here],
      ["s3:ReplicateObject", here],
      ["s3:ReplicateDelete", here],
      ["s3:ReplicateDelete", `arn:aws:s3:::${replica.bucket}/models/x`],
      ["s3:DeleteObject", there],
      ["s3:DeleteObjectVersion", there],
    ] as const)
      assert.equal(grants(text, action, resource), false, `${action} ${resource}`);
  });

  it("uses each key in its own region", () => {
    const via = (resource: string) =>
      statements(text).find(({ Resource }) => Resource === resource)?.Condition?.["StringEquals"];
    assert.deepEqual(via(keyArn), { "kms:ViaService": "s3.eu-central-1.amazonaws.com" });
    assert.deepEqual(via(replica.keyArn), { "kms:ViaService": "s3.eu-west-1.amazonaws.com" });
  });
});

describe("trust", () => {
  it("of a service is for that service", () => {
    assert.deepEqual(statements(serviceTrust("s3.amazonaws.com")), [
      {
        Sid: "ServiceOnly",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: ["sts:AssumeRole"],
      },
    ]);
  });

  it("of pods names their namespace and accounts, and no cluster", () => {
    const text = podIdentityTrust({ namespace: "lstm-pfd", serviceAccounts: ["a", "b"] });
    assert.deepEqual(statements(text)[0]?.Action, ["sts:AssumeRole", "sts:TagSession"]);
    assert.deepEqual(statements(text)[0]?.Condition, {
      StringEquals: {
        "aws:RequestTag/kubernetes-namespace": "lstm-pfd",
        "aws:RequestTag/kubernetes-service-account": ["a", "b"],
      },
    });
    assert.doesNotMatch(text, /cluster/);
  });
});
