import type { ObjectStorage } from "../objectStorage";
import { repositoryPrefix } from "./lineage";
import { STANZA } from "./pgbackrest";
import type { ArchivedWal } from "./replay";

/** Key prefix of the WAL of one database in the repository. */
export function archivePrefix(generation: string, archiveId: string): string {
  return `${repositoryPrefix(generation)}archive/${STANZA}/${archiveId}/`;
}

/** Lists the WAL in the repository by the names of its objects: `…/0000000100000000/<segment>-<sha1>.zst`. */
export async function listArchivedWal(
  storage: Pick<ObjectStorage, "list">,
  generation: string,
  archiveId: string,
): Promise<ArchivedWal> {
  const keys = (await storage.list(archivePrefix(generation, archiveId))).map(({ key }) => key);
  return {
    segments: keys.flatMap((key) => /\/([0-9A-F]{24})-[0-9a-f]{40}/.exec(key)?.[1] ?? []),
    histories: keys.flatMap((key) => /\/([0-9A-F]{8}\.history)/.exec(key)?.[1] ?? []),
  };
}
