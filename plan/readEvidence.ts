import { concurrently } from "../lib/concurrently";
import { reasonOf } from "../lib/failure";
import { type Evidence, type EvidenceKind, evidencePrefixOf, parseEvidence } from "./evidence";

/** What is asked of the object store, as `ObjectStorage` of the jobs gives it. */
export interface EvidenceReader {
  list: (prefix: string) => Promise<{ key: string }[]>;
  readText: (key: string) => Promise<{ text: string } | undefined>;
  describe: (key: string) => string;
}

/** A year of nights is read in seconds. */
const AT_ONCE = 8;

/** Evidence that is there, and what of it nobody can read. */
export interface FoundEvidence {
  /** Newest first. */
  evidence: Evidence[];
  /** Addresses, with the reason. What cannot be read counts for nothing. */
  unreadable: string[];
}

/**
 * Reads the newest evidence of a kind.
 * @param limit so many, at most
 * @throws what the reader throws
 */
export async function readEvidence(
  reader: EvidenceReader,
  kind: EvidenceKind,
  limit: number,
): Promise<FoundEvidence> {
  const keys = (await reader.list(evidencePrefixOf(kind))).map(({ key }) => key).sort();
  const newest = keys.slice(-limit).reverse();
  const read = new Map<string, Evidence | { unreadable: string }>();
  await concurrently(AT_ONCE, newest, async (key) => {
    const content = await reader.readText(key);
    // Expired since it was listed.
    if (content === undefined) return;
    try {
      const evidence = parseEvidence(content.text);
      if (evidence.kind !== kind) throw new Error(`its kind is "${evidence.kind}"`);
      read.set(key, evidence);
    } catch (error) {
      read.set(key, { unreadable: `${reader.describe(key)}: ${reasonOf(error)}` });
    }
  });
  const found: FoundEvidence = { evidence: [], unreadable: [] };
  for (const one of newest.flatMap((key) => read.get(key) ?? []))
    if ("unreadable" in one) found.unreadable.push(one.unreadable);
    else found.evidence.push(one);
  return found;
}
