import type { ArchivedWal } from "./replay";
import { findHole, lastArchived, type WalHole } from "./walHole";
import { parseSegment } from "./walPosition";

/** WAL of one archive, with the time at which each segment was stored. */
export interface ListedWal extends ArchivedWal {
  archivedAt: ReadonlyMap<string, Date>;
}

/** What was given up because the archive has a hole. */
export interface GivenUp {
  /** Last segment that was replayed. */
  after: string;
  /** When that was archived, ISO: nothing that was committed later has come back. */
  lastSecond: string | null;
  /** First file that is missing. */
  missing: string;
  /** Segments that are missing in a row. */
  missingSegments: number;
  /** What is archived behind the hole and cannot be replayed without it. */
  beyond: { segments: number; last: string; archivedAt: string | null };
}

/** What a hole means for a recovery. */
export type HoleDecision =
  | { state: "whole"; last: string }
  | { state: "accepted"; givenUp: GivenUp }
  | { state: "refused"; reason: string; remedy: string };

/** What is asked. */
export interface HoleQuery {
  archived: ListedWal;
  backup: { label: string; walStart: string; walStop: string };
  /** Where the archive is, for messages. */
  location: string;
  /** Last segment before the hole that an operator gives up; empty for none. */
  acceptLossAfter: string;
  /** Segments past the last one that somebody has deleted. */
  deletedTail: readonly { name: string; deletedAt: Date }[];
}

/**
 * Whether a recovery may begin. A hole stops it, unless an operator has named the segment before this very hole: what lies
 * beyond is then given up. A name that fits no hole is refused as well, since it was meant for another state of the archive.
 */
export function decideHole(query: HoleQuery): HoleDecision {
  const { archived, backup, location, acceptLossAfter } = query;
  const last = lastArchived(archived, backup.walStop);
  const hole = findHole(archived, backup) ?? holeOf(query.deletedTail, last);
  if (hole === undefined)
    return acceptLossAfter === ""
      ? { state: "whole", last }
      : {
          state: "refused",
          reason: `lstm-pfd:acceptLossAfter is ${acceptLossAfter}, and there is no hole: the archive in ${location} is whole from ${backup.walStart} to ${last}`,
          remedy: "remove that key, then run the restore again: nothing has to be given up",
        };
  const { after } = hole;
  const deletedAt = query.deletedTail.find(({ name }) => hole.missing.includes(name))?.deletedAt;
  const what = `${describeHole(hole, archived, location)}${deletedAt === undefined ? "" : `; it was deleted at ${deletedAt.toISOString()}, so the end of the archive is not its end`}`;
  if (after === undefined || isBefore(after, backup.walStop))
    return {
      state: "refused",
      reason: `${what}; base backup ${backup.label} itself needs all from ${backup.walStart} to ${backup.walStop}`,
      remedy: `${bringBack}; or choose an older backup (lstm-pfd:restoreSet)`,
    };
  if (acceptLossAfter === "")
    return {
      state: "refused",
      reason: what,
      remedy: `${bringBack}; or give up what lies beyond it, and all that was committed after the time above: lstm-pfd:acceptLossAfter ${after}`,
    };
  if (acceptLossAfter !== after)
    return {
      state: "refused",
      reason: `lstm-pfd:acceptLossAfter is ${acceptLossAfter}, ${mismatch(acceptLossAfter, after)}: ${what}`,
      remedy: `${bringBack}; or set lstm-pfd:acceptLossAfter ${after}`,
    };
  return { state: "accepted", givenUp: givenUp(hole, after, archived) };
}

/** A tail that was deleted is a hole with nothing beyond it. */
function holeOf(deletedTail: readonly { name: string }[], last: string): WalHole | undefined {
  const [first] = deletedTail;
  if (first === undefined) return undefined;
  return {
    after: last,
    missing: [first.name],
    missingSegments: deletedTail.length,
    beyond: { count: 0, first: "", last: "" },
  };
}

const bringBack =
  "a replica may still receive it, so wait; or bring back a former version of the object (the bucket keeps versions); then run the restore again";

/** A hole in words: what is missing, how far the archive is whole, and what lies beyond. */
function describeHole(hole: WalHole, archived: ListedWal, location: string): string {
  const { after, missing, missingSegments, beyond } = hole;
  const file = missingSegments === 0 ? "history" : "WAL segment";
  const more = missingSegments > 1 ? ` and ${missingSegments - 1} more` : "";
  const before =
    after === undefined
      ? "it is the first one that replay needs"
      : `the archive is whole up to ${after}, archived at ${timeOf(archived, after) ?? "an unknown time"}`;
  const behind =
    beyond.count === 0
      ? "nothing lies beyond it"
      : `${beyond.count} segments lie beyond it, although the archive goes on to ${beyond.last}, archived at ${timeOf(archived, beyond.last) ?? "an unknown time"}`;
  return `${file} ${missing.join(" or ")}${more} is missing in ${location}: ${before}; ${behind}`;
}

function givenUp(hole: WalHole, after: string, archived: ListedWal): GivenUp {
  const { beyond } = hole;
  return {
    after,
    lastSecond: timeOf(archived, after) ?? null,
    missing: hole.missing.join(" or "),
    missingSegments: hole.missingSegments,
    beyond: {
      segments: beyond.count,
      last: beyond.last,
      archivedAt: timeOf(archived, beyond.last) ?? null,
    },
  };
}

/** What was given up, as one sentence. */
export function describeGivenUp({ after, lastSecond, missing, beyond }: GivenUp): string {
  return `given up on purpose: everything committed after ${lastSecond ?? "an unknown time"}, when ${after} was archived; ${missing} is missing, and ${beyond.segments} segments beyond it, up to ${beyond.archivedAt ?? "an unknown time"}, were not replayed`;
}

function mismatch(named: string, after: string): string {
  const one = parseSegment(named);
  const other = parseSegment(after);
  return one !== undefined && one.number === other?.number
    ? `a segment of timeline ${one.timeline}, and the archive is on timeline ${other.timeline} there`
    : `and the first hole does not follow that segment`;
}

function isBefore(name: string, other: string): boolean {
  return (parseSegment(name)?.number ?? 0) < (parseSegment(other)?.number ?? 0);
}

function timeOf({ archivedAt }: ListedWal, name: string): string | undefined {
  return archivedAt.get(name)?.toISOString();
}
