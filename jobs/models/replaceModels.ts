import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../lib/failure";
import { formatBytes, secondsSince } from "../../lib/format";
import {
  type ExchangeReport,
  type FetchReport,
  type ForgetReport,
  somePaths,
} from "../../plan/modelExchange";
import { readCheckpoint } from "./checkpoint";
import { INCOMING } from "./checkpointListing";
import { type ExchangeHooks, runExchange, writtenSince } from "./exchange";
import {
  type Exchange,
  type Journal,
  keptPath,
  makeKept,
  newFiles,
  oldFiles,
  settle,
  writeJournal,
} from "./exchangeJournal";
import { fetchBeside, type FetchPlan } from "./fetchBeside";
import {
  bytesOf,
  entryAt,
  type FileSet,
  leaving,
  livingSet,
  refuseObstacles,
  setOfSnapshot,
} from "./fileSet";
import { byOption } from "./chosenBy";
import { finishedBy, unfinishedOf, whatIsHalfDone } from "./unfinished";
import { type WantedSnapshot, wantedSnapshot } from "./wantedSnapshot";

/** What an exchange on the volume needs, without the store. */
export interface LocalPlan {
  /** Of the checkpoints. */
  directory: string;
  /** Path of the checkpoint in use, beneath `directory`. */
  modelFile: string;
  hooks?: ExchangeHooks;
}

/** What a restore of checkpoints in place needs. */
export interface ReplacePlan extends FetchPlan, LocalPlan {
  /** Name of a snapshot; empty for the newest committed one. */
  wanted: string;
}

type Log = (line: string) => void;

/**
 * The snapshot that is wanted on a living platform.
 * @throws Failure when there is none
 */
export async function snapshotOnLiving(plan: ReplacePlan, log: Log): Promise<WantedSnapshot> {
  const snapshot = await wantedSnapshot({ ...plan, chosenBy: byOption }, log);
  if (snapshot === undefined)
    throw new Failure(
      `${plan.storage.describe("models/")} holds no snapshot`,
      "take one with `npm run backup -- models`; the living checkpoints are as they were",
    );
  return snapshot;
}

/**
 * Puts the wanted snapshot beside the living checkpoints, while the application runs.
 * @throws Failure when another exchange is half done
 */
export async function fetchModels(plan: ReplacePlan, log: Log): Promise<FetchReport> {
  const unfinished = unfinishedOf(await settle(plan.directory));
  if (unfinished !== undefined) {
    refuseAnother(unfinished, "replace", plan.wanted);
    log(`the exchange ${unfinished.id} is half done, and goes on with what was fetched for it`);
    const { snapshot, to } = unfinished.journal;
    const totalBytes = bytesOf(to.files);
    return { action: "fetched", snapshot, files: to.files.length, totalBytes, seconds: 0 };
  }
  const { manifest } = await snapshotOnLiving(plan, log);
  return fetchBeside(plan, manifest, log);
}

/**
 * Replaces the living checkpoints by a snapshot and keeps the old ones. Nobody else may write checkpoints meanwhile. What was not fetched
 * before is fetched now. The same id again goes on, or says what was done.
 * @throws Failure when another exchange is half done; the living checkpoints are as they were
 */
export async function replaceModels(plan: ReplacePlan, id: string, log: Log): Promise<ExchangeReport> {
  const { directory, modelFile } = plan;
  const start = Date.now();
  const exchanges = await settle(directory);
  const same = exchanges.find((each) => each.id === id && each.journal.kind === "replace");
  const unfinished = unfinishedOf(exchanges);
  if (same?.journal.finishedAt !== undefined) return report(directory, same, start);
  if (unfinished !== undefined) {
    refuseAnother(unfinished, "replace", plan.wanted);
    return finish(plan, unfinished, start, log);
  }
  const { manifest } = await snapshotOnLiving(plan, log);
  const to = setOfSnapshot(manifest);
  const last = exchanges.at(-1);
  if (last?.journal.snapshot === manifest.backup_name && (await isInPlace(directory, last.journal, to))) {
    log(`${manifest.backup_name} is in place already, by exchange ${last.id}`);
    return report(directory, last, start);
  }
  await fetchBeside(plan, manifest, log);
  await makeKept(directory, id);
  await rename(join(directory, INCOMING), join(directory, newFiles(id)));
  const journal: Journal = {
    kind: "replace",
    snapshot: manifest.backup_name,
    modelFile,
    source: newFiles(id),
    begunAt: new Date().toISOString(),
    from: await livingSet(directory, to),
    to,
  };
  return begin(plan, { id, journal }, start, log);
}

/** Whether nothing was written, added or removed since an exchange put a set into place. */
async function isInPlace(directory: string, journal: Journal, to: FileSet): Promise<boolean> {
  if (journal.kind !== "replace") return false;
  const living = await livingSet(directory, to);
  const all = leaving(to, living).files.length + leaving(to, living).links.length;
  return all === 0 && (await writtenSince(directory, journal, living.files)).length === 0;
}

