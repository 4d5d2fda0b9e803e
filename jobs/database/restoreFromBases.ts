import { Failure } from "../../lib/failure";
import { DamagedBase, noneLeft, type PassedOver, sharesDamage } from "./damagedBase";
import { type Base, recordOf } from "./databaseBackups";
import { restoreDatabase, type RestoreReport } from "./restoreDatabase";
import type { RestorePlan } from "./restorePlan";
import type { RequireUsable } from "./usableBase";

/** A restore that may begin with any of several base backups. */
export interface RestoreFromBasesPlan extends Omit<RestorePlan, "base" | "record" | "differences"> {
  /** Newest first; more than one only where no operator has named one. */
  bases: readonly [Base, ...Base[]];
  /** Throws where the image of this restore cannot use a base backup. */
  requireUsable: RequireUsable;
}

/** Restores from the newest base backup that can be fetched. */
export function restoreFromBases(
  plan: RestoreFromBasesPlan,
  log: (line: string) => void,
): Promise<RestoreReport> {
  return fromBases(plan, restoreDatabase, log);
}

/**
 * Does something from the newest base backup that can be fetched: where an object of it is damaged or gone, from the one before, with a
 * longer replay. The archive is proven anew for each.
 * @param restore throws DamagedBase where its base backup cannot be fetched
 * @throws Failure as `restore`; and one that names all, when none can be fetched
 */
export async function fromBases<T>(
  { bases, requireUsable, ...plan }: RestoreFromBasesPlan,
  restore: (plan: RestorePlan, log: (line: string) => void) => Promise<T>,
  log: (line: string) => void,
): Promise<T> {
  const passed: PassedOver[] = [];
  const skipped: string[] = [];
  for (const base of bases) {
    if (sharesDamage(base, passed)) {
      skipped.push(base.label);
      continue;
    }
    try {
      const record = await recordOf(plan.storage, base);
      const differences = await requireUsable(base, record, log);
      return await restore({ ...plan, base, record, differences, passedOver: passed }, log);
    } catch (error) {
      if (bases.length === 1 || !(error instanceof Failure)) throw error;
      if (!(error instanceof DamagedBase)) throw afterOthers(passed, base, error);
      passed.push(error.damage);
      log(`${error.what}: going on with the base backup before it, and a longer replay`);
    }
  }
  throw noneLeft(passed, skipped);
}

/** What stops an older base backup is said with what had stopped the newer ones. */
function afterOthers(passed: readonly PassedOver[], { label }: Base, failure: Failure): Failure {
  if (passed.length === 0) return failure;
  const newer = passed.map((damage) => `${damage.label} (object ${damage.object})`).join(", ");
  return new Failure(
    `base backup ${newer} cannot be fetched, and ${label}, the one before: ${failure.what}`,
    failure.remedy,
  );
}
