import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureEntry } from "../../lib/cache";
import { imageNames } from "../../images/build/definitions";
import type { Toolchain } from "./index";

/** Environment variable with the path of the file that `writeManifest` wrote: programs and providers find the toolchain by it. */
export const MANIFEST_VARIABLE = "LSTM_PFD_TOOLCHAIN";

const FILE = "toolchain.json";

/**
 * Writes down where the toolchain is, for the processes that the engine starts.
 * @returns the value for {@link MANIFEST_VARIABLE}: a path in the cache, the same for the same toolchain
 */
export async function writeManifest(toolchain: Toolchain): Promise<string> {
  const entry = await ensureEntry(
    { name: "toolchain-manifest", version: "1", inputs: toolchain },
    (directory) => writeFile(join(directory, FILE), JSON.stringify(toolchain, undefined, 2)),
  );
  return join(entry, FILE);
}

/**
 * The toolchain that this process was handed.
 * @throws Error that says how to run it when there is none
 */
export function readManifest(): Toolchain {
  const path = process.env[MANIFEST_VARIABLE];
  if (!path) {
    throw new Error(
      `the embedded cloud needs its toolchain, but ${MANIFEST_VARIABLE} is not set: run this through "npm run up", "npm run preview" or "npm run down"`,
    );
  }
  const text = readText(path);
  const toolchain = JSON.parse(text) as Partial<Toolchain>;
  const { binDir, charts, images, versions } = toolchain;
  if (!binDir || !charts || !versions || imageNames.some((name) => !images?.[name])) {
    throw new Error(`${path} does not describe a whole toolchain: run "npm run up" again, which writes it`);
  }
  return toolchain as Toolchain;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(
      `${MANIFEST_VARIABLE} names ${path}, which cannot be read (${(error as Error).message}): run "npm run up" again, which writes it`,
    );
  }
}
