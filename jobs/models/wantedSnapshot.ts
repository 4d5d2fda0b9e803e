import { Failure } from "../../lib/failure";
import type { ObjectStorage } from "../objectStorage";
import { describeLegacy, isLegacyManifest } from "./legacySnapshot";
import { fileBehind, type ModelManifest, MODELS_PREFIX, snapshotKeys } from "./modelManifest";
import { listSnapshots, readLatest, readManifest } from "./modelSnapshots";
import { byConfiguration } from "./chosenBy";
import { chooseSnapshot } from "./snapshotChoice";

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

/** A snapshot to restore. */
export interface WantedSnapshot {
  manifest: ModelManifest;
  /** What a person should know of it, a sentence each. */
  warnings: string[];
}

/**
 * The wanted snapshot; undefined when no snapshot was found. One of the system before this one can be had by its name.
 * @throws Failure when it may not be restored, or cannot be read
 */
export async function wantedSnapshot(
  plan: Wanted,
  log: (line: string) => void,
): Promise<WantedSnapshot | undefined> {
  const { storage, modelFile, wanted, chosenBy = byConfiguration } = plan;
  const latest = (await readLatest(storage))?.name;
  const snapshots = await listSnapshots(storage);
  const choice = chooseSnapshot(snapshots, { latest, now: storage.storeTime, wanted, chosenBy });
  if (choice.choice === "none") return undefined;
  if (choice.choice === "refuse")
    throw new Failure(`${storage.describe(MODELS_PREFIX)}: ${choice.reason}`, choice.remedy);
  const { name } = choice;
  const proven = snapshots.some((each) => each.name === name && (each.committed || each.unconfirmed));
  const legacy = !proven && isLegacyManifest((await storage.readText(snapshotKeys(name).manifest))?.text);
  const manifest = legacy
    ? await describeLegacy(storage, name, modelFile, log)
    : await readManifest(storage, name, chosenBy);
  if (fileBehind(manifest, modelFile) === undefined)
    throw new Failure(
      `${storage.describe(snapshotKeys(name).prefix)} does not hold ${modelFile}, the checkpoint in use`,
      `check MODEL_PATH, or choose another snapshot (${chosenBy})`,
    );
  const warnings = legacy
    ? [
        `${name} has no list of its files: what lies in the bucket is taken, and nobody can say whether that is all`,
      ]
    : choice.warnings;
  for (const warning of warnings) log(`warning: ${warning}`);
  return { manifest, warnings };
}
