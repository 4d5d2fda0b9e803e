import type { ObjectStorage } from "../objectStorage";
import type { ListedWal } from "./acceptedLoss";
import { repositoryPrefix } from "./repositoryKeys";
import { STANZA } from "./pgbackrest";

/** Key prefix of the WAL of one database in the repository. */
export function archivePrefix(generation: number, archiveId: string): string {
  return `${repositoryPrefix(generation)}archive/${STANZA}/${archiveId}/`;
}

/**
 * Segments past the last one of a timeline that somebody has deleted: there the archive does not end. Asked from the last key on, so
 * that it costs one request however long the archive is. A store without versions knows of none.
 */
export async function listDeletedTail(
  storage: Pick<ObjectStorage, "listVersions">,
  generation: number,
  archiveId: string,
  last: string,
): Promise<{ name: string; deletedAt: Date }[]> {
  const prefix = `${archivePrefix(generation, archiveId)}${last.slice(0, 8)}`;
  // Past every name of the last segment itself, which ends with a checksum.
  const after = `${archivePrefix(generation, archiveId)}${last.slice(0, 16)}/${last}~`;
  return (await storage.listVersions(prefix, after)).flatMap(({ key, deleted, modifiedAt }) => {
    const name = /\/([0-9A-F]{24})-[0-9a-f]{40}/.exec(key)?.[1];
    return name === undefined || name <= last || deleted !== "now" ? [] : [{ name, deletedAt: modifiedAt }];
  });
}

/** Lists the WAL in the repository by the names of its objects: `…/0000000100000000/<segment>-<sha1>.zst`. */
export async function listArchivedWal(
  storage: Pick<ObjectStorage, "list">,
  generation: number,
  archiveId: string,
): Promise<ListedWal> {
  const objects = await storage.list(archivePrefix(generation, archiveId));
  const archivedAt = new Map(
    objects.flatMap(({ key, modifiedAt }) => {
      const name = /\/([0-9A-F]{24})-[0-9a-f]{40}/.exec(key)?.[1];
      return name === undefined ? [] : [[name, modifiedAt] as const];
    }),
  );
  return {
    segments: [...archivedAt.keys()],
    histories: objects.flatMap(({ key }) => /\/([0-9A-F]{8}\.history)/.exec(key)?.[1] ?? []),
    archivedAt,
  };
}
