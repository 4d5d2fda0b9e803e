import { configKeysAws } from "./keysAws";

/** One configuration key: what `Pulumi.yaml` declares, and the rule that `config.ts` holds a value to. */
export interface ConfigKey {
  type: "string" | "integer" | "boolean";
  description: string;
  default: string | number | boolean;
  /** Kept encrypted in the stack's configuration. */
  secret?: boolean;
  /** The only values allowed. */
  oneOf?: readonly string[];
  /** Smallest integer allowed. */
  min?: number;
  /** Largest integer allowed. */
  max?: number;
  /** What a text must look like, with a sentence that says so. */
  pattern?: { expression: RegExp; rule: string };
  /** Reads a text that no expression describes. @throws Error whose message is the rule that the text breaks */
  parse?: (value: string) => unknown;
}

const resourceName = {
  expression: /^[a-z][a-z0-9-]{0,19}$/,
  rule: "must start with a letter and hold at most 20 lower-case letters, digits and hyphens",
};
const bucketName = {
  expression: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  rule: "must be a bucket name: 3 to 63 lower-case letters, digits and hyphens",
};
const httpsUrl = {
  expression: /^(https:\/\/[^\s/]+)?$/,
  rule: "must be an https URL without a path, as in https://s3.example.com:9000",
};
const imageReference = {
  expression: /^([\w.-]+(:\d+)?\/)?[\w./-]+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$|^$/,
  rule: "must be an image reference, as in registry.example.com/lstm-pfd@sha256:…",
};
const backupLabel = {
  expression: /^(\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?)?$/,
  rule: "must be a label as pgBackRest lists it, as in 20260131-021500F or 20260131-021500F_20260131-061500I",
};
const snapshotName = {
  expression: /^(models-\d{8}-\d{6})?$/,
  rule: "must be the name of a snapshot, as in models-20260131-033000",
};
const tableNames = {
  expression: /^([^\s,]+(,[^\s,]+)*)?$/,
  rule: "must be names of tables with commas between, as in notifications,webhook_logs",
};
const port = { type: "integer", min: 1024, max: 65535 } as const;
const days = { type: "integer", min: 1, max: 3650 } as const;
const secret = { type: "string", default: "", secret: true } as const;

