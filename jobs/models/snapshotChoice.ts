import { byConfiguration } from "./chosenBy";
import { isOfTheFuture } from "./modelManifest";
import { committedNames, type ListedSnapshot } from "./modelSnapshots";

/** Which snapshot to restore. */
export type SnapshotChoice =
  /** `warnings`: what a person should know of it, a sentence each. */
  | { choice: "restore"; name: string; warnings: string[] }
  /** There certainly is none. */
  | { choice: "none" }
  | { choice: "refuse"; reason: string; remedy: string };

/** What a choice depends on, besides the snapshots. */
export interface ChoiceQuestion {
  /** Name in the pointer; undefined without a pointer. */
  latest: string | undefined;
  /** The store's clock; undefined where it does not say. */
  now: Date | undefined;
  /** Name that an operator gave; empty for none. */
  wanted: string;
  /** How the operator gives it, for the messages. @default by configuration */
  chosenBy?: string;
}

/**
 * The newest committed snapshot, or the one that is wanted. The pointer only proves that there was a newer one: it may be
 * missing, but it may not name what is no longer there. What is unconfirmed, or named by a time that has not come, is never chosen by
 * itself, and is no obstacle.
 * @param snapshots oldest first
 */
export function chooseSnapshot(
  snapshots: readonly ListedSnapshot[],
  { latest, now, wanted, chosenBy = byConfiguration }: ChoiceQuestion,
): SnapshotChoice {
  const committed = committedNames(snapshots, now);
  const known = committed.slice(-5).join(", ") || "none";
  const refuse = (reason: string, remedy: string): SnapshotChoice => ({ choice: "refuse", reason, remedy });
  if (wanted !== "") {
    const found = snapshots.find(({ name }) => name === wanted);
    return found === undefined
      ? refuse(
          `the wanted snapshot ${wanted} is not there`,
          `choose another one (${chosenBy}; committed: ${known})`,
        )
      : { choice: "restore", name: wanted, warnings: found.committed ? [] : [whyNotCommitted(found)] };
  }
  const newest = committed.at(-1);
  if (latest !== undefined && !isOfTheFuture(latest, now) && (newest === undefined || newest < latest))
    return refuse(
      `latest.json names ${latest}, whose committed.json is missing`,
      `bring back the former version of models/${latest}/committed.json, or choose another snapshot (${chosenBy}; committed: ${known})`,
    );
  if (newest !== undefined)
    return { choice: "restore", name: newest, warnings: passedOver(snapshots, newest, now) };
  const other = snapshots.find((each) => each.committed) ?? snapshots.at(-1);
  if (other !== undefined)
    return refuse(
      other.committed
        ? `the only committed snapshots have names from the future (${other.name} is one)`
        : `there are snapshots (${other.name} is one), but none was committed`,
      `choose one in spite of that (${chosenBy})`,
    );
  return { choice: "none" };
}

function whyNotCommitted({ name, unconfirmed }: ListedSnapshot): string {
  return unconfirmed
    ? `${name} is unconfirmed: it was read back, and held much less than the one before`
    : `${name} was never committed: nobody has read it back, and files may be missing`;
}

/** What a person might have expected instead. */
function passedOver(snapshots: readonly ListedSnapshot[], taken: string, now: Date | undefined): string[] {
  return snapshots.flatMap(({ name, committed, unconfirmed }) => {
    if ((committed || unconfirmed) && isOfTheFuture(name, now))
      return [`${name} is passed over: its name is from the future`];
    return unconfirmed && name > taken
      ? [`${name} is newer and passed over: it is unconfirmed (npm run backup -- models --confirm ${name})`]
      : [];
  });
}
