import { s3Encryption } from "../../../policies/rules/s3Encryption";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const kms = { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:aws:kms:eu-central-1:1:key/2" };
const good = {
  type: awsTypes.encryption,
  name: "vault",
  props: { rules: [{ applyServerSideEncryptionByDefault: kms, bucketKeyEnabled: true }] },
};
const title = 'BucketServerSideEncryptionConfiguration "vault"';

describeResourceRule(s3Encryption, good, [
  {
    title: "refuses no rule",
    change: () => ({ rules: [] }),
    violations: [`${title}: rules is empty: there is no default encryption`],
  },
  {
    title: "refuses another algorithm",
    change: () => ({ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] }),
    violations: [
      `${title}: sseAlgorithm is "AES256", must be "aws:kms"`,
      `${title}: bucketKeyEnabled is not set, must be true: every object would cost a request to KMS`,
      `${title}: kmsMasterKeyId is not set: with the account's own key no other account or region can read the backups`,
    ],
  },
  {
    title: "refuses KMS without a bucket key",
    change: () => ({ rules: [{ applyServerSideEncryptionByDefault: kms, bucketKeyEnabled: false }] }),
    violations: [
      `${title}: bucketKeyEnabled is false, must be true: every object would cost a request to KMS`,
    ],
  },
  {
    title: "takes AES256 where it is configured",
    change: () => ({ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] }),
    config: { algorithm: "AES256" },
  },
  {
    title: "looks at the rest when the key is unknown",
    change: () => ({
      rules: [
        { applyServerSideEncryptionByDefault: { ...kms, kmsMasterKeyId: unknown }, bucketKeyEnabled: false },
      ],
    }),
    violations: [
      `${title}: bucketKeyEnabled is false, must be true: every object would cost a request to KMS`,
    ],
    unknown: "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId",
  },
]);
