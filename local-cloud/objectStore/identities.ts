/**
 * Who works with an object store. The admin makes buckets and their settings; the others are those of the backups, `evidence` only creates
 * what proves that they can be restored, and `recoverer` is who begins a recovery: it reads the sealed recovery kit, and no backup.
 */
export const identityRoles = ["admin", "writer", "janitor", "reader", "evidence", "recoverer"] as const;

/** One of {@link identityRoles}. */
export type IdentityRole = (typeof identityRoles)[number];

/** One holder of keys. */
export interface Identity {
  /** Unique in the object store. */
  name: string;
  role: IdentityRole;
  /** At least 3 letters and digits; unique in the object store. */
  accessKeyId: string;
  /** At least 16 letters, digits, `+`, `/`, `-` and `_`. */
  secretAccessKey: string;
}

/** How a bucket's policy names an identity. */
export function identityArn(name: string): string {
  return `arn:aws:iam::000000000000:user/${name}`;
}

interface Statement {
  Action: string[];
  Resource: string[];
}

const objects = "arn:aws:s3:::*/*";
const buckets = "arn:aws:s3:::*";

const read: Statement = {
  Action: [
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketVersions",
  ],
  Resource: [buckets, objects],
};

/**
 * What each role may do in every bucket, as the roles of a vault on AWS. Nobody removes a record of the lineage. Nobody but the admin removes a version, shortens or
 * bypasses a lock, or changes a setting of a bucket: a delete of the others only hides.
 */
export const rolePolicies: Readonly<Record<Exclude<IdentityRole, "admin">, readonly Statement[]>> = {
  reader: [read],
  writer: [
    read,
    {
      Action: ["s3:AbortMultipartUpload", "s3:PutObject"],
      Resource: ["db", "wal", "models", "config"].map((name) => `arn:aws:s3:::*/${name}/*`),
    },
    // pgBackRest clears its link to the latest backup, and what is left of one that was killed.
    { Action: ["s3:DeleteObject"], Resource: ["arn:aws:s3:::*/wal/*/repository/backup/*"] },
    // What the newest snapshot of the models no longer has.
    { Action: ["s3:DeleteObject"], Resource: ["arn:aws:s3:::*/models/latest/*"] },
  ],
  janitor: [
    read,
    // What is tagged expires, and nothing of config/ may.
    {
      Action: ["s3:GetObjectTagging", "s3:PutObjectTagging"],
      Resource: ["arn:aws:s3:::*/db/*", "arn:aws:s3:::*/models/*"],
    },
    {
      Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"],
      Resource: ["arn:aws:s3:::*/wal/generation-*"],
    },
    { Action: ["s3:PutObject"], Resource: ["arn:aws:s3:::*/wal/lineage/*-collected.json"] },
  ],
  evidence: [{ Action: ["s3:PutObject"], Resource: ["arn:aws:s3:::*/evidence/*"] }],
  recoverer: [
    { Action: ["s3:ListBucket", "s3:ListBucketVersions"], Resource: [buckets] },
    { Action: ["s3:GetObject", "s3:GetObjectVersion"], Resource: ["arn:aws:s3:::*/config/*"] },
  ],
};

/** Configuration of SeaweedFS' S3 gateway with these identities. Holds secrets. */
export function identityConfiguration(identities: readonly Identity[]): string {
  return JSON.stringify({
    identities: identities.map(({ name, role, accessKeyId, secretAccessKey }) => ({
      name,
      credentials: [{ accessKey: accessKeyId, secretKey: secretAccessKey }],
      ...(role === "admin" ? { actions: ["Admin"] } : { policyNames: [role] }),
    })),
    policies: Object.entries(rolePolicies).map(([name, statements]) => ({
      name,
      content: JSON.stringify({
        Version: "2012-10-17",
        Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
      }),
    })),
  });
}

/** What is wrong with identities: path of the input, and the rule. Says no secret. */
export function identityProblems(identities: readonly Identity[]): { property: string; reason: string }[] {
  const problems = identities.flatMap(({ name, role, accessKeyId, secretAccessKey }, index) => {
    const rules: [keyof Identity, boolean, string][] = [
      [
        "name",
        /^[a-z][a-z0-9-]{0,62}$/.test(name),
        "must hold small letters, digits and dashes, a letter first",
      ],
      ["role", identityRoles.includes(role), `must be one of ${identityRoles.join(", ")}`],
      ["accessKeyId", /^[A-Za-z0-9]{3,128}$/.test(accessKeyId), "must be 3 to 128 letters and digits"],
      [
        "secretAccessKey",
        /^[A-Za-z0-9+/_-]{16,128}$/.test(secretAccessKey),
        "must be 16 to 128 letters, digits and the characters + / _ -",
      ],
    ];
    return rules
      .filter(([, fits]) => !fits)
      .map(([field, , reason]) => ({ property: `identities[${index}].${field}`, reason }));
  });
  for (const field of ["name", "accessKeyId"] as const) {
    const values = identities.map((identity) => identity[field]);
    values.forEach((value, index) => {
      if (values.indexOf(value) < index)
        problems.push({
          property: `identities[${index}].${field}`,
          reason: "must differ from those before it",
        });
    });
  }
  // SeaweedFS without any identity lets everybody in.
  if (!identities.some(({ role }) => role === "admin"))
    problems.push({ property: "identities", reason: 'must hold one with the role "admin"' });
  return problems;
}
