import {
  accountRule,
  bucketNameRule,
  regionRule,
  roleArnRule,
  roleNamePrefixRule,
} from "../../plan/aws/arns";
import {
  administratorsRule,
  clusterNameRule,
  defaultKubernetesVersion,
  kubernetesVersionRule,
  logRetentionRule,
} from "../../plan/aws/eks";
import { interfaceEndpointsRule } from "../../plan/aws/interfaceEndpoints";
import { databaseWindowRule } from "../../plan/aws/databaseNodes";
import { networkRule, zonesRule } from "../../plan/aws/subnets";
import { vaultModes } from "../../plan/aws/vault";
import { pattern, range, type Rule } from "../../plan/rule";
import { choice, flag, integer, list, text } from "../key";

const keyIdRule = pattern(
  /^[a-f0-9-]{1,64}$/,
  "must be the id of a key, as in 1234abcd-12ab-34cd-56ef-1234567890ab",
  "1234abcd-12ab-34cd-56ef-1234567890ab",
);
const zoneIdRule = pattern(
  /^Z[A-Z0-9]{1,31}$/,
  "must be the id of a hosted zone, as in Z2FDTNDATAQYW2",
  "Z2FDTNDATAQYW2",
);
const networksRule: Rule<readonly string[]> = {
  says: "must be IPv4 networks, comma-separated, as in 192.0.2.0/24, or none",
  example: ["192.0.2.0/24"],
  holds: (networks) =>
    (networks.length === 1 && networks[0] === "none") ||
    networks.every((network) => /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(network)),
};

/** Vault and platform at AWS. */
export const awsKeys = {
  awsAccount: text({
    rule: accountRule,
    description: "AWS account, 12 digits. Credentials of another one are refused.",
  }),
  awsRegion: text({ rule: regionRule, description: "Region of the platform." }),
  vaultRegion: text({ rule: regionRule, description: "Region of the vault's bucket." }),
  vaultMode: choice(vaultModes, {
    default: "create",
    description:
      "Make a vault; take over one whose stack's state is lost; make one out of the replica of a lost one.",
  }),
  adoptChanges: flag({
    default: false,
    description:
      "Change the settings that differ in a vault that is adopted or promoted; without it they are shown and refused.",
  }),
  vaultKeyId: text({
    rule: keyIdRule,
    description: "Id of the KMS key of the vault, to adopt or promote it.",
  }),
  replicaRegion: text({
    rule: regionRule,
    description: "Second region, which keeps a copy of the vault.",
  }),
  replicaBucket: text({
    rule: bucketNameRule,
    description: "Bucket of the copy in the second region.",
  }),
  replicaRoleArn: text({
    rule: roleArnRule,
    description:
      "Role in another account that makes the copy there, and alone may undo what keeps it. Empty: the copy is in the vault's account.",
  }),
  replicaKeyId: text({ rule: keyIdRule, description: "Id of the KMS key of the copy, to adopt it." }),
  objectLockMode: choice(["governance", "compliance-cannot-be-undone"], {
    default: "governance",
    description: "Who may remove a locked version before its time: the break-glass role, or nobody at all.",
  }),
  objectLockDays: integer({
    default: 0,
    rule: range(0, 3650),
    description: "Days that each new version is locked; 0 for as long as the class that is kept shortest.",
  }),
  replicationTimeControl: flag({
    default: false,
    description: "Have S3 promise and report copies within 15 minutes; costs extra.",
  }),
  breakGlassRoleArn: text({
    rule: roleArnRule,
    description: "The one role that may undo what keeps the backups, and that makes the vault.",
  }),
  roleNamePrefix: text({
    default: "lstm-pfd-backup",
    rule: roleNamePrefixRule,
    description: "Prefix of the names of the vault's roles.",
  }),
  evidenceRoleArn: text({
    rule: roleArnRule,
    description:
      "Role of the vault that creates evidence, from the recovery kit. Empty for a vault from before there was one: nothing can be rehearsed then.",
  }),
  dnsZoneId: text({
    rule: zoneIdRule,
    description:
      "Route 53 zone in which host is pointed at this site once it is proven; empty to do that by hand.",
  }),
  networkCidr: text({
    default: "10.20.0.0/16",
    rule: networkRule,
    description: "Network of the platform, IPv4.",
  }),
  zones: list({
    rule: zonesRule,
    description: "Three availability zones of the region, comma-separated.",
  }),
  natGateways: choice(["one", "perZone"], {
    default: "perZone",
    description: "NAT gateways: one is cheaper, one in each zone survives the loss of a zone.",
  }),
  interfaceEndpoints: list({
    rule: interfaceEndpointsRule,
    description: "AWS services that are reached inside the network, comma-separated. S3 always is.",
  }),
  clusterName: text({
    rule: clusterNameRule,
    description: "Name of the EKS cluster. A rebuilt one needs a new name: the lost one may still be there.",
  }),
  clusterAdministrators: list({
    rule: administratorsRule,
    description:
      "ARNs of the roles that administer the cluster, comma-separated; who runs up must be one of them.",
  }),
  kubernetesVersion: text({
    default: defaultKubernetesVersion,
    rule: kubernetesVersionRule,
    description: "Minor version of Kubernetes at EKS.",
  }),
  databaseWindow: text({
    default: "sun 06:00 4h",
    rule: databaseWindowRule,
    description:
      "When AWS may replace the database's node, UTC: the database is away for minutes. With none a person moves it, every 20 days at the latest.",
  }),
  publicAccessCidrs: list({
    default: "0.0.0.0/0",
    rule: networksRule,
    description:
      "Networks that reach the API server from outside, comma-separated; none for the network alone.",
  }),
  logRetentionDays: integer({
    default: 90,
    rule: logRetentionRule,
    description: "Days that the logs of the control plane and of the network's connections are kept.",
  }),
};
