import { Failure } from "../../../../../lib/failure";
import { type Fence } from "../../../../../jobs/lineage/fence";
import { headOf, type Lineage } from "../../../../../jobs/lineage/readLineage";
import type { Claim, Opened } from "../../../../../jobs/lineage/records";
import { archivedRecords, type LogRecord, type Server } from "./log";
import type { Random } from "./random";
import { recoverAlong } from "./recovery";
import type { Rules } from "./rules";
import { type ModelBase, Store, Violation } from "./store";

/** Days of the window in a game. */
export const windowDays = 1;

/** A second of a generation that was the head then, and how much of its log was archived. */
export interface Second {
  at: number;
  generation: number;
  records: number;
}

/** What is true in one game, kept apart from what any site can read. */
export class Game {
  readonly store = new Store();
  /** Servers by the generation that they have opened. */
  readonly opened = new Map<number, Server>();
  /** How often a recovery was refused, and for want of a first base backup. */
  readonly counts = {
    recoveries: 0,
    refusals: 0,
    noBase: 0,
    opened: 0,
    targets: 0,
    undone: 0,
    refusedTakeOvers: 0,
    collected: 0,
    expired: 0,
    seconds: 0,
  };
  /** What was archived when, of whoever was the head. */
  private readonly journal: Second[] = [];
  private readonly claimed = new Map<number, { reason: Claim["reason"]; mustHave: LogRecord[] }>();
  private readonly memo: { changes: number; lineage?: Lineage; failure?: Failure } = { changes: -1 };
  private readonly committed: ModelBase[] = [];
  private checked = -1;

  constructor(
    readonly rules: Rules,
    readonly random: Random,
  ) {}

  /** @throws Failure where the rules do not trust the records */
  lineage(): Lineage {
    const { memo, store } = this;
    if (memo.changes !== store.recordChanges) {
      memo.changes = store.recordChanges;
      delete memo.lineage;
      delete memo.failure;
      try {
        memo.lineage = this.rules.readLineage([...store.records.values()]);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        memo.failure = error;
      }
    }
    if (memo.lineage === undefined) throw memo.failure ?? new Error("no lineage");
    return memo.lineage;
  }

  /** The generation that is the head in truth. */
  get head(): number | undefined {
    return this.opened.size === 0 ? undefined : Math.max(...this.opened.keys());
  }

  /** What a life may still do; held to the truth. */
  fence(own: { generation: number; life: string }): Fence {
    const fence = this.rules.fenceOf(this.lineage(), own);
    if (this.store.tampered) return fence;
    const later = [...this.opened.keys()].some((generation) => generation > own.generation);
    if (later && fence.state === "clear") throw new Violation(`generation ${own.generation} is not fenced`);
    const unsettled = this.lineage().generations.some(
      ({ number, outcome }) => number > own.generation && outcome === undefined,
    );
    if (!later && !unsettled && this.opened.get(own.generation)?.life === own.life && fence.state !== "clear")
      throw new Violation(
        `generation ${own.generation} is the head, nobody claims, and it is ${fence.state}`,
      );
    return fence;
  }

  /** A claim was made: what its parent has archived until here must come over. */
  noteClaim({ generation, parent, reason }: Claim): void {
    const server = parent === null ? undefined : this.opened.get(parent);
    this.claimed.set(generation, {
      reason,
      mustHave: server === undefined ? [] : server.log.slice(0, archivedRecords(server)),
    });
  }

  noteOpened({ generation }: Opened, server: Server): void {
    const head = this.head ?? 0;
    if (generation <= head && !this.store.tampered)
      throw new Violation(`generation ${generation} was opened although ${head} was`);
    const claim = this.claimed.get(generation);
    if (claim?.reason === "recovery" && !this.store.tampered)
      for (const [index, record] of claim.mustHave.entries())
        if (server.log[index] !== record)
          throw new Violation(`generation ${generation} lacks what was archived before its claim`);
    this.opened.set(generation, server);
    this.counts.opened += 1;
    if (claim?.reason === "target") this.counts.targets += 1;
    if (claim?.reason === "undo") this.counts.undone += 1;
    this.noteArchived(server);
  }