/**
 * Brings back what the last exchange has replaced, every file of it. What came since is kept in its turn.
 * @throws Failure when there is nothing to undo, or another exchange is half done
 */
export async function undoModels(plan: LocalPlan, id: string, log: Log): Promise<ExchangeReport> {
  const { directory, modelFile } = plan;
  const start = Date.now();
  const exchanges = await settle(directory);
  const same = exchanges.find((each) => each.id === id && each.journal.kind === "undo");
  const unfinished = unfinishedOf(exchanges);
  if (same?.journal.finishedAt !== undefined) return report(directory, same, start);
  if (unfinished !== undefined) {
    refuseAnother(unfinished, "undo", "");
    return finish(plan, unfinished, start, log);
  }
  const last = lastReplace(exchanges, directory);
  const to = last.journal.from;
  await refuseObstacles(directory, to);
  const living = await livingSet(directory, to);
  await makeKept(directory, id);
  const journal: Journal = {
    kind: "undo",
    snapshot: last.journal.snapshot,
    modelFile,
    source: oldFiles(last.id),
    undoes: last.id,
    begunAt: new Date().toISOString(),
    from: living,
    to,
    writtenSince: await writtenSince(directory, last.journal, living.files),
  };
  return begin(plan, { id, journal }, start, log);
}

/** @throws Failure when there is none */
export function lastReplace(exchanges: readonly Exchange[], directory: string): Exchange {
  const last = exchanges.filter(({ journal }) => journal.kind === "replace").at(-1);
  if (last === undefined)
    throw new Failure(
      `${directory} keeps no checkpoints that an exchange has replaced`,
      `choose a snapshot instead (${byOption})`,
    );
  return last;
}

/**
 * Removes for good what exchanges have replaced, and what was fetched and not used.
 * @throws Failure when an exchange is half done
 */
export async function forgetModels(directory: string, log: Log): Promise<ForgetReport> {
  const exchanges = await settle(directory);
  const unfinished = unfinishedOf(exchanges);
  if (unfinished !== undefined) throw halfDone(unfinished);
  const files = exchanges.flatMap(({ journal }) => journal.from.files);
  for (const { id } of exchanges) await rm(join(directory, keptPath(id)), { recursive: true, force: true });
  for (const name of await readdir(directory))
    if (/^\.left-\d{8}-\d{6}$/.test(name)) await rm(join(directory, name), { recursive: true, force: true });
  const bytes = bytesOf(files);
  log(`removed ${exchanges.length} exchanges with ${files.length} files, ${formatBytes(bytes)}`);
  return { action: "forgotten", exchanges: exchanges.map(({ id }) => id), files: files.length, bytes };
}

async function begin(plan: LocalPlan, exchange: Exchange, start: number, log: Log): Promise<ExchangeReport> {
  const { directory, hooks } = plan;
  hooks?.before?.("journal");
  await mkdir(join(directory, oldFiles(exchange.id)), { recursive: true });
  await writeJournal(directory, exchange.id, exchange.journal);
  hooks?.before?.("begin");
  return finish(plan, exchange, start, log);
}

async function finish(plan: LocalPlan, exchange: Exchange, start: number, log: Log): Promise<ExchangeReport> {
  const { directory, hooks } = plan;
  const { id, journal } = exchange;
  log(`${journal.kind === "undo" ? "undoing" : "putting into place"} ${journal.snapshot}: exchange ${id}`);
  const finished = await runExchange(directory, id, journal, hooks);
  return report(directory, { id, journal: finished }, start);
}

async function report(directory: string, exchange: Exchange, start: number): Promise<ExchangeReport> {
  const { id, journal } = exchange;
  const model = join(directory, journal.modelFile);
  return {
    action: journal.kind === "undo" ? "undone" : "replaced",
    exchange: id,
    snapshot: journal.snapshot,
    files: journal.to.files.length,
    totalBytes: bytesOf(journal.to.files),
    kept: { files: journal.from.files.length, bytes: bytesOf(journal.from.files) },
    writtenSince: journal.writtenSince === undefined ? null : somePaths(journal.writtenSince),
    // Files of another format say nothing of themselves.
    modelSha256:
      (await entryAt(model)) === undefined
        ? null
        : await readCheckpoint(model).then(
            ({ sha256 }) => sha256,
            () => null,
          ),
    seconds: secondsSince(start),
  };
}

function refuseAnother(unfinished: Exchange, kind: Journal["kind"], wanted: string): void {
  const { journal } = unfinished;
  if (journal.kind !== kind || (wanted !== "" && wanted !== journal.snapshot)) throw halfDone(unfinished);
}

function halfDone(unfinished: Exchange): Failure {
  return new Failure(whatIsHalfDone(unfinished), `finish it first: ${finishedBy(unfinished.journal)}`);
}
