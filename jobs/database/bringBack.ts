import { Failure } from "../../lib/failure";
import { adoptedPath } from "../lineage/adoptedPath";
import { type Chain, chainOf } from "../lineage/chain";
import type { LineageStore } from "../lineage/lineageStore";
import { headOf, isOpened, type Lineage } from "../lineage/readLineage";
import { type Claim, type Opened, outcomeKey, type Site } from "../lineage/records";
import { decideInitialise, decideTakeOver } from "../lineage/takeOver";
import { newLife, readVolumeLife, type VolumeLife } from "../lineage/volumeLife";
import { dumpsPrefix, lineagePrefix, walPrefix } from "../../plan/repository";
import { probePrefix, requireOneCreator } from "../conditionalWrites";
import type { ObjectStorage } from "../objectStorage";
import type { ApplicationRole } from "./applicationRole";
import { basesToRestore, infoOf } from "./basesToRestore";
import { type Base, recordOf } from "./databaseBackups";
import type { DataDirectory } from "./dataDirectory";
import { initialiseDatabase } from "./initialiseDatabase";
import { endOf, type FormerDatabase } from "./keptDatabase";
import { knownHistories } from "./knownHistories";
import type { ArchiverKey } from "./newRepository";
import { putIntoPlaceIfOpened } from "./openedBefore";
import { decideRecovery } from "./recoveryDecision";
import { describeWindow, recoverableWindow, requireInWindow } from "./recoverableWindow";
import { repositoryPrefix } from "./repositoryKeys";
import { restoreFromBases } from "./restoreFromBases";
import { Succession, type SuccessionPlan } from "./succession";
import { requestedTarget } from "./requestedTarget";
import { basesBefore, generationOfTarget, type WantedTarget } from "./targetChoice";
import { usableIn } from "./usableBase";
import type { Volume } from "./volume";
import { listArchivedWal } from "./walArchive";

/** What bringing the database back depends on. */
export interface BringBackPlan {
  volume: Volume;
  dataDirectory: Exclude<DataDirectory, { state: "valid" }>;
  storage: ObjectStorage;
  /** With the keys that may write. */
  writer: ObjectStorage;
  store: LineageStore;
  site: Site;
  role: ApplicationRole;
  archiver: ArchiverKey | undefined;
  sharedBuffers: string;
  archiveTimeoutSeconds: number;
  permitInitialise: boolean;
  /** Dumps of a database are left aside by one that begins empty. */
  ignoreDumps: boolean;
  /** Number of the living head, or of the unsettled claim, that is superseded on purpose; undefined for none. */
  takeOver: number | undefined;
  /** Where to stop; undefined for the end of the archive. */
  wanted: WantedTarget | undefined;
  /** Label of the base backup that is wanted; empty for the newest committed one. */
  wantedLabel: string;
  mayBeEmpty: readonly string[];
  acceptLossAfter: string;
  maxDataAgeSeconds: number;
  acceptDataAge: number;
  /** Of the server in this image. */
  postgresMajor: string;
  /** Collation versions of this image that an operator accepts, as in "icu:153.128,libc:2.41"; empty for none. */
  acceptCollations: string;
  /** Days of recovery to any second. */
  windowDays: number;
  /** The stopped database that is there and is to be replaced; undefined where there is none. */
  former?: FormerDatabase | undefined;
  /** What asked for a replacement. */
  operation?: string | undefined;
  /** Timeline of a path from before there were claims that is the right one; undefined where time tells. */
  adoptTimeline: number | undefined;
}

type Adopted = { claim: Claim; outcome: Opened };

/**
 * Restores what the lineage leads to, or begins it where there is none: the one way to a data directory.
 * @throws Failure whenever it is not certain what is right
 */
export async function bringBack(plan: BringBackPlan, log: (line: string) => void): Promise<object> {
  const { volume, store } = plan;
  const life = readVolumeLife(volume.life);
  const read = await store.read();
  const finished = await putIntoPlaceIfOpened(volume, newOf(life, plan), read, log, plan);
  if (finished !== undefined) return finished;
  const adopted = read.generations.length > 0 ? undefined : await adoptedPath(plan, log);
  const lineage: Lineage = adopted === undefined ? read : withAdopted(adopted);
  return headOf(lineage) === undefined
    ? begin(plan, lineage, life, log)
    : succeed(plan, lineage, life, adopted, log);
}

function withAdopted({ claim, outcome }: Adopted): Lineage {
  return { generations: [{ number: outcome.generation, claim, outcome }] };
}

