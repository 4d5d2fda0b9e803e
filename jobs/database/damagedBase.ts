import { Failure } from "../../lib/failure";
import type { Base } from "./databaseBackups";

/** A base backup that could not be fetched, because an object of it is damaged or gone. */
export interface PassedOver {
  label: string;
  generation: number;
  /** Key of the object, and what was found. */
  object: string;
  reason: string;
}

/** A base backup cannot be fetched, and it is not the store or the volume that keeps it from it: another one may do. */
export class DamagedBase extends Failure {
  constructor(
    what: string,
    remedy: string,
    readonly damage: PassedOver,
  ) {
    super(what, remedy);
  }
}

/**
 * Whether a base backup needs the files of one that is damaged: to fetch it would fail for the same object.
 * @param passed those that could not be fetched
 */
export function sharesDamage(
  {
    generation,
    label,
    backup,
  }: Pick<Base, "generation" | "label"> & { backup: Pick<Base["backup"], "references"> },
  passed: readonly PassedOver[],
): boolean {
  return passed.some((damage) => {
    // The object may lie in the full backup that an incremental one refers to.
    const owner = /\/backup\/[^/]+\/(\d{8}-\d{6}F(?:_\d{8}-\d{6}[DI])?)\//.exec(damage.object)?.[1];
    return (
      damage.generation === generation &&
      owner !== undefined &&
      (owner === label || backup.references.includes(owner))
    );
  });
}

/** Why nothing comes back: none of the base backups can be fetched. */
export function noneLeft(passed: readonly PassedOver[], skipped: readonly string[]): Failure {
  const list = passed.map(({ label, object }) => `${label} (object ${object})`).join(", ");
  const others = skipped.length === 0 ? "" : `; ${skipped.join(", ")} need the same files`;
  return new Failure(
    `no base backup can be fetched: ${list}${others}`,
    "bring back a former version of these objects (the bucket keeps versions), then run the restore again",
  );
}
