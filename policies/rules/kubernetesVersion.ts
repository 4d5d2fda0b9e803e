import type { ResourceValidationPolicy } from "@pulumi/policy";
import { eksVersions } from "../data/eksVersions";
import { eksClusterTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";
import { formatMinor, parseMinor } from "../shared/versions";

const defaults = {
  today: "",
  extendedSupport: false,
  marginDays: 30,
  endDates: {} as Record<string, string>,
};
const day = 86_400_000;

/** A cluster can be created again on the day it is needed: EKS creates supported versions only. */
export const kubernetesVersion: ResourceValidationPolicy = {
  name: "kubernetes-version",
  description: "The version of an EKS cluster is pinned, and supported for some time to come.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    today: {
      type: "string",
      pattern: "^(\\d{4}-\\d{2}-\\d{2})?$",
      description: "Date to judge by; empty for the real one.",
    },
    extendedSupport: { type: "boolean", description: "Whether extended support, which costs more, will do." },
    marginDays: { type: "integer", minimum: 0, description: "Days of support that must be left." },
    endDates: {
      type: "object",
      additionalProperties: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
      description: "Last day of support by version, over the pack's own table.",
    },
  }),
  tags: ["checkov:CKV_AWS_339", "aws-config:EKS_CLUSTER_SUPPORTED_VERSION"],
  remediationSteps: "Raise version by one minor release at a time, after the add-ons can stand it.",
  validateResource: checkResources<{ version?: string }, typeof defaults>(
    eksClusterTypes,
    defaults,
    ({ version }, settings, findings) => {
      const parsed = parseMinor(version ?? "");
      if (parsed === undefined) {
        findings.problem(`version is ${shown(version)}, must be a release such as "1.36"`);
        return;
      }
      const minor = formatMinor(parsed);
      const known = eksVersions[minor];
      const end =
        settings.endDates[minor] ?? (settings.extendedSupport ? known?.extendedUntil : known?.standardUntil);
      if (end === undefined) {
        findings.problem(`version "${minor}" has no known end of support: set endDates for it`);
        return;
      }
      const today = settings.today === "" ? new Date() : new Date(settings.today);
      const left = Math.floor((Date.parse(end) - today.getTime()) / day);
      if (left < settings.marginDays)
        findings.problem(
          `version "${minor}" is ${left < 0 ? `out of support since ${end}` : `supported until ${end}, ${left} days from now`}, must be supported for ${settings.marginDays} days more`,
        );
    },
  ),
};
