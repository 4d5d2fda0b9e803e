import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { recordRegistrations } from "../../unit/components/aws/recordRegistrations";
import { terraformPlan } from "./terraformPlan";

const planOf = async (build: () => void) => terraformPlan(await recordRegistrations(build));

describe("a plan of Terraform from what a stack registers", () => {
  it("has values under their names there, and references for what other resources give", async () => {
    const plan = await planOf(() => {
      const { bucket } = new aws.s3.Bucket("vault", { bucket: "backups", tags: { costCentre: "1" } });
      const policy = new aws.s3.BucketPolicy("vault", { bucket, policy: "{}" });
      new aws.s3.BucketLifecycleConfiguration("vault", {
        bucket: policy.bucket,
        rules: [{ id: "all", status: "Enabled", expiration: { expiredObjectDeleteMarker: true } }],
      });
    });
    const { resources } = plan.planned_values.root_module;
    assert.deepEqual(
      resources.map(({ address, values }) => [address, values]),
      [
        ["aws_s3_bucket.vault", { bucket: "backups", tags: { costCentre: "1" } }],
        [
          "aws_s3_bucket_lifecycle_configuration.vault",
          { rule: [{ id: "all", status: "Enabled", expiration: [{ expired_object_delete_marker: true }] }] },
        ],
        ["aws_s3_bucket_policy.vault", { policy: "{}" }],
      ],
    );
    // The name comes by way of the policy, and is the bucket's.
    assert.deepEqual(plan.configuration.root_module.resources[1]?.expressions, {
      bucket: { references: ["aws_s3_bucket.vault.id", "aws_s3_bucket.vault"] },
    });
  });

  it("is none while a type or a block is not known: it would go unseen", async () => {
    await assert.rejects(
      planOf(() => {
        new aws.sqs.Queue("queue", {});
      }),
      /aws:sqs\/queue:Queue would be aws_sqs_queue: look it up/,
    );
    await assert.rejects(
      planOf(() => {
        new aws.ec2.SecurityGroup("open", { ingress: [{ protocol: "tcp", fromPort: 1, toPort: 2 }] });
      }),
      /what Terraform calls one of ingress/,
    );
  });
});
