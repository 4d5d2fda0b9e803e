import { s3Versioning } from "../../../policies/rules/s3Versioning";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const good = {
  type: awsTypes.versioning,
  name: "vault",
  props: { bucket: unknown, versioningConfiguration: { status: "Enabled" } },
};

describeResourceRule(s3Versioning, good, [
  {
    title: "refuses suspended versioning",
    change: () => ({ versioningConfiguration: { status: "Suspended" } }),
    violations: [
      'BucketVersioning "vault": versioningConfiguration.status is "Suspended", must be "Enabled"',
    ],
  },
  {
    title: "refuses MFA delete",
    change: () => ({ versioningConfiguration: { status: "Enabled", mfaDelete: "Enabled" } }),
    violations: [
      'BucketVersioning "vault": versioningConfiguration.mfaDelete is "Enabled": lifecycle rules would not work',
    ],
  },
  {
    title: "says that the status is unknown",
    change: () => ({ versioningConfiguration: { status: unknown } }),
    unknown: "versioningConfiguration.status",
  },
]);
