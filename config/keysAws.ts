import type { ConfigKey } from "./keys";
import { parseSavedSecrets } from "../plan/savedSecrets";
import { defaultKubernetesVersion } from "../plan/aws/eks";

const account = { expression: /^(\d{12})?$/, rule: "must be an AWS account: 12 digits" };
const region = { expression: /^([a-z]{2}(-[a-z]+)+-\d)?$/, rule: "must be a region, as in eu-central-1" };
const optionalBucket = {
  expression: /^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])?$/,
  rule: "must be a bucket name: 3 to 63 lower-case letters, digits and hyphens",
};
const roleArn = String.raw`arn:aws:iam::\d{12}:role\/[\w+=.@/-]+`;
const keyId = {
  expression: /^[a-f0-9-]{0,64}$/,
  rule: "must be the id of a key, as in 1234abcd-12ab-34cd-56ef-1234567890ab",
};
const replicas = { type: "integer", min: 1, max: 50 } as const;

/** Keys for AWS, and for what serves the application to the world. Part of `configKeys`. */
export const configKeysAws = {
  awsAccount: {
    type: "string",
    default: "",
    pattern: account,
    description: "AWS account, 12 digits. Credentials of another one are refused.",
  },
  awsRegion: { type: "string", default: "", pattern: region, description: "Region of the platform." },
  vaultRegion: { type: "string", default: "", pattern: region, description: "Region of the vault's bucket." },
  vaultMode: {
    type: "string",
    default: "create",
    oneOf: ["create", "adopt", "promote"],
    description:
      "Make a vault; take over one whose stack's state is lost; make one out of the replica of a lost one.",
  },
  vaultKeyId: {
    type: "string",
    default: "",
    pattern: keyId,
    description: "Id of the KMS key of the vault, to adopt or promote it.",
  },
  replicaRegion: {
    type: "string",
    default: "",
    pattern: region,
    description: "Second region, which keeps a copy of the vault.",
  },
  replicaBucket: {
    type: "string",
    default: "",
    pattern: optionalBucket,
    description: "Bucket of the copy in the second region.",
  },
  replicaKeyId: {
    type: "string",
    default: "",
    pattern: keyId,
    description: "Id of the KMS key of the copy, to adopt it.",
  },
  objectLockMode: {
    type: "string",
    default: "governance",
    oneOf: ["governance", "compliance-cannot-be-undone"],
    description: "Who may remove a locked version before its time: the break-glass role, or nobody at all.",
  },
  objectLockDays: {
    type: "integer",
    min: 0,
    max: 3650,
    default: 0,
    description: "Days that each new version is locked; 0 for as long as the class that is kept shortest.",
  },
  replicationTimeControl: {
    type: "boolean",
    default: false,
    description: "Have S3 promise and report copies within 15 minutes; costs extra.",
  },
  breakGlassRoleArn: {
    type: "string",
    default: "",
    pattern: {
      expression: new RegExp(`^(${roleArn})?$`),
      rule: "must be the ARN of a role, as in arn:aws:iam::123456789012:role/break-glass",
    },
    description: "The one role that may undo what keeps the backups, and that makes the vault.",
  },
  roleNamePrefix: {
    type: "string",
    default: "lstm-pfd-backup",
    pattern: {
      expression: /^[a-z][a-z0-9-]{0,40}$/,
      rule: "must start with a letter and hold at most 41 lower-case letters, digits and hyphens",
    },
    description: "Beginning of the names of the vault's roles.",
  },
  networkCidr: { type: "string", default: "10.20.0.0/16", description: "Network of the platform, IPv4." },
  zones: { type: "string", default: "", description: "Three availability zones of the region, by commas." },
  natGateways: {
    type: "string",
    default: "perZone",
    oneOf: ["one", "perZone"],
    description: "Ways out of the network: one is cheaper, one in each zone survives the loss of a zone.",
  },
  interfaceEndpoints: {
    type: "string",
    default: "",
    pattern: {
      expression: /^([a-z0-9-]+(\.[a-z0-9-]+)*(,(?!$)|$))*$/,
      rule: "must be short names of services by commas, as in ecr.api,sts",
    },
    description: "AWS services that are reached inside the network, by commas. S3 always is.",
  },
  clusterName: {
    type: "string",
    default: "",
    pattern: {
      expression: /^([a-zA-Z0-9][a-zA-Z0-9_-]{0,99})?$/,
      rule: "must hold at most 100 letters, digits, hyphens and underscores, and start with a letter or digit",
    },
    description: "Name of the EKS cluster. A rebuilt one needs a new name: the lost one may still be there.",
  },
  clusterAdministrators: {
    type: "string",
    default: "",
    pattern: {
      expression: new RegExp(`^(${roleArn}(,(?!$)|$))*$`),
      rule: "must be ARNs of roles by commas, as in arn:aws:iam::123456789012:role/operator",
    },
    description: "ARNs of the roles that administer the cluster, by commas; who runs up must be one of them.",
  },
  kubernetesVersion: {
    type: "string",
    default: defaultKubernetesVersion,
    description: "Minor version of Kubernetes at EKS.",
  },
  publicAccessCidrs: {
    type: "string",
    default: "0.0.0.0/0",
    pattern: {
      expression: /^(none|(\d{1,3}(\.\d{1,3}){3}\/\d{1,2}(,(?!$)|$))+)$/,
      rule: "must be IPv4 networks by commas, as in 192.0.2.0/24, or none",
    },
    description: "Networks that reach the API server from outside, by commas; none for the network alone.",
  },
  logRetentionDays: {
    type: "integer",
    min: 1,
    max: 2557,
    default: 90,
    description: "Days that the control plane's logs are kept.",
  },
  host: {
    type: "string",
    default: "",
    pattern: {
      expression: /^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)?$/,
      rule: "must be a host name, as in lstm-pfd.example.com",
    },
    description:
      "Name under which the application is reached; with one the stack has an ingress controller and cert-manager.",
  },
  ingressController: {
    type: "string",
    default: "traefik",
    oneOf: ["traefik", "ingress-nginx"],
    description: "Program that serves the Ingresses. The second one is archived.",
  },
  ingressReplicas: { ...replicas, default: 2, description: "Pods of the ingress controller." },
  ingressServiceType: {
    type: "string",
    default: "LoadBalancer",
    oneOf: ["LoadBalancer", "NodePort", "ClusterIP"],
    description: "How the world gets to it on a cluster by kubeconfig.",
  },
  ingressChart: {
    type: "string",
    default: "",
    description: "Its Helm chart: a name, an oci:// reference or a path; empty for the one that is known.",
  },
  ingressChartRepository: {
    type: "string",
    default: "",
    description: "Repository of that chart, if it has one.",
  },
  ingressChartVersion: { type: "string", default: "", description: "Version of that chart." },
  certificateIssuer: {
    type: "string",
    default: "self-signed",
    oneOf: ["self-signed", "own-ca", "acme-staging", "acme-production"],
    description: "Who signs the application's certificate. Drills use acme-staging.",
  },
  acmeEmail: { type: "string", default: "", description: "E-mail address for Let's Encrypt." },
  authorityCertificate: {
    type: "string",
    default: "",
    description: "Certificate of the own authority, PEM, for own-ca.",
  },
  authorityKey: { type: "string", default: "", secret: true, description: "Key of the own authority, PEM." },
  savedSecrets: {
    type: "string",
    default: "",
    secret: true,
    parse: parseSavedSecrets,
    description:
      "Certificates and ACME accounts of an earlier cluster, JSON, from the recovery kit; [] to have new ones.",
  },
  certManagerChart: {
    type: "string",
    default: "",
    description:
      "Helm chart of cert-manager: a name, an oci:// reference or a path; empty for the one that is known.",
  },
  certManagerChartRepository: {
    type: "string",
    default: "",
    description: "Repository of that chart, if it has one.",
  },
  certManagerChartVersion: { type: "string", default: "", description: "Version of that chart." },
  workerCommand: {
    type: "string",
    default: "",
    description: "Command of the worker, words by spaces; empty for that of the stand-in.",
  },
  dashboardMaxReplicas: {
    ...replicas,
    default: 6,
    description: "Pods of the dashboard at the most, where they are scaled by load.",
  },
  workerMaxReplicas: {
    ...replicas,
    default: 4,
    description: "Pods of the worker at the most, where they are scaled by load.",
  },
} as const satisfies Record<string, ConfigKey>;
