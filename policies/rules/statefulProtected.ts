import type { ResourceValidationPolicy } from "@pulumi/policy";
import { holdsBackups } from "../shared/backupBuckets";
import { awsTypes, canonicalType, kubernetesTypes } from "../shared/resourceTypes";
import { schemaOf, settingsOf, textList } from "../shared/settings";
import { noBackups, titleOf } from "../shared/validation";

const defaults = {
  types: [
    awsTypes.bucket,
    awsTypes.versioning,
    awsTypes.objectLock,
    awsTypes.encryption,
    awsTypes.publicAccessBlock,
    awsTypes.ownership,
    awsTypes.policy,
    awsTypes.lifecycle,
    awsTypes.replication,
    awsTypes.key,
    awsTypes.keyAlias,
    awsTypes.fileSystem,
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    kubernetesTypes.volumeClaim,
  ] as string[],
  resources: [] as string[],
};

/** What holds data or keeps it is not deleted by mistake. */
export const statefulProtected: ResourceValidationPolicy = {
  name: "stateful-protected",
  description:
    "What holds data or keeps it has the option protect, and a bucket has no forceDestroy. The engine does not tell a pack of retainOnDelete.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    types: textList("Type tokens of what holds data or keeps it."),
    resources: textList("Single resources beside, each as its type token, two colons and its name."),
  }),
  remediationSteps:
    "Add { protect: true, retainOnDelete: true } to the resource's options. To delete it on purpose, run `pulumi state unprotect` for it first.",
  validateResource: (args, reportViolation) => {
    const { types, resources, exempt } = settingsOf(args, defaults);
    const type = canonicalType(args.type);
    if (!types.includes(type) && !resources.includes(`${args.type}::${args.name}`))
      args.notApplicable(`it is for ${types.join(", ")}`);
    if (exempt.includes(args.name)) args.notApplicable(`${args.name} is exempt`);
    if (!holdsBackups(args)) args.notApplicable(noBackups);
    if (!args.opts.protect) reportViolation(`${titleOf(args)}: protect is false, must be true`);
    if (type === awsTypes.bucket && args.props["forceDestroy"] === true)
      reportViolation(`${titleOf(args)}: forceDestroy is true: a deletion would take the backups along`);
  },
};
