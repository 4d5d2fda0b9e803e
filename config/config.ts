import * as pulumi from "@pulumi/pulumi";
import {
  type AwsConfig,
  awsConfig,
  platformProblems,
  vaultProblems,
  type WebConfig,
  webConfig,
  webProblems,
} from "./aws";
import { ConfigError } from "./configError";
import { configKeys, type ConfigKey, type ConfigKeyName } from "./keys";
import {
  type BackupClass,
  type BackupClassName,
  backupClasses,
  walPushAllowanceSeconds,
} from "../plan/backupClasses";
import { backupRuns } from "../plan/backupRuns";
import { accessKeyNames, kitSecrets, repositoryRoles } from "../plan/names";
import { splitEndpoint } from "../plan/repository";
import { worstCaseLossSeconds } from "../plan/worstCaseLoss";

/** Name of the Pulumi project, which is the namespace of its configuration keys. */
export const projectName = "lstm-pfd";

export { ConfigError };

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

/** Configuration of a stack, checked. */
export interface Config {
  layer: "vault" | "platform";
  cluster:
    | { kind: "embedded"; name: string; apiPort: number; objectStore: string | undefined }
    | { kind: "kubeconfig"; path: string }
    | { kind: "eks" };
  objectStore: { kind: "embedded"; name: string; port: number } | { kind: "s3" } | { kind: "aws" };
  bucket: string;
  s3: {
    /** Empty for AWS. */
    endpoint: string;
    region: string;
    /** PEM; empty for a public authority. */
    caCertificate: string;
    writer: AccessKey;
    janitor: AccessKey;
    reader: AccessKey;
  };
  repositoryCipherPass: pulumi.Output<string>;
  dbPassword: pulumi.Output<string>;
  jwtSecret: pulumi.Output<string>;
  secretKey: pulumi.Output<string>;
  namespace: string;
  /** Permit to start an empty database where there is no backup. */
  initialise: boolean;
  generation: number;
  restoreSet: string;
  restoreModels: string;
  acceptEmptyTables: string;
  expectNonce: string;
  classes: Record<BackupClassName, BackupClass>;
  archiveTimeoutSeconds: number;
  rpoObjectiveSeconds: number;
  modelsLossObjectiveSeconds: number;
  rtoObjectiveSeconds: number;
  protectData: boolean;
  dashboardReplicas: number;
  workerReplicas: number;
  /** Empty for the command of the stand-in. */
  workerCommand: string[];
  databaseSizeGi: number;
  checkpointsSizeGi: number;
  /** Empty for the cluster's default. */
  storageClass: string;
  images: ImageOverrides;
  /** Counts where cluster or object store are at AWS. */
  aws: AwsConfig;
  web: WebConfig;
}

/**
 * Configuration of the running stack.
 * @param complete adds what comes from elsewhere to raw values by full key: what a recovery kit holds
 * @throws ConfigError, and what `complete` throws
 */
export function loadConfig(complete: (raw: Record<string, string>) => Record<string, string>): Config {
  return parseConfig(complete(pulumi.runtime.allConfig()));
}

/** Values by full key, as the engine has them, from values by key without namespace. */
export function qualified(config: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [`${projectName}:${key}`, value]));
}

/**
 * Checks raw values and makes them typed. Pure, so that the command line can refuse bad input before the engine starts.
 * @param raw values by full key, as in `lstm-pfd:bucket`; keys of other namespaces are left alone
 * @throws ConfigError that lists all problems at once
 */
