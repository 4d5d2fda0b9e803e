import { headOf, type Lineage, unsettledOf } from "./readLineage";
import type { Claim, Site } from "./records";

/** What is known when a life wants to take over. */
export interface TakeOverFacts {
  lineage: Lineage;
  /** Life of the volume: of this attempt, or of one before it on the same volume. */
  life: string;
  site: Site;
  /** When the head archived last, by the store's clock; undefined when it never has. */
  newestOfHead: Date | undefined;
  /** The store's clock. */
  now: Date;
  archiveTimeoutSeconds: number;
  /** Number that an operator supersedes on purpose; undefined for none. */
  takeOver: number | undefined;
  /** The bucket is a replica: claims of a site that still reaches the first one are not seen here. */
  fromReplica: boolean;
  /** The path of this life's own unsettled claim holds WAL: a promotion has taken place in it. */
  ownClaimHasWal: boolean;
}

/** What a life that wants to take over may do. */
export type TakeOverDecision =
  | { action: "take over"; parent: number; number: number; withdraw: number[] }
  | { action: "refuse"; reason: string; remedy: string }
  /** Nothing was ever opened. */
  | { action: "none" };

/**
 * Whether a life may take over from the head. Not by accident from one that looks alive, nor from somebody who is about to take over:
 * that is said with the number, which counts once, since it is then history. The head's own site needs no word.
 */
export function decideTakeOver(facts: TakeOverFacts): TakeOverDecision {
  const { lineage, life, site } = facts;
  const head = headOf(lineage);
  if (head === undefined) return { action: "none" };
  const newest = lineage.generations.at(-1)?.number ?? head.number;
  const unsettled = unsettledOf(lineage).filter(({ number }) => number > head.number);
  const last = unsettled.filter(({ claim }) => claim.life !== life && claim.site.id !== site.id).at(-1);
  const named = facts.takeOver;
  if (named !== undefined && named > newest)
    return {
      action: "refuse",
      reason: `lstm-pfd:takeOver is ${named}, and no such generation is there: the newest one is ${newest}`,
      remedy: `set the number that is meant (${(last ?? head).number}), or remove the key`,
    };
  // A number that is history was used up: it may stand in the settings for long.
  const spent = named !== undefined && named < head.number;
  const history = spent
    ? ` (lstm-pfd:takeOver is ${named}, and generation ${head.number} has taken over since: that number is used up)`
    : "";
  if (last !== undefined && named !== last.number)
    return {
      action: "refuse",
      reason: `site ${last.claim.site.name} has claimed generation ${last.number} at ${last.claim.claimedAt} and not opened it: it is taking over, or has died while it did${history}`,
      remedy: `let it finish; only if it is certainly dead, set lstm-pfd:takeOver ${last.number}`,
    };
  const mayBeAlive = head.claim.site.id === site.id ? undefined : lifeOf(facts, head.number, head.claim);
  if (last === undefined && mayBeAlive !== undefined && named !== head.number)
    return {
      action: "refuse",
      reason: `${mayBeAlive}${history}`,
      remedy: `make sure that it is dead, or cut off from its clients, then set lstm-pfd:takeOver ${head.number}; it is fenced then`,
    };
  const own = unsettled.find(({ claim }) => claim.life === life);
  const resumes = own !== undefined && own.number === newest && !facts.ownClaimHasWal;
  return {
    action: "take over",
    parent: head.number,
    number: resumes ? own.number : newest + 1,
    withdraw: unsettled.map(({ number }) => number).filter((number) => !resumes || number !== own.number),
  };
}

/** How often archive_timeout must have passed in silence before a head counts as dead. */
const silentTimeouts = 3;

/** Why a head is not taken for dead; undefined when it is. */
function lifeOf(
  { newestOfHead, now, archiveTimeoutSeconds, fromReplica }: TakeOverFacts,
  number: number,
  { site }: Claim,
): string | undefined {
  const bound = silentTimeouts * archiveTimeoutSeconds;
  if (fromReplica)
    return `this bucket is a replica: whether generation ${number} (site ${site.name}) lives on in the first one cannot be seen here, and a takeover does not fence it`;
  if (newestOfHead === undefined) return undefined;
  const age = Math.round((now.getTime() - newestOfHead.getTime()) / 1000);
  return age >= bound
    ? undefined
    : `generation ${number} is alive: site ${site.name} archived ${age} s ago (${newestOfHead.toISOString()}), and counts as dead after ${bound} s`;
}

/** What is known when an empty database is to begin the lineage. */
export interface InitialiseFacts {
  lineage: Lineage;
  life: string;
  site: Site;
  takeOver: number | undefined;
  /** An object under `wal/` that is neither a record nor of an unsettled claim; undefined when there is none. */
  otherObject: string | undefined;
  /** The newest object among the dumps of the bucket; undefined when there is none. */
  dump: string | undefined;
  /** An operator leaves the dumps aside. */
  ignoreDumps: boolean;
}

/**
 * Whether an empty database may begin the lineage: only where there is nothing under `wal/` but claims that nobody has opened, and those
 * are this life's, this site's, or named on purpose. So the permit is used up by one success. Dumps beside it hold a database that somebody
 * may want back: they are left aside by an explicit word alone.
 */
export function decideInitialise({
  lineage,
  life,
  site,
  takeOver,
  otherObject,
  dump,
  ignoreDumps,
}: InitialiseFacts):
  | { action: "initialise"; number: number; withdraw: number[] }
  | { action: "refuse"; reason: string; remedy: string } {
  if (otherObject !== undefined)
    return {
      action: "refuse",
      reason: `an empty database may only begin where nothing was ever backed up, and ${otherObject} is there`,
      remedy:
        "remove lstm-pfd:initialise and run the restore; if what is there is of no use, begin in another bucket",
    };
  if (dump !== undefined && !ignoreDumps)
    return {
      action: "refuse",
      reason: `an empty database may not begin in silence where dumps of one lie: the newest is ${dump}`,
      remedy:
        "if this is the right bucket, set lstm-pfd:ignoreDumps true: the database begins empty, and one of them is then put into place (npm run restore -- database --dump NAME; npm run dumps lists them)",
    };
  const unsettled = unsettledOf(lineage);
  const foreign = unsettled.filter(({ claim }) => claim.life !== life && claim.site.id !== site.id).at(-1);
  if (foreign !== undefined && takeOver !== foreign.number)
    return {
      action: "refuse",
      reason: `site ${foreign.claim.site.name} has claimed generation ${foreign.number} at ${foreign.claim.claimedAt} and not opened it: it is beginning there, or has died while it did`,
      remedy: `let it finish; only if it is certainly dead, set lstm-pfd:takeOver ${foreign.number}`,
    };
  // Another initdb is another database: what an earlier attempt has made of its path does not fit it.
  return {
    action: "initialise",
    number: (lineage.generations.at(-1)?.number ?? 0) + 1,
    withdraw: unsettled.map(({ number }) => number),
  };
}
