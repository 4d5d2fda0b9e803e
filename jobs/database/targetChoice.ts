import type { RestoreTarget } from "../../plan/restoreTarget";
import { chainOf, timelineHolding } from "../lineage/chain";
import { isOpened, type Lineage, type OpenedGeneration } from "../lineage/readLineage";
import type { Base } from "./databaseBackups";
import type { ListedWal } from "./acceptedLoss";
import { parseLsn, parseSegment, segmentAt } from "./walPosition";

/** A target, and how it was asked for. */
export interface WantedTarget {
  target: RestoreTarget;
  /** As the configuration has it; the claim of the new generation records it. */
  text: string;
}

/**
 * The generation whose chain holds a target. Seconds belong to the generation that was head then. A position is looked for on the
 * way to the head, and belongs to the generation that had it; a name to the head.
 */
export function generationOfTarget(
  lineage: Lineage,
  head: OpenedGeneration,
  target: RestoreTarget,
): OpenedGeneration {
  const opened = lineage.generations.filter(isOpened);
  switch (target.kind) {
    case "time": {
      const then = opened.filter(({ outcome }) => Date.parse(outcome.openedAt) <= target.at.getTime()).at(-1);
      return then ?? opened[0] ?? head;
    }
    case "lsn": {
      const chain = chainOf(lineage, head.number);
      const timeline = timelineHolding(chain, target.lsn);
      const holding = chain.stretches.find((stretch) => stretch.timeline === timeline)?.generation;
      return opened.find(({ number }) => number === holding) ?? head;
    }
    case "restore-point":
      return head;
  }
}

/**
 * The base backups that a target can be reached from: those that ended before it, the newest first. A name tells no position, so that
 * only the oldest one surely lies before it.
 * @param bases newest first
 */
export function basesBefore(bases: readonly Base[], target: RestoreTarget): Base[] {
  switch (target.kind) {
    case "time":
      // pgBackRest tells whole seconds.
      return bases.filter(({ backup }) => backup.stoppedAt.getTime() + 1000 <= target.at.getTime());
    case "lsn":
      return bases.filter(({ backup }) => parseLsn(backup.lsnStop) <= parseLsn(target.lsn));
    case "restore-point":
      return bases.slice(-1);
  }
}

/**
 * The part of an archive that is needed to reach a target: what comes after is no reason to stop.
 * @param archived as the chain sees it
 */
export function neededFor(archived: ListedWal, target: RestoreTarget): ListedWal {
  const end = lastNeeded(archived, target);
  if (end === undefined) return archived;
  return {
    ...archived,
    segments: archived.segments.filter((name) => (parseSegment(name)?.number ?? 0) <= end),
  };
}

function lastNeeded({ archivedAt }: ListedWal, target: RestoreTarget): number | undefined {
  if (target.kind === "lsn") return segmentAt(target.lsn) + 1;
  if (target.kind === "restore-point") return undefined;
  const later = [...archivedAt].flatMap(([name, at]) =>
    at.getTime() >= target.at.getTime() ? [parseSegment(name)?.number ?? 0] : [],
  );
  // A segment is archived after its last commit; the first commit after the target may be in the next one.
  return later.length === 0 ? undefined : Math.min(...later) + 1;
}

/** Settings of a server that replays up to a target, and pauses there. */
export function targetSettings(target: RestoreTarget): Record<string, string> {
  const settings = {
    recovery_target_action: "pause",
    // It reads ahead: what is missing after the target would end the recovery before it.
    recovery_prefetch: "off",
  };
  switch (target.kind) {
    case "time":
      return { ...settings, recovery_target_time: target.text };
    case "lsn":
      return { ...settings, recovery_target_lsn: target.lsn };
    case "restore-point":
      return { ...settings, recovery_target_name: target.name };
  }
}