/** Nothing was ever opened: an empty database, with a permit. */
async function begin(
  plan: BringBackPlan,
  lineage: Lineage,
  life: VolumeLife | undefined,
  log: (line: string) => void,
): Promise<object> {
  const { storage, writer, site, dataDirectory, permitInitialise } = plan;
  const decision = decideRecovery({
    dataDirectory,
    backups: { state: "none", location: storage.describe(walPrefix) },
    permitInitialise,
  });
  if (decision.action === "refuse") throw new Failure(decision.reason, decision.remedy);
  const own = ownLife(plan, life);
  const initialise = decideInitialise({
    lineage,
    life: own.life,
    site,
    takeOver: plan.takeOver,
    otherObject: await otherObject(storage, lineage),
    dump: await newestDump(storage),
    ignoreDumps: plan.ignoreDumps,
  });
  if (initialise.action === "refuse") throw new Failure(initialise.reason, initialise.remedy);
  await requireOneCreator(writer);
  const succession = new Succession(
    {
      ...own,
      number: initialise.number,
      parent: null,
      reason: "initialise",
      withdraw: initialise.withdraw,
    },
    log,
  );
  return initialiseDatabase({ ...plan, succession }, log);
}

/** The life of this volume, as it takes its place in the lineage: the one that it has, or a new one. */
function ownLife(
  plan: BringBackPlan,
  life: VolumeLife | undefined,
): Pick<SuccessionPlan, "store" | "lifeFile" | "life" | "site"> {
  const { store, volume, site } = plan;
  return { store, lifeFile: volume.life, life: newOf(life, plan)?.life ?? newLife(), site };
}

/** A life that is not the one of the database that is replaced. */
function newOf(
  life: VolumeLife | undefined,
  { former }: Pick<BringBackPlan, "former">,
): VolumeLife | undefined {
  return life?.life === former?.life ? undefined : life;
}

/** An object under `wal/` that is neither a record of the lineage nor left by an unsettled claim; undefined when there is none. */
async function otherObject(storage: ObjectStorage, { generations }: Lineage): Promise<string | undefined> {
  const prefixes = [lineagePrefix, probePrefix, ...generations.map(({ number }) => repositoryPrefix(number))];
  const found = await storage.listVersions(walPrefix);
  return found.find(({ key }) => !prefixes.some((prefix) => key.startsWith(prefix)))?.key;
}

/** A dump that was deleted may be brought back, and counts. */
async function newestDump(storage: ObjectStorage): Promise<string | undefined> {
  const found = await storage.listVersions(dumpsPrefix);
  const [newest] = found.sort((one, other) => other.modifiedAt.getTime() - one.modifiedAt.getTime());
  return newest === undefined
    ? undefined
    : `${storage.describe(newest.key)} (${newest.modifiedAt.toISOString()})`;
}

/** Restores along the chain of the head, and takes over from it. */
async function succeed(
  plan: BringBackPlan,
  lineage: Lineage,
  life: VolumeLife | undefined,
  adopted: Adopted | undefined,
  log: (line: string) => void,
): Promise<object> {
  const { storage, writer, site, former, operation } = plan;
  const own = ownLife(plan, life);
  const newestOfHead = await newestInHead(storage, lineage);
  const takeOver = decideTakeOver({
    lineage,
    life: own.life,
    site,
    newestOfHead,
    now: storage.storeTime ?? new Date(),
    archiveTimeoutSeconds: plan.archiveTimeoutSeconds,
    takeOver: plan.takeOver,
    fromReplica: await isReplica(storage, lineage),
    ownClaimHasWal: life?.life === own.life && (await hasWal(storage, life.generation)),
  });
  if (takeOver.action === "refuse") throw new Failure(takeOver.reason, takeOver.remedy);
  if (takeOver.action === "none") throw new Error("a lineage with a head has nothing to take over");
  const { parent, bases, chain } = await wayBack(
    { ...plan, inPlace: former !== undefined },
    lineage,
    takeOver.parent,
    newestOfHead,
    log,
  );
  const requireUsable = usableIn(plan);
  await requireUsable(bases[0], await recordOf(storage, bases[0]), () => undefined);
  await requireOneCreator(writer);
  const succession = new Succession(
    {
      ...own,
      number: takeOver.number,
      parent,
      reason: plan.wanted === undefined ? "recovery" : "target",
      ...claimedTarget(plan),
      ...(former === undefined ? {} : { parentEnd: endOf(former) }),
      withdraw: takeOver.withdraw,
      ...(adopted === undefined ? {} : { adopted }),
    },
    log,
  );
  return restoreFromBases(
    {
      ...plan,
      database: plan.role.database,
      chain,
      bases,
      requireUsable,
      histories: knownHistories(lineage),
      succession,
      former: former && { ...former, replacedBy: takeOver.number, keptAt: new Date().toISOString() },
      operation,
    },
    log,
  );
}

