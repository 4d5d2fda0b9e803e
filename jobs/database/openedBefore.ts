import { existsSync } from "node:fs";
import type { Lineage } from "../lineage/readLineage";
import type { Opened } from "../lineage/records";
import { type VolumeLife, writeVolumeLife } from "../lineage/volumeLife";
import { readControlData } from "./dataDirectory";
import type { FormerDatabase } from "./keptDatabase";
import { lastReport } from "./lastReport";
import { putIntoPlace } from "./putIntoPlace";
import type { Volume } from "./volume";

/** The generation that the life on a volume has opened; undefined where it has none. */
export function openedBy(life: VolumeLife | undefined, { generations }: Lineage): Opened | undefined {
  const outcome = generations.find(({ number }) => number === life?.generation)?.outcome;
  return outcome?.state === "opened" && outcome.life === life?.life ? outcome : undefined;
}

/**
 * Goes on where a restore was stopped after it had opened its generation: puts the directory into place, and lets it be served.
 * @param former the database that it replaces; undefined where there is none
 * @returns what the restore had reported; undefined where there is no such directory
 */
export async function putIntoPlaceIfOpened(
  volume: Volume,
  life: VolumeLife | undefined,
  lineage: Lineage,
  log: (line: string) => void,
  former?: FormerDatabase,
): Promise<object | undefined> {
  const outcome = openedBy(life, lineage);
  if (life === undefined || outcome === undefined) return undefined;
  // In place it may have been served since.
  if (!(await isThat(volume.pgdata, outcome, "any"))) {
    // Lost or damaged: its generation is then recovered like any other, and nobody was ever served by it.
    if (!(await isThat(volume.incoming, outcome, "shut down"))) return undefined;
    log(`generation ${life.generation} was opened by this volume: only the last step is left`);
    await putIntoPlace(
      volume,
      former && { ...former, replacedBy: life.generation, keptAt: new Date().toISOString() },
    );
  }
  await writeVolumeLife(volume.life, { ...life, state: "opened" });
  const report = lastReport(volume);
  return report.generation === life.generation
    ? report
    : { action: "restored", generation: life.generation, label: outcome.base, systemId: outcome.systemId };
}

/** Whether a directory is the one with which a generation was opened. */
async function isThat(
  directory: string,
  { systemId, timeline }: Opened,
  state: "shut down" | "any",
): Promise<boolean> {
  if (!existsSync(directory)) return false;
  try {
    const found = await readControlData(directory);
    const isStopped = state === "any" || found.state === state;
    return isStopped && found.systemId === systemId && found.timeline === timeline;
  } catch {
    return false;
  }
}
