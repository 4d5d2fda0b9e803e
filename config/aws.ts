import * as pulumi from "@pulumi/pulumi";
import { type ConfigKeyName, configKeys } from "./keys";
import { type DefaultLock, defaultLock, type LockMode } from "../plan/aws/objectLock";
import { zoneSubnets } from "../plan/aws/subnets";
import type { BackupClass } from "../plan/backupClasses";
import { type CertificateIssuer, certManagerChart } from "../plan/certManager";
import { type ChartSource, checkChart } from "../plan/charts";
import { ingressCharts, type IngressController, type IngressPlan } from "../plan/ingress";
import { parseSavedSecrets, type SavedSecret } from "../plan/savedSecrets";
import type { VaultMode } from "../plan/aws/vault";
import { checkKubernetesVersion, logRetentions } from "../plan/aws/eks";

/** Where a stack is at AWS. */
export interface AwsConfig {
  /** 12 digits. */
  account: string;
  region: string;
  /** Beginning of the names of the vault's roles. */
  roleNamePrefix: string;
  vault: {
    mode: VaultMode;
    region: string;
    /** Empty for a vault that is made anew. */
    keyId: string;
    replica: { region: string; bucket: string; keyId: string };
    lock: DefaultLock;
    replicationTimeControl: boolean;
    breakGlassRoleArn: string;
  };
  network: {
    cidr: string;
    zones: string[];
    natGateways: "one" | "perZone";
    interfaceEndpoints: string[];
  };
  cluster: {
    clusterName: string;
    administrators: string[];
    kubernetesVersion: string;
    /** Empty: only from the network itself. */
    publicAccessCidrs: string[];
    logRetentionDays: number;
  };
}

/** How the world reaches the application, where it does. */
export interface WebConfig {
  /** Empty: it does not. */
  host: string;
  ingress: {
    controller: IngressController;
    replicas: number;
    chart: ChartSource;
    serviceType: IngressPlan["serviceType"];
  };
  certManager: { chart: ChartSource; issuer: CertificateIssuer };
  /** For the issuer `own-ca`. */
  authority: { certificate: string; key: pulumi.Output<string> };
  /** What cert-manager wrote on an earlier cluster. Secret. */
  savedSecrets: SavedSecret[];
  /** Pods at the most, where they are scaled by load. */
  dashboardMaxReplicas: number;
  workerMaxReplicas: number;
}

/** Reads a value by the name of its key. */
type Read = (name: ConfigKeyName) => string;

/**
 * @param read values or their defaults, each by itself right already
 * @param classes the table of the backup classes, for the lock
 */
export function awsConfig(read: Read, classes: readonly BackupClass[]): AwsConfig {
  const lockDays = Number(read("objectLockDays"));
  return {
    account: read("awsAccount"),
    region: read("awsRegion"),
    roleNamePrefix: read("roleNamePrefix"),
    vault: {
      mode: read("vaultMode") as VaultMode,
      region: read("vaultRegion"),
      keyId: read("vaultKeyId"),
      replica: {
        region: read("replicaRegion"),
        bucket: read("replicaBucket"),
        keyId: read("replicaKeyId"),
      },
      lock: {
        mode: read("objectLockMode") as LockMode,
        days: lockDays === 0 ? defaultLock(classes).days : lockDays,
      },
      replicationTimeControl: read("replicationTimeControl") === "true",
      breakGlassRoleArn: read("breakGlassRoleArn"),
    },
    network: {
      cidr: read("networkCidr"),
      zones: list(read("zones")),
      natGateways: read("natGateways") === "one" ? "one" : "perZone",
      interfaceEndpoints: list(read("interfaceEndpoints")),
    },
    cluster: {
      clusterName: read("clusterName"),
      administrators: list(read("clusterAdministrators")),
      kubernetesVersion: read("kubernetesVersion"),
      publicAccessCidrs: read("publicAccessCidrs") === "none" ? [] : list(read("publicAccessCidrs")),
      logRetentionDays: Number(read("logRetentionDays")),
    },
  };
}

/** @param read values or their defaults, each by itself right already */
export function webConfig(read: Read): WebConfig {
  const controller = read("ingressController") as IngressController;
  return {
    host: read("host"),
    ingress: {
      controller,
      replicas: Number(read("ingressReplicas")),
      chart: chartOf(read, "ingress", ingressCharts[controller]),
      serviceType: read("ingressServiceType") as IngressPlan["serviceType"],
    },
    certManager: { chart: chartOf(read, "certManager", certManagerChart), issuer: issuerOf(read) },
    authority: { certificate: read("authorityCertificate"), key: pulumi.secret(read("authorityKey")) },
    savedSecrets: parseSavedSecrets(read("savedSecrets")),
    dashboardMaxReplicas: Number(read("dashboardMaxReplicas")),
    workerMaxReplicas: Number(read("workerMaxReplicas")),
  };
}

type Chart = "ingress" | "certManager";

function chartOf(read: Read, name: Chart, known: ChartSource): ChartSource {
  const chart = read(`${name}Chart`);
  const version = read(`${name}ChartVersion`);
  const repository = read(`${name}ChartRepository`);
  if (chart === "") return version === "" ? known : { ...known, version };
  return {
    chart,
    ...(repository === "" ? {} : { repository }),
    ...(version === "" ? {} : { version }),
  };
}

function issuerOf(read: Read): CertificateIssuer {
  const kind = read("certificateIssuer");
  if (kind === "acme-production" || kind === "acme-staging") return { kind, email: read("acmeEmail") };
  return { kind: kind === "own-ca" ? "own-ca" : "self-signed" };
}

