import { lineagePrefix } from "../../plan/repository";

/** Who claims: a platform, told from every other one. */
export interface Site {
  /** Uid of the platform's namespace: a new cluster, or a namespace that was made anew, is another site. */
  id: string;
  /** For people. */
  name: string;
}

/** Says that a life will be the next generation. Created once, never changed, never removed. */
export interface Claim {
  generation: number;
  /** Random id on the volume of the claimer. */
  life: string;
  site: Site;
  /** ISO, by the claimer's clock. */
  claimedAt: string;
  /** Generation that is taken over; null for the first one. */
  parent: number | null;
  reason: "initialise" | "recovery" | "target" | "undo" | "adopted";
  /** What was asked for instead of the end of the archive. */
  target?: string;
  /** Where the generation ended that was stopped for this one, in place alone. */
  parentEnd?: { lsn: string; segment: string; systemId: string };
}

/** Settles a claim: history and first segment are archived in the generation's own path, and its life may serve. */
export interface Opened {
  state: "opened";
  generation: number;
  life: string;
  openedAt: string;
  systemId: string;
  pgVersion: string;
  /** Directory of its WAL in its repository, as in `15-1`. */
  archiveId: string;
  /** Timeline that it goes on with. */
  timeline: number;
  /** All timelines whose segments in its path count; more than one only where a path from before there were claims was adopted. */
  timelines: number[];
  /** Where it left its parent; null for the first one. */
  parent: { generation: number; timeline: number; position: string } | null;
  firstSegment: string;
  /** Text of the timeline's history file; empty on timeline 1. */
  history: string;
  /** Label of the base backup that it was restored from. */
  base: string | null;
  /** Timelines in an adopted path that lead nowhere: their numbers are taken. */
  deadTimelines?: number[];
}

/** Settles a claim that nobody has opened: its life must never serve. */
export interface Withdrawn {
  state: "withdrawn";
  generation: number;
  by: { life: string; site: Site };
  at: string;
  why: string;
}

/** What a claim became. Created once, never changed, never removed. */
export type Outcome = Opened | Withdrawn;

/**
 * Says that a generation's repository is removed, since no second of the window needs it. Created before the first object goes, so that
 * a chain that ends there is known to end, and not to be broken.
 */
export interface Collected {
  generation: number;
  /** ISO, by the store's clock. */
  collectedAt: string;
  /** Life whose expiry removes it. */
  life: string;
  /** Days that could be gone back to by then. */
  windowDays: number;
}

function keyOf(generation: number, kind: "claim" | "outcome" | "collected"): string {
  return `${lineagePrefix}${String(generation).padStart(4, "0")}-${kind}.json`;
}

/** Key of a generation's claim. */
export function claimKey(generation: number): string {
  return keyOf(generation, "claim");
}

/** Key of what a claim became. */
export function outcomeKey(generation: number): string {
  return keyOf(generation, "outcome");
}

/** Key of a {@link Collected}. */
export function collectedKey(generation: number): string {
  return keyOf(generation, "collected");
}

/** What a key under {@link lineagePrefix} is; undefined for keys that are none of ours. */
export function recordOfKey(
  key: string,
): { generation: number; kind: "claim" | "outcome" | "collected" } | undefined {
  const match = /^wal\/lineage\/(\d{4})-(claim|outcome|collected)\.json$/.exec(key);
  if (match?.[1] === undefined) return undefined;
  return { generation: Number(match[1]), kind: match[2] as "claim" | "outcome" | "collected" };
}

type Kind = "text" | "number" | "object" | "list";

function check(record: unknown, fields: Readonly<Record<string, Kind>>): void {
  for (const [field, kind] of Object.entries(fields)) {
    const value = (record as Record<string, unknown> | null)?.[field];
    const fits =
      kind === "text"
        ? typeof value === "string"
        : kind === "number"
          ? Number.isInteger(value)
          : kind === "list"
            ? Array.isArray(value)
            : typeof value === "object";
    if (!fits) throw new Error(`it has no field "${field}"`);
  }
}

/** @throws Error that names the field that is missing or of another type */
export function parseClaim(json: string): Claim {
  const record: unknown = JSON.parse(json);
  check(record, {
    generation: "number",
    life: "text",
    site: "object",
    claimedAt: "text",
    parent: (record as Claim | null)?.parent === null ? "object" : "number",
    reason: "text",
  });
  check((record as Claim).site, { id: "text", name: "text" });
  return record as Claim;
}

/** @throws Error that names the field that is missing or of another type */
export function parseOutcome(json: string): Outcome {
  const record = JSON.parse(json) as Partial<Outcome> | null;
  check(record, { state: "text", generation: "number" });
  switch (record?.state) {
    case "opened":
      check(record, {
        life: "text",
        openedAt: "text",
        systemId: "text",
        archiveId: "text",
        timeline: "number",
        timelines: "list",
        parent: "object",
        firstSegment: "text",
        history: "text",
      });
      return record as Opened;
    case "withdrawn":
      check(record, { by: "object", at: "text", why: "text" });
      return record as Withdrawn;
    default:
      throw new Error('its field "state" is neither "opened" nor "withdrawn"');
  }
}

/** @throws Error that names the field that is missing or of another type */
export function parseCollected(json: string): Collected {
  const record: unknown = JSON.parse(json);
  check(record, { generation: "number", collectedAt: "text", life: "text", windowDays: "number" });
  return record as Collected;
}
