import type { PgBackRest } from "./pgbackrest";
import { isAtLeast, verifiesOneSet } from "./pgbackrestVersion";
import type { BaseBackup } from "./stanzaInfo";
import { damageOf } from "./verification";

/**
 * Reads a backup back: from pgBackRest 2.55 on the set alone, with what it takes from others and the WAL that it needs; below
 * that the whole repository.
 * @returns what is damaged; nothing when all is well
 */
export async function readBack(
  pgBackRest: Pick<PgBackRest, "verify" | "version">,
  backup: Pick<BaseBackup, "label" | "references" | "walStart">,
): Promise<string[]> {
  if (!isAtLeast(await pgBackRest.version(), verifiesOneSet))
    return damageOf(backup, await pgBackRest.verify());
  // What the set takes from others is read, and counted as its own: they are not listed.
  return damageOf({ ...backup, references: [] }, await pgBackRest.verify(backup.label));
}
