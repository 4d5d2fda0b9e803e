import { concurrently } from "../../lib/concurrently";
import type { ArchiveFacts } from "../../plan/status/facts";
import type { ListedWal } from "../database/acceptedLoss";
import { archivePrefix, listDeletedTail } from "../database/walArchive";
import { parseSegment } from "../database/walPosition";
import type { OpenedGeneration } from "../lineage/readLineage";
import type { ListedObject, ObjectStorage } from "../objectStorage";

/** The WAL of some generations, as listed. */
export interface ArchiveRead {
  facts: ArchiveFacts;
  /** By generation. */
  wal: Map<number, ListedWal>;
}

/** Folders of 256 segments that are listed at most, the newest ones: 4 TiB of WAL. */
const FOLDERS = 1000;
/** Segments whose names begin alike: those of a folder. */
const PER_FOLDER = 256;
/** Requests at a time. */
const CONCURRENCY = 16;

/** The first segment that the window needs. */
export interface WindowStart {
  generation: number;
  segment: string;
}

/**
 * Lists the WAL of generations: first the names of the folders, each of which holds up to 256 segments, then, many at a time, those that the
 * window needs. So the archive may be long: what it takes is as much as a window holds. Reads no segment.
 * @param generations those whose repository is there, oldest first; the last one is the head
 * @param limits.start undefined where all counts
 * @param limits.most folders that are listed, the newest ones. @default 1000
 */
export async function readArchive(
  storage: Pick<ObjectStorage, "level" | "list" | "listVersions">,
  generations: readonly OpenedGeneration[],
  { start, most = FOLDERS }: { start: Promise<WindowStart | undefined>; most?: number },
): Promise<ArchiveRead> {
  const histories = new Map<number, string[]>();
  const folders: { generation: number; folder: string; prefix: string }[] = [];
  await concurrently(CONCURRENCY, generations, async ({ number, outcome }) => {
    const path = archivePrefix(number, outcome.archiveId);
    const level = await storage.level(path);
    histories.set(
      number,
      level.objects.flatMap(({ key }) => /\/([0-9A-F]{8}\.history)/.exec(key)?.[1] ?? []),
    );
    for (const folder of level.folders.filter((name) => /^[0-9A-F]{16}$/.test(name)))
      folders.push({ generation: number, folder, prefix: `${path}${folder}/` });
  });
  const from = await start;
  const wanted = folders
    .filter((each) => from === undefined || isNeeded(each, from))
    .sort((one, other) => other.generation - one.generation || (one.folder < other.folder ? 1 : -1))
    .slice(0, most);
  const archivedAt = new Map(generations.map(({ number }) => [number, new Map<string, Date>()]));
  let bytes = 0;
  await concurrently(CONCURRENCY, wanted, async ({ generation, prefix }) => {
    for (const object of await storage.list(prefix)) {
      const name = segmentOf(object);
      if (name === undefined) continue;
      bytes += object.sizeBytes;
      archivedAt.get(generation)?.set(name, object.modifiedAt);
    }
  });
  const wal = new Map(
    [...archivedAt].map(([number, times]): [number, ListedWal] => [
      number,
      { segments: [...times.keys()], histories: histories.get(number) ?? [], archivedAt: times },
    ]),
  );
  const head = generations.at(-1);
  const newest = head === undefined ? undefined : newestOf(head, wal.get(head.number));
  const deleted =
    head === undefined || newest === undefined
      ? []
      : await listDeletedTail(storage, head.number, head.outcome.archiveId, newest.segment);
  const times = [...wal.values()].flatMap((listed) => [...listed.archivedAt.values()]);
  const oldest = times.reduce((one, other) => (other < one ? other : one), times[0] ?? new Date(0));
  return {
    facts: {
      ...(newest === undefined ? {} : { newest }),
      deletedTail: deleted.map(({ name, deletedAt }) => ({ segment: name, deletedAt })),
      segments: times.length,
      bytes,
      ...(times.length === 0 ? {} : { oldestAt: oldest }),
      foldersNotListed: folders.length - wanted.length,
    },
    wal,
  };
}

function isNeeded(
  { generation, folder }: { generation: number; folder: string },
  start: WindowStart,
): boolean {
  if (generation !== start.generation) return generation > start.generation;
  const first = parseSegment(start.segment)?.number ?? 0;
  return parseInt(folder.slice(8), 16) >= Math.floor(first / PER_FOLDER);
}

function segmentOf({ key }: ListedObject): string | undefined {
  return /\/([0-9A-F]{24})-[0-9a-f]{40}/.exec(key)?.[1];
}

/** On the timelines that count alone: a path that was adopted may hold those of another life. */
function newestOf(
  { outcome }: OpenedGeneration,
  wal: ListedWal | undefined,
): { segment: string; archivedAt: Date } | undefined {
  const segment = (wal?.segments ?? [])
    .filter((name) => outcome.timelines.includes(parseSegment(name)?.timeline ?? -1))
    .reduce<string | undefined>((one, other) => (one === undefined || other > one ? other : one), undefined);
  const archivedAt = segment === undefined ? undefined : wal?.archivedAt.get(segment);
  return segment === undefined || archivedAt === undefined ? undefined : { segment, archivedAt };
}
