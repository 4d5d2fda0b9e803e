import type { RepositoryRole } from "../repositoryRoles";

/**
 * Service accounts that act on the vault, by role. The database archives its WAL, so its pod is a writer; so is the restore
 * of the database, which archives the new timeline when it promotes: it runs as the writer's account.
 */
export const backupServiceAccounts: Record<RepositoryRole, readonly string[]> = {
  writer: ["lstm-pfd-writer", "lstm-pfd-postgresql"],
  janitor: ["lstm-pfd-janitor"],
  reader: ["lstm-pfd-reader"],
};
