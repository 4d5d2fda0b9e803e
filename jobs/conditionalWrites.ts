import { randomUUID } from "node:crypto";
import { Failure } from "../lib/failure";
import { walPrefix } from "../plan/repository";
import { type ObjectStorage, ObjectStorageError } from "./objectStorage";

/** Prefix of the objects by which the store is tried. */
export const probePrefix = `${walPrefix}probe/`;

/** One key for all times, outside of every generation: a bucket with Object Lock keeps whatever is written. */
export const probeKey = `${probePrefix}conditional-write.json`;

type Writer = Pick<ObjectStorage, "writeText" | "describe">;

/**
 * Proves that the store refuses to create what is there already (`If-None-Match: *`): committed records stand on that. At the
 * first time the probe is created, and a second creation must be refused; from then on the first one is.
 * @throws Failure when the store ignores the condition or does not know it; ObjectStorageError when it cannot be asked
 */
export async function requireConditionalWrites(storage: Writer): Promise<void> {
  await probe(
    storage,
    "ignores",
    async () => !(await create(storage, probeKey)) || !(await create(storage, probeKey)),
  );
}

/**
 * Proves besides that of two who create the same key at once only one wins: claims stand on that. It leaves one small object,
 * since a key can be tried only once.
 * @see https://github.com/seaweedfs/seaweedfs/issues/8800 a store where both won
 * @throws as {@link requireConditionalWrites}
 */
export async function requireOneCreator(storage: Writer): Promise<void> {
  await requireConditionalWrites(storage);
  const key = `${probePrefix}two-creators-${randomUUID()}.json`;
  await probe(storage, "lets two creators of one key win at once, in spite of", async () => {
    const won = await Promise.all([create(storage, key), create(storage, key)]);
    return won.filter(Boolean).length === 1;
  });
}

function create(storage: Writer, key: string): Promise<boolean> {
  return storage.writeText(key, `${JSON.stringify({ probe: randomUUID() })}\n`, { ifAbsent: true });
}

async function probe(storage: Writer, fault: string, holds: () => Promise<boolean>): Promise<void> {
  const refuse = (what: string): Failure =>
    new Failure(
      `the object store ${what} the condition of a write (If-None-Match: *), seen at ${storage.describe(probePrefix)}`,
      "nothing was done; use a store, or a release of it, that refuses to create what is there: without that two sites could write over each other's records",
    );
  try {
    if (await holds()) return;
  } catch (error) {
    if (error instanceof ObjectStorageError && error.unsupported) throw refuse("does not know");
    throw error;
  }
  throw refuse(fault);
}
