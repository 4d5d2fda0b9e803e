import { Failure } from "../../lib/failure";
import { decideHole, type GivenUp } from "./acceptedLoss";
import { type ArchivedWal, newestTimeline } from "./replay";
import type { RestorePlan } from "./restorePlan";
import { archivePrefix, listArchivedWal } from "./walArchive";
import { parseSegment } from "./walPosition";
import { timelinesWithoutHistory, upTo } from "./walHole";

/** An archive that can be replayed to its end. */
export interface ProvenArchive {
  /** What replay may use: all of it, or what comes before the hole that was accepted. */
  archived: ArchivedWal;
  /** Its last segment. */
  last: string;
  /** Timeline to replay: that of the last segment before a hole, else the newest one. */
  target: number | "latest";
  /** Timelines beyond a hole whose history is not archived: their numbers are taken all the same. */
  takenTimelines: number[];
  /** Absent when it is whole. */
  givenUp?: GivenUp;
}

/**
 * Lists the archive and holds it to having no hole, or the one that an operator accepts. Asked again while replay runs: a hole
 * that a replica has filled in the meantime is given up no longer.
 * @throws Failure when there is another hole, or none where one was accepted; ObjectStorageError when it cannot be listed
 */
export async function provenArchive({
  storage,
  generation,
  lineage,
  acceptLossAfter,
}: Pick<RestorePlan, "storage" | "generation" | "lineage" | "acceptLossAfter">): Promise<ProvenArchive> {
  const archived = await listArchivedWal(storage, generation, lineage.archiveId);
  const location = storage.describe(archivePrefix(generation, lineage.archiveId));
  const decision = decideHole({ archived, backup: lineage.backup, location, acceptLossAfter });
  switch (decision.state) {
    case "whole":
      return { archived, last: decision.last, target: newestOf(archived, lineage), takenTimelines: [] };
    case "accepted": {
      const { givenUp } = decision;
      return {
        archived: upTo(archived, givenUp.after),
        last: givenUp.after,
        target: timelineOf(givenUp.after),
        takenTimelines: timelinesWithoutHistory(archived, givenUp.after),
        givenUp,
      };
    }
    case "refused":
      throw new Failure(decision.reason, decision.remedy);
  }
}

/**
 * PostgreSQL finds the latest timeline by asking for one history after the other until one is missing. Where one never came, of
 * a timeline that was given up, it would stop before the newest: that is named then.
 */
function newestOf(archived: ArchivedWal, { backup }: RestorePlan["lineage"]): number | "latest" {
  return timelinesWithoutHistory(archived, backup.walStart).length === 0
    ? "latest"
    : newestTimeline(archived, timelineOf(backup.walStart));
}

function timelineOf(segment: string): number {
  return parseSegment(segment)?.timeline ?? 1;
}
