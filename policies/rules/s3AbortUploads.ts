import type { ResourceValidationPolicy } from "@pulumi/policy";
import { defaultPrefixes } from "../shared/backupClasses";
import { enabledRules, type LifecycleConfiguration } from "../shared/lifecycle";
import { awsTypes } from "../shared/resourceTypes";
import { covers } from "../shared/scope";
import { schemaOf, textList } from "../shared/settings";
import { checkResources } from "../shared/validation";

const defaults = { prefixes: defaultPrefixes, minimumDays: 1, maximumDays: 14 };

/** Uploads that were cut off are cleared away, but not while they may still run. */
export const s3AbortUploads: ResourceValidationPolicy = {
  name: "s3-abort-uploads",
  description: "Lifecycle rules abort multipart uploads that were never completed.",
  severity: "medium",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    prefixes: textList("Key prefixes that need such a rule."),
    minimumDays: { type: "integer", minimum: 1, description: "Longer than the longest upload." },
    maximumDays: { type: "integer", minimum: 1, description: "Days after which parts cost for nothing." },
  }),
  tags: ["checkov:CKV_AWS_300"],
  remediationSteps: "Set abortIncompleteMultipartUpload.daysAfterInitiation, to 7 for example.",
  validateResource: checkResources<LifecycleConfiguration, typeof defaults>(
    [awsTypes.lifecycle],
    defaults,
    (configuration, { prefixes, minimumDays, maximumDays }, findings) => {
      const rules = enabledRules(configuration).filter(
        ({ abortIncompleteMultipartUpload }) => abortIncompleteMultipartUpload !== undefined,
      );
      for (const prefix of prefixes)
        if (!rules.some((rule) => covers(rule, prefix)))
          findings.problem(`no enabled rule has abortIncompleteMultipartUpload for all of "${prefix}"`);
      for (const { id, abortIncompleteMultipartUpload } of rules) {
        const days = abortIncompleteMultipartUpload?.daysAfterInitiation ?? 0;
        if (days < minimumDays || days > maximumDays)
          findings.problem(
            `rule "${id}" has abortIncompleteMultipartUpload.daysAfterInitiation ${days}, must be from ${minimumDays} to ${maximumDays}`,
          );
      }
    },
  ),
};
