import assert from "node:assert/strict";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { IdentityRole } from "@lstm-pfd/local-cloud/object-store";
import { bucket, type Cloud, identity } from "./cloud";

/** What each role may do in a bucket that keeps versions and locks them, and what it may not. */
export function roleCases(cloud: Cloud): void {
  let version: string | undefined;
  const key = "wal/generation-0001/repository/archive/x";
  const kit = "config/recovery.kit";
  const evidence = "evidence/rehearsal/x.json";
  const clearedByWriter = "wal/generation-0001/repository/backup/main/latest";
  const at = { Bucket: bucket, Key: key };

  it("holds objects for the roles", async () => {
    for (const name of [key, clearedByWriter, "models/m/file", "models/latest/file", kit, evidence])
      version = (
        await cloud.client("admin").send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: "x" }))
      ).VersionId;
    version = (await cloud.client("admin").send(new PutObjectCommand({ ...at, Body: "x" }))).VersionId;
  });

  const allowed = (...roles: IdentityRole[]): readonly IdentityRole[] => roles;
  const everybody = allowed("writer", "janitor", "reader");
  const withKit = allowed(...everybody, "recoverer");
  const nobody = allowed();
  const table: [string, readonly IdentityRole[], (client: S3Client) => Promise<unknown>][] = [
    ["lists", withKit, (client) => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "wal/" }))],
    ["lists versions", withKit, (client) => client.send(new ListObjectVersionsCommand({ Bucket: bucket }))],
    ["reads", everybody, (client) => client.send(new GetObjectCommand(at))],
    [
      "reads a version",
      everybody,
      (client) => client.send(new GetObjectCommand({ ...at, VersionId: version })),
    ],
    ["reads the sealed kit", withKit, (client) => client.send(new GetObjectCommand({ ...at, Key: kit }))],
    [
      "writes the sealed kit",
      allowed("writer"),
      (client) => client.send(new PutObjectCommand({ ...at, Key: kit, Body: "y" })),
    ],
    [
      "tags the sealed kit",
      nobody,
      (client) =>
        client.send(
          new PutObjectTaggingCommand({
            ...at,
            Key: kit,
            Tagging: { TagSet: [{ Key: "superseded", Value: "true" }] },
          }),
        ),
    ],
    ["hides the sealed kit", nobody, (client) => client.send(new DeleteObjectCommand({ ...at, Key: kit }))],
    [
      "writes WAL",
      allowed("writer", "janitor"),
      (client) => client.send(new PutObjectCommand({ ...at, Body: "y" })),
    ],
    [
      "writes models",
      allowed("writer"),
      (client) => client.send(new PutObjectCommand({ ...at, Key: "models/m/file", Body: "y" })),
    ],
    [
      "uploads in parts and gives up",
      allowed("writer", "janitor"),
      async (client) => {
        const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
        await client.send(new AbortMultipartUploadCommand({ ...at, UploadId }));
      },
    ],
    [
      "copies over",
      allowed("writer"),
      (client) =>
        client.send(
          new CopyObjectCommand({ Bucket: bucket, Key: "db/copy", CopySource: `${bucket}/${key}` }),
        ),
    ],
    [
      "tags as superseded",
      allowed("janitor"),
      (client) =>
        client.send(
          new PutObjectTaggingCommand({
            ...at,
            Key: "models/m/file",
            Tagging: { TagSet: [{ Key: "superseded", Value: "true" }] },
          }),
        ),
    ],
    [
      "reads tags",
      allowed("janitor"),
      (client) => client.send(new GetObjectTaggingCommand({ ...at, Key: "models/m/file" })),
    ],
    [
      "creates evidence",
      allowed("evidence"),
      (client) =>
        client.send(
          new PutObjectCommand({ ...at, Key: `${evidence}-${Date.now()}`, Body: "y", IfNoneMatch: "*" }),
        ),
    ],
    ["hides evidence", nobody, (client) => client.send(new DeleteObjectCommand({ ...at, Key: evidence }))],
    ["reads evidence", everybody, (client) => client.send(new GetObjectCommand({ ...at, Key: evidence }))],
    ["hides WAL", allowed("janitor"), (client) => client.send(new DeleteObjectCommand(at))],
    [
      "hides what an unfinished base backup left",
      allowed("writer", "janitor"),
      (client) => client.send(new DeleteObjectCommand({ ...at, Key: clearedByWriter })),
    ],
    [
      "hides a file of the newest models' copy",
      allowed("writer"),
      (client) => client.send(new DeleteObjectCommand({ ...at, Key: "models/latest/file" })),
    ],
    [
      "hides a model",
      nobody,
      (client) => client.send(new DeleteObjectCommand({ ...at, Key: "models/m/file" })),
    ],
    [
      "deletes a version",
      nobody,
      (client) => client.send(new DeleteObjectCommand({ ...at, VersionId: version })),
    ],
    [
      "deletes a version past its lock",
      nobody,
      (client) =>
        client.send(new DeleteObjectCommand({ ...at, VersionId: version, BypassGovernanceRetention: true })),
    ],
    [
      "deletes versions in a batch",
      nobody,
      async (client) => {
        const { Errors = [] } = await client.send(
          new DeleteObjectsCommand({
            Bucket: bucket,
            Delete: { Objects: [{ Key: key, VersionId: version }] },
            BypassGovernanceRetention: true,
          }),
        );
        if (Errors[0] !== undefined) throw Object.assign(new Error(), { name: Errors[0].Code });
      },
    ],
    [
      "shortens a lock",
      nobody,
      (client) =>
        client.send(
          new PutObjectRetentionCommand({
            ...at,
            Retention: { Mode: "GOVERNANCE", RetainUntilDate: new Date(Date.now() + 5_000) },
            BypassGovernanceRetention: true,
          }),
        ),
    ],
    [
      "writes with a lock of its own",
      nobody,
      (client) =>
        client.send(
          new PutObjectCommand({
            ...at,
            Body: "y",
            ObjectLockMode: "GOVERNANCE",
            ObjectLockRetainUntilDate: new Date(Date.now() + 5_000),
          }),
        ),
    ],
    [
      "changes the default lock",
      nobody,
      (client) =>
        client.send(
          new PutObjectLockConfigurationCommand({
            Bucket: bucket,
            ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
          }),
        ),
    ],
    [
      "suspends versioning",
      nobody,
      (client) =>
        client.send(
          new PutBucketVersioningCommand({
            Bucket: bucket,
            VersioningConfiguration: { Status: "Suspended" },
          }),
        ),
    ],
    [
      "sets lifecycle rules",
      nobody,
      (client) =>
        client.send(
          new PutBucketLifecycleConfigurationCommand({
            Bucket: bucket,
            LifecycleConfiguration: {
              Rules: [{ ID: "all", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } }],
            },
          }),
        ),
    ],
    [
      "removes lifecycle rules",
      nobody,
      (client) => client.send(new DeleteBucketLifecycleCommand({ Bucket: bucket })),
    ],
    [
      "sets the policy",
      nobody,
      (client) => client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: "{}" })),
    ],
    [
      "removes the policy",
      nobody,
      (client) => client.send(new DeleteBucketPolicyCommand({ Bucket: bucket })),
    ],
    ["makes a bucket", nobody, (client) => client.send(new CreateBucketCommand({ Bucket: "e2e-more" }))],
    ["deletes the bucket", nobody, (client) => client.send(new DeleteBucketCommand({ Bucket: bucket }))],
  ];
  for (const [what, who, act] of table)
    for (const role of [...everybody, "evidence"] as const)
      it(`${role} ${who.includes(role) ? "" : "never "}${what}`, async () => {
        if (who.includes(role)) await act(cloud.client(role));
        else await assert.rejects(act(cloud.client(role)), { name: "AccessDenied" });
      });

  it("lets nobody in without keys, or with wrong ones", async () => {
    const unsigned = cloud.clientOf(identity("writer"));
    unsigned.config.signer = () => Promise.resolve({ sign: (request) => Promise.resolve(request) });
    await assert.rejects(unsigned.send(new GetObjectCommand(at)), { name: "AccessDenied" });
    const wrong = cloud.clientOf(identity("writer", "anotherSecretOfThisTest"));
    await assert.rejects(wrong.send(new GetObjectCommand(at)), { name: "SignatureDoesNotMatch" });
  });
}