export function parseConfig(raw: Readonly<Record<string, string>>): Config {
  const values = ownValues(raw);
  const problems = [...unknownKeys(values), ...illTyped(values)];
  if (problems.length > 0) throw new ConfigError(problems);
  const config = typed(values);
  problems.push(...contradictions(config, values));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

type Values = ReadonlyMap<string, string>;

function ownValues(raw: Readonly<Record<string, string>>): Values {
  const prefix = `${projectName}:`;
  return new Map(
    Object.entries(raw)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

function unknownKeys(values: Values): string[] {
  return [...values.keys()]
    .filter((key) => !(key in configKeys))
    .map((key) => `${projectName}:${key} is not a configuration key; Pulumi.yaml lists them all`);
}

function illTyped(values: Values): string[] {
  return Object.entries<ConfigKey>(configKeys).flatMap(([name, key]) => {
    const value = values.get(name);
    const rule = value === undefined ? undefined : brokenRule(key, value);
    return rule === undefined ? [] : [`${projectName}:${name} is ${shown(key, value)}: ${rule}`];
  });
}

function shown(key: ConfigKey, value: string | undefined): string {
  return key.secret === true ? "a secret" : `"${value ?? ""}"`;
}

function brokenRule(key: ConfigKey, value: string): string | undefined {
  if (key.type === "boolean" && value !== "true" && value !== "false") return "must be true or false";
  if (key.type === "integer") return brokenIntegerRule(key, value);
  if (key.oneOf !== undefined && !key.oneOf.includes(value)) return `must be ${key.oneOf.join(" or ")}`;
  if (key.pattern !== undefined && !key.pattern.expression.test(value)) return key.pattern.rule;
  try {
    key.parse?.(value);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function brokenIntegerRule(
  { min = -Infinity, max = Infinity }: ConfigKey,
  value: string,
): string | undefined {
  if (!/^-?\d+$/.test(value)) return "must be a whole number";
  const number = Number(value);
  return number < min || number > max ? `must be from ${min} to ${max}` : undefined;
}

function typed(values: Values): Config {
  const text = (name: ConfigKeyName) => values.get(name) ?? String(configKeys[name].default);
  const number = (name: ConfigKeyName) => Number(text(name));
  const flag = (name: ConfigKeyName) => text(name) === "true";
  const secret = (name: ConfigKeyName) => pulumi.secret(text(name));
  const accessKey = (role: "writer" | "janitor" | "reader"): AccessKey => ({
    accessKeyId: text(`${role}AccessKeyId`),
    secretAccessKey: secret(`${role}SecretAccessKey`),
  });
  const rpoObjectiveSeconds = number("rpoObjectiveSeconds");
  const classes = backupClasses({
    database: number("databaseRetentionDays"),
    wal: number("walRetentionDays"),
    models: number("modelsRetentionDays"),
    config: number("configRetentionDays"),
  });

  return {
    layer: text("layer") === "vault" ? "vault" : "platform",
    cluster: clusterOf(text),
    objectStore: objectStoreOf(text),
    bucket: text("bucket"),
    s3: {
      endpoint: text("s3Endpoint"),
      region: text(text("objectStore") === "aws" ? "vaultRegion" : "s3Region"),
      caCertificate: text("s3CaCertificate"),
      writer: accessKey("writer"),
      janitor: accessKey("janitor"),
      reader: accessKey("reader"),
    },
    repositoryCipherPass: secret("repositoryCipherPass"),
    dbPassword: secret("dbPassword"),
    jwtSecret: secret("jwtSecret"),
    secretKey: secret("secretKey"),
    namespace: text("namespace"),
    initialise: flag("initialise"),
    generation: number("generation"),
    restoreSet: text("restoreSet"),
    restoreModels: text("restoreModels"),
    acceptEmptyTables: text("acceptEmptyTables"),
    expectNonce: text("expectNonce"),
    classes,
    archiveTimeoutSeconds: rpoObjectiveSeconds - walPushAllowanceSeconds,
    rpoObjectiveSeconds,
    modelsLossObjectiveSeconds: number("modelsLossObjectiveSeconds"),
    rtoObjectiveSeconds: number("rtoObjectiveSeconds"),
    protectData: flag("protectData"),
    dashboardReplicas: number("dashboardReplicas"),
    workerReplicas: number("workerReplicas"),
    workerCommand: text("workerCommand").split(" ").filter(Boolean),
    databaseSizeGi: number("databaseSizeGi"),
    checkpointsSizeGi: number("checkpointsSizeGi"),
    storageClass: text("storageClass"),
    images: {
      application: text("imageApplication"),
      operations: text("imageOperations"),
      postgres: text("imagePostgres"),
      redis: text("imageRedis"),
    },
    aws: awsConfig(text, Object.values(classes)),
    web: webConfig(text),
  };
}

function clusterOf(text: (name: ConfigKeyName) => string): Config["cluster"] {
  if (text("cluster") === "eks") return { kind: "eks" };
  if (text("cluster") === "kubeconfig") return { kind: "kubeconfig", path: text("kubeconfig") };
  return {
    kind: "embedded",
    name: text("siteName"),
    apiPort: Number(text("apiPort")),
    objectStore: text("objectStore") === "embedded" ? text("objectStoreName") : undefined,
  };
}

function objectStoreOf(text: (name: ConfigKeyName) => string): Config["objectStore"] {
  if (text("objectStore") === "aws") return { kind: "aws" };
  if (text("objectStore") === "s3") return { kind: "s3" };
  return { kind: "embedded", name: text("objectStoreName"), port: Number(text("objectStorePort")) };
}

// At AWS pods have roles, and no keys.
const accessKeys = repositoryRoles.flatMap((role) => Object.values(accessKeyNames(role)));

const imageKeys = ["imageApplication", "imageOperations", "imagePostgres", "imageRedis"] as const;

function contradictions(config: Config, values: Values): string[] {
  const { aws, classes, cluster, layer, objectStore, s3, web } = config;
  const read = (name: ConfigKeyName) => values.get(name) ?? String(configKeys[name].default);
  const loss = worstCaseLossSeconds("models", backupRuns(classes));
  const problems = [
    ...(loss > config.modelsLossObjectiveSeconds
      ? [
          `modelsLossObjectiveSeconds is "${config.modelsLossObjectiveSeconds}": the schedules of plan/backupClasses.ts lose up to ${loss} s`,
        ]
      : []),
    ...(objectStore.kind === "aws" && s3.endpoint !== ""
      ? [`s3Endpoint is "${s3.endpoint}": must be left out, because objectStore is "aws"`]
      : endpointProblems(s3.endpoint)),
    ...(layer === "vault" && objectStore.kind === "aws"
      ? vaultProblems(read, aws, Object.values(classes))
      : []),
    ...(layer === "vault" && objectStore.kind === "s3" ? ofVaultAtStore(read) : []),
    ...(layer === "platform" ? ofPlatform(config, read) : []),
    ...(layer === "platform" && cluster.kind === "eks" ? platformProblems(read, aws) : []),
    ...(layer === "platform" && web.host !== "" ? webProblems(read, web) : []),
  ];
  return problems.map((problem) => `${projectName}:${problem}`);
}

function ofVaultAtStore(read: (name: ConfigKeyName) => string): string[] {
  return accessKeys
    .filter((key) => read(key) === "")
    .map(
      (key) =>
        `${key} is not set: only an embedded object store takes keys that are drawn here; give the role a key at the store, then set it with "pulumi config set --secret"`,
    );
}

function ofPlatform({ cluster, objectStore }: Config, read: (name: ConfigKeyName) => string): string[] {
  const problems: string[] = [];
  for (const key of cluster.kind === "eks" ? kitSecrets : [...accessKeys, ...kitSecrets])
    if (read(key) === "")
      problems.push(
        `${key} is not set: a platform needs it from the recovery kit; set lstm-pfd:recoveryKit, or the key itself with "pulumi config set --secret"`,
      );
  if (cluster.kind === "kubeconfig" && cluster.path === "")
    problems.push(`kubeconfig is not set: cluster "kubeconfig" needs the path of one`);
  if (cluster.kind === "kubeconfig" && objectStore.kind === "embedded")
    problems.push(
      `objectStore is "embedded": only an embedded cluster reaches it; set objectStore to s3 and give s3Endpoint`,
    );
  if ((cluster.kind === "eks") !== (objectStore.kind === "aws"))
    problems.push(
      cluster.kind === "eks"
        ? `objectStore is "${objectStore.kind}": pods at EKS act by roles on a vault at AWS; set objectStore to aws`
        : `objectStore is "aws": only cluster "eks" gives pods a role there; set objectStore to s3 and give access keys`,
    );
  if (cluster.kind === "embedded" && objectStore.kind === "s3")
    problems.push(
      `objectStore is "s3": an embedded cluster reaches nothing but an embedded object store; set cluster to kubeconfig and give one`,
    );
  for (const key of imageKeys)
    if ((cluster.kind === "embedded") !== (read(key) === ""))
      problems.push(
        cluster.kind === "embedded"
          ? `${key} is "${read(key)}": an embedded cluster reaches no registry and runs the images that are made here; leave it out, or set cluster to kubeconfig or eks`
          : `${key} is not set: only an embedded cluster has images of its own; give one that the cluster can pull`,
      );
  return problems;
}

function endpointProblems(endpoint: string): string[] {
  if (endpoint === "") return [];
  try {
    splitEndpoint(endpoint);
    return [];
  } catch {
    return [`s3Endpoint is "${endpoint}": ${configKeys.s3Endpoint.pattern.rule}`];
  }
}
