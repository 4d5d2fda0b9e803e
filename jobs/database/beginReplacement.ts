import { Failure } from "../../lib/failure";
import type { LineageStore } from "../lineage/lineageStore";
import { ownGeneration, requireOwn } from "../lineage/ownGeneration";
import { isOpened } from "../lineage/readLineage";
import { readVolumeLife } from "../lineage/volumeLife";
import type { ObjectStorage } from "../objectStorage";
import { endOfDatabase } from "./endOfDatabase";
import type { KeptDatabase } from "./keptDatabase";
import { lastReport } from "./lastReport";
import type { ArchiverKey } from "./newRepository";
import {
  noteReplacement,
  readReplacement,
  type Replacement,
  replacementUnderWay,
  requireSameReplacement,
} from "./replacement";
import type { Volume } from "./volume";

/** The volume of a stopped database, and its place in the lineage. */
export interface ReplacementPlace {
  volume: Volume;
  storage: ObjectStorage;
  store: LineageStore;
  archiver: ArchiverKey | undefined;
  /** Given once for what an operator asks for: what was done for it is not done again. */
  operation: string;
}

/**
 * What an operation has done already, when the answer to it was lost.
 * @returns its report; undefined when it has not come to its end
 */
export function doneBefore({ volume, operation }: ReplacementPlace): object | undefined {
  if (readReplacement(volume) !== undefined) return undefined;
  const report = lastReport(volume);
  const life = readVolumeLife(volume.life);
  const isServed = life?.state === "opened" && life.generation === report.generation;
  return report.operation === operation && isServed ? report : undefined;
}

/**
 * Begins a replacement, or goes on with it: archives what is left of the database that is there, and notes where it ends. As long as
 * nothing is claimed, that database may have been served again meanwhile, and is asked anew.
 * @throws Failure when another replacement is under way, or this volume is not the head's; nothing is changed then
 */
export async function beginReplacement(
  { volume, storage, store, archiver, operation }: ReplacementPlace,
  { wanted, kept }: { wanted: string; kept?: KeptDatabase },
  log: (line: string) => void,
): Promise<Replacement> {
  const underWay = replacementUnderWay(volume);
  requireSameReplacement(underWay, wanted);
  if (underWay !== undefined) {
    log(`going on with what was begun at ${underWay.startedAt}`);
    return underWay;
  }
  const own = ownGeneration(volume.life);
  const { generations } = await store.read();
  const head = generations.filter(isOpened).find(({ number }) => number === own.generation);
  if (head === undefined)
    throw new Failure(
      `generation ${own.generation}, which ${volume.life} names, is not in the lineage`,
      "check the bucket: nothing was changed",
    );
  const former = await endOfDatabase(
    {
      volume,
      storage,
      archiver,
      own: head.outcome,
      requireOwn: () => requireOwn(store, own, "a replacement"),
    },
    log,
  );
  const replacement: Replacement = {
    operation,
    wanted,
    former,
    ...(kept === undefined ? {} : { kept }),
    startedAt: new Date().toISOString(),
  };
  await noteReplacement(volume, replacement);
  return replacement;
}
