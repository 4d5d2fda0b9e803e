import { Failure } from "../../lib/failure";
import { type KeptDatabase, keptDatabases, removeKept } from "./keptDatabase";
import { refuseDuringReplacement } from "./replacement";
import type { Volume } from "./volume";

/** What was removed. */
export interface ForgetReport {
  action: "forgotten";
  generations: number[];
}

/**
 * Removes databases that are kept for an undo, for good.
 * @param generation the one to remove; undefined for all
 * @throws Failure during a replacement, and when there is no such database
 */
export async function forgetKept(
  volume: Volume,
  generation: number | undefined,
  log: (line: string) => void,
): Promise<ForgetReport> {
  refuseDuringReplacement(volume);
  const all = keptDatabases(volume);
  const chosen = all.filter((kept) => generation === undefined || kept.generation === generation);
  if (generation !== undefined && chosen.length === 0)
    throw new Failure(
      `generation ${generation} is not kept on this volume${all.length === 0 ? "" : `; there is ${all.map((kept) => kept.generation).join(", ")}`}`,
      "name one that is there, or none to remove all",
    );
  return remove(volume, chosen, log);
}

/**
 * Removes those that have been kept for longer than an operator wants. Never because a disk is full: that is when an undo may be needed.
 * @param days 0 for ever
 */
export async function forgetOld(
  volume: Volume,
  { days, now }: { days: number; now: Date },
  log: (line: string) => void,
): Promise<ForgetReport> {
  const oldest = now.getTime() - days * 24 * 3600 * 1000;
  const chosen = days === 0 ? [] : keptDatabases(volume).filter((kept) => Date.parse(kept.keptAt) < oldest);
  if (chosen.length > 0) refuseDuringReplacement(volume);
  return remove(volume, chosen, log);
}

async function remove(
  volume: Volume,
  chosen: readonly KeptDatabase[],
  log: (line: string) => void,
): Promise<ForgetReport> {
  for (const { generation, keptAt, replacedBy } of chosen) {
    await removeKept(volume, generation);
    log(
      `removed: the database of generation ${generation}, kept since ${keptAt}, when generation ${replacedBy} took its place`,
    );
  }
  return { action: "forgotten", generations: chosen.map(({ generation }) => generation) };
}
