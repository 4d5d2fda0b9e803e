import assert from "node:assert/strict";
import { fileConfig } from "../../../cli/stackPlan";
import { type Config, parseConfig, qualified } from "../../../config/config";
import { bucketSettings, namedReplication, namedSettings } from "../../../plan/aws/bucketSettings";
import { replicationRules } from "../../../plan/aws/replication";
import { type Settings, Unknown } from "../../../plan/aws/settingsDifferences";
import { AdoptionError, compareBeforeAdoption } from "../../../stacks/adoption";

const kit = { repositoryCipherPass: "cipher", dbPassword: "db", jwtSecret: "jwt", secretKey: "session" };
const configOf = (changes: Record<string, string>): Config =>
  parseConfig(qualified({ ...fileConfig("prod-vault"), ...kit, ...changes }));
const adopting = { vaultMode: "adopt", vaultKeyId: "1234abcd", replicaKeyId: "5678abcd" };
const vaultBucket = "example-lstm-pfd-backups";
const replicaBucket = "example-lstm-pfd-backups-copy";
const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

/** What the program makes of the files in the checkout, written down by hand where the program works it out. */
function madeBy(config: Config, bucket: string): Map<string, unknown> {
  const isVault = bucket === vaultBucket;
  const classes = Object.values(config.classes);
  const settings = bucketSettings({
    bucket,
    classes,
    lock: { mode: "governance", days: config.classes.wal.retentionDays },
    breakGlassRoleArn: arn("example-break-glass"),
    ...(isVault ? { janitorRoleArn: arn("lstm-pfd-backup-janitor") } : { secondChance: true }),
  });
  const named = namedSettings(
    settings,
    isVault
      ? "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
      : "arn:aws:kms:eu-west-1:123456789012:key/5678abcd",
  );
  const replica = {
    arn: `arn:aws:s3:::${replicaBucket}`,
    keyArn: "arn:aws:kms:eu-west-1:123456789012:key/5678abcd",
  };
  return new Map([
    ...named,
    ...(isVault
      ? namedReplication({
          role: arn("lstm-pfd-backup-replication"),
          rules: replicationRules(classes, replica, false),
        })
      : []),
  ]);
}

async function linesOf(config: Config, read: (bucket: string) => Settings): Promise<string[]> {
  try {
    await compareBeforeAdoption(config, ({ bucket }) => Promise.resolve(read(bucket)));
    return [];
  } catch (error) {
    assert.ok(error instanceof AdoptionError);
    assert.match(error.message, /nothing was touched.*adoptChanges set to true/s);
    return error.message.split("\n").filter((line) => line.startsWith("  "));
  }
}

