import assert from "node:assert/strict";
import { s3Safeguards } from "../../../../policies/rules/s3Safeguards";
import { s3Versioning } from "../../../../policies/rules/s3Versioning";
import { awsTypes } from "../../../../policies/shared/resourceTypes";
import { withRemediation } from "../../../../policies/shared/withRemediation";
import { examineResource, examineStack } from "../examine";

describe("withRemediation", () => {
  it("puts what to do beneath the messages of a rule for resources", async () => {
    const rule = withRemediation(s3Versioning);
    assert.ok("validateResource" in rule && Array.isArray(rule.validateResource));
    const [validateResource] = rule.validateResource;
    assert.ok(validateResource);
    const sample = {
      type: awsTypes.versioning,
      name: "vault",
      props: { versioningConfiguration: { status: "Suspended" } },
    };
    const { violations } = await examineResource({ ...s3Versioning, validateResource }, sample);
    assert.deepEqual(violations, [
      `BucketVersioning "vault": versioningConfiguration.status is "Suspended", must be "Enabled"\nWhat to do: ${s3Versioning.remediationSteps ?? ""}`,
    ]);
  });

  it("puts what to do beneath the messages of a rule for stacks", async () => {
    const rule = withRemediation(s3Safeguards);
    assert.ok("validateStack" in rule);
    const bucket = { type: awsTypes.bucket, name: "vault", props: { bucket: "backups" } };
    const { violations } = await examineStack(rule, [bucket], { required: ["policy"] });
    assert.deepEqual(violations, [
      `Bucket "vault": it has no BucketPolicy\nWhat to do: ${s3Safeguards.remediationSteps ?? ""}`,
    ]);
  });
});
