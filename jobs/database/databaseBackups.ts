import { type ObjectStorage, ObjectStorageError } from "../objectStorage";
import { Failure, reasonOf } from "../../lib/failure";
import { type Chain, countsInChain } from "../lineage/chain";
import type { CommittedBase } from "../lineage/window";
import {
  type CommittedRecord,
  committedKey,
  committedPrefix,
  labelOfKey,
  newestLabel,
  ownTimeOf,
  parseCommittedRecord,
} from "./committedRecord";
import { STANZA } from "./pgbackrest";
import { repositoryPrefix } from "./repositoryKeys";
import { repositoryProblem } from "./repositoryProblem";
import type { BaseBackup, StanzaInfo } from "./stanzaInfo";

/** A base backup that a recovery along a chain can begin with. */
export interface Base {
  generation: number;
  label: string;
  backup: BaseBackup;
  archiveId: string;
  /** Major version of the server that it was taken from. */
  pgVersion: string;
  /** False when an operator chose a backup that was never committed. */
  committed: boolean;
}

/** What the object store holds to begin a recovery with. */
export type BasesFound =
  /** Newest first. */
  | { state: "committed"; bases: [Base, ...Base[]] }
  /** Something, but no backup that was read back. */
  | { state: "uncommitted"; location: string; what: string }
  /** There was a backup, and what leads to it is gone or cannot be used. */
  | { state: "damaged"; reason: string; remedy: string }
  /** Nobody can tell. */
  | { state: "unreadable"; reason: string; remedy: string };

/** What to look for, and whom to ask. */
export interface BasesQuery {
  storage: Pick<ObjectStorage, "list" | "readText" | "describe">;
  /** Asks pgBackRest; called only for a generation that has a repository. */
  info: (generation: number) => Promise<StanzaInfo>;
  chain: Chain;
  /** Label of the base backup that an operator wants; empty for the newest committed one. */
  wantedLabel: string;
}

/** Looks at the generations of a chain. Never throws: what cannot be read is a result as well. */
export async function findBases(query: BasesQuery): Promise<BasesFound> {
  try {
    return await find(query);
  } catch (error) {
    if (error instanceof Failure)
      return {
        state: error instanceof ObjectStorageError ? "unreadable" : "damaged",
        reason: error.what,
        remedy: error.remedy,
      };
    return {
      state: "unreadable",
      reason: `the backups cannot be read: ${reasonOf(error)}`,
      remedy: "look at the lines before this one, fix the cause and run the restore again",
    };
  }
}

async function find(query: BasesQuery): Promise<BasesFound> {
  const { storage, chain, wantedLabel } = query;
  const generations = [...new Set(chain.stretches.map(({ generation }) => generation))].reverse();
  const bases: Base[] = [];
  const listed: string[] = [];
  for (const generation of generations) {
    const found = await basesOf(query, generation);
    if ("state" in found) return found;
    bases.push(...found.bases);
    listed.push(...found.listed);
  }
  const [first, ...others] = bases.sort((one, other) =>
    ownTimeOf(one.label) < ownTimeOf(other.label) ? 1 : -1,
  );
  if (first !== undefined) return { state: "committed", bases: [first, ...others] };
  const locations = generations
    .map((generation) => storage.describe(repositoryPrefix(generation)))
    .join(", ");
  if (wantedLabel !== "")
    return {
      state: "damaged",
      reason: `no base backup ${wantedLabel} that leads to the head of the lineage is listed in ${locations}`,
      remedy: `choose one that is listed (lstm-pfd:restoreSet; listed: ${listed.join(", ") || "none"}), then run the restore again`,
    };
  return {
    state: "uncommitted",
    location: locations,
    what: listed.length === 0 ? "no base backup" : `base backups (${listed.join(", ")})`,
  };
}

