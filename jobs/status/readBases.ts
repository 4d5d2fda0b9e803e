import { concurrently } from "../../lib/concurrently";
import { reasonOf } from "../../lib/failure";
import type { BaseFacts, BasesFacts } from "../../plan/status/facts";
import {
  type CommittedRecord,
  committedPrefix,
  labelOfKey,
  ownTimeOf,
  parseCommittedRecord,
} from "../database/committedRecord";
import { missingInfoFile } from "../database/databaseBackups";
import { planExpiry } from "../database/expiryPlan";
import { STANZA } from "../database/pgbackrest";
import { repositoryPrefix } from "../database/repositoryKeys";
import { parseSegment, SEGMENT_BYTES } from "../database/walPosition";
import { chainOf } from "../lineage/chain";
import type { Lineage, OpenedGeneration } from "../lineage/readLineage";
import { basesAlong, type CommittedBase } from "../lineage/window";
import type { ObjectStorage } from "../objectStorage";
import { labelTime } from "./labelTime";
import type { WindowStart } from "./readArchive";

type Storage = Pick<ObjectStorage, "list" | "readText" | "describe">;

/** Base backups, and what the window is counted from. */
export interface BasesRead {
  facts: BasesFacts;
  /** Those that a second of the window may begin with. */
  bases: CommittedBase[];
  /** The newest full one that is older than the window; undefined where there is none, and all that is there counts. */
  start: WindowStart | undefined;
}

/** Records that are read at most, the newest ones: twice what a window of 14 days holds. */
const RECORDS = 200;
const CONCURRENCY = 16;
const DAY_MS = 24 * 3600 * 1000;

interface Listed {
  generation: number;
  label: string;
  key: string;
  modifiedAt: Date;
}

/**
 * Reads the committed records of base backups, the newest ones of those that are listed, and holds the newest to its repository by names of
 * objects. What a repository holds is encrypted: whether it opens, pgBackRest alone can say.
 * @param generations those whose repository is there, oldest first; the last one is the head
 * @param windowDays days of recovery to any second
 * @param now the store's clock; undefined where it does not say
 * @param most records that are read. @default 200
 */
export async function readBases(
  storage: Storage,
  lineage: Lineage,
  generations: readonly OpenedGeneration[],
  { windowDays, now }: { windowDays: number; now: () => Date | undefined },
  most = RECORDS,
): Promise<BasesRead> {
  const listed: Listed[] = [];
  await concurrently(CONCURRENCY, generations, async ({ number }) => {
    for (const { key, modifiedAt } of await storage.list(committedPrefix(number))) {
      const label = labelOfKey(key);
      if (label !== undefined) listed.push({ generation: number, label, key, modifiedAt });
    }
  });
  listed.sort((one, other) => (ownTimeOf(one.label) < ownTimeOf(other.label) ? 1 : -1));
  const records = new Map<Listed, CommittedRecord>();
  const broken: BasesFacts["broken"] = [];
  await concurrently(CONCURRENCY, listed.slice(0, most), async (each) => {
    const content = await storage.readText(each.key);
    // Expired between listing and reading.
    if (content === undefined) return;
    try {
      records.set(each, parseCommittedRecord(content.text));
    } catch (error) {
      broken.push({ label: each.label, why: reasonOf(error) });
    }
  });
  const bases = [...records].map(([each, record]) => committedBase(each, record));
  const head = generations.at(-1)?.number ?? 0;
  const along = basesAlong(chainOf(lineage, head), bases);
  const factsOf = ({ generation, label }: CommittedBase): BaseFacts | undefined => {
    const found = [...records].find(([each]) => each.generation === generation && each.label === label);
    return found === undefined ? undefined : baseFacts(...found);
  };
  const newest = along.at(-1);
  const full = along.filter(({ label }) => label.endsWith("F")).at(-1);
  const [oldest] = along;
  const base = windowBase(along, windowDays, now());
  return {
    bases: bases.filter(({ backup }) => base === undefined || backup.stoppedAt >= base.backup.stoppedAt),
    start: base === undefined ? undefined : { generation: base.generation, segment: base.backup.walStart },
    facts: {
      ...(newest === undefined ? {} : present("newest", factsOf(newest))),
      ...(full === undefined ? {} : present("newestFull", factsOf(full))),
      ...(oldest === undefined ? {} : present("oldestRead", factsOf(oldest))),
      count: listed.length,
      notRead: Math.max(0, listed.length - most),
      broken,
      missing: newest === undefined ? [] : await missingBeside(storage, newest),
      expiry: expiryOf(
        listed.filter(({ generation }) => generation === head),
        windowDays,
        now(),
      ),
    },
  };
}

