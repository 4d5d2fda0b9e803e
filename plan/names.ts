/** Names that the chart and the stack's own objects share. */
export const names = {
  /** Secret of the application: JWT_SECRET, SECRET_KEY, DB_PASSWORD, DATABASE_URL, REDIS_PASSWORD. */
  applicationSecret: "lstm-pfd-secrets",
  /** ConfigMap with pgbackrest.conf and the object store's authority. */
  repositoryConfiguration: "lstm-pfd-repository",
  /** Secret with the Secrets that a rebuild puts back, in each namespace that has some. */
  savedSecrets: "lstm-pfd-saved-secrets",
  databaseClaim: "lstm-pfd-postgresql",
  checkpointsClaim: "lstm-pfd-checkpoints",
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
} as const;

/** Secret with the keys of a role on the backup bucket. */
export function repositorySecret(role: string): string {
  return `lstm-pfd-repository-${role}`;
}

/** Service account of the pods that act as a role on the backup bucket. */
export function repositoryServiceAccount(role: string): string {
  return `lstm-pfd-${role}`;
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
