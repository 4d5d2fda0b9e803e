import { existsSync } from "node:fs";
import type { Lineage } from "../lineage/readLineage";
import type { Opened } from "../lineage/records";
import { type VolumeLife, writeVolumeLife } from "../lineage/volumeLife";
import { readControlData } from "./dataDirectory";
import { writeJson } from "./jsonFile";
import type { FormerDatabase } from "./keptDatabase";
import { lastReport } from "./lastReport";
import { putIntoPlace } from "./putIntoPlace";
import type { Volume } from "./volume";

/** The generation that the life on a volume has opened; undefined where it has none. */
export function openedBy(life: VolumeLife | undefined, { generations }: Lineage): Opened | undefined {
  const outcome = generations.find(({ number }) => number === life?.generation)?.outcome;
  return outcome?.state === "opened" && outcome.life === life?.life ? outcome : undefined;
}

/** What a restore that had opened its generation was for. */
export interface OpenedFor {
  /** The database that it replaces; undefined where there is none. */
  former?: FormerDatabase | undefined;
  /** What asked for it: its report says so, also where the restore died before it could write one. */
  operation?: string | undefined;
}

/**
 * Goes on where a restore was stopped after it had opened its generation: puts the directory into place, and lets it be served.
 * @returns what the restore had reported; undefined where there is no such directory
 */
export async function putIntoPlaceIfOpened(
  volume: Volume,
  life: VolumeLife | undefined,
  lineage: Lineage,
  log: (line: string) => void,
  { former, operation }: OpenedFor = {},
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
  const report = await reportOf(volume, life, outcome, operation);
  await writeVolumeLife(volume.life, { ...life, state: "opened" });
  return report;
}

/**
 * The report on a generation. The one that is there may be of the restore before. What an operator has asked for is then written down with what
 * is known, so that the same question is not done once more.
 */
async function reportOf(
  volume: Volume,
  { generation }: VolumeLife,
  { base, systemId }: Opened,
  operation: string | undefined,
): Promise<object> {
  const last = lastReport(volume);
  if (last.generation === generation) return last;
  const report = {
    action: "restored",
    ...(operation === undefined ? {} : { operation }),
    ...{ generation, label: base, systemId },
  };
  if (operation !== undefined) await writeJson(volume.recoveryReport, report);
  return report;
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
