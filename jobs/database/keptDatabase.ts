import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Claim } from "../lineage/records";
import { readJson, removeJson, writeJson } from "./jsonFile";
import { keptDirectory, type Volume } from "./volume";

/** A database that was stopped for another one in the same place, and where its log ends. */
export interface FormerDatabase {
  generation: number;
  life: string;
  systemId: string;
  timeline: number;
  /** Position of the checkpoint with which it was shut down. */
  lsn: string;
  /** Its newest archived segment. */
  segment: string;
  /** ISO, by the clock of the site. */
  stoppedAt: string;
  /** Why it cannot be started as it is; absent when it was shut down cleanly. */
  damaged?: string;
}

/** A former database whose directory is kept, for an undo. */
export interface KeptDatabase extends FormerDatabase {
  /** Generation that has taken its place. */
  replacedBy: number;
  /** ISO. */
  keptAt: string;
}

/** What of a kept database is told to people. */
export type KeptSummary = Pick<KeptDatabase, "generation" | "keptAt" | "replacedBy">;

/** What the claim says of it that takes its place. */
export function endOf({ lsn, segment, systemId }: FormerDatabase): NonNullable<Claim["parentEnd"]> {
  return { lsn, segment, systemId };
}

type Place = Pick<Volume, "root" | "pgdata">;

/** Notes what a directory will hold, before it is moved there. */
export async function noteKept(volume: Place, kept: KeptDatabase): Promise<void> {
  await writeJson(noteOf(volume, kept.generation), kept);
}

/**
 * The databases that are kept on a volume, the one that was kept first first. A note without a directory is not counted: the move was
 * still to come.
 * @throws Failure when a note cannot be understood
 */
export function keptDatabases(volume: Place): KeptDatabase[] {
  const name = new RegExp(`^${basename(volume.pgdata)}\\.kept-(\\d{4})\\.json$`);
  return readdirSync(volume.root)
    .flatMap((entry) => {
      const generation = name.exec(entry)?.[1];
      if (generation === undefined || !existsSync(keptDirectory(volume, Number(generation)))) return [];
      return [readJson(join(volume.root, entry)) as KeptDatabase];
    })
    .sort((one, other) => one.keptAt.localeCompare(other.keptAt));
}

/** Generations whose database may be on a volume for an undo: what has a note or a directory. */
export function generationsKept({ root, pgdata }: Place): number[] {
  const name = new RegExp(`^${basename(pgdata)}\\.kept-(\\d{4})(\\.json)?$`);
  const found = readdirSync(root).flatMap((entry) => {
    const generation = name.exec(entry)?.[1];
    return generation === undefined ? [] : [Number(generation)];
  });
  return [...new Set(found)].sort((one, other) => one - other);
}

/** The same, as it is told. @throws Failure when a note cannot be understood */
export function keptSummaries(volume: Place): KeptSummary[] {
  return keptDatabases(volume).map(({ generation, keptAt, replacedBy }) => ({
    generation,
    keptAt,
    replacedBy,
  }));
}

/** Forgets what was noted of a directory that is in its former place again. */
export async function forgetNote(volume: Place, generation: number): Promise<void> {
  await removeJson(noteOf(volume, generation));
}

/** Removes a kept database for good: the directory first, so that a note never speaks of half of one without its name. */
export async function removeKept(volume: Place, generation: number): Promise<void> {
  rmSync(keptDirectory(volume, generation), { recursive: true, force: true });
  await forgetNote(volume, generation);
}

function noteOf(volume: Place, generation: number): string {
  return `${keptDirectory(volume, generation)}.json`;
}
