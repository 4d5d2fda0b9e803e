import { reasonOf } from "../../lib/failure";
import { parseSegment } from "../database/walPosition";
import { type Chain, chainOf } from "./chain";
import { headOf, type Lineage, unsettledOf } from "./readLineage";
import { basesAlong, type CommittedBase, type Reign, reignsOf } from "./window";

/** What is known when generations are to be removed. */
export interface CollectionFacts {
  lineage: Lineage;
  /** Generations whose path still holds anything. */
  holding: readonly number[];
  /** Committed base backups of all generations. */
  bases: readonly CommittedBase[];
  windowDays: number;
  now: Date;
  /** Generations whose stopped data directory is kept for an undo, which would make them a parent again. */
  openUndos: readonly number[];
}

/** Which generations' repositories may go, each as a whole. */
export type CollectionPlan =
  | { action: "nothing"; why: string }
  | { action: "refuse"; reason: string; remedy: string }
  | { action: "collect"; generations: number[]; kept: ReadonlyMap<number, string> };

const DAY_MS = 24 * 3600 * 1000;

/**
 * Plans what no second of the window needs any more. For each second that is what leads to it: the newest committed base backup,
 * along the chain of the generation that was head then, and the WAL from there on. Nothing smaller than a generation goes, and
 * nothing at all while a takeover is under way, whose parent is not decided yet.
 *
 * A plan may be carried out later than it was made, since the window only moves on: what no second needed then, none needs now. A
 * restore to a target must therefore find its second inside the window still after its claim, from which on nothing more is planned.
 */
export function planCollection(facts: CollectionFacts): CollectionPlan {
  const { lineage, holding, bases, now, windowDays } = facts;
  const head = headOf(lineage);
  if (head === undefined) return { action: "nothing", why: "no generation was ever opened" };
  const [unsettled] = unsettledOf(lineage);
  if (unsettled !== undefined)
    return {
      action: "nothing",
      why: `generation ${unsettled.number} is claimed (site ${unsettled.claim.site.name}, ${unsettled.claim.claimedAt}) and neither opened nor withdrawn`,
    };
  const windowStart = new Date(now.getTime() - windowDays * DAY_MS);
  try {
    const newest = basesAlong(chainOf(lineage, head.number), bases).at(-1);
    if (newest === undefined || newest.backup.stoppedAt < windowStart)
      return {
        action: "refuse",
        reason:
          newest === undefined
            ? `no committed base backup leads to generation ${head.number}, the head`
            : `the newest committed base backup, ${newest.label}, is older than the window of ${windowDays} days`,
        remedy: "find out why backups have stopped; run backup-database full, then this again",
      };
    const kept = needed(facts, windowStart);
    const generations = lineage.generations
      .map(({ number }) => number)
      .filter((number) => holding.includes(number) && !kept.has(number));
    return generations.length === 0
      ? { action: "nothing", why: `each generation leads to a second of the ${windowDays} days` }
      : { action: "collect", generations, kept };
  } catch (error) {
    return {
      action: "refuse",
      reason: `what the window of ${windowDays} days needs cannot be told: ${reasonOf(error)}`,
      remedy: "nothing was removed; bring the records back first",
    };
  }
}

/** Generations that must stay, and why. */
function needed(
  { lineage, bases, openUndos }: CollectionFacts,
  windowStart: Date,
): ReadonlyMap<number, string> {
  const kept = new Map<number, string>();
  for (const reign of reignsOf(lineage)) {
    if (reign.until !== undefined && reign.until <= windowStart) continue;
    const { number } = reign.generation;
    for (const generation of ledTo(reign, chainOf(lineage, number), bases, windowStart))
      kept.set(generation, `it leads to the seconds in which generation ${number} was the head`);
  }
  for (const number of openUndos) {
    const chain = chainOf(lineage, number);
    for (const generation of wayFrom(chain, basesAlong(chain, bases).slice(-1)))
      kept.set(generation, `an undo can bring generation ${number} back`);
  }
  return kept;
}

/** Generations that the seconds of a reign within the window need. */
function ledTo(
  { from, until }: Reign,
  chain: Chain,
  bases: readonly CommittedBase[],
  windowStart: Date,
): number[] {
  const first = from === undefined || from < windowStart ? windowStart : from;
  const along = basesAlong(chain, bases).filter(
    ({ backup }) => until === undefined || backup.stoppedAt < until,
  );
  const before = along.filter(({ backup }) => backup.stoppedAt <= first).at(-1);
  // Without one, no second before the oldest can be gone back to; those after it can.
  const since = along.filter(({ backup }) => backup.stoppedAt > first);
  return wayFrom(chain, before === undefined ? since : [before, ...since]);
}

/** From the oldest stretch that one of these base backups was taken on, to the end; without any, the end alone. */
function wayFrom({ stretches }: Chain, bases: readonly CommittedBase[]): number[] {
  const begins = bases.map(({ generation, backup }) =>
    stretches.findIndex(
      (stretch) =>
        stretch.generation === generation && stretch.timeline === parseSegment(backup.walStart)?.timeline,
    ),
  );
  return stretches
    .slice(begins.length === 0 ? -1 : Math.max(0, Math.min(...begins)))
    .map(({ generation }) => generation);
}
