import type { Lineage } from "../lineage/readLineage";
import type { KeptDatabase } from "./keptDatabase";

/** What is known when a replacement is to be undone. */
export interface UndoFacts {
  kept: readonly KeptDatabase[];
  /** Generation of the volume. */
  head: number | undefined;
  /** Generation that an operator names; undefined for the one that was replaced last. */
  generation: number | undefined;
  lineage: Lineage;
}

/** Which kept database comes back. */
export type UndoChoice =
  { choice: "bring back"; kept: KeptDatabase } | { choice: "refuse"; reason: string; remedy: string };

/**
 * Chooses the kept database of an undo: the one whose place the head has taken, or the one that is named. What the volume says of its
 * end must be what the claim of its successor says.
 */
export function chooseKept({ kept, head, generation, lineage }: UndoFacts): UndoChoice {
  const found =
    generation === undefined
      ? kept.find(({ replacedBy }) => replacedBy === head)
      : kept.find((each) => each.generation === generation);
  const others = kept.map((each) => `generation ${each.generation} (kept ${each.keptAt})`).join(", ");
  if (found === undefined)
    return {
      choice: "refuse",
      reason:
        generation === undefined
          ? `nothing is kept that generation ${head ?? "of this volume"} has replaced${others === "" ? "" : `; there is ${others}`}`
          : `generation ${generation} is not kept on this volume${others === "" ? "" : `; there is ${others}`}`,
      remedy: othersWay(lineage, generation ?? head),
    };
  if (found.damaged !== undefined)
    return {
      choice: "refuse",
      reason: `the database of generation ${found.generation} could not be started when it was replaced (${found.damaged}), so that it cannot be brought back as it is; it is kept`,
      remedy: `its archive holds everything up to ${found.segment}: \`npm run restore -- database --to ${found.stoppedAt}\` replays that`,
    };
  const claim = lineage.generations.find(({ number }) => number === found.replacedBy)?.claim;
  if (claim?.parentEnd?.lsn !== found.lsn || claim.parentEnd.systemId !== found.systemId)
    return {
      choice: "refuse",
      reason: `what is kept of generation ${found.generation} ends at ${found.lsn}, and the claim of generation ${found.replacedBy}, which has replaced it, says ${claim?.parentEnd?.lsn ?? "nothing of that"}`,
      remedy:
        "somebody has changed the one or the other: look at both before anything is brought back; nothing was changed",
    };
  return { choice: "bring back", kept: found };
}

/** What the directory is not needed for: the archive has it too. */
function othersWay({ generations }: Lineage, generation: number | undefined): string {
  const after = generations.find(
    ({ claim }) => claim.parentEnd !== undefined && claim.generation === generation,
  );
  return after === undefined
    ? "name one that is there (--generation), or go back to a time (--to)"
    : `the archive still has it: \`npm run restore -- database --to ${after.claim.claimedAt}\` replays it to its end`;
}
