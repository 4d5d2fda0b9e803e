import type { s3 } from "@pulumi/aws";
import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { bucketsOf, isAttached, replicatesTo } from "../shared/buckets";
import { enabledRules, type LifecycleConfiguration } from "../shared/lifecycle";
import { awsTypes } from "../shared/resourceTypes";
import { scopeOf, touches } from "../shared/scope";
import { schemaOf } from "../shared/settings";
import { checkStack, titleOf } from "../shared/validation";

const defaults = { days: 30 };

/** Where deletions reach a replica, they must reach it late: it is the second chance of whoever has deleted the wrong thing. */
export const retentionSecondChance: StackValidationPolicy = {
  name: "retention-second-chance",
  description:
    "Where a replication takes deletions along, its replica keeps what they hide for some time to come.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    days: {
      type: "integer",
      minimum: 1,
      description: "Days that hidden versions stay in a replica, at the least.",
    },
  }),
  remediationSteps:
    "Lengthen noncurrentVersionExpiration in the lifecycle rules of the replica, or set deleteMarkerReplication to Disabled.",
  validateStack: checkStack(defaults, (resources, { days }, findings, args) => {
    const replications = resources.filter(({ type }) => type === awsTypes.replication);
    if (replications.length === 0) args.notApplicable("nothing is replicated");
    for (const replication of replications)
      for (const replica of bucketsOf(resources).filter((bucket) => replicatesTo(replication, bucket)))
        for (const lifecycle of lifecyclesOf(replica, resources))
          findings.attempt(() => {
            for (const prefix of hiddenPrefixes(replication))
              for (const rule of enabledRules(lifecycle.props as LifecycleConfiguration)) {
                const kept = rule.noncurrentVersionExpiration?.noncurrentDays ?? Infinity;
                if (kept < days && touches(rule, prefix))
                  findings.problem(
                    `${titleOf(lifecycle)}: rule "${rule.id}" expires after ${kept} days what ${titleOf(replication)} hides beneath "${prefix}", must be at least ${days}`,
                    lifecycle.urn,
                  );
              }
          }, lifecycle.urn);
  }),
};

function lifecyclesOf(bucket: PolicyResource, resources: readonly PolicyResource[]): PolicyResource[] {
  return resources.filter((side) => side.type === awsTypes.lifecycle && isAttached(side, bucket));
}

/** Prefixes beneath which delete markers are replicated. */
function hiddenPrefixes({ props }: PolicyResource): string[] {
  const { rules } = props as Unwrap<s3.BucketReplicationConfigArgs>;
  return rules
    .filter(
      ({ status, deleteMarkerReplication }) =>
        status === "Enabled" && deleteMarkerReplication?.status === "Enabled",
    )
    .map((rule) => scopeOf(rule).prefix);
}
