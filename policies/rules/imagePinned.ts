import type { ResourceValidationPolicy } from "@pulumi/policy";
import { imageProblem } from "../shared/imageReference";
import { imageDefaults, imageSchema, imageTags } from "../shared/imageSettings";
import { checkContainers } from "../shared/pods";

/** A rebuild runs the very images that ran before. */
export const imagePinned: ResourceValidationPolicy = {
  name: "image-pinned",
  description: "Every image has a tag that is not latest; where it is configured, a digest.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: imageSchema,
  tags: imageTags,
  remediationSteps: "Name the image as registry/name:tag@sha256:… of the image that was tested.",
  validateResource: checkContainers(imageDefaults, ({ image }, { requireDigest }, problem) => {
    const wrong = image === undefined ? "it is not set" : imageProblem(image, requireDigest);
    if (wrong !== undefined) problem(`image "${image ?? ""}": ${wrong}`);
  }),
};
