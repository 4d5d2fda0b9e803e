import { concurrently } from "../../lib/concurrently";
import { Failure } from "../../lib/failure";
import { throttle } from "../../lib/throttle";
import { generationName, walPrefix } from "../../plan/repository";
import { committedPrefix } from "../database/committedRecord";
import { type BasesQuery, committedBases } from "../database/databaseBackups";
import { repositoryPrefix } from "../database/repositoryKeys";
import type { ObjectStorage } from "../objectStorage";
import { storeTimeOf } from "../storeTime";
import { planCollection } from "./collection";
import type { LineageStore } from "./lineageStore";
import type { OwnGeneration } from "./ownGeneration";
import { isOpened, type Lineage } from "./readLineage";
import type { CommittedBase } from "./window";

/** What collects, and on whose behalf. */
export interface CollectionQuery {
  storage: ObjectStorage;
  store: Pick<LineageStore, "read" | "noteCollected">;
  info: BasesQuery["info"];
  /** The head, whose janitor this is. */
  own: OwnGeneration;
  /** Throws when it is not the head any more, or somebody has claimed to take over. */
  requireOwn: () => Promise<void>;
  windowDays: number;
  /** Generations whose stopped data directory is kept for an undo. */
  openUndos: readonly number[];
}

/** How many objects are removed at a time. */
const AT_A_TIME = 16;

/**
 * Removes the repositories of generations that no second of the window needs any more, each as a whole; the bucket keeps what they held
 * as former versions for its time. That one is to go is noted first; its base backups stop to count before anything else of it goes. A
 * run that was stopped is finished by the next one.
 * @returns the generations that are gone
 * @throws Failure when what the window needs cannot be told, or this is not the head any more; what is left then is whole, or goes later
 */
export async function collectGenerations(
  query: CollectionQuery,
  log: (line: string) => void,
): Promise<number[]> {
  const { storage, store, windowDays } = query;
  await query.requireOwn();
  const lineage = await store.read();
  const holding = await generationsHolding(storage, lineage);
  const bases = await allBases(query, lineage, holding);
  const now = storeTimeOf(storage);
  const plan = planCollection({ ...query, lineage, holding, bases, now });
  switch (plan.action) {
    case "nothing":
      log(`no generation to remove: ${plan.why}`);
      return [];
    case "refuse":
      throw new Failure(`no generation was removed: ${plan.reason}`, plan.remedy);
    case "collect":
      for (const [generation, why] of plan.kept)
        if (generation !== query.own.generation && holding.includes(generation))
          log(`generation ${generation} stays: ${why}`);
      for (const generation of plan.generations) {
        await store.noteCollected({
          generation,
          collectedAt: now.toISOString(),
          life: query.own.life,
          windowDays,
        });
        // Whoever has claimed since may begin with what is to go.
        await query.requireOwn();
        await removeRepository(storage, generation, log);
      }
      return plan.generations;
  }
}

/** Generations whose path holds anything. */
async function generationsHolding(storage: ObjectStorage, { generations }: Lineage): Promise<number[]> {
  const folders = await storage.folders(walPrefix);
  return generations.map(({ number }) => number).filter((number) => folders.includes(generationName(number)));
}

async function allBases(
  query: CollectionQuery,
  { generations }: Lineage,
  holding: readonly number[],
): Promise<CommittedBase[]> {
  const found: CommittedBase[] = [];
  for (const { number } of generations.filter(isOpened))
    if (holding.includes(number)) found.push(...(await committedBases(query, number)));
  return found;
}

async function removeRepository(
  storage: ObjectStorage,
  generation: number,
  log: (line: string) => void,
): Promise<void> {
  const progress = throttle(log, 5_000);
  let removed = 0;
  for (const prefix of [committedPrefix(generation), repositoryPrefix(generation)]) {
    const keys = (await storage.list(prefix)).map(({ key }) => key);
    await concurrently(AT_A_TIME, keys, async (key) => {
      await storage.remove(key);
      removed += 1;
      progress(`generation ${generation}: ${removed} objects removed`);
    });
    const left = await storage.list(prefix, 1);
    if (left.length > 0)
      throw new Failure(
        `${left[0]?.key ?? prefix} is still there after it was removed`,
        "somebody writes to a generation that nobody may write to: find out who",
      );
  }
  log(`generation ${generation} is removed: ${removed} objects`);
}
