import assert from "node:assert/strict";
import { bucketNameRule } from "../../../../plan/aws/arns";
import * as pulumi from "@pulumi/pulumi";
import { refuseExistingBucket, refuseNewSecrets } from "../../../../components/shared/newBucketOnly";
import { VaultReference } from "../../../../components/aws/vaultReference";
import { recordRegistrations } from "./recordRegistrations";
import { refuses } from "./refusal";

const getBuckets = "aws:s3/getBuckets:getBuckets";

describe("a bucket that is to be created", () => {
  const withBuckets = (names: string[], check: () => Promise<void>) =>
    recordRegistrations(
      check,
      {},
      {
        [getBuckets]: () => ({ buckets: names.map((name) => ({ name, bucketRegion: "us-east-1" })) }),
      },
    );

  it("passes when the account has none of its name, though one whose name begins alike", async () => {
    let passed = false;
    await withBuckets(["lstm-pfd-backups-replica"], async () => {
      await refuseExistingBucket("lstm-pfd-backups", {});
      passed = true;
    });
    assert.ok(passed);
  });

  it("is given no new secrets when it is there: they would open none of its backups", async () => {
    const reasonWith = async (bucket: string) => {
      let reason = "none";
      await withBuckets([bucket], async () => {
        await refuseNewSecrets("lstm-pfd-backups", {}).catch((error: unknown) => {
          reason = (error as Error).message;
        });
      });
      return reason;
    };
    assert.equal(await reasonWith("lstm-pfd-backups-replica"), "none");
    assert.match(
      await reasonWith("lstm-pfd-backups"),
      /^bucket lstm-pfd-backups exists already, in us-east-1, and this stack has no secrets of it: .* Set vaultMode to "adopt", and recoveryKit /,
    );
  });

  it("is refused when it is there, with what to do instead", async () => {
    let reason = "";
    await withBuckets(["lstm-pfd-backups"], async () => {
      await refuseExistingBucket("lstm-pfd-backups", {}).catch((error: unknown) => {
        reason = (error as Error).message;
      });
    });
    assert.equal(
      reason,
      'bucket lstm-pfd-backups exists already, in us-east-1: vaultMode "create" would take it away from the stack that owns it. ' +
        'If that stack\'s state is lost, set vaultMode to "adopt", and recoveryKit to the path of its kit; if this is a drill or a platform, only refer to it; otherwise choose another name.',
    );
  });
});

describe("VaultReference", () => {
  const args = { bucket: "lstm-pfd-backups", region: "eu-central-1", namePrefix: "lstm-pfd-backup" };

  it("looks the vault up and owns nothing of it", async () => {
    let found: unknown;
    const { resources } = await recordRegistrations(
      () => {
        const { bucket, roleArns } = new VaultReference("vault", args);
        pulumi.all([bucket, pulumi.all(roleArns)]).apply((known) => (found = known));
      },
      {},
      { "aws:iam/getRole:getRole": ({ name }) => ({ arn: `arn:${String(name)}` }) },
    );
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["lstm-pfd:aws:VaultReference"],
    );
    assert.deepEqual(found, [
      "lstm-pfd-backups",
      {
        writer: "arn:lstm-pfd-backup-writer",
        janitor: "arn:lstm-pfd-backup-janitor",
        reader: "arn:lstm-pfd-backup-reader",
      },
    ]);
  });

  it("refuses a bucket without a name", () =>
    refuses(
      () => new VaultReference("vault", { ...args, bucket: "" }),
      `bucket is empty: ${bucketNameRule.says}`,
    ));
});
