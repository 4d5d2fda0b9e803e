import { reasonOf } from "../../lib/failure";
import type { ListedWal } from "../database/acceptedLoss";
import type { BaseBackup } from "../database/stanzaInfo";
import { findHole, lastArchived } from "../database/walHole";
import { parseSegment } from "../database/walPosition";
import { type Chain, chainOf, countsInChain, inChain } from "./chain";
import { isOpened, type Lineage, type OpenedGeneration } from "./readLineage";

/** The time during which a generation was the head. */
export interface Reign {
  generation: OpenedGeneration;
  /** undefined for the first one: a path that was adopted had served before it was opened. */
  from: Date | undefined;
  /** When the next generation was opened; undefined for the head. */
  until: Date | undefined;
}

/** A committed base backup, and in whose path it lies. */
export interface CommittedBase {
  generation: number;
  label: string;
  backup: Pick<BaseBackup, "walStart" | "walStop" | "lsnStop" | "stoppedAt">;
}

/** Time without a gap. */
export interface Span {
  from: Date;
  to: Date;
}

/** What can be gone back to by way of one generation. */
export interface Window {
  generation: number;
  /** Seconds in which it was the head, oldest first. */
  spans: Span[];
  /** Seconds that its path holds although another generation was the head by then: they are on no recovery's way. */
  beyond: Span[];
  /** Why nothing can be gone back to; absent when there is no reason but missing base backups. */
  broken?: string;
}

/** Who was head when, oldest first. Where clocks of sites disagree, a generation ends no earlier than it began. */
export function reignsOf({ generations }: Lineage): Reign[] {
  const opened = generations.filter(isOpened);
  let latest = -Infinity;
  const begins = opened.map(({ outcome }) => {
    latest = Math.max(latest, Date.parse(outcome.openedAt));
    return new Date(latest);
  });
  return opened.map((generation, index) => ({
    generation,
    from: index === 0 ? undefined : begins[index],
    until: begins[index + 1],
  }));
}

/** The generation that was head at a time; undefined where nothing was ever opened. */
export function headAt(lineage: Lineage, at: Date): OpenedGeneration | undefined {
  return reignsOf(lineage).find(({ until }) => until === undefined || at < until)?.generation;
}

/** The committed base backups that lead along a chain, the one that ended first first. */
export function basesAlong(chain: Chain, bases: readonly CommittedBase[]): CommittedBase[] {
  return bases
    .filter(({ generation, backup }) => countsInChain(chain, generation, backup))
    .sort((one, other) => one.backup.stoppedAt.getTime() - other.backup.stoppedAt.getTime());
}

/**
 * What can be gone back to, generation by generation, oldest first. A second counts when a base backup had ended by then and the
 * archive is whole from it to a segment that was archived later.
 * @param facts.wal what lies in the path of each generation
 */
export function windowsOf(
  lineage: Lineage,
  facts: { bases: readonly CommittedBase[]; wal: ReadonlyMap<number, ListedWal> },
): Window[] {
  return reignsOf(lineage).map(({ generation: { number }, from, until }) => {
    try {
      const covered = coveredBy(chainOf(lineage, number), facts);
      return {
        generation: number,
        spans: within(covered, { from, to: until }),
        beyond: until === undefined ? [] : within(covered, { from: until, to: undefined }),
      };
    } catch (error) {
      return { generation: number, spans: [], beyond: [], broken: reasonOf(error) };
    }
  });
}

function coveredBy(
  chain: Chain,
  { bases, wal }: { bases: readonly CommittedBase[]; wal: ReadonlyMap<number, ListedWal> },
): Span[] {
  const along = basesAlong(chain, bases);
  const reasons: unknown[] = [];
  let reached = -1;
  const spans = along.flatMap(({ generation, backup }): Span[] => {
    // What begins and ends on the way of an earlier one comes no further: with many backups and segments, looking again would take minutes.
    if (numberOf(backup.walStop) <= reached) return [];
    try {
      const end = endFrom(inChain(chain, wal, { generation, walStart: backup.walStart }), backup);
      if (end === undefined) return [];
      reached = numberOf(end.last);
      return end.at === undefined || end.at <= backup.stoppedAt
        ? []
        : [{ from: backup.stoppedAt, to: end.at }];
    } catch (error) {
      // A later base backup may still lead to the end.
      reasons.push(error);
      return [];
    }
  });
  if (spans.length === 0 && reasons.length > 0) throw reasons.at(-1);
  return joined(spans);
}

/** The last segment that replay from a base backup comes to, and when that was archived; undefined where it does not become consistent. */
function endFrom(
  archived: ListedWal,
  backup: CommittedBase["backup"],
): { last: string; at: Date | undefined } | undefined {
  const hole = findHole(archived, backup);
  const last = hole === undefined ? lastArchived(archived, backup.walStop) : hole.after;
  if (last === undefined || numberOf(last) < numberOf(backup.walStop)) return undefined;
  return { last, at: archived.archivedAt.get(last) };
}

function numberOf(name: string): number {
  return parseSegment(name)?.number ?? -1;
}

/** @param spans in the order of their beginnings */
function joined(spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const { from, to } of spans) {
    const last = found.at(-1);
    if (last === undefined || from > last.to) found.push({ from, to });
    else if (to > last.to) last.to = to;
  }
  return found;
}

function within(
  spans: readonly Span[],
  { from, to }: { from: Date | undefined; to: Date | undefined },
): Span[] {
  return spans.flatMap((span) => {
    const begin = from === undefined || span.from > from ? span.from : from;
    const end = to === undefined || span.to < to ? span.to : to;
    return begin < end ? [{ from: begin, to: end }] : [];
  });
}
