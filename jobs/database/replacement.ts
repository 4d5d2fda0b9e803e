import { Failure } from "../../lib/failure";
import { readVolumeLife } from "../lineage/volumeLife";
import { readJson, removeJson, writeJson } from "./jsonFile";
import type { FormerDatabase, KeptDatabase } from "./keptDatabase";
import type { Volume } from "./volume";

/** A replacement of the database in place that was begun and has not come to its end. */
export interface Replacement {
  /** What the operator asked for, once: a run with the same word goes on with it. */
  operation: string;
  /** What is wanted: a target, `set:LABEL`, `undo:GENERATION`, or empty for the end of the archive. */
  wanted: string;
  /** The database that is there now. */
  former: FormerDatabase;
  /** The kept one that comes back; of an undo alone. */
  kept?: KeptDatabase;
  /** ISO. */
  startedAt: string;
}

/** The replacement that is under way on a volume; undefined for none. @throws Failure when its note cannot be understood */
export function readReplacement(volume: Pick<Volume, "replacement">): Replacement | undefined {
  return readJson(volume.replacement) as Replacement | undefined;
}

/**
 * The replacement that stands between a volume and its database: another life is on its way there. One that has not come to that is only
 * a note: the old database may be served, replaced otherwise, and kept.
 */
export function replacementUnderWay(volume: Pick<Volume, "replacement" | "life">): Replacement | undefined {
  const noted = readReplacement(volume);
  return readVolumeLife(volume.life)?.life === noted?.former.life ? undefined : noted;
}

/** Does what a replacement does, and leaves no note of it where it is refused before another life is on its way. */
export async function orForget<T>(volume: Volume, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (replacementUnderWay(volume) === undefined) await removeJson(volume.replacement);
    throw error;
  }
}

/** Notes a replacement before anything is changed. */
export async function noteReplacement(
  volume: Pick<Volume, "replacement">,
  replacement: Replacement,
): Promise<void> {
  await writeJson(volume.replacement, replacement);
}

/** What is wanted, as an operator says it. */
export function commandFor(wanted: string): string {
  const command = "npm run restore -- database";
  if (wanted.startsWith("undo:")) return `${command} --undo --generation ${wanted.slice(5)}`;
  if (wanted.startsWith("set:")) return `${command} --set ${wanted.slice(4)}`;
  return wanted === "" ? command : `${command} --to ${wanted}`;
}

/**
 * Holds a run to the replacement that is under way: two at once would leave a third database that nobody asked for.
 * @throws Failure that names the command which goes on with it
 */
export function requireSameReplacement(underWay: Replacement | undefined, wanted: string): void {
  if (underWay !== undefined && underWay.wanted !== wanted)
    throw new Failure(
      `another replacement of this database is under way since ${underWay.startedAt}: ${commandFor(underWay.wanted)}`,
      `let it come to its end with \`${commandFor(underWay.wanted)}\`, or give it up with \`npm run restore -- database --undo\``,
    );
}

/** @throws Failure as long as a replacement is under way: the data directory may be the old one or the new one */
export function refuseDuringReplacement(volume: Pick<Volume, "replacement" | "life">): void {
  const underWay = replacementUnderWay(volume);
  if (underWay !== undefined)
    throw new Failure(
      `the database is being replaced in place since ${underWay.startedAt}`,
      `finish that with \`${commandFor(underWay.wanted)}\`, or give it up with \`npm run restore -- database --undo\`, then run this again`,
    );
}
