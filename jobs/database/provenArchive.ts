import { Failure } from "../../lib/failure";
import { decideHole, type GivenUp } from "./acceptedLoss";
import type { ArchivedWal } from "./replay";
import type { RestorePlan } from "./restorePlan";
import { archivePrefix, listArchivedWal } from "./walArchive";
import { timelinesWithoutHistory, upTo } from "./walHole";

/** An archive that can be replayed to its end. */
export interface ProvenArchive {
  /** What replay may use: all of it, or what comes before the hole that was accepted. */
  archived: ArchivedWal;
  /** Its last segment. */
  last: string;
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
      return { archived, last: decision.last, takenTimelines: [] };
    case "accepted": {
      const { givenUp } = decision;
      return {
        archived: upTo(archived, givenUp.after),
        last: givenUp.after,
        takenTimelines: timelinesWithoutHistory(archived, givenUp.after),
        givenUp,
      };
    }
    case "refused":
      throw new Failure(decision.reason, decision.remedy);
  }
}
