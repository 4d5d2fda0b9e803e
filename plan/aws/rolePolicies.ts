import { type BackupClass, latestModelsPrefix } from "../backupClasses";
import { bucketArn } from "./arns";
import { policyText, type Statement } from "./policyDocument";
import type { VaultRole } from "../names";
import { lineagePrefix } from "../repository";

/** What the policies of the roles are made from. */
export interface RolePolicyPlan {
  bucket: string;
  region: string;
  /** ARN of the key that encrypts the bucket. */
  keyArn: string;
  /** Classes of the table; each prefix is granted by itself. */
  classes: readonly BackupClass[];
}

/**
 * Policy of a role on the backup bucket. All of them list and read; the writer adds, and hides what its copy of the newest models no longer
 * has; the janitor tags what is superseded and
 * removes base backups, WAL and whole generations. Evidence is created by its own role alone, which reads as well, because the pod of a
 * rehearsal has one role. A delete only hides: none of them may remove a version, and none hides a record of the lineage.
 */
export function rolePolicy(role: VaultRole, plan: RolePolicyPlan): string {
  return policyText(list(plan), read(plan), ...changes[role](plan), useKey(role, plan));
}

const changes: Record<VaultRole, (plan: RolePolicyPlan) => Statement[]> = {
  reader: () => [],
  writer: (plan) => [
    {
      Sid: "Add",
      Effect: "Allow",
      Action: ["s3:AbortMultipartUpload", "s3:PutObject"],
      Resource: objects(plan, ({ name, prefix }) => (name === "evidence" ? undefined : `${prefix}*`)),
    },
    // pgBackRest clears its link to the latest backup, and what is left of one that was killed.
    {
      Sid: "HideUnfinishedBaseBackups",
      Effect: "Allow",
      Action: "s3:DeleteObject",
      Resource: objects(plan, ({ name, prefix }) =>
        name === "wal" ? `${prefix}*/repository/backup/*` : undefined,
      ),
    },
    // What the newest snapshot no longer has.
    {
      Sid: "HideFilesOfLatestModels",
      Effect: "Allow",
      Action: "s3:DeleteObject",
      Resource: objects(plan, ({ name }) => (name === "models" ? `${latestModelsPrefix}*` : undefined)),
    },
  ],
  janitor: (plan) => [
    {
      Sid: "TagSuperseded",
      Effect: "Allow",
      Action: ["s3:GetObjectTagging", "s3:PutObjectTagging"],
      // What is tagged expires, and nothing of config/ is superseded as a whole: its versions are. Evidence goes by age.
      Resource: objects(plan, ({ name, prefix }) =>
        name === "database" || name === "models" ? `${prefix}*` : undefined,
      ),
    },
    {
      Sid: "ExpireBaseBackups",
      Effect: "Allow",
      Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"],
      Resource: objects(plan, ({ name, prefix }) => (name === "wal" ? `${prefix}generation-*` : undefined)),
    },
    {
      Sid: "NoteCollectedGenerations",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: objects(plan, ({ name }) =>
        name === "wal" ? `${lineagePrefix}*-collected.json` : undefined,
      ),
    },
  ],
  evidence: (plan) => [
    {
      Sid: "CreateEvidence",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: objects(plan, ({ name, prefix }) => (name === "evidence" ? `${prefix}*` : undefined)),
      Condition: { Null: { "s3:if-none-match": "false" } },
    },
  ],
};

function list({ bucket, classes }: RolePolicyPlan): Statement {
  return {
    Sid: "List",
    Effect: "Allow",
    Action: ["s3:ListBucket", "s3:ListBucketVersions"],
    Resource: bucketArn(bucket),
    Condition: { StringLike: { "s3:prefix": classes.map(({ prefix }) => `${prefix}*`) } },
  };
}

function read(plan: RolePolicyPlan): Statement {
  return {
    Sid: "Read",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:GetObjectVersion"],
    Resource: objects(plan, everything),
  };
}

function useKey(role: VaultRole, { keyArn, region }: RolePolicyPlan): Statement {
  return {
    Sid: "UseKeyThroughS3",
    Effect: "Allow",
    Action: role === "reader" ? "kms:Decrypt" : ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: keyArn,
    Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
  };
}

const everything = ({ prefix }: BackupClass): string => `${prefix}*`;

function objects(
  { bucket, classes }: RolePolicyPlan,
  key: (backupClass: BackupClass) => string | undefined,
): string[] {
  return classes.flatMap((backupClass) => {
    const keys = key(backupClass);
    return keys === undefined ? [] : [`${bucketArn(bucket)}/${keys}`];
  });
}
