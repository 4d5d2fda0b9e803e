import type { ResourceValidationPolicy } from "@pulumi/policy";
import { imageProblem } from "../shared/imageReference";
import { checkContainers } from "../shared/pods";
import { schemaOf } from "../shared/settings";

const defaults = { requireDigest: false };

/** A rebuild runs the very images that ran before. */
export const imagePinned: ResourceValidationPolicy = {
  name: "image-pinned",
  description: "Every image has a tag that is not latest; where it is configured, a digest.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    requireDigest: { type: "boolean", description: "Whether an image needs a digest: a tag can be moved." },
  }),
  tags: ["checkov:CKV_K8S_14", "checkov:CKV_K8S_43"],
  remediationSteps: "Name the image as registry/name:tag@sha256:… of the image that was tested.",
  validateResource: checkContainers(defaults, ({ image }, { requireDigest }, problem) => {
    const wrong = image === undefined ? "it is not set" : imageProblem(image, requireDigest);
    if (wrong !== undefined) problem(`image "${image ?? ""}": ${wrong}`);
  }),
};
