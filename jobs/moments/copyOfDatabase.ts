import type { Client } from "pg";
import { Failure } from "../../lib/failure";
import type { ControlData } from "../database/controlData";
import { readControlData } from "../database/dataDirectory";
import type { RestorePlan } from "../database/restorePlan";
import { reach, type Replaying } from "../database/standby";

const MINUTE = 60_000;

/** A copy of the database that is brought from one position of the log to the next, and looked at there. */
export class CopyOfDatabase {
  private control: ControlData | undefined;
  private here: { lsn: string; replaying: Replaying; client: Client } | undefined;

  /** @param plan of the copy, whose base backup is fetched */
  constructor(
    private readonly plan: RestorePlan,
    private readonly log: (line: string) => void,
  ) {}

  /**
   * Looks at the copy at a position. It never goes back.
   * @throws Failure when the position is not reached
   */
  async visit<T>(lsn: string, look: (client: Client) => Promise<T>): Promise<T> {
    if (this.here?.lsn !== lsn) {
      await this.leave();
      this.here = await this.go(lsn);
    }
    return look(this.here.client);
  }

  private async go(lsn: string): Promise<NonNullable<CopyOfDatabase["here"]>> {
    const { plan, log } = this;
    this.control ??= await readControlData(plan.volume.incoming);
    const wanted = { target: { kind: "lsn" as const, lsn }, text: `lsn:${lsn}` };
    const replaying = await reach({ ...plan, wanted }, this.control, log);
    try {
      return { lsn, replaying, client: await replaying.server.connect(plan.database, MINUTE) };
    } catch (error) {
      await replaying.server.discard();
      throw error;
    }
  }

  /** Stops in good order, so that the next start goes on from here. */
  private async leave(): Promise<void> {
    const { here } = this;
    this.here = undefined;
    if (here === undefined) return;
    await here.client.end().catch(() => undefined);
    try {
      await here.replaying.server.stop(5 * MINUTE);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.log(`${error.what}; it is ended`);
      await here.replaying.server.discard();
    }
  }

  /** Ends whatever runs. */
  async discard(): Promise<void> {
    await this.here?.client.end().catch(() => undefined);
    await this.here?.replaying.server.discard();
    this.here = undefined;
  }
}
