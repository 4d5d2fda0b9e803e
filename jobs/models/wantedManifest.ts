import { Failure } from "../../lib/failure";
import type { ObjectStorage } from "../objectStorage";
import { fileBehind, type ModelManifest, MODELS_PREFIX, snapshotKeys } from "./modelManifest";
import { listSnapshots, readLatest, readManifest } from "./modelSnapshots";
import { byConfiguration, chooseSnapshot } from "./snapshotChoice";

/** Which snapshot is wanted. */
export interface Wanted {
  storage: ObjectStorage;
  /** Path of the checkpoint in use, which the snapshot must hold. */
  modelFile: string;
  /** Name of a snapshot; empty for the newest committed one. */
  wanted: string;
  /** How a person chooses another snapshot. @default by configuration */
  chosenBy?: string;
}

/**
 * Manifest of the wanted snapshot; undefined when no snapshot was found.
 * @throws Failure when it may not be restored, or cannot be read
 */
export async function wantedManifest(plan: Wanted): Promise<ModelManifest | undefined> {
  const { storage, modelFile, wanted, chosenBy = byConfiguration } = plan;
  const latest = await readLatest(storage);
  const choice = chooseSnapshot(await listSnapshots(storage), latest?.name, wanted, chosenBy);
  if (choice.choice === "none") return undefined;
  if (choice.choice === "refuse")
    throw new Failure(`${storage.describe(MODELS_PREFIX)}: ${choice.reason}`, choice.remedy);
  const manifest = await readManifest(storage, choice.name, chosenBy);
  if (fileBehind(manifest, modelFile) === undefined)
    throw new Failure(
      `${storage.describe(snapshotKeys(choice.name).manifest)} does not list ${modelFile}, the checkpoint in use`,
      `check MODEL_PATH, or choose another snapshot (${chosenBy})`,
    );
  return manifest;
}
