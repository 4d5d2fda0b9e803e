import assert from "node:assert/strict";
import type { ResourceValidationArgs } from "@pulumi/policy";
import { s3PublicAccess } from "../../../../policies/rules/s3PublicAccess";
import { s3Safeguards } from "../../../../policies/rules/s3Safeguards";
import { oneViolation } from "../../../../policies/shared/oneViolation";
import { awsTypes } from "../../../../policies/shared/resourceTypes";
import { examineResource, examineStack, type Sample, unknown, type Verdict } from "../examine";

const sides = { blockPublicAcls: false, blockPublicPolicy: false, ignorePublicAcls: true };

function examined(props: object): Promise<Verdict> {
  const rule = oneViolation(s3PublicAccess);
  assert.ok("validateResource" in rule && Array.isArray(rule.validateResource));
  const [validateResource] = rule.validateResource;
  assert.ok(validateResource);
  const sample: Sample = { type: awsTypes.publicAccessBlock, name: "vault", props };
  return examineResource({ ...s3PublicAccess, validateResource }, sample);
}

const refused = (property: string): string =>
  `BucketPublicAccessBlock "vault": ${property} is false, must be true`;
const advice = (rule: { remediationSteps?: string | undefined }): string =>
  `What to do: ${rule.remediationSteps ?? ""}`;

describe("all that a rule finds in one resource", () => {
  it("is one violation, with what to do beneath it", async () => {
    const { violations } = await examined({ ...sides, restrictPublicBuckets: true });
    assert.deepEqual(violations, [
      [refused("blockPublicAcls"), refused("blockPublicPolicy"), advice(s3PublicAccess)].join("\n"),
    ]);
  });

  it("is reported also where another value is not known", async () => {
    const verdict = await examined({ ...sides, restrictPublicBuckets: unknown });
    assert.deepEqual(verdict, {
      violations: [
        [refused("blockPublicAcls"), refused("blockPublicPolicy"), advice(s3PublicAccess)].join("\n"),
      ],
      unknown: "restrictPublicBuckets",
    });
  });

  it("is one violation for each resource of a stack, and none where nothing is wrong", async () => {
    const rule = oneViolation(s3Safeguards);
    assert.ok("validateStack" in rule);
    const buckets = ["vault", "replica"].map((name) => ({
      type: awsTypes.bucket,
      name,
      props: { bucket: name },
    }));
    const required = ["policy", "versioning"];
    assert.deepEqual((await examineStack(rule, buckets, { required })).violations, [
      ...["vault", "replica"].map((name) =>
        [
          `Bucket "${name}": it has no BucketVersioning`,
          `Bucket "${name}": it has no BucketPolicy`,
          advice(s3Safeguards),
        ].join("\n"),
      ),
    ]);
    assert.deepEqual((await examineStack(rule, buckets, { required: [] })).violations, []);
  });

  it("leaves alone why a rule does not look", async () => {
    const rule = oneViolation(s3PublicAccess);
    assert.ok("validateResource" in rule && Array.isArray(rule.validateResource));
    const [validateResource] = rule.validateResource;
    assert.ok(validateResource);
    const reasons: string[] = [];
    const args = {
      type: "random:index/randomId:RandomId",
      notApplicable: (reason: string) => {
        reasons.push(reason);
        throw new Error(reason);
      },
    } as unknown as ResourceValidationArgs;
    await assert.rejects(async () => {
      await validateResource(args, () => assert.fail("nothing was found"));
    }, /it is for/);
    assert.equal(reasons.length, 1);
  });
});
