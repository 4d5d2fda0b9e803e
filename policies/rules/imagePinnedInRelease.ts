import type { ResourceValidationPolicy } from "@pulumi/policy";
import { imageProblem } from "../shared/imageReference";
import { imageDefaults, imageSchema, imageTags } from "../shared/imageSettings";
import { imagesInValues } from "../shared/imagesInValues";
import { kubernetesTypes } from "../shared/resourceTypes";
import { checkResources } from "../shared/validation";

/** A rebuild runs the very images that ran before, those of Helm charts too. */
export const imagePinnedInRelease: ResourceValidationPolicy = {
  name: "image-pinned-in-release",
  description:
    "Every image among the values of a Helm release has a tag that is not latest; where it is configured, a digest.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: imageSchema,
  tags: imageTags,
  remediationSteps: "Give the chart the image as registry/name:tag@sha256:… of the image that was tested.",
  validateResource: checkResources<{ values?: unknown }, typeof imageDefaults>(
    [kubernetesTypes.release],
    imageDefaults,
    ({ values }, { requireDigest }, findings) => {
      imagesInValues(values, findings, ({ path, reference, taggedByChart }) => {
        if (taggedByChart && !requireDigest) return;
        const wrong = imageProblem(reference, requireDigest);
        if (wrong !== undefined) findings.problem(`values.${path} is "${reference}": ${wrong}`);
      });
    },
  ),
};
