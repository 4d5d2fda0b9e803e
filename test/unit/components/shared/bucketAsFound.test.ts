import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { bucketAsFound } from "../../../../components/shared/bucketAsFound";
import { bucketSettings, namedReplication, namedSettings } from "../../../../plan/aws/bucketSettings";
import { replicationRules } from "../../../../plan/aws/replication";
import { settingsDifferences, Unknown } from "../../../../plan/aws/settingsDifferences";
import { classes } from "../keepsBackups";
import { account, breakGlassRoleArn, keyArn, replicaKeyArn } from "../aws/accounts";

const bucket = "lstm-pfd-backups";
const role = `arn:aws:iam::${account}:role/replication`;
const copy = "arn:aws:s3:::lstm-pfd-backups-replica";
const kinds = Object.values(classes);
const plan = {
  bucket,
  classes: kinds,
  lock: { mode: "governance", days: 7 },
  breakGlassRoleArn,
  janitorRoleArn: `arn:aws:iam::${account}:role/janitor`,
} as const;
const { lifecycle, policy } = bucketSettings(plan);
const wanted = new Map([
  ...namedSettings(bucketSettings(plan), keyArn),
  ...namedReplication({ role, rules: replicationRules(kinds, { arn: copy, keyArn: replicaKeyArn }, true) }),
]);

/** What S3 answers to a question about a bucket that the program has made, by the name of the setting in the query. */
const answers: Record<string, string> = {
  versioning: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
  publicAccessBlock: `<PublicAccessBlockConfiguration>${[
    "BlockPublicAcls",
    "BlockPublicPolicy",
    "IgnorePublicAcls",
    "RestrictPublicBuckets",
  ]
    .map((name) => `<${name}>true</${name}>`)
    .join("")}</PublicAccessBlockConfiguration>`,
  ownershipControls:
    "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>",
  encryption:
    "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>" +
    `<KMSMasterKeyID>${keyArn}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault>` +
    "<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes><BucketKeyEnabled>true</BucketKeyEnabled>" +
    "</Rule></ServerSideEncryptionConfiguration>",
  "object-lock":
    "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode>" +
    "<Days>7</Days></DefaultRetention></Rule></ObjectLockConfiguration>",
  lifecycle: `<LifecycleConfiguration>${lifecycle.map(lifecycleXml).join("")}</LifecycleConfiguration>`,
  policy,
  replication: `<ReplicationConfiguration><Role>${role}</Role>${kinds.map(replicationXml).join("")}</ReplicationConfiguration>`,
};

