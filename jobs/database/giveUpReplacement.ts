import { rmSync } from "node:fs";
import { Failure } from "../../lib/failure";
import type { LineageStore } from "../lineage/lineageStore";
import type { Site } from "../lineage/records";
import { readVolumeLife, writeVolumeLife } from "../lineage/volumeLife";
import { removeJson } from "./jsonFile";
import type { Replacement } from "./replacement";
import type { Volume } from "./volume";

/** What giving up says. */
export interface GivenUpReplacement {
  action: "given up";
  /** Generation that is served again. */
  generation: number;
}

/**
 * Gives up a replacement that has opened no generation: withdraws its claim, so that nobody is fenced by it, and lets the database
 * that is there be served again. It was not touched.
 * @throws Failure when the claim was opened in the meantime
 */
export async function giveUpReplacement(
  { volume, store, site }: { volume: Volume; store: LineageStore; site: Site },
  { former }: Replacement,
  log: (line: string) => void,
): Promise<GivenUpReplacement> {
  const life = readVolumeLife(volume.life);
  const { generations } = await store.read();
  const mine = generations.find(
    ({ number, claim }) => number === life?.generation && claim.life === life.life,
  );
  if (life !== undefined && mine !== undefined && life.life !== former.life && mine.outcome === undefined) {
    const outcome = await store.settle({
      state: "withdrawn",
      generation: mine.number,
      by: { life: former.life, site },
      at: new Date().toISOString(),
      why: `the replacement of generation ${former.generation} in place was given up`,
    });
    if (outcome.state === "opened")
      throw new Failure(
        `generation ${mine.number} was opened at ${outcome.openedAt}, while this was given up`,
        "run this again: it is then undone",
      );
    log(`the claim of generation ${mine.number} is withdrawn`);
  }
  await writeVolumeLife(volume.life, {
    life: former.life,
    generation: former.generation,
    state: "opened",
  });
  rmSync(volume.incoming, { recursive: true, force: true });
  await removeJson(volume.replacement);
  log(`generation ${former.generation} may be served again, as it was`);
  return { action: "given up", generation: former.generation };
}
