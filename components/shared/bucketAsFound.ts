import type { GetBucketPolicyCommandInput, S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import type { PolicyDocument, Statement } from "../../plan/aws/policyDocument";
import { namedReplication, namedRules, namedStatements } from "../../plan/aws/bucketSettings";
import { type Settings, Unknown } from "../../plan/aws/settingsDifferences";

/** A bucket that is there. */
export interface FoundBucket {
  bucket: string;
  region: string;
  /** Account that must own it: settings of another's bucket are not read. */
  account: string;
  /** Role of that account that reads them. @default the credentials in force */
  roleArn?: string;
}

/** What S3 answers where a setting was never made, by the code of its error. */
const absent = new Set([
  "NoSuchBucketPolicy",
  "NoSuchLifecycleConfiguration",
  "NoSuchPublicAccessBlockConfiguration",
  "ObjectLockConfigurationNotFoundError",
  "OwnershipControlsNotFoundError",
  "ReplicationConfigurationNotFoundError",
  "ServerSideEncryptionConfigurationNotFoundError",
]);

/**
 * Reads the settings of a bucket that is to be taken over, with the credentials in force, in the names and shapes of
 * `namedSettings`. A setting that cannot be read is {@link Unknown}, never absent.
 * @param connection how to reach S3; @default AWS
 */
export async function bucketAsFound(
  { bucket, region, account, roleArn }: FoundBucket,
  connection: S3ClientConfig = {},
): Promise<Settings> {
  // Loaded when it is needed: no other preview waits for it.
  const s3 = await import("@aws-sdk/client-s3");
  const assumed = roleArn === undefined ? {} : { credentials: () => credentialsOf(roleArn, region) };
  const client = new s3.S3Client({ region, ...assumed, ...connection });
  const input = { Bucket: bucket, ExpectedBucketOwner: account };
  try {
    const groups = await Promise.all(groupsOf(s3, client, input).map(([name, read]) => readOne(name, read)));
    return new Map(groups.flat());
  } finally {
    client.destroy();
  }
}

/** Those of a role in another account. @throws Error of AWS when the role cannot be taken on */
async function credentialsOf(
  roleArn: string,
  region: string,
): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken: string }> {
  const sts = await import("@aws-sdk/client-sts");
  const client = new sts.STSClient({ region });
  try {
    const { Credentials } = await client.send(
      new sts.AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "lstm-pfd-vault" }),
    );
    return {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
  } finally {
    client.destroy();
  }
}

type Group = [name: string, read: () => Promise<[string, unknown][]>];

function groupsOf(
  s3: typeof import("@aws-sdk/client-s3"),
  client: S3Client,
  input: GetBucketPolicyCommandInput,
): Group[] {
  return [
    [
      "versioning",
      async () => [["versioning", (await client.send(new s3.GetBucketVersioningCommand(input))).Status]],
    ],
    [
      "public access block",
      async () => {
        const { PublicAccessBlockConfiguration: found } = await client.send(
          new s3.GetPublicAccessBlockCommand(input),
        );
        return [["public access block", inOurShape(found)]];
      },
    ],
    [
      "object ownership",
      async () => {
        const { OwnershipControls: found } = await client.send(
          new s3.GetBucketOwnershipControlsCommand(input),
        );
        return [["object ownership", found?.Rules?.map(({ ObjectOwnership }) => ObjectOwnership)]];
      },
    ],
    [
      "encryption",
      async () => {
        const { ServerSideEncryptionConfiguration: found } = await client.send(
          new s3.GetBucketEncryptionCommand(input),
        );
        const rules = found?.Rules?.map(({ BlockedEncryptionTypes: blocked, ...rule }) => ({
          ...rule,
          BlockedEncryptionTypes: blocked?.EncryptionType,
        }));
        return [["encryption", inOurShape(rules)]];
      },
    ],
    [
      "default retention of Object Lock",
      async () => {
        const { ObjectLockConfiguration: found } = await client.send(
          new s3.GetObjectLockConfigurationCommand(input),
        );
        return [["default retention of Object Lock", inOurShape(found?.Rule?.DefaultRetention)]];
      },
    ],
    [
      "lifecycle rule ",
      async () => {
        const { Rules = [] } = await client.send(new s3.GetBucketLifecycleConfigurationCommand(input));
        return namedRules("lifecycle", inOurShape(Rules) as { id?: string }[]);
      },
    ],
    [
      "policy statement ",
      async () => {
        const { Policy = "" } = await client.send(new s3.GetBucketPolicyCommand(input));
        const { Statement } = JSON.parse(Policy) as { Statement: PolicyDocument["Statement"] | Statement };
        return namedStatements([Statement].flat());
      },
    ],
    [
      "replication ",
      async () => {
        const { ReplicationConfiguration: found } = await client.send(
          new s3.GetBucketReplicationCommand(input),
        );
        const rules = inOurShape(found?.Rules ?? []) as Parameters<typeof namedReplication>[0]["rules"];
        return namedReplication({ role: found?.Role ?? "", rules });
      },
    ],
  ];
}

async function readOne(name: string, read: Group[1]): Promise<[string, unknown][]> {
  try {
    return await read();
  } catch (error) {
    const { name: code, message } = error as Error;
    return absent.has(code) ? [] : [[name, new Unknown(`${code}: ${message}`)]];
  }
}

/** An answer of the SDK in the shape in which the provider takes the setting. */
function inOurShape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOurShape);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      ourKey(key),
      key === "Tags" ? byKey(inner as { Key: string; Value: string }[]) : inOurShape(inner),
    ]),
  );
}

function ourKey(key: string): string {
  if (key === "ID") return "id";
  return key.replace(/^(SSE|KMS|[A-Z])/, (beginning) => beginning.toLowerCase()).replace(/ID$/, "Id");
}

function byKey(tags: readonly { Key: string; Value: string }[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