/** A rule as S3 writes it: other names and another order than those it was put with. */
function lifecycleXml(rule: (typeof lifecycle)[number]): string {
  const { and, prefix } = rule.filter;
  const tags = Object.entries(and?.tags ?? {}).map(
    ([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`,
  );
  const filter =
    and === undefined
      ? `<Prefix>${prefix ?? ""}</Prefix>`
      : `<And><Prefix>${and.prefix}</Prefix>${tags.join("")}</And>`;
  const days = rule.expiration?.days;
  const marker = rule.expiration?.expiredObjectDeleteMarker;
  const noncurrent = rule.noncurrentVersionExpiration?.noncurrentDays;
  const abort = rule.abortIncompleteMultipartUpload?.daysAfterInitiation;
  return (
    `<Rule>${noncurrent === undefined ? "" : `<NoncurrentVersionExpiration><NoncurrentDays>${noncurrent}</NoncurrentDays></NoncurrentVersionExpiration>`}` +
    `<ID>${rule.id}</ID><Filter>${filter}</Filter><Status>Enabled</Status>` +
    (days === undefined ? "" : `<Expiration><Days>${days}</Days></Expiration>`) +
    (marker === undefined
      ? ""
      : `<Expiration><ExpiredObjectDeleteMarker>${marker}</ExpiredObjectDeleteMarker></Expiration>`) +
    (abort === undefined
      ? ""
      : `<AbortIncompleteMultipartUpload><DaysAfterInitiation>${abort}</DaysAfterInitiation></AbortIncompleteMultipartUpload>`) +
    "</Rule>"
  );
}

function replicationXml({ name, prefix }: { name: string; prefix: string }, priority: number): string {
  return (
    `<Rule><ID>${name}</ID><Priority>${priority}</Priority><Filter><Prefix>${prefix}</Prefix></Filter><Status>Enabled</Status>` +
    "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>" +
    `<DeleteMarkerReplication><Status>${name === "wal" ? "Enabled" : "Disabled"}</Status></DeleteMarkerReplication>` +
    `<Destination><Bucket>${copy}</Bucket><EncryptionConfiguration><ReplicaKmsKeyID>${replicaKeyArn}</ReplicaKmsKeyID></EncryptionConfiguration>` +
    "<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time></ReplicationTime>" +
    "<Metrics><Status>Enabled</Status><EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics></Destination></Rule>"
  );
}

describe("settings of a bucket that is there", () => {
  let server: Server;
  /** Status and code of an error in place of an answer, by the name of the setting. */
  let refusals: Record<string, [status: number, code: string]> = {};
  let owners: (string | undefined)[] = [];

  before(async () => {
    server = createServer(({ url = "", headers }, response) => {
      owners.push(headers["x-amz-expected-bucket-owner"] as string | undefined);
      const [setting = ""] = (url.split("?")[1] ?? "").split("&");
      const [status, code] = refusals[setting.replace(/=.*/, "")] ?? [200, ""];
      response
        .writeHead(status, { "content-type": "application/xml" })
        .end(
          code === ""
            ? answers[setting.replace(/=.*/, "")]
            : `<Error><Code>${code}</Code><Message>no</Message></Error>`,
        );
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  beforeEach(() => {
    refusals = {};
    owners = [];
  });
  after(() => {
    server.close();
  });

  const found = () =>
    bucketAsFound(
      { bucket, region: "eu-central-1", account },
      {
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        forcePathStyle: true,
        credentials: { accessKeyId: "id", secretAccessKey: "secret" },
        maxAttempts: 1,
      },
    );

  it("are those that the program would make, where it has made them", async () => {
    assert.deepEqual(settingsDifferences(await found(), wanted), []);
  });

  it("are asked of the account's own bucket alone", async () => {
    await found();
    assert.deepEqual(new Set(owners), new Set([account]));
    assert.equal(owners.length, Object.keys(answers).length);
  });

  const neverMade: [string, string, string][] = [
    ["publicAccessBlock", "NoSuchPublicAccessBlockConfiguration", "public access block"],
    ["ownershipControls", "OwnershipControlsNotFoundError", "object ownership"],
    ["encryption", "ServerSideEncryptionConfigurationNotFoundError", "encryption"],
    ["object-lock", "ObjectLockConfigurationNotFoundError", "default retention of Object Lock"],
    ["lifecycle", "NoSuchLifecycleConfiguration", "lifecycle rule wal-noncurrent"],
    ["policy", "NoSuchBucketPolicy", "policy statement TlsOnly"],
    ["replication", "ReplicationConfigurationNotFoundError", "replication role"],
  ];
  for (const [setting, code, name] of neverMade)
    it(`lack what S3 says ${code} of`, async () => {
      refusals = { [setting]: [404, code] };
      const differences = settingsDifferences(await found(), wanted);
      assert.equal(differences.find((each) => each.name === name)?.is, "none");
    });

  for (const [status, code] of [
    [403, "AccessDenied"],
    [404, "NoSuchBucket"],
    [503, "SlowDown"],
    [301, "PermanentRedirect"],
  ] as const)
    it(`are unknown, each of them, where S3 answers ${code}`, async () => {
      refusals = Object.fromEntries(Object.keys(answers).map((setting) => [setting, [status, code]]));
      const settings = [...(await found()).values()];
      assert.equal(settings.length, Object.keys(answers).length);
      for (const value of settings) {
        assert.ok(value instanceof Unknown);
        assert.match(value.why, new RegExp(code));
      }
    });
});
