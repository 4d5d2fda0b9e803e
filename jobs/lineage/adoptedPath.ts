import { Failure } from "../../lib/failure";
import { generationName, walPrefix } from "../../plan/repository";
import type { ControlData } from "../database/controlData";
import { PgBackRest, STANZA, told } from "../database/pgbackrest";
import { repositoryPrefix } from "../database/repositoryKeys";
import { repositoryProblem } from "../database/repositoryProblem";
import type { StanzaInfo } from "../database/stanzaInfo";
import { listArchivedWal } from "../database/walArchive";
import { historyTimeline, parseHistoryLines } from "../database/walPosition";
import type { ObjectStorage } from "../objectStorage";
import { decideAdoption, describeTail, type UnclaimedPath } from "./adoption";
import type { Claim, Opened, Site } from "./records";

/** Records of generation 1, for a path that was written before there were claims. */
export interface AdoptedPath {
  claim: Claim;
  outcome: Opened;
}

interface Found extends UnclaimedPath {
  archiveId: string;
  systemId: string;
  pgVersion: string;
}

/** Whoever wrote the path: nobody can be told from it. */
const formerSite: Site = { id: "unknown", name: "from before there were claims" };

/**
 * What a recovery makes of a vault without claims.
 * @param query.adoptTimeline timeline that an operator names; undefined for none
 * @returns undefined where there is no such path
 * @throws Failure when it cannot be told which end of the path is the right one
 */
export async function adoptedPath(
  {
    storage,
    adoptTimeline,
  }: {
    storage: Pick<ObjectStorage, "folders" | "list" | "deleted" | "describe">;
    adoptTimeline?: number | undefined;
  },
  log: (line: string) => void,
): Promise<AdoptedPath | undefined> {
  const found = await unclaimedPath(storage);
  if (found === undefined) return undefined;
  const decision = decideAdoption(found, adoptTimeline);
  if (decision.action === "refuse") throw new Failure(decision.reason, decision.remedy);
  const { timeline, timelines, dead, others } = decision;
  log(`the path of generation 1 is from before there were claims: going on with timeline ${timeline}`);
  for (const tail of others) log(`left aside, on no recovery's way: ${describeTail(tail)}`);
  return records(found, { life: `adopted-${found.systemId}`, site: formerSite, timeline, timelines, dead });
}

/**
 * What a living database makes of the path that it archives into: its own timeline decides.
 * @throws Failure when the path is not that of this database
 */
export async function adoptedByLivingSite(
  { storage, control, site }: { storage: ObjectStorage; control: ControlData; site: Site },
  life: string,
  log: (line: string) => void,
): Promise<AdoptedPath> {
  const found = await unclaimedPath(storage);
  const location = storage.describe(repositoryPrefix(1));
  if (found === undefined || found.systemId !== control.systemId)
    throw new Failure(
      `the database on this volume (system ${control.systemId}) has no generation, and ${location} is ${found === undefined ? "empty" : `of another one (system ${found.systemId})`}`,
      "check bucket and volume: if this database was never backed up, take a copy of it by hand (pg_dump) and begin anew with it",
    );
  const { timeline } = control;
  const history = found.histories.get(timeline);
  if (timeline > 1 && history === undefined)
    throw new Failure(
      `the database on this volume is on timeline ${timeline}, whose history is not in ${location}`,
      "check the bucket: the archive of this database must be there, before it can go on",
    );
  const timelines = [...parseHistoryLines(history ?? "").map(({ parent }) => parent), timeline];
  const all = [...found.histories.keys(), 1];
  const dead = all.filter((other) => !timelines.includes(other));
  if (dead.length > 0) log(`timelines ${dead.join(", ")} of the same path lead nowhere`);
  return records(found, { life, site, timeline, timelines, dead });
}

async function unclaimedPath(
  storage: Pick<ObjectStorage, "folders" | "list" | "deleted" | "describe">,
): Promise<Found | undefined> {
  const paths = (await storage.folders(walPrefix)).filter((name) => /^generation-\d{4}$/.test(name));
  const others = paths.filter((name) => name !== generationName(1));
  if (others.length > 0)
    throw new Failure(
      `${storage.describe(walPrefix)} holds ${others.join(", ")} without a claim: only ${generationName(1)} can be adopted`,
      "move what is not needed to another bucket, then run this again",
    );
  if (paths.length === 0) {
    const [deleted] = await storage.deleted(walPrefix);
    if (deleted === undefined) return undefined;
    throw new Failure(
      `${storage.describe(walPrefix)} held backups that were deleted (${deleted} is one)`,
      "remove their delete markers to bring them back, then run the restore again",
    );
  }
  const pgBackRest = new PgBackRest("", 1);
  const info = await told("the repository of generation 1 cannot be read", () => pgBackRest.info());
  if (info.status.code !== 0 && info.status.code !== 2) {
    const { reason, remedy } = repositoryProblem(storage.describe(repositoryPrefix(1)), info.status);
    throw new Failure(reason, remedy);
  }
  const { archiveId, systemId, version } = newestDatabase(info);
  const archived = await listArchivedWal(storage, 1, archiveId);
  const histories = new Map<number, string>();
  for (const name of archived.histories) {
    const text = await told(`the history ${name} cannot be read`, () =>
      pgBackRest.readRepositoryFile(`archive/${STANZA}/${archiveId}/${name}`),
    );
    histories.set(historyTimeline(name) ?? 0, text);
  }
  return { archived, histories, archiveId, systemId, pgVersion: version };
}

function newestDatabase({ databases }: StanzaInfo): { archiveId: string; systemId: string; version: string } {
  const id = Math.max(...Object.keys(databases).map(Number));
  const { systemId = "", version = "" } = databases[id] ?? {};
  return { archiveId: `${version}-${id}`, systemId, version };
}

function records(
  { archived, histories, archiveId, systemId, pgVersion }: Found,
  chosen: { life: string; site: Site; timeline: number; timelines: number[]; dead: number[] },
): AdoptedPath {
  const { life, site, timeline, timelines, dead } = chosen;
  const at = new Date().toISOString();
  return {
    claim: { generation: 1, life, site, claimedAt: at, parent: null, reason: "adopted" },
    outcome: {
      state: "opened",
      generation: 1,
      life,
      openedAt: at,
      systemId,
      pgVersion,
      archiveId,
      timeline,
      timelines,
      parent: null,
      firstSegment: [...archived.segments].sort().at(0) ?? "",
      history: histories.get(timeline) ?? "",
      base: null,
      ...(dead.length === 0 ? {} : { deadTimelines: dead }),
    },
  };
}
