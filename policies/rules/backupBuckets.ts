import type { s3 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { isBackupBucket, selectBackupBuckets } from "../shared/backupBuckets";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf, settingsOf, textList } from "../shared/settings";
import { checkResources } from "../shared/validation";

const defaults = { names: [] as string[], tags: {} as Record<string, string> };

type ReplicationArgs = Unwrap<s3.BucketReplicationConfigArgs>;

const checkReplication = checkResources<ReplicationArgs, typeof defaults>(
  [awsTypes.replication],
  defaults,
  ({ rules }, _settings, findings) => {
    for (const { destination } of rules)
      findings.attempt(() => {
        const bucket = destination.bucket.slice(destination.bucket.lastIndexOf(":") + 1);
        if (!isBackupBucket(bucket))
          findings.problem(
            `it copies backups to ${bucket}, which is no backup bucket by names and tags: no rule looks at it`,
          );
      });
  },
);

/** Which buckets the rules on buckets are for. Comes first: the others go by its settings. */
export const backupBuckets: ResourceValidationPolicy = {
  name: "backup-buckets",
  description:
    "Rules on buckets look at those that hold backups: all, or those with a name or the tags that are configured here, and what refers to them. A copy of backups is one of them too.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    names: textList("Names of the backup buckets, or of their resources in the program."),
    tags: {
      type: "object",
      additionalProperties: { type: "string" },
      description: "Tags that every backup bucket has.",
    },
  }),
  remediationSteps: "Name the bucket of the copy too, or give it the tags.",
  validateResource: (args, reportViolation) => {
    const { names, tags } = settingsOf(args, defaults);
    selectBackupBuckets({ names, tags });
    return checkReplication(args, reportViolation);
  },
};
