import { Failure } from "../../lib/failure";
import type { ObjectStorage } from "../objectStorage";
import { type LatestReport, refreshLatest } from "./latestCopy";
import { isOfTheFuture } from "./modelManifest";
import { listSnapshots, moveLatest, readManifest } from "./modelSnapshots";
import { commit, readBack } from "./publishSnapshot";

/** What became of it. */
export interface ConfirmReport {
  action: "confirmed";
  name: string;
  latest: LatestReport;
}

/**
 * Lets a snapshot count that was published as unconfirmed, after reading it back once more. Done twice, it is done.
 * @param now by the store's clock @default the store's, after its first answer
 * @throws Failure when there is no such snapshot, or it was never read back, or is damaged now
 */
export async function confirmSnapshot(
  storage: ObjectStorage,
  name: string,
  log: (line: string) => void,
  now?: Date,
): Promise<ConfirmReport> {
  const snapshots = await listSnapshots(storage);
  const time = now ?? storage.storeTime ?? new Date();
  const waiting = snapshots.filter((each) => each.unconfirmed).map((each) => each.name);
  const found = snapshots.find((each) => each.name === name);
  const remedy = `unconfirmed are: ${waiting.slice(-5).join(", ") || "none"}`;
  if (found === undefined) throw new Failure(`there is no snapshot ${name}; nothing was confirmed`, remedy);
  if (isOfTheFuture(name, time))
    throw new Failure(
      `${name} has a name from the future, which is never the newest one; nothing was confirmed`,
      "take a new snapshot with `npm run backup -- models`",
    );
  if (found.committed) {
    log(`${name} counts already`);
    await moveLatest(storage, name, time);
  } else if (found.unconfirmed) {
    await readBack(storage, await readManifest(storage, name), log);
    await commit(storage, name, time);
    log(`committed: ${name}`);
  } else
    throw new Failure(
      `${name} was never read back, so that nobody can confirm it; nothing was confirmed`,
      `take a new one with \`npm run backup -- models\`; ${remedy}`,
    );
  return { action: "confirmed", name, latest: await refreshLatest(storage, time, log) };
}
