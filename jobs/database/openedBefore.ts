import type { Lineage } from "../lineage/readLineage";
import { type VolumeLife, writeVolumeLife } from "../lineage/volumeLife";
import { readControlData, readIfThere } from "./dataDirectory";
import { putIntoPlace } from "./restoreDatabase";
import type { Volume } from "./volume";

/**
 * Puts a directory into place whose generation was opened by this very volume, when a restore was stopped between the two.
 * @returns what the restore had reported; undefined where there is no such directory
 */
export async function putIntoPlaceIfOpened(
  volume: Volume,
  life: VolumeLife | undefined,
  { generations }: Lineage,
  log: (line: string) => void,
): Promise<object | undefined> {
  const outcome = generations.find(({ number }) => number === life?.generation)?.outcome;
  if (life === undefined || outcome?.state !== "opened" || outcome.life !== life.life) return undefined;
  try {
    const { systemId, timeline, state } = await readControlData(volume.incoming);
    if (systemId !== outcome.systemId || timeline !== outcome.timeline || state !== "shut down")
      return undefined;
  } catch {
    // Lost or damaged: its generation is then recovered like any other, and nobody was ever served by it.
    return undefined;
  }
  log(`generation ${life.generation} was opened by this volume: only the last step is left`);
  await writeVolumeLife(volume.life, { ...life, state: "opened" });
  await putIntoPlace(volume);
  const report = JSON.parse(readIfThere(volume.recoveryReport) ?? "{}") as { generation?: number };
  return report.generation === life.generation
    ? report
    : { action: "restored", generation: life.generation, label: outcome.base, systemId: outcome.systemId };
}
