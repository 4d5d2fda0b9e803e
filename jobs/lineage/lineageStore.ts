import { Failure } from "../../lib/failure";
import { concurrently } from "../../lib/concurrently";
import { lineagePrefix } from "../../plan/repository";
import type { ObjectStorage } from "../objectStorage";
import { type Lineage, readLineage } from "./readLineage";
import {
  type Claim,
  claimKey,
  type Collected,
  collectedKey,
  type Outcome,
  outcomeKey,
  parseClaim,
  parseOutcome,
} from "./records";

/** The lineage in the bucket: claims and outcomes, each created once and never changed. */
export class LineageStore {
  /** Records by key: they never change. */
  private readonly texts = new Map<string, string>();

  /**
   * @param reader lists and reads
   * @param writer creates; the same where one role does both
   */
  constructor(
    private readonly reader: Pick<ObjectStorage, "listVersions" | "readText" | "describe">,
    private readonly writer: Pick<ObjectStorage, "writeText">,
  ) {}

  /**
   * The whole lineage, by one listing with versions.
   * @throws Failure when it has been tampered with; ObjectStorageError when the store does not answer
   */
  async read(): Promise<Lineage> {
    const keys = await this.reader.listVersions(lineagePrefix);
    await concurrently(8, keys, async ({ key, deleted }) => {
      if (deleted === "now" || this.texts.has(key)) return;
      const content = await this.reader.readText(key);
      if (content !== undefined) this.texts.set(key, content.text);
    });
    return readLineage(
      keys.map(({ key, versions, deleted, modifiedAt }) => {
        const text = this.texts.get(key);
        return {
          key,
          versions,
          deleted: deleted !== "never",
          modifiedAt,
          ...(text === undefined ? {} : { text }),
        };
      }),
    );
  }

  /**
   * Claims a generation.
   * @returns whose it is now: this claim's own, also when it was made by an earlier attempt of the same life, or another one's
   */
  async claim(claim: Claim): Promise<Claim> {
    const key = claimKey(claim.generation);
    if (await this.create(key, claim)) return claim;
    return parseClaim(await this.existing(key));
  }

  /** Settles a claim, once. @returns the outcome that it has now: this one, or the one that was there before */
  async settle(outcome: Outcome): Promise<Outcome> {
    const key = outcomeKey(outcome.generation);
    if (await this.create(key, outcome)) return outcome;
    return parseOutcome(await this.existing(key));
  }

  /** Notes that a generation's repository is removed from here on. Nothing changes where an earlier attempt has noted it. */
  async noteCollected(record: Collected): Promise<void> {
    await this.create(collectedKey(record.generation), record);
  }

  private create(key: string, record: Claim | Outcome | Collected): Promise<boolean> {
    return this.writer.writeText(key, `${JSON.stringify(record, undefined, 2)}\n`, { ifAbsent: true });
  }

  private async existing(key: string): Promise<string> {
    const content = await this.reader.readText(key);
    if (content === undefined)
      throw new Failure(
        `${this.reader.describe(key)} is there for who creates it and not for who reads it`,
        "check whether the store keeps what it has accepted, then run this again",
      );
    return content.text;
  }
}
