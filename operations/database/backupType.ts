import type { BaseBackup } from "./stanzaInfo";

/**
 * Type of the backup to take. An incremental one stands on the newest full one: when that was never committed, a full one
 * is taken instead, because what stands on a damaged backup is damaged.
 * @param backups oldest first
 */
export function backupType(
  requested: "full" | "incr",
  backups: readonly Pick<BaseBackup, "label" | "type">[],
  committed: readonly string[],
): "full" | "incr" {
  if (requested === "full") return "full";
  const newestFull = backups.filter(({ type }) => type === "full").at(-1);
  return newestFull !== undefined && committed.includes(newestFull.label) ? "incr" : "full";
}
