import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stateDir } from "../lib/paths";

/** Keeps what was done, with its times. @returns path of the file */
export async function writeEvidence(stack: string, operation: string, content: object): Promise<string> {
  const directory = join(stateDir(), "restores");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, `${stack}-${operation}.json`);
  await writeFile(file, asJson(content), { mode: 0o600 });
  return file;
}

/** A result for programs. */
export function asJson(value: unknown): string {
  return `${JSON.stringify(value ?? null, undefined, 2)}\n`;
}
