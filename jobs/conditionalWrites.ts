import { randomUUID } from "node:crypto";
import { Failure } from "../lib/failure";
import { type ObjectStorage, ObjectStorageError } from "./objectStorage";

/** One key for all times, outside of every generation: a bucket with Object Lock keeps whatever is written. */
export const probeKey = "wal/probe/conditional-write.json";

/**
 * Proves that the store refuses to create what is there already (`If-None-Match: *`): committed records stand on that. At the
 * first time the probe is created, and a second creation must be refused; from then on the first one is.
 * @throws Failure when the store ignores the condition or does not know it; ObjectStorageError when it cannot be asked
 */
export async function requireConditionalWrites(
  storage: Pick<ObjectStorage, "writeText" | "describe">,
): Promise<void> {
  const create = (): Promise<boolean> =>
    storage.writeText(probeKey, `${JSON.stringify({ probe: randomUUID() })}\n`, { ifAbsent: true });
  const refuse = (what: string): Failure =>
    new Failure(
      `the object store ${what} the condition of a write (If-None-Match: *), seen at ${storage.describe(probeKey)}`,
      "nothing was backed up; use a store, or a release of it, that refuses to create what is there: without that two sites could write over each other's records",
    );
  try {
    if (!(await create())) return;
    if (!(await create())) return;
  } catch (error) {
    if (error instanceof ObjectStorageError && error.unsupported) throw refuse("does not know");
    throw error;
  }
  throw refuse("ignores");
}
