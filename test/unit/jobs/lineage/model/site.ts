import type { Site as SiteName } from "../../../../../jobs/lineage/records";
import type { VolumeLife } from "../../../../../jobs/lineage/volumeLife";
import type { Server } from "./log";

/** Something that a site does, a step at a time: at each step it may be frozen or killed. */
export type Process<Result = void> = Generator<string, Result>;

/** What is on a volume. A crash leaves it, a loss does not. */
export interface Volume {
  life?: VolumeLife | undefined;
  /** Data directory in place. */
  data?: Server | undefined;
  /** Directory beside it that was promoted and stopped. */
  incoming?: Server | undefined;
  /** A restore in place that was claimed, and of which it is not known how far it came. */
  attempt?: { life: string; generation: number } | undefined;
  /** Directory of the database that a restore in place has replaced. */
  kept?: Server | undefined;
}

/** One platform. */
export class Site {
  readonly name: SiteName;
  frozen = false;
  volume: Volume = {};
  /** The server that clients reach. */
  serving: Server | undefined;
  readonly processes = new Map<string, Process>();
  private lives = 0;

  constructor(id: string) {
    this.name = { id, name: id };
  }

  newLife(): string {
    this.lives += 1;
    return `${this.name.id}/${this.lives}`;
  }

  /** All that runs is gone. */
  crash(): void {
    this.processes.clear();
    this.serving = undefined;
    this.frozen = false;
  }

  /** Does the next step of one of its processes. @returns what it was; undefined when there is none */
  step(name: string): string | undefined {
    const process = this.processes.get(name);
    if (process === undefined) return undefined;
    const { done, value } = process.next();
    if (done === true) this.processes.delete(name);
    return `${this.name.id} ${name}: ${done === true ? "done" : value}`;
  }
}
