import type * as pulumi from "@pulumi/pulumi";
import {
  type BackupClass,
  type BackupClassName,
  backupClasses,
  walPushAllowanceSeconds,
} from "../plan/backupClasses";
import {
  type ComponentName,
  componentNames,
  embeddedResources,
  parseResources,
  productionResources,
  type Resources,
} from "../plan/resources";
import type { VaultRole } from "../plan/names";
import { type AwsConfig, awsConfig } from "./awsConfig";
import type { Values } from "./schema";
import { type WebConfig, webConfig } from "./webConfig";

/** An access key of the object store. */
export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: pulumi.Output<string>;
}

/** Images by role; empty means the one that the toolchain builds. */
export interface ImageOverrides {
  application: string;
  operations: string;
  postgres: string;
  redis: string;
}

/** What several keys say together. */
interface Derived {
  cluster:
    | { kind: "embedded"; name: string; apiPort: number; objectStore: string | undefined }
    | { kind: "kubeconfig"; path: string }
    | { kind: "eks" };
  objectStore: { kind: "embedded"; name: string; port: number } | { kind: "s3" } | { kind: "aws" };
  s3: {
    /** Empty for AWS. */
    endpoint: string;
    region: string;
    /** PEM; empty for a public authority. */
    caCertificate: string;
    writer: AccessKey;
    janitor: AccessKey;
    reader: AccessKey;
    /** Undefined where the kit is from before there was one: nothing can be rehearsed then. */
    evidence: AccessKey | undefined;
  };
  classes: Record<BackupClassName, BackupClass>;
  archiveTimeoutSeconds: number;
  /** Empty for the command of the stand-in. */
  workerCommand: string[];
  images: ImageOverrides;
  resources: Record<ComponentName, Resources>;
  /** Counts where cluster or object store are at AWS. */
  aws: AwsConfig;
  web: WebConfig;
}

/** Configuration of a stack, checked: each key by its name, and what several keys say together. */
export type Config = Omit<Values, keyof Derived> & Derived;

/** The configuration that values make together. */
export function shaped(values: Values): Config {
  const classes = backupClasses({
    database: values.databaseRetentionDays,
    wal: values.walRetentionDays,
    models: values.modelsRetentionDays,
    config: values.configRetentionDays,
    evidence: values.evidenceRetentionDays,
  });
  const accessKey = (role: VaultRole): AccessKey => ({
    accessKeyId: values[`${role}AccessKeyId`],
    secretAccessKey: values[`${role}SecretAccessKey`],
  });
  return {
    ...values,
    cluster: clusterOf(values),
    objectStore: objectStoreOf(values),
    s3: {
      endpoint: values.s3Endpoint,
      region: values.objectStore === "aws" ? values.vaultRegion : values.s3Region,
      caCertificate: values.s3CaCertificate,
      writer: accessKey("writer"),
      janitor: accessKey("janitor"),
      reader: accessKey("reader"),
      evidence: values.evidenceAccessKeyId === "" ? undefined : accessKey("evidence"),
    },
    classes,
    archiveTimeoutSeconds: values.rpoObjectiveSeconds - walPushAllowanceSeconds,
    workerCommand: values.workerCommand.split(" ").filter(Boolean),
    images: {
      application: values.imageApplication,
      operations: values.imageOperations,
      postgres: values.imagePostgres,
      redis: values.imageRedis,
    },
    resources: resourcesOf(values),
    aws: awsConfig(values, Object.values(classes)),
    web: webConfig(values),
  };
}

function clusterOf(values: Values): Config["cluster"] {
  const { apiPort, cluster, kubeconfig, objectStore, objectStoreName, siteName } = values;
  if (cluster === "eks") return { kind: "eks" };
  if (cluster === "kubeconfig") return { kind: "kubeconfig", path: kubeconfig };
  return {
    kind: "embedded",
    name: siteName,
    apiPort,
    objectStore: objectStore === "embedded" ? objectStoreName : undefined,
  };
}

function resourcesOf(values: Values): Record<ComponentName, Resources> {
  const byDefault = values.cluster === "embedded" ? embeddedResources : productionResources;
  const resources = componentNames.map((name) => [
    name,
    parseResources(values[`${name}Resources`]) ?? byDefault[name],
  ]);
  return Object.fromEntries(resources) as Record<ComponentName, Resources>;
}

function objectStoreOf({ objectStore, objectStoreName, objectStorePort }: Values): Config["objectStore"] {
  if (objectStore === "embedded") return { kind: "embedded", name: objectStoreName, port: objectStorePort };
  return { kind: objectStore };
}
