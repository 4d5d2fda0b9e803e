/**
 * The names that are the product's contract: what one part makes and another, a person or a saved kit finds by its name.
 * Whoever changes one changes it for stacks, clusters and kits that exist.
 */
export const names = {
  /** Secret of the application: JWT_SECRET, SECRET_KEY, DB_PASSWORD, DATABASE_URL, REDIS_PASSWORD. */
  applicationSecret: "lstm-pfd-secrets",
  /** Secret with the credentials of the images' registry, in each namespace that has pods of ours. */
  imagePullSecret: "lstm-pfd-registry",
  /** Secret with the application's certificate, in its namespace. */
  certificateSecret: "lstm-pfd-tls",
  /** Secret with certificate and key of the own authority, in the namespace of cert-manager. */
  authoritySecret: "lstm-pfd-ca",
  /** ClusterIssuer that Ingresses name in their annotation. */
  issuer: "lstm-pfd",
  /** ConfigMap with pgbackrest.conf and the object store's authority. */
  repositoryConfiguration: "lstm-pfd-repository",
  /** Secret with the Secrets that a rebuild puts back, in each namespace that has some. */
  savedSecrets: "lstm-pfd-saved-secrets",
  /** ConfigMap that says what of the application was stopped for a restore in place, and what it was before. */
  heldApplication: "lstm-pfd-held",
  databaseClaim: "lstm-pfd-postgresql",
  checkpointsClaim: "lstm-pfd-checkpoints",
  /** Also the name of the database's Service and of its service account; its container is {@link names.databaseContainer}. */
  databaseStatefulSet: "lstm-pfd-postgresql",
  /** Also the database's value of the label `app.kubernetes.io/component`. */
  databaseContainer: "postgresql",
  /** Directory of the volume of the database, in all its pods. */
  databaseDirectory: "/var/lib/postgresql",
  /** Directory of the database's socket, in its container and in pods beside it. */
  databaseSocket: "/var/lib/postgresql/run",
  database: "lstm_pfd",
  databaseUser: "lstm_pfd",
  checkpointsDirectory: "/app/checkpoints",
  modelFile: "best_model.pth",
  /** Where pods find {@link names.repositoryConfiguration}, or {@link names.savedSecrets}. */
  recoveryDirectory: "/etc/recovery",
  caFile: "ca.crt",
  /** Authority of the application's own certificate, in pods that check it. */
  certificateAuthorityFile: "/etc/certificate/ca.crt",
  savedSecretsFile: "saved-secrets.json",
  /** Where a rehearsal finds the assertions of the operator's ConfigMap. */
  assertionsDirectory: "/etc/rehearsal",
  /** StorageClass on AWS for one pod, and the cluster's default: encrypted gp3. */
  blockStorageClass: "lstm-pfd-block",
  /** StorageClass on AWS that pods on several nodes mount. */
  sharedStorageClass: "lstm-pfd-shared",
} as const;

/** NodePool of the database's pods, and the label and taint of its nodes. */
export const databaseNodes = {
  pool: "lstm-pfd-database",
  label: "recovery.lstm-pfd/nodes",
  value: "database",
} as const;

/** Fields of a pod that runs on {@link databaseNodes}, which no other pod may. */
export const onDatabaseNodes = {
  nodeSelector: { [databaseNodes.label]: databaseNodes.value },
  tolerations: [
    { key: databaseNodes.label, operator: "Equal", value: databaseNodes.value, effect: "NoSchedule" },
  ],
};

/**
 * Jobs of `up`, of a rehearsal, of a restore in place and of what works on a copy of the database, which are also the commands in them, except the first backup, which runs one of the CronJobs' commands, and
 * those that await credentials, of which each role has one: {@link credentialsJob}.
 */
export const jobNames = {
  restoreDatabase: "restore-database",
  restoreModels: "restore-models",
  replaceModels: "replace-models",
  rehearse: "rehearse",
  moments: "moments",
  rescue: "rescue-table",
  replaceDatabase: "replace-database",
  restoreSecrets: "restore-secrets",
  verify: "verify",
  awaitCredentials: "await-credentials",
  firstBackup: "first-backup",
} as const;

/** CronJobs of the backups. */
export const runNames = {
  dump: "dump-database",
  dumpExpiry: "expire-dumps",
  dumpRestore: "restore-dump",
  databaseFull: "backup-database-full",
  databaseIncremental: "backup-database-incr",
  databaseExpiry: "expire-database",
  databaseVerification: "verify-database",
  models: "backup-models-always",
  changedModels: "backup-models-changed",
  modelsExpiry: "expire-models",
} as const;

