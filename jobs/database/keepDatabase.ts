import { Failure } from "../../lib/failure";
import { adoptedByLivingSite } from "../lineage/adoptedPath";
import type { LineageStore } from "../lineage/lineageStore";
import type { Site } from "../lineage/records";
import { newLife, readVolumeLife, writeVolumeLife } from "../lineage/volumeLife";
import type { ObjectStorage } from "../objectStorage";
import type { ControlData } from "./controlData";
import { openedBy } from "./openedBefore";
import { requireSameTarget } from "./requestedTarget";
import type { Volume } from "./volume";

/** What keeping a database depends on. */
export interface KeepPlan {
  volume: Volume;
  control: ControlData;
  storage: ObjectStorage;
  store: LineageStore;
  site: Site;
  /** What the stack asks for besides the end of the archive; empty for nothing. */
  requested: string;
}

/**
 * Keeps valid data. Where its volume is from before there were generations, the path that it archives into becomes generation 1,
 * and this life its owner.
 * @throws Failure when it is not certain that the data is the head of that path
 */
export async function keepDatabase(plan: KeepPlan, log: (line: string) => void): Promise<object> {
  const { volume, control, store, site } = plan;
  const known = readVolumeLife(volume.life);
  if (known?.state === "opened" && plan.requested !== "")
    requireSameTarget(await store.read(), known.generation, plan.requested);
  if (known?.state === "opened")
    return { action: "kept", generation: known.generation, systemId: control.systemId };
  if (known !== undefined) {
    const outcome = openedBy(known, await store.read());
    if (outcome?.systemId === control.systemId && outcome.timeline === control.timeline) {
      await writeVolumeLife(volume.life, { ...known, state: "opened" });
      log(`generation ${known.generation} was opened and put into place by this volume: it may be served`);
      return { action: "kept", generation: known.generation, systemId: control.systemId };
    }
  }
  if (known !== undefined && known.generation !== 1)
    throw new Failure(
      `${volume.life} says that generation ${known.generation} was ${known.state === "claimed" ? "claimed" : "being claimed"} and never opened, and yet ${volume.pgdata} holds a database`,
      "somebody has put it there: move it away (keep it until it is clear whose it is), then run the restore again",
    );
  const life = known?.life ?? newLife();
  const { claim, outcome } = await adoptedByLivingSite(plan, life, log);
  await writeVolumeLife(volume.life, { life, generation: 1, state: "claiming" });
  const holder = await store.claim(claim);
  const settled = await store.settle(outcome);
  if (holder.life !== life || settled.state !== "opened" || settled.life !== life)
    throw new Failure(
      `generation 1 belongs to another life than the one on ${volume.root}: site ${holder.site.name} has claimed it at ${holder.claimedAt}`,
      "this database was superseded: look at that site; what this one has written since is in its data directory",
    );
  await writeVolumeLife(volume.life, { life, generation: 1, state: "opened" });
  log(`the path of generation 1 is adopted: this volume is its owner, site ${site.name}`);
  return { action: "kept", generation: 1, systemId: control.systemId };
}
