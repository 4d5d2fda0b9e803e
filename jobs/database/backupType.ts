import type { BaseBackup } from "./stanzaInfo";

/**
 * Type of the backup to take. An incremental one stands on the newest full one. When that, or the newest backup of all, was
 * never committed, a full one is taken instead: what stands on damage is damaged.
 * @param backups oldest first
 */
export function backupType(
  requested: "full" | "incr",
  backups: readonly Pick<BaseBackup, "label" | "type">[],
  committed: readonly string[],
): "full" | "incr" {
  const newest = backups.at(-1);
  const newestFull = backups.filter(({ type }) => type === "full").at(-1);
  const sound = [newest, newestFull].every(
    (backup) => backup !== undefined && committed.includes(backup.label),
  );
  return requested === "incr" && sound ? "incr" : "full";
}