/**
 * Who works on the backup bucket: the writer adds, the janitor expires what is superseded, the reader restores. None of them
 * can delete a version.
 */
export const repositoryRoles = ["writer", "janitor", "reader"] as const;

/** One of {@link repositoryRoles}. */
export type RepositoryRole = (typeof repositoryRoles)[number];

/**
 * All roles of a vault. `evidence` creates what proves that backups can be restored, and changes nothing else. A vault, or a kit, from before
 * there was one lacks it, and everything but rehearsals works without.
 */
export const vaultRoles = [...repositoryRoles, "evidence"] as const;

/** One of {@link vaultRoles}. */
export type VaultRole = (typeof vaultRoles)[number];

/** What each role of {@link repositoryRoles} has, and `evidence` may have. */
export type ByVaultRole<T> = Record<RepositoryRole, T> & { evidence?: T | undefined };

/** Secret with the keys of a role on the backup bucket. */
export function repositorySecret(role: VaultRole): string {
  return `lstm-pfd-repository-${role}`;
}

/** Service account of the pods that act as a role on the backup bucket. */
export function repositoryServiceAccount(role: VaultRole): string {
  return `lstm-pfd-${role}`;
}

/**
 * Service accounts that act on a vault at AWS, by role. The database archives its WAL, so its pod is a writer; so is the
 * restore of the database, which archives the new timeline when it promotes: it runs as the writer's account.
 */
export const backupServiceAccounts: Record<VaultRole, readonly string[]> = {
  writer: [repositoryServiceAccount("writer"), names.databaseStatefulSet],
  janitor: [repositoryServiceAccount("janitor")],
  reader: [repositoryServiceAccount("reader")],
  evidence: [repositoryServiceAccount("evidence")],
};

/**
 * Name of a role of a vault at AWS.
 * @param namePrefix as the vault was given it
 */
export function vaultRoleName(namePrefix: string, role: VaultRole): string {
  return `${namePrefix}-${role}`;
}

/**
 * Name of the role with which S3 copies a vault at AWS to its replica.
 * @param namePrefix as the vault was given it
 */
export function replicationRoleName(namePrefix: string): string {
  return `${namePrefix}-replication`;
}

/** Field of a service account whose pods pull their images with credentials; none where nodes may pull by themselves. */
export function imagePullSecrets(needed: boolean): { imagePullSecrets?: [{ name: string }] } {
  return needed ? { imagePullSecrets: [{ name: names.imagePullSecret }] } : {};
}

/** Job that waits until pods of a role on the backup bucket get credentials. */
export function credentialsJob(role: RepositoryRole): string {
  return `${jobNames.awaitCredentials}-${role}`;
}

/** Service account of a Job that talks to the API server; also its Role and RoleBinding. */
export function jobServiceAccount(job: "restore-secrets" | "verify"): string {
  return `lstm-pfd-${job}`;
}

/** Kinds of issuer that have an account at Let's Encrypt. */
export type AcmeKind = "acme-production" | "acme-staging";

/** Secret with the key of the ACME account: production and staging have accounts of their own. */
export function accountSecret(kind: AcmeKind): string {
  return `lstm-pfd-${kind}-account`;
}

/** Secrets that no platform can be built without, by configuration key; every recovery kit holds them. */
export const kitSecrets = ["repositoryCipherPass", "dbPassword", "jwtSecret", "secretKey"] as const;

/** Configuration keys of a role's access key, in the recovery kit wherever pods have keys and no roles. */
export function accessKeyNames<Role extends VaultRole>(
  role: Role,
): { id: `${Role}AccessKeyId`; secret: `${Role}SecretAccessKey` } {
  return { id: `${role}AccessKeyId`, secret: `${role}SecretAccessKey` };
}

/** On a Job that has failed: the next `up` replaces it, and so tries again. */
export const triedAgain = { "pulumi.com/replaceUnready": "true" } as const;

/** Labels by which a person, the verification and the policy pack find what belongs to the recovery. */
export function recoveryLabels(
  component: string,
  backupClass: string | undefined,
  role: "backup" | "restore" | "expire" | "verify",
): Record<string, string> {
  return {
    "app.kubernetes.io/name": "lstm-pfd-recovery",
    "app.kubernetes.io/component": component,
    "recovery.lstm-pfd/role": role,
    ...(backupClass === undefined ? {} : { "recovery.lstm-pfd/class": backupClass }),
  };
}

/** Labels of the database's pods. */
export const databaseLabels = {
  app: "lstm-pfd",
  "app.kubernetes.io/component": names.databaseContainer,
} as const;
