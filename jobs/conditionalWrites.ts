import { randomUUID } from "node:crypto";
import { Failure } from "../lib/failure";
import { type ObjectStorage, ObjectStorageError } from "./objectStorage";

/** Keys for all times, outside of every generation: a bucket with Object Lock keeps whatever is written. */
export const probeKey = "wal/probe/conditional-write.json";
const twoCreatorsKey = "wal/probe/two-creators.json";

/**
 * Proves that the store refuses to create what is there already (`If-None-Match: *`): claims and committed records stand on that.
 * At the first time the probe is created, and a second creation must be refused; from then on the first one is. Also at the first
 * time, of two that create the same key at once one must be refused.
 * @throws Failure when the store ignores the condition or does not know it; ObjectStorageError when it cannot be asked
 */
export async function requireConditionalWrites(
  storage: Pick<ObjectStorage, "writeText" | "describe">,
): Promise<void> {
  const create = (key = probeKey): Promise<boolean> =>
    storage.writeText(key, `${JSON.stringify({ probe: randomUUID() })}\n`, { ifAbsent: true });
  const refuse = (what: string): Failure =>
    new Failure(
      `the object store ${what} the condition of a write (If-None-Match: *), seen at ${storage.describe("wal/probe/")}`,
      "nothing was done; use a store, or a release of it, that refuses to create what is there: without that two sites could write over each other's records",
    );
  try {
    const held = !(await create()) || !(await create());
    const [one, other] = await Promise.all([create(twoCreatorsKey), create(twoCreatorsKey)]);
    if (held && !(one && other)) return;
  } catch (error) {
    if (error instanceof ObjectStorageError && error.unsupported) throw refuse("does not know");
    throw error;
  }
  throw refuse("ignores");
}
