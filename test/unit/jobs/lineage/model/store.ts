import type { ListedWal } from "../../../../../jobs/database/acceptedLoss";
import { segmentName } from "../../../../../jobs/database/walPosition";
import type { LineageObject } from "../../../../../jobs/lineage/readLineage";
import {
  type Claim,
  claimKey,
  type Collected,
  collectedKey,
  type Outcome,
  outcomeKey,
  parseClaim,
  parseOutcome,
} from "../../../../../jobs/lineage/records";
import type { CommittedBase } from "../../../../../jobs/lineage/window";
import type { LogRecord } from "./log";

/** A base backup: what the server held when it began. Replay from there to its stop makes it whole. */
export interface ModelBase extends CommittedBase {
  records: readonly LogRecord[];
  /** Its last record. */
  last: LogRecord;
  /** Position at which replay begins. */
  start: number;
  stop: number;
  timeline: number;
  committed: boolean;
}

/** Path of one generation. */
export interface Path {
  segments: Map<string, { content: readonly LogRecord[]; at: number }>;
  histories: Set<string>;
  bases: ModelBase[];
  /** Names of segments under a delete marker. */
  deleted: Map<string, number>;
}

/** What somebody has done that the rules must never allow. */
export class Violation extends Error {}

/** The bucket: records that are created once, and a path for each generation. */
export class Store {
  /** The store's clock, milliseconds. */
  now = Date.UTC(2026, 0, 1);
  /** Counts what has changed, and of that what has in the records. */
  changes = 0;
  recordChanges = 0;
  /** Somebody has deleted what no rule deletes. */
  tampered = false;
  readonly records = new Map<string, LineageObject>();
  private readonly paths = new Map<number, Path>();

  path(generation: number): Path {
    const known = this.paths.get(generation);
    if (known !== undefined) return known;
    const path: Path = { segments: new Map(), histories: new Set(), bases: [], deleted: new Map() };
    this.paths.set(generation, path);
    return path;
  }

  /** Whether anything is in the path of a generation. */
  holds(generation: number): boolean {
    const { segments, histories, bases } = this.path(generation);
    return segments.size > 0 || histories.size > 0 || bases.length > 0;
  }

  /** Claims a generation. @returns whose it is now */
  claim(claim: Claim): Claim {
    return this.create(claimKey(claim.generation), claim)
      ? claim
      : parseClaim(this.text(claimKey(claim.generation)));
  }

  /** Settles a claim, once. @returns what has become of it */
  settle(outcome: Outcome): Outcome {
    const key = outcomeKey(outcome.generation);
    return this.create(key, outcome) ? outcome : parseOutcome(this.text(key));
  }

  /** Notes that the path of a generation is removed from here on. */
  noteCollected(record: Collected): void {
    this.create(collectedKey(record.generation), record);
  }

  /** Takes the base backups of a generation off the list. */
  withdrawBases(generation: number): void {
    for (const base of this.path(generation).bases) base.committed = false;
    this.changes += 1;
  }

  /** Removes the oldest segment of a generation, and with the last one all that is left of its path. @returns whether more is left */
  removeSegment(generation: number): boolean {
    const { segments } = this.path(generation);
    const [oldest] = [...segments.keys()].sort();
    this.changes += 1;
    if (oldest !== undefined) segments.delete(oldest);
    if (segments.size > 0) return true;
    this.paths.delete(generation);
    return false;
  }

  /** Puts a record under a delete marker. */
  deleteRecord(key: string): void {
    const record = this.records.get(key);
    if (record === undefined) return;
    this.records.set(key, { ...record, deleted: true });
    this.tampered = true;
    this.changes += 1;
    this.recordChanges += 1;
  }

  /** Puts a segment under a delete marker. */
  deleteSegment(generation: number, name: string): void {
    const path = this.path(generation);
    if (!path.segments.delete(name)) return;
    path.deleted.set(name, this.now);
    this.tampered = true;
    this.changes += 1;
  }

  /** Archives a segment, as archive-push does: the same once more is fine, something else under the same name is an error for ever. */
  push(generation: number, timeline: number, number: number, content: readonly LogRecord[]): void {
    const { segments } = this.path(generation);
    const name = segmentName(timeline, number);
    const known = segments.get(name)?.content;
    if (
      known !== undefined &&
      (known.length !== content.length || known.some((one, index) => one !== content[index]))
    )
      throw new Violation(`${name} of generation ${generation} was archived twice with different content`);
    segments.set(name, { content, at: this.now });
    this.changes += 1;
  }

  listed(generation: number): ListedWal {
    const { segments, histories } = this.path(generation);
    const archivedAt = new Map<string, Date>();
    for (const [name, { at }] of segments) archivedAt.set(name, new Date(at));
    return { segments: [...segments.keys()], histories: [...histories], archivedAt };
  }

  /** Base backups with a committed record. */
  committed(generations: readonly number[]): ModelBase[] {
    return generations.flatMap((generation) =>
      this.path(generation).bases.filter(({ committed }) => committed),
    );
  }

  private create(key: string, record: object): boolean {
    const known = this.records.get(key);
    // A key under a delete marker counts as absent.
    if (known !== undefined && !known.deleted) return false;
    this.records.set(key, {
      key,
      versions: (known?.versions ?? 0) + 1,
      deleted: known !== undefined,
      text: JSON.stringify(record),
      modifiedAt: new Date(this.now),
    });
    this.changes += 1;
    this.recordChanges += 1;
    return true;
  }

  private text(key: string): string {
    return this.records.get(key)?.text ?? "";
  }
}
