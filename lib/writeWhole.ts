import { renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { syncDirectory } from "./syncDirectory";

/** Writes a file so that it is there, whole, after a power cut too. */
export async function writeWhole(file: string, content: string): Promise<void> {
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, content, { flush: true });
  renameSync(unfinished, file);
  await syncDirectory(dirname(file));
}
