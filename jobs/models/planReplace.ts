import { join } from "node:path";
import { formatBytes } from "../../lib/format";
import { type ExchangePlan, type KeptExchange, somePaths, type StatusReport } from "../../plan/modelExchange";
import type { ObjectStorage } from "../objectStorage";
import { INCOMING } from "./checkpointListing";
import { isWhole } from "./downloadSnapshot";
import { type Exchange, listExchanges, oldFiles } from "./exchangeJournal";
import { bytesToCome, freeBytesOf } from "./fetchBeside";
import { bytesOf, checksums, type FileSet, livingSet, obstacles, setOfSnapshot } from "./fileSet";
import { listSnapshots, readManifest } from "./modelSnapshots";
import { lastReplace, snapshotOnLiving, type ReplacePlan } from "./replaceModels";
import { finishedBy, unfinishedOf, whatIsHalfDone } from "./unfinished";

/** How what comes differs from what is there, by path. */
export interface Differences {
  differ: string[];
  added: string[];
  setAside: string[];
  same: string[];
}

/** An entry of a set: path → what tells it from another one, a checksum or the text of a link. */
export type Contents = ReadonlyMap<string, string>;

/** Sorts paths by what becomes of them. */
export function differences(living: Contents, coming: Contents): Differences {
  const paths = [...coming.keys()];
  return {
    differ: paths.filter((path) => living.has(path) && living.get(path) !== coming.get(path)),
    added: paths.filter((path) => !living.has(path)),
    setAside: [...living.keys()].filter((path) => !coming.has(path)),
    same: paths.filter((path) => living.has(path) && living.get(path) === coming.get(path)),
  };
}

function contents(files: ReadonlyMap<string, string>, { links }: FileSet): Contents {
  return new Map([...files, ...links.map(({ path, text }) => [path, `-> ${text}`] as const)]);
}

/** Says what a restore in place would do. Changes nothing. */
export async function planReplace(
  plan: ReplacePlan,
  log: (line: string) => void = () => undefined,
): Promise<ExchangePlan> {
  const { directory } = plan;
  const exchanges = await listExchanges(directory);
  const unfinished = unfinishedOf(exchanges);
  // Without a name, what is half done is what is wanted.
  const goesOn =
    unfinished?.journal.kind === "replace" && ["", unfinished.journal.snapshot].includes(plan.wanted);
  const wanted = goesOn ? unfinished.journal.snapshot : plan.wanted;
  const { manifest, warnings } = await snapshotOnLiving({ ...plan, wanted }, log);
  const to = setOfSnapshot(manifest);
  const living = await livingSet(directory, to);
  const there = await checksums(directory, living);
  const coming = new Map(manifest.files.map(({ path, sha256 }) => [path, sha256]));
  const found = differences(contents(there, living), contents(coming, to));
  const same = new Set(found.same);
  let bytesToFetch = 0;
  for (const file of goesOn ? [] : manifest.files)
    if (!same.has(file.path) && !(await isWhole(join(directory, INCOMING, file.path), file)))
      bytesToFetch += file.sizeBytes;
  return described(plan, exchanges, found, {
    snapshot: manifest.backup_name,
    former: await formerSnapshot(plan.storage, contents(there, living)),
    files: manifest.files.length,
    totalBytes: manifest.total_bytes,
    bytesToFetch,
    neededBytes: goesOn ? 0 : await bytesToCome(directory, manifest.files),
    obstacles: await obstacles(directory, to),
    inTheWay: goesOn ? undefined : unfinished,
    warnings,
  });
}

/** Says what an undo would do. Changes nothing. */
export async function planUndo(plan: ReplacePlan): Promise<ExchangePlan> {
  const { directory } = plan;
  const exchanges = await listExchanges(directory);
  const unfinished = unfinishedOf(exchanges);
  const last = lastReplace(exchanges, directory);
  const to = last.journal.from;
  const living = await livingSet(directory, to);
  const there = await checksums(directory, living);
  const kept = await checksums(join(directory, oldFiles(last.id)), to);
  // An undo that is half done has moved some of them.
  const coming = new Map(to.files.map(({ path }) => [path, kept.get(path) ?? there.get(path) ?? ""]));
  const found = differences(contents(there, living), contents(coming, to));
  return described(plan, exchanges, found, {
    snapshot: last.journal.snapshot,
    former: await formerSnapshot(plan.storage, contents(there, living)),
    files: to.files.length,
    totalBytes: bytesOf(to.files),
    bytesToFetch: 0,
    neededBytes: 0,
    obstacles: await obstacles(directory, to),
    inTheWay: unfinished?.journal.kind === "undo" ? undefined : unfinished,
    warnings: [],
  });
}

/** Says which exchanges keep old files. Changes nothing, and needs no store. */
export async function statusOf(directory: string): Promise<StatusReport> {
  return { action: "looked", kept: (await listExchanges(directory)).map(keptExchange) };
}

interface Known extends Pick<
  ExchangePlan,
  "snapshot" | "former" | "files" | "totalBytes" | "bytesToFetch" | "neededBytes" | "warnings"
> {
  obstacles: string[];
  /** Another exchange that is half done. */
  inTheWay: Exchange | undefined;
}

async function described(
  { directory, freeBytes = freeBytesOf }: ReplacePlan,
  exchanges: readonly Exchange[],
  found: Differences,
  { obstacles: blocked, inTheWay, ...known }: Known,
): Promise<ExchangePlan> {
  const free = await freeBytes(directory);
  const { neededBytes } = known;
  const full =
    free < neededBytes
      ? [`the volume has room for ${formatBytes(free)}, and ${formatBytes(neededBytes)} are needed`]
      : [];
  return {
    action: "planned",
    ...known,
    differ: somePaths(found.differ),
    added: somePaths(found.added),
    setAside: somePaths(found.setAside),
    same: found.same.length,
    freeBytes: free,
    problems: [
      ...(inTheWay === undefined ? [] : [`${whatIsHalfDone(inTheWay)}: ${finishedBy(inTheWay.journal)}`]),
      ...blocked,
      ...full,
    ],
    kept: exchanges.map(keptExchange),
  };
}

function keptExchange({ id, journal }: Exchange): KeptExchange {
  return {
    exchange: id,
    kind: journal.kind,
    snapshot: journal.snapshot,
    begunAt: journal.begunAt,
    finished: journal.finishedAt !== undefined,
    files: journal.from.files.length,
    bytes: bytesOf(journal.from.files),
  };
}

/** Snapshots whose manifests are compared with what is there. */
const lookedAt = 100;

/** Newest committed snapshot that holds just what is there; null when none does, or when it cannot be told. */
async function formerSnapshot(storage: ObjectStorage, there: Contents): Promise<string | null> {
  try {
    const committed = (await listSnapshots(storage)).filter((snapshot) => snapshot.committed);
    for (const { name } of committed.reverse().slice(0, lookedAt)) {
      const manifest = await readManifest(storage, name).catch(() => undefined);
      if (manifest === undefined) continue;
      const files = new Map(manifest.files.map(({ path, sha256 }) => [path, sha256]));
      const { differ, added, setAside } = differences(there, contents(files, setOfSnapshot(manifest)));
      if (differ.length + added.length + setAside.length === 0) return name;
    }
  } catch {
    // An undo needs no store, and neither does its plan.
  }
  return null;
}
