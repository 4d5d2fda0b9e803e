import { Failure } from "../../lib/failure";
import type { Lineage } from "./readLineage";

/**
 * Refuses an expiry in a path where a dead timeline has a higher number than the living one: pgBackRest compares WAL by name, the
 * timeline first, and would remove the newest segments of the living one as older than a backup of the dead one.
 * @see https://github.com/pgbackrest/pgbackrest/blob/main/src/command/expire/expire.c
 * @throws Failure
 */
export function requireUnforked({ generations }: Lineage, generation: number): void {
  const outcome = generations.find(({ number }) => number === generation)?.outcome;
  if (outcome?.state !== "opened") return;
  const dead = (outcome.deadTimelines ?? []).filter((timeline) => timeline > outcome.timeline);
  if (dead.length > 0)
    throw new Failure(
      `nothing is removed from generation ${generation}: its path, from before there were claims, holds timeline ${dead.join(", ")} of another life beside timeline ${outcome.timeline}, and an expiry would take the newest WAL for old`,
      "recover to a new site when it suits (`up` on a fresh stack): its generation has a path of its own, which expires as usual",
    );
}
