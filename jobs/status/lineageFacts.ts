import type { LineageFacts } from "../../plan/status/facts";
import { headOf, type Lineage, unsettledOf } from "../lineage/readLineage";

/** Whose the database is, as the records say it. */
export function lineageFacts(lineage: Lineage): LineageFacts {
  const head = headOf(lineage);
  return {
    ...(head === undefined
      ? {}
      : {
          head: {
            generation: head.number,
            site: head.claim.site,
            claimedAt: head.claim.claimedAt,
            openedAt: head.outcome.openedAt,
            reason: head.claim.reason,
          },
        }),
    unsettled: unsettledOf(lineage)
      .filter(({ number }) => number > (head?.number ?? 0))
      .map(({ number, claim }) => ({ generation: number, site: claim.site, claimedAt: claim.claimedAt })),
    generations: lineage.generations.length,
    collected: lineage.generations.filter(({ collected }) => collected !== undefined).length,
  };
}