function list(text: string): string[] {
  return text.split(",").filter((part) => part !== "");
}

/**
 * What is wrong with a vault at AWS, beside what each value by itself breaks.
 * @returns messages, each beginning with the name of the key
 */
export function vaultProblems(read: Read, { vault }: AwsConfig, classes: readonly BackupClass[]): string[] {
  const { replica, mode, lock } = vault;
  const problems = missing(read, "a vault at AWS", [
    "awsAccount",
    "vaultRegion",
    "replicaRegion",
    "replicaBucket",
    "breakGlassRoleArn",
  ]);
  if (read("bucket") === configKeys.bucket.default)
    problems.push(
      mode === "create"
        ? "bucket is not set: a vault at AWS needs a name of its own, unique among all of AWS"
        : `bucket is not set: vaultMode "${mode}" needs the name of the bucket that is there`,
    );
  if (replica.region !== "" && replica.region === vault.region)
    problems.push(
      `replicaRegion is "${replica.region}": must be another region than vaultRegion, or one disaster takes both`,
    );
  if (replica.bucket === read("bucket"))
    problems.push(`replicaBucket is "${replica.bucket}": must be another bucket than the vault's`);
  for (const [key, survives] of [
    ["vaultKeyId", mode !== "create"],
    ["replicaKeyId", mode === "adopt"],
  ] as const)
    if (survives && read(key) === "")
      problems.push(
        `${key} is not set: vaultMode "${mode}" needs the id of the key that has encrypted the bucket; "aws kms describe-key" tells it`,
      );
    else if (!survives && read(key) !== "")
      problems.push(`${key} is "${read(key)}": must be left out, because vaultMode "${mode}" makes a key`);
  const longest = defaultLock(classes).days;
  if (lock.days > longest)
    problems.push(
      `objectLockDays is "${lock.days}": must be at most ${longest}, the days of the class that is kept shortest; a longer lock keeps what has expired`,
    );
  return problems;
}

/**
 * What is wrong with a platform at AWS, beside what each value by itself breaks.
 * @returns messages, each beginning with the name of the key
 */
export function platformProblems(read: Read, { network, cluster }: AwsConfig): string[] {
  const problems = missing(read, 'cluster "eks"', [
    "awsAccount",
    "awsRegion",
    "vaultRegion",
    "zones",
    "clusterName",
    "clusterAdministrators",
    "host",
  ]);
  const { interfaceEndpoints, zones } = network;
  if (zones.length > 0)
    collect(problems, () => zoneSubnets(network.cidr, zones, { cidr: "networkCidr", zones: "zones" }));
  if (interfaceEndpoints.includes("s3"))
    problems.push(
      `interfaceEndpoints is "${interfaceEndpoints.join(",")}": must not hold s3, which is always there`,
    );
  if (new Set(interfaceEndpoints).size !== interfaceEndpoints.length)
    problems.push(`interfaceEndpoints is "${interfaceEndpoints.join(",")}": must name each service once`);
  if (new Set(cluster.administrators).size !== cluster.administrators.length)
    problems.push(`clusterAdministrators is "${cluster.administrators.join(",")}": must name each role once`);
  collect(problems, () => {
    checkKubernetesVersion("kubernetesVersion", cluster.kubernetesVersion);
  });
  if (!logRetentions.includes(cluster.logRetentionDays))
    problems.push(
      `logRetentionDays is "${cluster.logRetentionDays}": must be one of ${logRetentions.join(", ")}, which is what CloudWatch takes`,
    );
  return [...problems, ...scalingProblems(read)];
}

/**
 * What is wrong with the way in, beside what each value by itself breaks.
 * @returns messages, each beginning with the name of the key
 */
export function webProblems(read: Read, { ingress, certManager }: WebConfig): string[] {
  const problems: string[] = [];
  for (const [name, { chart }] of Object.entries({ ingress, certManager }))
    collect(problems, () => {
      checkChart(`${name}Chart`, chart, "");
    });
  const { issuer } = certManager;
  if ("email" in issuer && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(issuer.email))
    problems.push(`acmeEmail is "${issuer.email}": must be an e-mail address; Let's Encrypt asks for it`);
  for (const key of ["authorityCertificate", "authorityKey"] as const)
    if (issuer.kind === "own-ca" && read(key) === "")
      problems.push(`${key} is not set: certificateIssuer "own-ca" signs with an authority of yours`);
  return problems;
}

function scalingProblems(read: Read): string[] {
  const problems: string[] = [];
  if (Number(read("workerReplicas")) < 1)
    problems.push(
      `workerReplicas is "${read("workerReplicas")}": must be at least 1 where they are scaled by load`,
    );
  for (const name of ["dashboard", "worker"] as const)
    if (Number(read(`${name}MaxReplicas`)) < Number(read(`${name}Replicas`)))
      problems.push(
        `${name}MaxReplicas is "${read(`${name}MaxReplicas`)}": must be at least ${name}Replicas, ${read(`${name}Replicas`)}`,
      );
  return problems;
}

function missing(read: Read, what: string, keys: readonly ConfigKeyName[]): string[] {
  return keys.filter((key) => read(key) === "").map((key) => `${key} is not set: ${what} needs it`);
}

function collect(problems: string[], check: () => void): void {
  try {
    check();
  } catch (error) {
    problems.push((error as Error).message);
  }
}
