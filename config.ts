import * as pulumi from "@pulumi/pulumi";
import { configKeys, type ConfigKey, type ConfigKeyName } from "./configKeys";
import {
  type BackupClass,
  type BackupClassName,
  backupClasses,
  walPushAllowanceSeconds,
} from "./plan/backupClasses";
import { type RecoveryKit, readKit } from "./kit/recoveryKit";
import { splitEndpoint } from "./plan/repository";

/** Name of the Pulumi project, which is the namespace of its configuration keys. */
export const projectName = "lstm-pfd";

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
    | { kind: "kubeconfig"; path: string };
  objectStore: { kind: "embedded"; name: string; port: number } | { kind: "s3" };
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
  expectNonce: string;
  classes: Record<BackupClassName, BackupClass>;
  archiveTimeoutSeconds: number;
  rpoObjectiveSeconds: number;
  rtoObjectiveSeconds: number;
  protectData: boolean;
  dashboardReplicas: number;
  workerReplicas: number;
  databaseSizeGi: number;
  checkpointsSizeGi: number;
  /** Empty for the cluster's default. */
  storageClass: string;
  images: ImageOverrides;
}

/** Configuration that cannot be used. The message names every key at fault, its value and the rule. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `configuration refused, nothing was touched:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
    this.name = "ConfigError";
  }
}

/**
 * Configuration of the running stack, with what its recovery kit holds.
 * @throws ConfigError, and as {@link withKit}
 */
export function loadConfig(): Config {
  return parseConfig(withKit(pulumi.runtime.allConfig()));
}

/**
 * Adds what the recovery kit holds to raw values. A key that is set to anything but its default wins over the kit.
 * @throws RecoveryKitError, PassphraseError when there is a kit that cannot be opened
 */
export function withKit(raw: Readonly<Record<string, string>>): Record<string, string> {
  const path = raw[`${projectName}:recoveryKit`] ?? "";
  const kit: RecoveryKit = path === "" ? {} : readKit(path);
  const values = { ...raw };
  for (const [name, value] of Object.entries(kit)) {
    const key = `${projectName}:${name}`;
    const { default: byDefault } = configKeys[name as ConfigKeyName];
    if ((values[key] ?? String(byDefault)) === String(byDefault)) values[key] = value;
  }
  return values;
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
  return undefined;
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
  const embeddedStore = text("objectStore") === "embedded";

  return {
    layer: text("layer") === "vault" ? "vault" : "platform",
    cluster:
      text("cluster") === "embedded"
        ? {
            kind: "embedded",
            name: text("siteName"),
            apiPort: number("apiPort"),
            objectStore: embeddedStore ? text("objectStoreName") : undefined,
          }
        : { kind: "kubeconfig", path: text("kubeconfig") },
    objectStore: embeddedStore
      ? { kind: "embedded", name: text("objectStoreName"), port: number("objectStorePort") }
      : { kind: "s3" },
    bucket: text("bucket"),
    s3: {
      endpoint: text("s3Endpoint"),
      region: text("s3Region"),
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
    expectNonce: text("expectNonce"),
    classes: backupClasses(
      {
        database: number("databaseRetentionDays"),
        wal: number("walRetentionDays"),
        models: number("modelsRetentionDays"),
        config: number("configRetentionDays"),
      },
      rpoObjectiveSeconds,
    ),
    archiveTimeoutSeconds: rpoObjectiveSeconds - walPushAllowanceSeconds,
    rpoObjectiveSeconds,
    rtoObjectiveSeconds: number("rtoObjectiveSeconds"),
    protectData: flag("protectData"),
    dashboardReplicas: number("dashboardReplicas"),
    workerReplicas: number("workerReplicas"),
    databaseSizeGi: number("databaseSizeGi"),
    checkpointsSizeGi: number("checkpointsSizeGi"),
    storageClass: text("storageClass"),
    images: {
      application: text("imageApplication"),
      operations: text("imageOperations"),
      postgres: text("imagePostgres"),
      redis: text("imageRedis"),
    },
  };
}

// What a platform cannot be rebuilt without: it comes from the recovery kit, never from the old stack.
const kitKeys = [
  "writerAccessKeyId",
  "writerSecretAccessKey",
  "janitorAccessKeyId",
  "janitorSecretAccessKey",
  "readerAccessKeyId",
  "readerSecretAccessKey",
  "repositoryCipherPass",
  "dbPassword",
  "jwtSecret",
  "secretKey",
] as const satisfies readonly ConfigKeyName[];

const imageKeys = [
  "imageApplication",
  "imageOperations",
  "imagePostgres",
  "imageRedis",
] as const satisfies readonly ConfigKeyName[];

function contradictions(config: Config, values: Values): string[] {
  const problems: string[] = [];
  if (config.layer === "vault") return problems;
  for (const key of kitKeys)
    if ((values.get(key) ?? "") === "")
      problems.push(
        `${projectName}:${key} is not set: a platform needs it from the recovery kit; set lstm-pfd:recoveryKit, or the key itself with "pulumi config set --secret"`,
      );
  if (config.cluster.kind === "kubeconfig" && config.cluster.path === "")
    problems.push(`${projectName}:kubeconfig is not set: cluster "kubeconfig" needs the path of one`);
  if (config.cluster.kind === "kubeconfig" && config.objectStore.kind === "embedded")
    problems.push(
      `${projectName}:objectStore is "embedded": only an embedded cluster reaches it; set objectStore to s3 and give s3Endpoint`,
    );
  if (config.cluster.kind === "kubeconfig")
    for (const key of imageKeys)
      if ((values.get(key) ?? "") === "")
        problems.push(
          `${projectName}:${key} is not set: only an embedded cluster has images of its own; give one that the cluster can pull`,
        );
  if (config.s3.endpoint !== "")
    try {
      splitEndpoint(config.s3.endpoint);
    } catch {
      problems.push(
        `${projectName}:s3Endpoint is "${config.s3.endpoint}": ${configKeys.s3Endpoint.pattern.rule}`,
      );
    }
  return problems;
}
