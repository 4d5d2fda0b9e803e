import { Failure } from "../../lib/failure";
import { lineagePrefix } from "../../plan/repository";
import type { ObjectStorage } from "../objectStorage";
import { LineageStore } from "./lineageStore";
import { headOf, type Lineage, type OpenedGeneration } from "./readLineage";

/**
 * The lineage and its head, for what works on the database as it stands, and writes no record.
 * @param doing as in "verify"
 * @throws Failure when no generation was ever opened; as {@link LineageStore.read} when it cannot be read
 */
export async function requireHead(
  storage: ObjectStorage,
  doing: string,
): Promise<{ lineage: Lineage; head: OpenedGeneration }> {
  const lineage = await new LineageStore(storage, storage).read();
  const head = headOf(lineage);
  if (head === undefined)
    throw new Failure(
      `${storage.describe(lineagePrefix)} names no generation, so there is nothing to ${doing}`,
      "run `up`: the restore of the database begins the lineage, or adopts what is there",
    );
  return { lineage, head };
}
