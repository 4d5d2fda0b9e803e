import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { Failure, reasonOf } from "../../lib/failure";
import { syncDirectory } from "../../lib/syncDirectory";
import { writeWhole } from "../../lib/writeWhole";
import { readIfThere } from "./dataDirectory";

/** Writes a file so that it is there, whole, after a power cut too. */
export async function writeJson(file: string, content: object): Promise<void> {
  await writeWhole(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

/**
 * Reads what {@link writeJson} has written; undefined where there is no such file.
 * @throws Failure when it is no JSON: a guess could cost what it speaks of
 */
export function readJson(file: string): unknown {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Failure(
      `${file} cannot be understood: ${reasonOf(error)}`,
      "look at what is on the volume (ls beside it) before anything is restored; move the file away only if nothing that it names is there",
    );
  }
}

/** Removes such a file, for good. */
export async function removeJson(file: string): Promise<void> {
  rmSync(file, { force: true });
  await syncDirectory(dirname(file));
}
