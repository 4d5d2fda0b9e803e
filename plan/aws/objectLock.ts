import type { BackupClass } from "../backupClasses";

/** How a version is locked. The second cannot be taken back by anyone, the account's root included. */
export type LockMode = "governance" | "compliance-cannot-be-undone";

/** Lock that a version gets when it is written. */
export interface DefaultLock {
  mode: LockMode;
  days: number;
}

/** Governance for as long as the class that is kept shortest: longer would keep what lifecycle and janitor expire. */
export function defaultLock(classes: readonly BackupClass[]): DefaultLock {
  return { mode: "governance", days: shortest(classes).retentionDays };
}

/**
 * @param key name of the argument that says the days, for the message
 * @throws Error when the lock would outlast a class, whose versions would then stay and cost
 */
export function checkLock(key: string, { days }: DefaultLock, classes: readonly BackupClass[]): void {
  const { name, retentionDays } = shortest(classes);
  if (!Number.isInteger(days) || days < 1 || days > retentionDays)
    throw new Error(
      `${key} is "${days}": must be from 1 to ${retentionDays}, the days of class ${name}, which is kept shortest; a longer lock keeps what has expired`,
    );
}

function shortest(classes: readonly BackupClass[]): BackupClass {
  return classes.reduce((least, other) => (other.retentionDays < least.retentionDays ? other : least));
}
