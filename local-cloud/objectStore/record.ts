import { existsSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { objectStoreDir } from "../paths";
import type { Identity } from "./identities";

/** An object store as it was wanted last. */
export interface ObjectStoreRecord {
  /** Port on the host's 127.0.0.1. */
  port: number;
  identities: readonly Identity[];
  /** Who has it, for messages: the URN of a resource. Another owner is refused. */
  owner: string;
}

const FILE = "object-store.json";

/**
 * The record of an object store; nothing when there is none.
 * @throws Error when it is damaged
 */
export function readRecord(name: string): ObjectStoreRecord | undefined {
  const path = join(objectStoreDir(name), FILE);
  if (!existsSync(path)) return undefined;
  try {
    const { port, identities, owner } = JSON.parse(readFileSync(path, "utf8")) as Partial<ObjectStoreRecord>;
    if (typeof port === "number" && Array.isArray(identities) && typeof owner === "string")
      return { port, identities: identities as Identity[], owner };
  } catch {
    // Said below.
  }
  throw new Error(`${path} is damaged: bring it back from a copy, or remove the object store ${name}`);
}

/** Writes down what an object store is meant to be. Holds secrets: only the owner of the directory may read it. */
export async function writeRecord(name: string, record: ObjectStoreRecord): Promise<void> {
  await writeSecret(join(objectStoreDir(name), FILE), JSON.stringify(record));
}

/** Writes a file that only its owner may read, whole or not at all. */
export async function writeSecret(path: string, content: string): Promise<void> {
  const incoming = `${path}.incoming`;
  await writeFile(incoming, content, { mode: 0o600, flush: true });
  await rename(incoming, path);
}