describe("an adoption", () => {
  const config = configOf(adopting);

  it("goes on where everything is as the program would make it", async () => {
    assert.deepEqual(await linesOf(config, (bucket) => madeBy(config, bucket)), []);
  });

  it("reads each bucket in its own region, as the account's own", async () => {
    const asked: object[] = [];
    await compareBeforeAdoption(config, (bucket) => {
      asked.push(bucket);
      return Promise.resolve(madeBy(config, bucket.bucket));
    });
    const account = "123456789012";
    assert.deepEqual(asked, [
      { bucket: vaultBucket, region: "eu-central-1", account },
      { bucket: replicaBucket, region: "eu-west-1", account },
    ]);
  });

  it("reads a copy in another account as the role there, and compares it with what that account makes of it", async () => {
    const roleArn = "arn:aws:iam::210987654321:role/keeps-the-copy";
    const apart = configOf({ ...adopting, replicaRoleArn: roleArn });
    const asked: object[] = [];
    const classes = Object.values(apart.classes);
    const copy = namedSettings(
      bucketSettings({
        bucket: replicaBucket,
        classes,
        lock: { mode: "governance", days: apart.classes.wal.retentionDays },
        breakGlassRoleArn: roleArn,
        secondChance: true,
        copiedBy: { account: "123456789012", roleArn: arn("lstm-pfd-backup-replication") },
      }),
      "arn:aws:kms:eu-west-1:210987654321:key/5678abcd",
    );
    const rules = replicationRules(
      classes,
      { arn: `arn:aws:s3:::${replicaBucket}`, keyArn: "arn:aws:kms:eu-west-1:210987654321:key/5678abcd" },
      false,
    );
    const vault = new Map([
      ...madeBy(apart, vaultBucket),
      ...namedReplication({ role: arn("lstm-pfd-backup-replication"), rules }),
    ]);
    await compareBeforeAdoption(apart, (bucket) => {
      asked.push(bucket);
      return Promise.resolve(bucket.bucket === vaultBucket ? vault : copy);
    });
    assert.deepEqual(asked[1], {
      bucket: replicaBucket,
      region: "eu-west-1",
      account: "210987654321",
      roleArn,
    });
  });

  it("is refused where it would shorten a retention: with name and both values, in both buckets", async () => {
    const made = configOf({ ...adopting, walRetentionDays: "14" });
    const lines = await linesOf(config, (bucket) => madeBy(made, bucket));
    assert.ok(
      lines.includes(
        `  vault ${vaultBucket}: default retention of Object Lock is {"days":14,"mode":"GOVERNANCE"}, would become {"days":7,"mode":"GOVERNANCE"}`,
      ),
      lines.join("\n"),
    );
    for (const line of [
      `vault ${vaultBucket}: lifecycle rule wal-noncurrent is {`,
      `replica ${replicaBucket}: default retention of Object Lock is {`,
    ])
      assert.ok(
        lines.some((each) => each.startsWith(`  ${line}`)),
        line,
      );
  });

  it("is refused where a setting cannot be read", async () => {
    const lines = await linesOf(config, (bucket) => {
      const found = madeBy(config, bucket);
      return bucket === vaultBucket ? found.set("versioning", new Unknown("AccessDenied: no")) : found;
    });
    assert.deepEqual(lines, [
      `  vault ${vaultBucket}: versioning is unknown (AccessDenied: no), would become "Enabled"`,
    ]);
  });

  it("is refused in one line where nothing of a bucket can be read", async () => {
    const whole = new Map(
      [...madeBy(config, vaultBucket).keys()].map((name) => [name, new Unknown("NoSuchBucket: no")]),
    );
    assert.deepEqual(
      await linesOf(config, (bucket) => (bucket === vaultBucket ? whole : madeBy(config, bucket))),
      [
        `  vault ${vaultBucket}: every setting is unknown (NoSuchBucket: no); check the credentials, the account and the region`,
      ],
    );
  });

  it("is refused where somebody has added a rule", async () => {
    const lines = await linesOf(config, (bucket) =>
      bucket === replicaBucket
        ? madeBy(config, bucket).set("lifecycle rule legal", { status: "Enabled" })
        : madeBy(config, bucket),
    );
    assert.deepEqual(lines, [
      `  replica ${replicaBucket}: lifecycle rule legal is {"status":"Enabled"}, would become none`,
    ]);
  });

  it("goes on with differences when it is told to", async () => {
    const told = configOf({ ...adopting, adoptChanges: "true" });
    const made = configOf({ ...adopting, walRetentionDays: "14" });
    assert.deepEqual(await linesOf(told, (bucket) => madeBy(made, bucket)), []);
  });

  it("reads nothing where a vault is made", async () => {
    await compareBeforeAdoption(configOf({}), () => assert.fail("nothing is there to be read"));
  });
});

describe("a promotion", () => {
  const asReplica = configOf(adopting);
  const promoting = {
    vaultMode: "promote",
    bucket: replicaBucket,
    vaultRegion: "eu-west-1",
    vaultKeyId: "5678abcd",
    roleNamePrefix: "lstm-pfd-second",
    replicaBucket: "example-lstm-pfd-backups-third",
    replicaRegion: "eu-north-1",
  };
  const config = configOf(promoting);

  it("takes a replica as it is, and gives it what makes a vault of it", async () => {
    assert.deepEqual(await linesOf(config, (bucket) => madeBy(asReplica, bucket)), []);
  });

  it("takes it again, once it is a vault", async () => {
    const promoted = madeBy(asReplica, replicaBucket);
    const vault = bucketSettings({
      bucket: replicaBucket,
      classes: Object.values(config.classes),
      lock: { mode: "governance", days: 7 },
      breakGlassRoleArn: arn("example-break-glass"),
      janitorRoleArn: arn("lstm-pfd-second-janitor"),
      secondChance: true,
    });
    const key = "a key that nobody knows before it is made";
    const rules = replicationRules(
      Object.values(config.classes),
      { arn: "arn:aws:s3:::third", keyArn: key },
      false,
    );
    const found = new Map([
      ...promoted,
      ...namedSettings(vault, "arn:aws:kms:eu-west-1:123456789012:key/5678abcd"),
      ...namedReplication({ role: arn("lstm-pfd-second-replication"), rules }),
    ]);
    assert.deepEqual(await linesOf(config, () => found), []);
  });

  it("is refused where the replica is kept longer, or copied elsewhere", async () => {
    const made = configOf({ ...adopting, walRetentionDays: "40" });
    const lines = await linesOf(config, (bucket) =>
      madeBy(made, bucket).set("replication role", arn("another")),
    );
    const names = lines.map((line) => line.split(" is ")[0]?.split(": ")[1]);
    assert.deepEqual(names.sort(), [
      "default retention of Object Lock",
      "lifecycle rule wal-noncurrent",
      "replication role",
    ]);
  });
});
