import { Failure } from "../../lib/failure";
import { type Fence, fenceOf } from "./fence";
import type { LineageStore } from "./lineageStore";
import { readVolumeLife } from "./volumeLife";

/** The generation that a volume may write to. */
export interface OwnGeneration {
  generation: number;
  life: string;
}

/**
 * The generation of the life on a volume.
 * @param file `VolumeLife` of the volume
 * @throws Failure when the volume has none that was opened
 */
export function ownGeneration(file: string): OwnGeneration {
  const known = readVolumeLife(file);
  if (known?.state === "opened") return { generation: known.generation, life: known.life };
  throw new Failure(
    known === undefined
      ? `${file} does not say which generation this database is`
      : `generation ${known.generation}, which ${file} names, was never opened`,
    "run the restore of the database (`up` does): it settles which generation this is, before anything is archived, backed up or expired",
  );
}

/**
 * Holds whoever writes to the repository to being its owner still.
 * @param doing as in "a backup"
 * @throws Failure that names who has taken over, and since when; ObjectStorageError when the store does not say
 */
export async function requireOwn(
  store: Pick<LineageStore, "read">,
  own: OwnGeneration,
  doing: string,
): Promise<void> {
  const fence = fenceOf(await store.read(), own);
  if (fence.state !== "clear")
    throw new Failure(
      `${doing} of generation ${own.generation} is refused: ${describeFence(fence)}`,
      remedyOf(fence),
    );
}

/** A fence in words: who stands behind it, and since when. */
export function describeFence(fence: Exclude<Fence, { state: "clear" }>): string {
  switch (fence.state) {
    case "held":
      return `site ${fence.by.site.name} has claimed generation ${fence.by.generation} at ${fence.by.claimedAt}, and is taking over`;
    case "superseded":
      return `site ${fence.by.site.name} has taken over: generation ${fence.opened.generation} was opened at ${fence.opened.openedAt}, from position ${fence.opened.parent?.position ?? "0/0"} on`;
    case "withdrawn":
      return `its claim was withdrawn by site ${fence.by.by.site.name} at ${fence.by.at}`;
  }
}

function remedyOf(fence: Exclude<Fence, { state: "clear" }>): string {
  return fence.state === "held"
    ? "nothing is lost: archiving goes on when that claim is withdrawn; if that site is not meant to take over, end it"
    : "this site is history: keep its volume until it is certain that nothing on it is missed, then remove it";
}
