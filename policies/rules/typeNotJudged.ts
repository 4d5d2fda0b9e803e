import type { StackValidationPolicy } from "@pulumi/policy";
import { schemaOf, textList } from "../shared/settings";
import { checkStack, titleOf } from "../shared/validation";

const defaults = {
  types: [
    "aws-native:s3:",
    "aws-native:s3express:",
    "aws-native:kms:",
    "aws-native:eks:",
    "aws-native:efs:",
    "aws:s3/directoryBucket:",
    "aws:s3/vectors",
    "kubernetes:extensions/",
    "kubernetes:apps/v1beta",
    "kubernetes:batch/v1beta",
    "kubernetes:batch/v2alpha",
  ],
};

/** What these rules do not look at is said, and does not pass in silence. */
export const typeNotJudged: StackValidationPolicy = {
  name: "type-not-judged",
  description: "A resource of a kind that rules are for is of a type that they know.",
  severity: "medium",
  enforcementLevel: "advisory",
  configSchema: schemaOf(defaults, {
    types: textList(
      "Beginnings of type tokens that no rule looks at. A Patch of Kubernetes is one in any case.",
    ),
  }),
  remediationSteps:
    "Use the type of the package aws, or of the stable version of Kubernetes, or look at the resource yourself and exempt it.",
  validateStack: checkStack(defaults, (resources, { types }, findings) => {
    for (const resource of resources) {
      const isPatch = /^kubernetes:.*Patch$/.test(resource.type);
      if (isPatch || types.some((beginning) => resource.type.startsWith(beginning)))
        findings.problem(
          `${titleOf(resource)}: no rule looks at ${resource.type}: nothing of it was judged`,
          resource.urn,
        );
    }
  }),
};
