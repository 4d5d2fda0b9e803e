import { Failure, reasonOf } from "../../lib/failure";
import { type Evidence, evidenceKey, evidencePrefixOf, evidenceText } from "../../plan/evidence";
import type { ObjectStorage } from "../objectStorage";

/** The bucket with the rights to create evidence, which cannot read, and with those to read. */
export interface EvidenceStore {
  creator: Pick<ObjectStorage, "writeText">;
  reader: Pick<ObjectStorage, "list" | "readText" | "describe" | "storeTime">;
}

/** So many may end in the same second. */
const NAMES = 10;

/**
 * What time it is, by the store's clock, which is asked.
 * @throws Failure when the store does not say, or does not answer
 */
export async function askStoreTime({ reader }: Pick<EvidenceStore, "reader">): Promise<Date> {
  await reader.list(evidencePrefixOf("rehearsal"), 1);
  const { storeTime } = reader;
  if (storeTime === undefined)
    throw new Failure(
      "the object store does not say what time it is, and evidence without a time proves nothing",
      "let its answers carry the header Date, as S3's do",
    );
  return storeTime;
}

/**
 * Creates evidence, under the time of the store's clock, and reads it back. What is there already is never written over: whoever ends in the
 * same second takes another name.
 * @returns address of its object
 * @throws Failure when it cannot be written: what nobody can read proves nothing
 */
export async function createEvidence(
  store: EvidenceStore,
  evidence: Omit<Evidence, "format" | "endedAt">,
): Promise<string> {
  const { creator, reader } = store;
  const endedAt = await askStoreTime(store);
  const text = evidenceText({ format: 1, ...evidence, endedAt: endedAt.toISOString() });
  for (let count = 1; count <= NAMES; count += 1) {
    const key = evidenceKey(evidence.kind, endedAt, count);
    // Also where the store ignores the condition.
    if ((await reader.readText(key)) !== undefined) continue;
    let problem: unknown;
    try {
      await creator.writeText(key, text, { ifAbsent: true });
    } catch (error) {
      // Who may only create cannot see whose it is that is there; and an answer that was lost says nothing.
      problem = error;
    }
    const there = await reader.readText(key);
    if (there?.text === text) return reader.describe(key);
    if (there === undefined)
      throw problem instanceof Failure
        ? new Failure(`the evidence ${reader.describe(key)} was not written: ${problem.what}`, problem.remedy)
        : new Failure(
            `the evidence ${reader.describe(key)} is not there after it was written${problem === undefined ? "" : `: ${reasonOf(problem)}`}`,
            "see whether the object store works, then run this again",
          );
  }
  throw new Failure(
    `there are ${NAMES} objects of evidence of the same second already, ${reader.describe(evidenceKey(evidence.kind, endedAt))} is the first`,
    "find out what rehearses all the time, then run this again",
  );
}
