import { Failure, reasonOf } from "../../lib/failure";
import {
  type Claim,
  type Collected,
  type Opened,
  type Outcome,
  parseClaim,
  parseCollected,
  parseOutcome,
  recordOfKey,
  type Withdrawn,
} from "./records";

/** One key under `wal/lineage/`, with what a listing of versions and a reading say. */
export interface LineageObject {
  key: string;
  /** Versions with content. */
  versions: number;
  /** It has a delete marker, or had one. */
  deleted: boolean;
  /** Content; absent where it cannot be had. */
  text?: string;
  modifiedAt: Date;
}

/** One generation: a claim, and what became of it. */
export interface Generation {
  number: number;
  claim: Claim;
  /** Absent as long as the claim is unsettled. */
  outcome?: Outcome;
  /** Its repository is removed, or being so; absent while it is there. */
  collected?: Collected;
}

/** A generation that serves, or has served. */
export interface OpenedGeneration extends Generation {
  outcome: Opened;
}

/** A generation whose claim was withdrawn. */
export interface WithdrawnGeneration extends Generation {
  outcome: Withdrawn;
}

/** All generations, without a gap from 1 on. */
export interface Lineage {
  generations: Generation[];
}

const remedy =
  "records of the lineage are created once and never touched: find out who did, bring them back as they were (the bucket keeps versions), then run this again; nothing was changed";

/**
 * Puts the lineage together.
 * @throws Failure where it cannot be trusted: a record that was deleted or written twice, that is missing or unreadable
 */
export function readLineage(objects: readonly LineageObject[]): Lineage {
  const records = objects.map((object) => {
    const record = recordOfKey(object.key);
    if (record === undefined) throw new Failure(`${object.key} is no record of a lineage`, remedy);
    if (object.deleted)
      throw new Failure(`the record ${object.key} was deleted (${object.modifiedAt.toISOString()})`, remedy);
    if (object.versions > 1)
      throw new Failure(`the record ${object.key} was written ${object.versions} times`, remedy);
    return { ...object, ...record };
  });
  const newest = Math.max(0, ...records.map(({ generation }) => generation));
  const textOf = (generation: number, kind: string): { key: string; text: string } | undefined => {
    const found = records.find((record) => record.generation === generation && record.kind === kind);
    if (found === undefined) return undefined;
    if (found.text === undefined) throw new Failure(`the record ${found.key} cannot be read`, remedy);
    return { key: found.key, text: found.text };
  };
  return {
    generations: Array.from({ length: newest }, (_, index) =>
      generationOf(index + 1, (kind) => textOf(index + 1, kind), newest),
    ),
  };
}

function generationOf(
  number: number,
  textOf: (kind: "claim" | "outcome" | "collected") => { key: string; text: string } | undefined,
  newest: number,
): Generation {
  const claimed = textOf("claim");
  if (claimed === undefined)
    throw new Failure(
      `the lineage has no claim of generation ${number}, although it goes up to generation ${newest}`,
      remedy,
    );
  const claim = parsed(claimed, parseClaim);
  const settled = textOf("outcome");
  const outcome = settled === undefined ? undefined : parsed(settled, parseOutcome);
  const removed = textOf("collected");
  const collected = removed === undefined ? undefined : parsed(removed, parseCollected);
  for (const [key, record] of [
    [claimed.key, claim],
    [settled?.key, outcome],
    [removed?.key, collected],
  ] as const)
    if (record !== undefined && record.generation !== number)
      throw new Failure(`the record ${key ?? ""} speaks of generation ${record.generation}`, remedy);
  if (outcome?.state === "opened" && outcome.life !== claim.life)
    throw new Failure(
      `generation ${number} was claimed by life ${claim.life} and opened by life ${outcome.life}`,
      remedy,
    );
  return {
    number,
    claim,
    ...(outcome === undefined ? {} : { outcome }),
    ...(collected === undefined ? {} : { collected }),
  };
}

function parsed<T>({ key, text }: { key: string; text: string }, parse: (json: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw new Failure(`the record ${key} cannot be understood: ${reasonOf(error)}`, remedy);
  }
}

/** Whether a generation was opened. */
export function isOpened(generation: Generation): generation is OpenedGeneration {
  return generation.outcome?.state === "opened";
}

/** The generation that serves: the highest opened one. */
export function headOf({ generations }: Lineage): OpenedGeneration | undefined {
  return generations.filter(isOpened).at(-1);
}

/** Claims that are neither opened nor withdrawn. */
export function unsettledOf({ generations }: Lineage): Generation[] {
  return generations.filter(({ outcome }) => outcome === undefined);
}
