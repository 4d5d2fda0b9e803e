import { s3PublicAccess } from "../../../policies/rules/s3PublicAccess";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const props = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const good = { type: awsTypes.publicAccessBlock, name: "vault", props };

describeResourceRule(s3PublicAccess, good, [
  ...Object.keys(props).map((name) => ({
    title: `refuses ${name} false`,
    change: (block: typeof props) => ({ ...block, [name]: false }),
    violations: [`BucketPublicAccessBlock "vault": ${name} is false, must be true`],
  })),
  {
    title: "names every setting that is not there",
    change: () => ({}),
    violations: Object.keys(props).map(
      (name) => `BucketPublicAccessBlock "vault": ${name} is not set, must be true`,
    ),
  },
  {
    title: "looks at the rest when one is unknown",
    change: (block) => ({ ...block, blockPublicAcls: unknown, restrictPublicBuckets: false }),
    violations: ['BucketPublicAccessBlock "vault": restrictPublicBuckets is false, must be true'],
    unknown: "blockPublicAcls",
  },
]);