  noteArchived(server: Server): void {
    if (this.head === server.generation)
      this.journal.push({
        at: this.store.now,
        generation: server.generation,
        records: archivedRecords(server),
      });
  }

  /** Holds a recovery of the head to the truth, once for each state of the store. */
  check(): void {
    if (this.checked === this.store.changes || this.head === undefined) return;
    this.checked = this.store.changes;
    const server = this.opened.get(this.head);
    if (server === undefined) return;
    this.counts.recoveries += 1;
    const refusal = this.recoverHead(server);
    if (refusal === undefined) return;
    if (this.store.tampered) this.counts.refusals += 1;
    else if (!this.leads(server)) this.counts.noBase += 1;
    else throw new Violation(`a recovery of generation ${this.head} is refused: ${refusal}`);
  }

  private recoverHead(server: Server): string | undefined {
    let lineage: Lineage;
    try {
      lineage = this.lineage();
    } catch (error) {
      if (error instanceof Failure) return error.what;
      throw error;
    }
    const head = headOf(lineage);
    if (head === undefined) return "the lineage has no head";
    const recovered = recoverAlong(this.store, this.rules, lineage, head.number);
    if (recovered.state === "refused") return recovered.why;
    holdTo(recovered.log, server, archivedRecords(server));
    return undefined;
  }

  noteCommitted(base: ModelBase): void {
    this.committed.push(base);
  }

  /** Whether a base backup of this very log was ever committed: then there must always be one that leads to its end. */
  leads({ log }: Server): boolean {
    return this.committed.some(({ last }) => log.includes(last));
  }

  inWindow({ at }: Second): boolean {
    return at >= this.store.now - windowDays * 86_400_000;
  }

  /** Any second of the window, also one between two segments; undefined where there is none. */
  anySecond(): Second | undefined {
    if (this.journal.length === 0) return undefined;
    const index = this.random.below(this.journal.length);
    const second = this.journal[index];
    const server = this.opened.get(second?.generation ?? 0);
    if (second === undefined || server === undefined) return undefined;
    const { generation, records } = second;
    const before = this.journal[index - 1];
    // The first record of its own is what a generation begins with.
    const own = server.log.findIndex(({ timeline }) => timeline === server.timeline) + 1;
    const since = before?.generation === generation ? before : { at: second.at, records: own };
    const found = {
      at: since.at,
      generation,
      records: since.records + this.random.below(records - since.records + 1),
    };
    return this.inWindow(found) ? found : undefined;
  }

  /** Seconds of the window that can be gone back to now, as checks to repeat later. */
  seconds(): (() => void)[] {
    const within = this.journal.filter((second) => this.inWindow(second));
    return Array.from({ length: Math.min(6, within.length) }, () => this.random.pick(within)).flatMap(
      (second) => {
        const recovered = this.recoverSecond(second);
        if (recovered !== undefined) return [];
        return [
          () => {
            this.counts.seconds += 1;
            const refusal = this.recoverSecond(second);
            if (refusal !== undefined && !this.store.tampered && this.inWindow(second))
              throw new Violation(
                `a second of generation ${second.generation} cannot be gone back to any more: ${refusal}`,
              );
          },
        ];
      },
    );
  }

  private recoverSecond({ at, generation, records }: Second): string | undefined {
    const server = this.opened.get(generation);
    if (server === undefined) return "never opened";
    const recovered = recoverAlong(this.store, this.rules, this.lineage(), generation, { before: at });
    if (recovered.state === "refused") return recovered.why;
    holdTo(recovered.log, server, records);
    return undefined;
  }
}

/** @throws Violation unless what came back is what a server held, and at least so many records of it */
export function holdTo(log: readonly LogRecord[], server: Server, atLeast: number): void {
  for (const [index, record] of log.entries())
    if (server.log[index] !== record)
      throw new Violation(`recovery of generation ${server.generation} brings a record of a dead branch`);
  if (log.length < atLeast)
    throw new Violation(
      `recovery of generation ${server.generation} misses ${atLeast - log.length} archived records`,
    );
}