/** What a way back is looked for with. */
export type WayBackQuery = Pick<
  BringBackPlan,
  "volume" | "storage" | "dataDirectory" | "wanted" | "wantedLabel" | "windowDays"
> & {
  /** An operator asks for it, once, on a platform that lives; otherwise a setting does. */
  inPlace: boolean;
};

/**
 * The generation, chain and base backups that lead to what is wanted.
 * @throws Failure when it is outside of the window, or no base backup leads to it
 */
export async function wayBack(
  plan: WayBackQuery,
  lineage: Lineage,
  head: number,
  newestOfHead: Date | undefined,
  log: (line: string) => void,
): Promise<{ parent: number; chain: Chain; bases: [Base, ...Base[]] }> {
  const { volume, storage, dataDirectory, wanted, wantedLabel, windowDays } = plan;
  const parent = wanted === undefined ? head : parentOfTarget(plan, lineage, wanted);
  const chain = chainOf(lineage, parent);
  log(
    parent === head
      ? `taking over from generation ${head}, timeline ${chain.timeline}`
      : `going back to generation ${parent}, timeline ${chain.timeline}; generation ${head} is taken over from`,
  );
  const tell = async (): Promise<string> =>
    describeWindow(lineage, await recoverableWindow({ storage, info: infoOf(volume) }, lineage));
  if (wanted?.target.kind === "time")
    await requireInWindow(wanted.target.at, { text: wanted.text, now: storage.storeTime, windowDays, tell });
  const bases = await basesToRestore({ volume, dataDirectory, storage, chain, wantedLabel }, log);
  if (wanted === undefined) return { parent, chain, bases };
  return { parent, chain, bases: await basesOfTarget(plan, bases, newestOfHead, tell) };
}

/** @throws Failure where the target was used already: a setting stays, and an operator's command does not */
function parentOfTarget({ inPlace }: WayBackQuery, lineage: Lineage, { target, text }: WantedTarget): number {
  const head = headOf(lineage);
  if (head === undefined) throw new Error("a lineage without a head has nothing to go back to");
  if (inPlace) return generationOfTarget(lineage, head, target).number;
  const used = lineage.generations.filter(isOpened).find(({ claim }) => claim.target === text);
  if (used !== undefined)
    throw new Failure(
      `lstm-pfd:restoreTo is ${text}, and generation ${used.number} (site ${used.claim.site.name}) began there at ${used.outcome.openedAt}: going back to it once more would lose what was written since`,
      `remove lstm-pfd:restoreTo to recover the head, which is generation ${head.number}; or name another target`,
    );
  return generationOfTarget(lineage, head, target).number;
}

async function basesOfTarget(
  { wanted, inPlace }: WayBackQuery,
  all: readonly Base[],
  newest: Date | undefined,
  tell: () => Promise<string>,
): Promise<[Base, ...Base[]]> {
  if (wanted === undefined) throw new Error("without a target there is nothing to choose");
  const { target, text } = wanted;
  const [first, ...others] = basesBefore(all, target);
  const beyond = target.kind === "time" && newest !== undefined && target.at.getTime() > newest.getTime();
  if (first === undefined || beyond)
    throw new Failure(
      `${inPlace ? `the target is ${text}` : `lstm-pfd:restoreTo is ${text}`}, ${beyond ? "after the newest archived segment" : "before the end of the oldest base backup"}: ${await tell()}`,
      beyond ? "name a target within it, or none to get everything that there is" : "name a target within it",
    );
  return [first, ...others];
}

function claimedTarget({ wanted, wantedLabel }: BringBackPlan): { target?: string } {
  const target = requestedTarget({ wanted, wantedLabel });
  return target === "" ? {} : { target };
}

/** When the head archived last, by the store's clock. */
export async function newestInHead(storage: ObjectStorage, lineage: Lineage): Promise<Date | undefined> {
  const head = headOf(lineage);
  if (head === undefined) return undefined;
  const { archivedAt } = await listArchivedWal(storage, head.number, head.outcome.archiveId);
  return [...archivedAt.values()].sort((one, other) => one.getTime() - other.getTime()).at(-1);
}

/** Whether the head was copied here from another bucket, in which its site may still live and claim. */
async function isReplica(storage: ObjectStorage, lineage: Lineage): Promise<boolean> {
  const head = headOf(lineage);
  if (head === undefined) return false;
  return (await storage.readText(outcomeKey(head.number)))?.isReplica ?? false;
}

/** Whether a generation's path holds WAL, and so a promotion has taken place in it. */
async function hasWal(storage: ObjectStorage, generation: number): Promise<boolean> {
  const objects = await storage.list(`${repositoryPrefix(generation)}archive/`);
  return objects.some(({ key }) => /\/[0-9A-F]{8}(\.history|[0-9A-F]{16})/.test(key));
}