/** Every configuration key of the project. `Pulumi.yaml` says the same; a test holds the two together. */
export const configKeys = {
  layer: {
    type: "string",
    default: "platform",
    oneOf: ["vault", "platform"],
    description: "What this stack is: the vault, which lives for ever, or the platform, which is rebuilt.",
  },
  cluster: {
    type: "string",
    default: "embedded",
    oneOf: ["embedded", "kubeconfig", "eks"],
    description:
      "Where the platform runs: a cluster made on this machine, one that a kubeconfig leads to, or one made at AWS.",
  },
  siteName: {
    type: "string",
    default: "site-a",
    pattern: resourceName,
    description: "Name of the embedded cluster; its network namespace is lpfd-<name>.",
  },
  apiPort: {
    ...port,
    default: 16443,
    description: "Port on 127.0.0.1 for the API server of the embedded cluster.",
  },
  kubeconfig: {
    type: "string",
    default: "",
    description: "Path of the kubeconfig, for cluster = kubeconfig.",
  },
  objectStore: {
    type: "string",
    default: "embedded",
    oneOf: ["embedded", "s3", "aws"],
    description: "Where backups go: an object store on this machine, an S3 endpoint, or a vault at AWS.",
  },
  objectStoreName: {
    type: "string",
    default: "vault",
    pattern: resourceName,
    description: "Name of the embedded object store; its network namespace is lpfd-<name>.",
  },
  objectStorePort: {
    ...port,
    default: 18333,
    description: "Port on 127.0.0.1 for the embedded object store.",
  },
  bucket: {
    type: "string",
    default: "lstm-pfd-backups",
    pattern: bucketName,
    description: "Bucket of the backups.",
  },
  s3Endpoint: {
    type: "string",
    default: "",
    pattern: httpsUrl,
    description: "Endpoint of the object store as pods see it; empty for AWS.",
  },
  s3Region: { type: "string", default: "us-east-1", description: "Region of the bucket." },
  s3CaCertificate: {
    type: "string",
    default: "",
    description: "PEM of the object store's certificate authority; empty for a public one.",
  },
  recoveryKit: {
    type: "string",
    default: "",
    description:
      "Path of the recovery kit, opened with the stack's passphrase. What it holds counts where a key is not set.",
  },
  writerAccessKeyId: { type: "string", default: "", description: "Access key that writes backups." },
  writerSecretAccessKey: { ...secret, description: "Secret of the writer's access key." },
  janitorAccessKeyId: {
    type: "string",
    default: "",
    description: "Access key that expires superseded backups.",
  },
  janitorSecretAccessKey: { ...secret, description: "Secret of the janitor's access key." },
  readerAccessKeyId: { type: "string", default: "", description: "Access key that reads backups." },
  readerSecretAccessKey: { ...secret, description: "Secret of the reader's access key." },
  repositoryCipherPass: {
    ...secret,
    description: "Passphrase that encrypts base backups and WAL. Without it they cannot be read.",
  },
  dbPassword: { ...secret, description: "Password of the application's database role." },
  jwtSecret: { ...secret, description: "Key that signs the application's tokens." },
  secretKey: { ...secret, description: "Session key of the application." },
  namespace: {
    type: "string",
    default: "lstm-pfd",
    pattern: resourceName,
    description: "Kubernetes namespace of the application.",
  },
  initialise: {
    type: "boolean",
    default: false,
    description:
      "Permit to start an empty database when there is no backup. True on the very first up alone.",
  },
  generation: {
    type: "integer",
    min: 1,
    max: 9999,
    default: 1,
    description: "Life of the database whose backups are read and written.",
  },
  restoreSet: {
    type: "string",
    default: "",
    pattern: backupLabel,
    description: "Label of the base backup to restore; empty for the newest committed one.",
  },
  restoreModels: {
    type: "string",
    default: "",
    pattern: snapshotName,
    description: "Name of the model snapshot to restore; empty for the newest committed one.",
  },
  acceptEmptyTables: {
    type: "string",
    default: "",
    pattern: tableNames,
    description: "Tables that may come back without rows, because they were emptied on purpose.",
  },
  expectNonce: {
    type: "string",
    default: "",
    description: "Drills only: mark that the restored database and checkpoint must hold.",
  },
  databaseRetentionDays: { ...days, default: 30, description: "Days that portable dumps are kept." },
  walRetentionDays: { ...days, default: 7, description: "Days of recovery to any second." },
  modelsRetentionDays: {
    ...days,
    default: 30,
    description: "Days that superseded model snapshots are kept.",
  },
  configRetentionDays: { ...days, default: 90, description: "Days that superseded configuration is kept." },
  rpoObjectiveSeconds: {
    type: "integer",
    min: 20,
    max: 3600,
    default: 60,
    description: "Seconds of acknowledged work that a disaster may cost at the most.",
  },
  modelsLossObjectiveSeconds: {
    type: "integer",
    min: 600,
    max: 604800,
    default: 14400,
    description: "Seconds of new checkpoints that a disaster may cost at the most.",
  },
  rtoObjectiveSeconds: {
    type: "integer",
    min: 60,
    max: 86400,
    default: 3600,
    description: "Seconds from the start of up to a proven system, at the most.",
  },
  protectData: {
    type: "boolean",
    default: true,
    description: "Protect the vault and the volumes against pulumi destroy.",
  },
  dashboardReplicas: {
    type: "integer",
    min: 1,
    max: 50,
    default: 1,
    description: "Pods of the dashboard.",
  },
  workerReplicas: { type: "integer", min: 0, max: 50, default: 1, description: "Pods of the worker." },
  databaseSizeGi: {
    type: "integer",
    min: 1,
    max: 65536,
    default: 10,
    description: "Size of the database volume, GiB.",
  },
  checkpointsSizeGi: {
    type: "integer",
    min: 1,
    max: 65536,
    default: 5,
    description: "Size of the checkpoint volume, GiB.",
  },
  storageClass: {
    type: "string",
    default: "",
    description: "StorageClass of the volumes; empty for the cluster's default.",
  },
  imageApplication: {
    type: "string",
    default: "",
    pattern: imageReference,
    description: "Image of the dashboard and the worker; empty for the stand-in that the toolchain builds.",
  },
  imageOperations: {
    type: "string",
    default: "",
    pattern: imageReference,
    description:
      "Image of the model backups and the verification; empty for the one that the toolchain builds.",
  },
  imagePostgres: {
    type: "string",
    default: "",
    pattern: imageReference,
    description: "Image of PostgreSQL with pgBackRest; empty for the one that the toolchain builds.",
  },
  imageRedis: {
    type: "string",
    default: "",
    pattern: imageReference,
    description: "Image of Redis; empty for the one that the toolchain builds.",
  },
  ...configKeysAws,
} as const satisfies Record<string, ConfigKey>;

/** Name of a configuration key. */
export type ConfigKeyName = keyof typeof configKeys;
