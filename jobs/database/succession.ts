import { Failure } from "../../lib/failure";
import type { LineageStore } from "../lineage/lineageStore";
import type { Claim, Opened, Outcome, Site } from "../lineage/records";
import { type VolumeLife, writeVolumeLife } from "../lineage/volumeLife";

/** How a life takes over. */
export interface SuccessionPlan {
  store: Pick<LineageStore, "read" | "claim" | "settle">;
  /** File of the volume that names its life. */
  lifeFile: string;
  life: string;
  site: Site;
  /** Generation to claim. */
  number: number;
  /** Generation that is taken over; null for the first one. */
  parent: number | null;
  reason: Claim["reason"];
  /** What was asked for instead of the end of the archive. */
  target?: string;
  /** Where the database ended that was stopped for this one; in place alone. */
  parentEnd?: NonNullable<Claim["parentEnd"]>;
  /** Claims that nobody has settled and that this one skips. */
  withdraw: readonly number[];
  /** Records of a path from before there were claims, which are written first. @default there are none */
  adopted?: { claim: Claim; outcome: Opened };
}

/** What is known of a generation once it may be opened. */
export type Opening = Omit<Opened, "state" | "generation" | "life" | "openedAt">;

/**
 * The way of one life into the lineage: it claims a number once its data is proven, and opens it once its first WAL is archived.
 * Between the two it serves nobody; what came before it is fenced by the claim.
 */
export class Succession {
  constructor(
    private readonly plan: SuccessionPlan,
    private readonly log: (line: string) => void,
  ) {}

  /** The generation that is claimed. */
  get number(): number {
    return this.plan.number;
  }

  /**
   * Looks whether somebody else takes over at the same time.
   * @throws Failure that names who
   */
  async recheck(): Promise<void> {
    const { store, number, life } = this.plan;
    const { generations } = await store.read();
    const other = generations.find(
      ({ number: claimed, claim, outcome }) =>
        claimed >= number && claim.life !== life && outcome?.state !== "withdrawn",
    );
    if (other !== undefined) throw overtaken(other.claim);
  }

  /**
   * Claims the generation. From here on whoever it supersedes archives nothing.
   * @throws Failure when another life has it
   */
  async claim(): Promise<void> {
    const { store, life, number, parent, site, reason, target, parentEnd, withdraw, adopted } = this.plan;
    await this.recheck();
    await this.note("claiming");
    if (adopted !== undefined) await this.adopt(adopted);
    for (const skipped of withdraw) await this.withdraw(skipped);
    const claim: Claim = {
      generation: number,
      life,
      site,
      claimedAt: new Date().toISOString(),
      parent,
      reason,
      ...(target === undefined ? {} : { target }),
      ...(parentEnd === undefined ? {} : { parentEnd }),
    };
    const holder = await store.claim(claim);
    if (holder.life !== life) throw overtaken(holder);
    // A store takes a key under a delete marker for absent: the number may have been another life's.
    await store.read();
    await this.note("claimed");
    this.log(
      parent === null
        ? `generation ${number} is claimed`
        : `generation ${number} is claimed: whoever was the head archives nothing from here on`,
    );
  }

  /**
   * Opens the generation: the one before it stops. It is served once its database is in place: see {@link serve}.
   * @throws Failure when somebody else has withdrawn the claim in the meantime: this life must not be served
   */
  async open(opening: Opening): Promise<void> {
    const { store, life, number } = this.plan;
    const mine: Opened = {
      state: "opened",
      generation: number,
      life,
      openedAt: new Date().toISOString(),
      ...opening,
    };
    const outcome = await store.settle(mine);
    if (outcome.state === "withdrawn") throw withdrawnBy(outcome);
    if (outcome.life !== life)
      throw new Failure(
        `generation ${number} was opened by another life (${outcome.life}) than the one that claimed it`,
        "somebody has changed the records of the lineage: find out who, before anything is restored",
      );
    this.log(`generation ${number} is opened on timeline ${opening.timeline}`);
  }

  /** Lets the server start. Only when the database is in place: beside it may still lie the one that is replaced. */
  async serve(): Promise<void> {
    await this.note("opened");
  }

  private async adopt({ claim, outcome }: { claim: Claim; outcome: Opened }): Promise<void> {
    const { store } = this.plan;
    await store.claim(claim);
    const settled = await store.settle(outcome);
    if (settled.state === "withdrawn" || settled.timeline !== outcome.timeline)
      throw new Failure(
        `generation ${outcome.generation} was adopted by somebody else at the same time, and otherwise`,
        "run the restore again: it goes by the records that are there now",
      );
  }

  private async withdraw(number: number): Promise<void> {
    const { store, life, site } = this.plan;
    const outcome = await store.settle({
      state: "withdrawn",
      generation: number,
      by: { life, site },
      at: new Date().toISOString(),
      why: `it was claimed and not opened when generation ${this.plan.number} was claimed`,
    });
    if (outcome.state === "opened")
      throw new Failure(
        `generation ${number} was opened at ${outcome.openedAt}, while this restore was under way`,
        "another site has recovered: look at it first, then run the restore again if it is to be superseded",
      );
    this.log(`the claim of generation ${number}, which nobody has opened, is withdrawn`);
  }

  private async note(state: VolumeLife["state"]): Promise<void> {
    const { lifeFile, life, number } = this.plan;
    await writeVolumeLife(lifeFile, { life, generation: number, state });
  }
}

function overtaken({ generation, site, claimedAt }: Claim): Failure {
  return new Failure(
    `site ${site.name} has claimed generation ${generation} at ${claimedAt}: two recoveries are under way, and this one stops; nothing was changed`,
    "let the other one finish; if it is dead, tell so with lstm-pfd:takeOver, as the next run of the restore says",
  );
}

function withdrawnBy({ generation, by, at }: Extract<Outcome, { state: "withdrawn" }>): Failure {
  return new Failure(
    `the claim of generation ${generation} was withdrawn by site ${by.site.name} at ${at}: this restore was too slow, and its database is not served`,
    "look at that site; if it is not to go on, run the restore again",
  );
}
