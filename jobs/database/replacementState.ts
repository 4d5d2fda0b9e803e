import type { Client } from "pg";
import type { Lineage } from "../lineage/readLineage";
import { readVolumeLife } from "../lineage/volumeLife";
import { countRows } from "./inspection";
import { keptSummaries, type KeptSummary } from "./keptDatabase";
import { openedBy } from "./openedBefore";
import { replacementUnderWay } from "./replacement";
import type { Volume } from "./volume";

/** How far a replacement in place has come. */
export interface ReplacementState {
  action: "looked";
  /** Generation whose server may start; null while none may. */
  servable: number | null;
  /** What is under way, as it was asked for; null for nothing. */
  underWay: string | null;
  /** Generation that was opened and is not yet in place; null for none. */
  opened: number | null;
  kept: KeptSummary[];
  /** Rows of the database that is served; null where it does not answer. */
  rowCounts: Record<string, number> | null;
}

/** Looks at a volume, and changes nothing. @throws Failure when a note on it cannot be understood */
export async function replacementState(
  volume: Volume,
  lineage: Lineage,
  client: Client | undefined,
): Promise<ReplacementState> {
  const life = readVolumeLife(volume.life);
  const isServable = life?.state === "opened";
  return {
    action: "looked",
    servable: isServable ? life.generation : null,
    underWay: replacementUnderWay(volume)?.wanted ?? null,
    opened: isServable ? null : (openedBy(life, lineage)?.generation ?? null),
    kept: keptSummaries(volume),
    rowCounts: client === undefined ? null : await countRows(client),
  };
}
