import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { addOnRanges } from "../data/addOnRanges";
import type { Findings } from "../shared/findings";
import { eksClusterTypes, kubernetesTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkStack, titleOf } from "../shared/validation";
import { compareMinor, formatMinor, type MinorVersion, parseMinor } from "../shared/versions";

/** Oldest and newest Kubernetes of a chart, by the minor version of the chart. */
type Ranges = Record<string, Record<string, [string, string]>>;

const defaults = { kubernetesVersion: "", ranges: {} as Ranges };

/** Add-ons and cluster fit: a rebuild takes both from the program, on the same day. */
export const addOnRange: StackValidationPolicy = {
  name: "add-on-range",
  description: "The version of the cluster is within the range of each chart that has a known one.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    kubernetesVersion: {
      type: "string",
      description: "Version of the cluster; empty for that of the EKS cluster in the stack.",
    },
    ranges: {
      type: "object",
      description:
        "Oldest and newest Kubernetes by chart and by the chart's minor version, over the pack's own table.",
    },
  }),
  remediationSteps: "Choose a version of the chart that is made for the cluster's version.",
  validateStack: checkStack(defaults, (resources, settings, findings, args) => {
    const cluster = resources.find(({ type }) => eksClusterTypes.includes(type));
    findings.attempt(() => {
      const version = settings.kubernetesVersion || (cluster?.props["version"] as string | undefined);
      const kubernetes = parseMinor(version ?? "");
      if (kubernetes === undefined) return args.notApplicable("no version of a cluster is known");
      for (const release of resources.filter(({ type }) => type === kubernetesTypes.release))
        findings.attempt(() => {
          checkRelease(release, kubernetes, settings.ranges, findings);
        }, release.urn);
    }, cluster?.urn);
  }),
};

function checkRelease(
  release: PolicyResource,
  kubernetes: MinorVersion,
  configured: Ranges,
  findings: Findings,
): void {
  const chart = String(release.props["chart"]).split("/").at(-1) ?? "";
  const ranges =
    chart in addOnRanges || chart in configured ? { ...addOnRanges[chart], ...configured[chart] } : undefined;
  if (ranges === undefined) return;
  const version = release.props["version"] as string | undefined;
  const minor = parseMinor(version ?? "");
  const range = minor === undefined ? undefined : ranges[formatMinor(minor)];
  const [oldest, newest] = (range ?? []).map(parseMinor);
  if (oldest === undefined || newest === undefined)
    findings.problem(
      `${titleOf(release)}: version ${shown(version)} of chart ${chart} has no known range of Kubernetes versions (known: ${Object.keys(ranges).join(", ")})`,
      release.urn,
    );
  else if (compareMinor(kubernetes, oldest) < 0 || compareMinor(kubernetes, newest) > 0)
    findings.problem(
      `${titleOf(release)}: version ${shown(version)} of chart ${chart} is for Kubernetes ${formatMinor(oldest)} to ${formatMinor(newest)}, the cluster is ${formatMinor(kubernetes)}`,
      release.urn,
    );
}
