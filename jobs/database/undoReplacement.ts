import { Failure } from "../../lib/failure";
import { secondsSince } from "../../lib/format";
import { chainOf } from "../lineage/chain";
import type { LineageStore } from "../lineage/lineageStore";
import type { Lineage } from "../lineage/readLineage";
import type { Site } from "../lineage/records";
import { decideTakeOver } from "../lineage/takeOver";
import { newLife, readVolumeLife } from "../lineage/volumeLife";
import type { ObjectStorage } from "../objectStorage";
import type { ApplicationRole } from "./applicationRole";
import { beginReplacement, doneBefore, type ReplacementPlace } from "./beginReplacement";
import { giveUpReplacement } from "./giveUpReplacement";
import { removeJson, writeJson } from "./jsonFile";
import { endOf, forgetNote, type FormerDatabase, type KeptDatabase, keptDatabases } from "./keptDatabase";
import { knownHistories } from "./knownHistories";
import { openedBy, putIntoPlaceIfOpened } from "./openedBefore";
import { putIntoPlace } from "./putIntoPlace";
import type { Rebuilt } from "./rebuildIndexes";
import { orForget, readReplacement, type Replacement } from "./replacement";
import { promoteKept } from "./promoteKept";
import { Succession } from "./succession";
import { chooseKept } from "./undoChoice";
import { keptDirectory, type Volume } from "./volume";

/** What an undo depends on. */
export interface UndoPlan extends ReplacementPlace {
  storage: ObjectStorage;
  store: LineageStore;
  site: Site;
  role: ApplicationRole;
  sharedBuffers: string;
  archiveTimeoutSeconds: number;
  /** Collation versions that an operator accepts, as in "icu:153.128,libc:2.41"; empty for none. */
  acceptCollations: string;
  /** Generation to bring back; undefined for the one that was replaced last. */
  generation: number | undefined;
}

/** What an undo did. */
export interface UndoReport {
  action: "undone";
  operation: string;
  /** The new generation. */
  generation: number;
  /** The one whose database it goes on with, and where that had ended. */
  from: Pick<KeptDatabase, "generation" | "lsn" | "stoppedAt">;
  /** The one that was set aside, from when to when it was served, and where it is kept. */
  setAside: { generation: number; servedFrom: string; servedTo: string; keptIn: string };
  rowCounts: Record<string, number>;
  heartbeatAt: string;
  /** Indexes that were rebuilt, because text is sorted differently here. */
  rebuilt?: Rebuilt;
  seconds: number;
}

/**
 * Brings the database back that a replacement in place has set aside, with every row: its directory is promoted as the next
 * generation, whose parent is the one that it was, at its end. What has taken its place meanwhile is set aside in turn. A replacement
 * that has not come to its switch is given up instead.
 * @throws Failure whenever it is not certain what is right; nothing is changed then
 */
export async function undoReplacement(plan: UndoPlan, log: (line: string) => void): Promise<object> {
  const { volume, store } = plan;
  const done = doneBefore(plan);
  if (done !== undefined) return done;
  const underWay = readReplacement(volume);
  if (underWay !== undefined && underWay.kept === undefined) {
    if (!(await finished(plan, underWay, log))) return giveUpReplacement(plan, underWay, log);
  }
  const lineage = await store.read();
  const kept = readReplacement(volume)?.kept ?? keptToBringBack(plan, lineage);
  const replacement = await beginReplacement(plan, { wanted: `undo:${kept.generation}`, kept }, log);
  return orForget(volume, () => bringBackKept(plan, replacement, kept, log));
}

/** Brings a replacement to its end that had opened its generation. @returns whether it had */
async function finished(
  { volume, store }: UndoPlan,
  { former, operation }: Replacement,
  log: (line: string) => void,
): Promise<boolean> {
  const life = readVolumeLife(volume.life);
  if (life === undefined || life.life === former.life) return false;
  const lineage = await store.read();
  if (openedBy(life, lineage) === undefined) return false;
  if ((await putIntoPlaceIfOpened(volume, life, lineage, log, { former, operation })) === undefined)
    throw new Failure(
      `generation ${life.generation} was opened, and its directory is lost`,
      "run the same replacement again: it recovers from the archive",
    );
  await removeJson(volume.replacement);
  return true;
}

