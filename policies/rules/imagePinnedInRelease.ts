import type { ResourceValidationPolicy } from "@pulumi/policy";
import { imageProblem } from "../shared/imageReference";
import { imagesInValues } from "../shared/imagesInValues";
import { kubernetesTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { checkResources } from "../shared/validation";

const defaults = { requireDigest: false };

/** A rebuild runs the very images that ran before, those of Helm charts too. */
export const imagePinnedInRelease: ResourceValidationPolicy = {
  name: "image-pinned-in-release",
  description:
    "Every image among the values of a Helm release has a tag that is not latest; where it is configured, a digest.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    requireDigest: { type: "boolean", description: "Whether an image needs a digest: a tag can be moved." },
  }),
  tags: ["checkov:CKV_K8S_14", "checkov:CKV_K8S_43"],
  remediationSteps: "Give the chart the image as registry/name:tag@sha256:… of the image that was tested.",
  validateResource: checkResources<{ values?: unknown }, typeof defaults>(
    [kubernetesTypes.release],
    defaults,
    ({ values }, { requireDigest }, findings) => {
      imagesInValues(values, findings, ({ path, reference, taggedByChart }) => {
        if (taggedByChart && !requireDigest) return;
        const wrong = imageProblem(reference, requireDigest);
        if (wrong !== undefined) findings.problem(`values.${path} is "${reference}": ${wrong}`);
      });
    },
  ),
};
