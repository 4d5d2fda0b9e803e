import { mkdir, rm, statfs } from "node:fs/promises";
import { basename, join } from "node:path";
import { Failure } from "../../lib/failure";
import { formatBytes } from "../../lib/format";
import { retry } from "../../lib/retry";
import type { Facts } from "../../plan/evidence";
import { formatState } from "../models/checkpointFormat";
import { fetchFile, mayPass } from "../models/downloadSnapshot";
import { fileBehind, snapshotKeys } from "../models/modelManifest";
import { wantedSnapshot } from "../models/wantedSnapshot";
import type { ObjectStorage } from "../objectStorage";
import { NotRehearsed } from "./steps";

/** Where checkpoints are looked at. */
export interface ModelsToCheck {
  storage: ObjectStorage;
  /** Directory for one file at a time; it is removed. */
  scratch: string;
  /** Path of the checkpoint in use, beneath that of the checkpoints. */
  modelFile: string;
}

/**
 * Reads every file of the newest committed snapshot, holds it to its checksum, and asks its format whether it is whole.
 * @throws Failure that names what is missing or damaged; NotRehearsed where there is no snapshot, or no room for one of its files
 */
export async function checkModels(
  { storage, scratch, modelFile }: ModelsToCheck,
  log: (line: string) => void,
): Promise<Facts> {
  const chosenBy = "npm run restore -- models --snapshot NAME";
  const snapshot = await wantedSnapshot({ storage, modelFile, wanted: "", chosenBy }, log);
  if (snapshot === undefined) throw new NotRehearsed("there is no committed snapshot of the models");
  const { manifest } = snapshot;
  const { backup_name: name, files } = manifest;
  const keys = snapshotKeys(name);
  const inUse = fileBehind(manifest, modelFile)?.path;
  const facts = { snapshot: name, files: files.length, bytes: 0, whole: 0, formatUnknown: 0, notWhole: 0 };
  await mkdir(scratch, { recursive: true });
  try {
    for (const [index, file] of files.entries()) {
      const { bavail, bsize } = await statfs(scratch);
      if (file.sizeBytes > bavail * bsize)
        throw new NotRehearsed(
          `${file.path} of ${name} has ${formatBytes(file.sizeBytes)}, and the volume room for ${formatBytes(bavail * bsize)} (${index} of ${files.length} files were read without damage)`,
        );
      // Its name tells a part of its format.
      const target = join(scratch, basename(file.path));
      await retry(3, mayPass, log, () => fetchFile(storage, keys.file(file.path), file, target, chosenBy));
      facts.bytes += file.sizeBytes;
      const state = await formatState(target);
      await rm(target);
      if (state.state === "whole") facts.whole += 1;
      else if (state.state === "unknown") facts.formatUnknown += 1;
      else if (file.path === inUse)
        throw new Failure(
          `${file.path} of ${name}, the checkpoint in use, ${state.problem}: it was so when the snapshot was taken`,
          "look at the living checkpoint, and take a snapshot of a whole one (npm run backup -- models)",
        );
      else {
        facts.notWhole += 1;
        log(`${file.path} of ${name} ${state.problem}: it was so when the snapshot was taken`);
      }
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return facts;
}