function keptToBringBack({ volume, generation }: UndoPlan, lineage: Lineage): KeptDatabase {
  const choice = chooseKept({
    kept: keptDatabases(volume),
    head: readVolumeLife(volume.life)?.generation,
    generation,
    lineage,
  });
  if (choice.choice === "refuse") throw new Failure(choice.reason, choice.remedy);
  return choice.kept;
}

async function bringBackKept(
  plan: UndoPlan,
  { former }: Replacement,
  kept: KeptDatabase,
  log: (line: string) => void,
): Promise<object> {
  const { store } = plan;
  const start = Date.now();
  const volume: Volume = { ...plan.volume, incoming: keptDirectory(plan.volume, kept.generation) };
  const lineage = await store.read();
  const life = readVolumeLife(volume.life);
  const own = life?.life === former.life ? undefined : life;
  const before = await putIntoPlaceIfOpened(volume, own, lineage, log, { former, operation: plan.operation });
  if (before !== undefined) {
    await end(volume, kept);
    return before;
  }
  const succession = successionOf(plan, lineage, own?.life ?? newLife(), { former, kept }, log);
  const promoted = await promoteKept(
    { ...plan, volume, kept, chain: chainOf(lineage, kept.generation), histories: knownHistories(lineage) },
    succession,
    log,
  );
  const report: UndoReport = {
    action: "undone",
    operation: plan.operation,
    generation: succession.number,
    from: { generation: kept.generation, lsn: kept.lsn, stoppedAt: kept.stoppedAt },
    setAside: setAside(volume, lineage, former),
    ...promoted,
    seconds: secondsSince(start),
  };
  await writeJson(volume.recoveryReport, report);
  await putIntoPlace(volume, {
    ...former,
    replacedBy: succession.number,
    keptAt: new Date().toISOString(),
  });
  await succession.serve();
  await end(volume, kept);
  return report;
}

function successionOf(
  { store, volume, site, archiveTimeoutSeconds }: UndoPlan,
  lineage: Lineage,
  life: string,
  { former, kept }: { former: FormerDatabase; kept: KeptDatabase },
  log: (line: string) => void,
): Succession {
  const takeOver = decideTakeOver({
    lineage,
    life,
    site,
    newestOfHead: undefined,
    now: new Date(),
    archiveTimeoutSeconds,
    takeOver: undefined,
    fromReplica: false,
    // A directory is promoted once, and goes on with the number that it was promoted for.
    ownClaimHasWal: false,
  });
  if (takeOver.action === "refuse") throw new Failure(takeOver.reason, takeOver.remedy);
  if (takeOver.action === "none") throw new Error("a lineage without a head has nothing to undo");
  return new Succession(
    {
      store,
      lifeFile: volume.life,
      life,
      site,
      number: takeOver.number,
      parent: kept.generation,
      reason: "undo",
      target: `undo:${kept.generation}`,
      parentEnd: endOf(former),
      withdraw: takeOver.withdraw,
    },
    log,
  );
}

function setAside(
  volume: Volume,
  { generations }: Lineage,
  { generation, stoppedAt }: FormerDatabase,
): UndoReport["setAside"] {
  const outcome = generations.find(({ number }) => number === generation)?.outcome;
  return {
    generation,
    servedFrom: outcome?.state === "opened" ? outcome.openedAt : "unknown",
    servedTo: stoppedAt,
    keptIn: keptDirectory(volume, generation),
  };
}

async function end(volume: Volume, { generation }: KeptDatabase): Promise<void> {
  await forgetNote(volume, generation);
  await removeJson(volume.replacement);
}
