/** How a person chooses a snapshot: for a fresh stack. */
export const byConfiguration = "lstm-pfd:restoreModels";

/** How a person chooses a snapshot: for a living platform. */
export const byOption = "--snapshot";

/** Which snapshot to restore. */
export type SnapshotChoice =
  | { choice: "restore"; name: string }
  /** There certainly is none. */
  | { choice: "none" }
  | { choice: "refuse"; reason: string; remedy: string };

/**
 * The newest committed snapshot, or the one that is wanted. The pointer only proves that there was a newer one: it may be
 * missing, but it may not name what is no longer there.
 * @param snapshots oldest first
 * @param latest name in the pointer; undefined without a pointer
 * @param wanted name that an operator gave; empty for none
 * @param chosenBy how the operator gives it, for the messages
 */
export function chooseSnapshot(
  snapshots: readonly { name: string; committed: boolean }[],
  latest: string | undefined,
  wanted: string,
  chosenBy: string = byConfiguration,
): SnapshotChoice {
  const committed = snapshots.filter((snapshot) => snapshot.committed).map(({ name }) => name);
  const known = committed.slice(-5).join(", ") || "none";
  if (wanted !== "")
    return snapshots.some(({ name }) => name === wanted)
      ? { choice: "restore", name: wanted }
      : {
          choice: "refuse",
          reason: `the wanted snapshot ${wanted} is not there`,
          remedy: `choose another one (${chosenBy}; committed: ${known})`,
        };
  const newest = committed.at(-1);
  if (latest !== undefined && (newest === undefined || newest < latest))
    return {
      choice: "refuse",
      reason: `latest.json names ${latest}, whose committed.json is missing`,
      remedy: `bring back the former version of models/${latest}/committed.json, or choose another snapshot (${chosenBy}; committed: ${known})`,
    };
  if (newest !== undefined) return { choice: "restore", name: newest };
  const [uncommitted] = snapshots;
  if (uncommitted !== undefined)
    return {
      choice: "refuse",
      reason: `there are snapshots (${uncommitted.name} is one), but none was committed`,
      remedy: `choose one in spite of that (${chosenBy})`,
    };
  return { choice: "none" };
}
