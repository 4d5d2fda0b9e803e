import { Failure } from "../../lib/failure";
import { walPrefix } from "../../plan/repository";
import { type Chain, inChain } from "../lineage/chain";
import { decideHole, type GivenUp, type ListedWal } from "./acceptedLoss";
import type { ArchivedWal } from "./replay";
import type { RestorePlan } from "./restorePlan";
import { neededFor } from "./targetChoice";
import { archivePrefix, listArchivedWal, listDeletedTail } from "./walArchive";
import { parseSegment } from "./walPosition";
import { lastArchived, upTo } from "./walHole";

/** An archive that can be replayed to its end. */
export interface ProvenArchive {
  /** What replay may use: all of it, or what comes before the hole that was accepted. */
  archived: ArchivedWal;
  /** Its last segment. */
  last: string;
  /** When that was archived, by the store's clock. */
  lastArchivedAt: Date | undefined;
  /** Timeline to replay: that of the last segment before a hole, else the last of the chain. */
  target: number;
  /** Absent when it is whole. */
  givenUp?: GivenUp;
}

/**
 * Lists the archive along the chain and holds it to having no hole, or the one that an operator accepts. Asked again while
 * replay runs: a hole that a replica has filled in the meantime is given up no longer.
 * @throws Failure when there is another hole, or none where one was accepted; ObjectStorageError when it cannot be listed
 */
export async function provenArchive({
  storage,
  chain,
  base,
  acceptLossAfter,
  wanted,
}: Pick<RestorePlan, "storage" | "chain" | "base" | "acceptLossAfter" | "wanted">): Promise<ProvenArchive> {
  const all = inChain(chain, await listChain(storage, chain), {
    generation: base.generation,
    walStart: base.backup.walStart,
  });
  const archived = wanted === undefined ? all : neededFor(all, wanted.target);
  const location = archiveLocation(storage, chain);
  const deletedTail =
    wanted === undefined
      ? await deletedAfter(storage, chain, lastArchived(archived, base.backup.walStop))
      : [];
  const decision = decideHole({ archived, backup: base.backup, location, acceptLossAfter, deletedTail });
  switch (decision.state) {
    case "whole":
      return {
        archived: all,
        last: decision.last,
        lastArchivedAt: archived.archivedAt.get(decision.last),
        target: chain.timeline,
      };
    case "accepted": {
      const { givenUp } = decision;
      return {
        archived: upTo(archived, givenUp.after),
        last: givenUp.after,
        lastArchivedAt: archived.archivedAt.get(givenUp.after),
        target: parseSegment(givenUp.after)?.timeline ?? chain.timeline,
        givenUp,
      };
    }
    case "refused":
      throw new Failure(decision.reason, decision.remedy);
  }
}

/** Where the archive is, for messages: the path of the last generation, and how many lead to it. */
export function archiveLocation(storage: RestorePlan["storage"], { stretches }: Chain): string {
  const last = stretches.at(-1);
  if (last === undefined) return storage.describe(walPrefix);
  const others = new Set(stretches.map(({ generation }) => generation)).size - 1;
  const path = storage.describe(archivePrefix(last.generation, last.archiveId));
  if (others === 0) return path;
  return `${path} and in the ${others === 1 ? "generation" : `${others} generations`} before it`;
}

/** Past the end of the chain alone: what lies past a fork belongs to nobody. */
async function deletedAfter(
  storage: RestorePlan["storage"],
  { stretches }: Chain,
  last: string,
): ReturnType<typeof listDeletedTail> {
  const end = stretches.at(-1);
  if (end === undefined || parseSegment(last)?.timeline !== end.timeline) return [];
  return listDeletedTail(storage, end.generation, end.archiveId, last);
}

async function listChain(
  storage: RestorePlan["storage"],
  { stretches }: Chain,
): Promise<Map<number, ListedWal>> {
  const found = new Map<number, ListedWal>();
  for (const { generation, archiveId } of stretches)
    if (!found.has(generation)) found.set(generation, await listArchivedWal(storage, generation, archiveId));
  return found;
}