/** As an expiry has it: everything before it may go. */
function windowBase(
  along: readonly CommittedBase[],
  windowDays: number,
  now: Date | undefined,
): CommittedBase | undefined {
  const begin = (now?.getTime() ?? -Infinity) - windowDays * DAY_MS;
  return along
    .filter(({ label, backup }) => label.endsWith("F") && backup.stoppedAt.getTime() <= begin)
    .at(-1);
}

function present<Name extends string>(
  name: Name,
  value: BaseFacts | undefined,
): Partial<Record<Name, BaseFacts>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, BaseFacts>);
}

/** The record does not say at which position the backup has ended: at the end of its last segment at the latest. */
function committedBase({ generation, label }: Listed, record: CommittedRecord): CommittedBase {
  const { walStart, walStop, stoppedAt } = record;
  const end = BigInt((parseSegment(walStop)?.number ?? 0) + 1) * BigInt(SEGMENT_BYTES) - 1n;
  const half = (value: bigint): string => value.toString(16).toUpperCase();
  return {
    generation,
    label,
    backup: {
      walStart,
      walStop,
      lsnStop: `${half(end >> 32n)}/${half(end & 0xffff_ffffn)}`,
      stoppedAt: new Date(stoppedAt),
    },
  };
}

function baseFacts({ generation, label, modifiedAt }: Listed, record: CommittedRecord): BaseFacts {
  const { type, stoppedAt, databaseBytes, repositoryBytes } = record;
  return {
    generation,
    label,
    type,
    stoppedAt: new Date(stoppedAt),
    committedAt: modifiedAt,
    databaseBytes,
    repositoryBytes,
  };
}

/** Objects without which pgBackRest does not find a base backup, nor the full one that it stands on. */
async function missingBeside(storage: Storage, { generation, label }: CommittedBase): Promise<string[]> {
  const manifests = [...new Set([label, label.slice(0, 16)])].map(
    (each) => `${repositoryPrefix(generation)}backup/${STANZA}/${each}/backup.manifest`,
  );
  const [info, ...found] = await Promise.all([
    missingInfoFile(storage, generation),
    ...manifests.map(async (key) => ((await storage.list(key, 1)).length === 0 ? key : undefined)),
  ]);
  return [info, ...found].flatMap((key) => (key === undefined ? [] : [storage.describe(key)]));
}

/** By the labels, whose times are those of the beginning. */
function expiryOf(
  listed: readonly Listed[],
  windowDays: number,
  now: Date | undefined,
): BasesFacts["expiry"] {
  if (now === undefined) return { removes: 0, why: "the store does not say what time it is" };
  const backups = [...listed].reverse().map(({ label }) => ({
    label,
    type: label.endsWith("F") ? ("full" as const) : ("incr" as const),
    stoppedAt: labelTime(label) ?? now,
  }));
  const plan = planExpiry(
    backups,
    backups.map(({ label }) => label),
    windowDays,
    now,
  );
  switch (plan.action) {
    case "expire":
      return { removes: plan.expired.length, base: plan.base, why: "older than the base of the window" };
    case "nothing":
      return { removes: 0, why: plan.why };
    case "refuse":
      return { removes: 0, why: plan.reason };
  }
}