async function basesOf(
  { storage, info: ask, chain, wantedLabel }: BasesQuery,
  generation: number,
): Promise<{ bases: Base[]; listed: string[] } | Exclude<BasesFound, { state: "committed" }>> {
  const committed = await committedLabels(storage, generation);
  const missing = await missingInfoFile(storage, generation);
  if (missing !== undefined) {
    if (committed.length === 0) return { bases: [], listed: [] };
    return {
      state: "damaged",
      reason: `${storage.describe(missing)} and its copy (.copy) are missing, although there are committed backups`,
      remedy: "bring back a former version of the object, then run the restore again",
    };
  }
  const info = await ask(generation);
  if (info.status.code === 2 && committed.length === 0) return { bases: [], listed: [] };
  if (info.status.code !== 0)
    return repositoryProblem(storage.describe(repositoryPrefix(generation)), info.status);
  const listed = info.backups.map(({ label }) => label);
  const newest = newestLabel(committed);
  if (newest !== undefined && wantedLabel === "" && !listed.includes(newest))
    return {
      state: "damaged",
      reason: `the repository ${storage.describe(repositoryPrefix(generation))} does not list base backup ${newest}, although its committed record exists`,
      remedy: `choose one that it lists (lstm-pfd:restoreSet; listed: ${listed.join(", ") || "none"}), then run the restore again`,
    };
  const bases: Base[] = [];
  for (const backup of info.backups) {
    const { label } = backup;
    const archiveId = info.archiveIds[backup.databaseId];
    const wanted = wantedLabel === "" ? committed.includes(label) : label === wantedLabel;
    if (!wanted || archiveId === undefined || !countsInChain(chain, generation, backup)) continue;
    const pgVersion = info.databases[backup.databaseId]?.version ?? "";
    bases.push({ generation, label, backup, archiveId, pgVersion, committed: committed.includes(label) });
  }
  // One that ended past the fork leads nowhere, and must not be offered.
  const leading = info.backups.filter((backup) => countsInChain(chain, generation, backup));
  return { bases, listed: leading.map(({ label }) => label) };
}

/**
 * The committed record of a base backup; undefined when it was never committed.
 * @throws Failure when it cannot be read
 */
export async function recordOf(
  storage: BasesQuery["storage"],
  { generation, label, committed }: Base,
): Promise<CommittedRecord | undefined> {
  if (!committed) return undefined;
  const key = committedKey(generation, label);
  const content = await storage.readText(key);
  try {
    return parseCommittedRecord(content?.text ?? "");
  } catch (error) {
    throw new Failure(
      `the committed record ${storage.describe(key)} cannot be read: ${reasonOf(error)}`,
      `bring back its former version, or choose the backup by name (lstm-pfd:restoreSet ${label})`,
    );
  }
}

/**
 * The committed base backups in the path of one generation, whatever they lead to.
 * @throws Failure when its repository is damaged or does not list the newest; ObjectStorageError when the store does not answer
 */
export async function committedBases(
  { storage, info: ask }: Pick<BasesQuery, "storage" | "info">,
  generation: number,
): Promise<CommittedBase[]> {
  const committed = await committedLabels(storage, generation);
  if (committed.length === 0) return [];
  const location = storage.describe(repositoryPrefix(generation));
  const missing = await missingInfoFile(storage, generation);
  if (missing !== undefined) throw new Failure(`${storage.describe(missing)} is missing`, bringBack);
  const info = await ask(generation);
  if (info.status.code !== 0) {
    const { reason, remedy } = repositoryProblem(location, info.status);
    throw new Failure(reason, remedy);
  }
  // The record of one that has expired may have been left by an expiry that was stopped; that of the newest never is.
  const newest = newestLabel(committed);
  if (!info.backups.some(({ label }) => label === newest))
    throw new Failure(
      `the repository ${location} does not list base backup ${newest ?? ""}, although its committed record exists`,
      bringBack,
    );
  return info.backups
    .filter(({ label }) => committed.includes(label))
    .map((backup) => ({ generation, label: backup.label, backup }));
}

const bringBack =
  "bring back a former version of the object (the bucket keeps versions), then run this again";

async function committedLabels(storage: BasesQuery["storage"], generation: number): Promise<string[]> {
  return (await storage.list(committedPrefix(generation))).flatMap(({ key }) => labelOfKey(key) ?? []);
}

/** Key of a file without which pgBackRest finds nothing in the repository of a generation, where it and its copy are gone. */
export async function missingInfoFile(
  storage: Pick<BasesQuery["storage"], "list">,
  generation: number,
): Promise<string | undefined> {
  for (const kind of ["archive", "backup"]) {
    const key = `${repositoryPrefix(generation)}${kind}/${STANZA}/${kind}.info`;
    if ((await storage.list(key, 2)).length === 0) return key;
  }
  return undefined;
}
