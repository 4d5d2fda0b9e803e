import { listArchivedWal } from "../database/walArchive";
import { parseSegment, segmentAt } from "../database/walPosition";
import type { ObjectStorage } from "../objectStorage";
import { type Fence, fenceOf } from "./fence";
import type { LineageStore } from "./lineageStore";
import { describeFence } from "./ownGeneration";
import { readVolumeLife } from "./volumeLife";

/** What the watcher of a served database has seen. */
export interface SeenFence {
  /** unsettled: the volume has no generation yet. */
  state: Fence["state"] | "unsettled";
  /** This machine's clock when the store was asked: what lies between is not known. */
  checkedAt: Date;
  /** Who stands behind it, in one line; empty for nobody. */
  by: string;
}

/**
 * Looks whether the life on a volume may still archive and serve.
 * @throws ObjectStorageError when the store does not say
 */
export async function lookAtFence({
  storage,
  store,
  lifeFile,
}: {
  storage: Pick<ObjectStorage, "list">;
  store: Pick<LineageStore, "read">;
  lifeFile: string;
}): Promise<SeenFence> {
  const checkedAt = new Date();
  const own = readVolumeLife(lifeFile);
  if (own?.state !== "opened") return { state: "unsettled", checkedAt, by: "" };
  const fence = fenceOf(await store.read(), own);
  if (fence.state === "clear") return { state: "clear", checkedAt, by: "" };
  const beyond = fence.state === "superseded" ? await archivedBeyond(storage, own.generation, fence) : "";
  return { state: fence.state, checkedAt, by: `${describeFence(fence)}${beyond}` };
}

/** What of this generation lies past the position at which it was left: no recovery brings it back. */
async function archivedBeyond(
  storage: Pick<ObjectStorage, "list">,
  generation: number,
  { opened }: Extract<Fence, { state: "superseded" }>,
): Promise<string> {
  const { parent, archiveId } = opened;
  if (parent?.generation !== generation) return "";
  const cut = segmentAt(parent.position);
  const { archivedAt } = await listArchivedWal(storage, generation, archiveId);
  const times = [...archivedAt]
    .filter(([name]) => (parseSegment(name)?.number ?? -1) >= cut)
    .map(([, at]) => at.toISOString())
    .sort();
  if (times.length === 0) return "; nothing was archived here past that position";
  return `; ${times.length} segments that were archived here past that position, from ${times[0] ?? ""} to ${times.at(-1) ?? ""}, are on no recovery's way`;
}
