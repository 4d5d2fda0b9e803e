import { dumpTime } from "../../plan/dumpNames";

/** A dump of the own layout, as far as expiry goes. */
export interface ExpirableDump {
  name: string;
  committed: boolean;
  /** Rows of all tables, as its manifest says; undefined where it cannot be read, or objects are not as it says. */
  rows: number | undefined;
}

/** Why a dump stays or goes. */
export interface DumpFate {
  name: string;
  superseded: boolean;
  why: string;
}

/** So many good dumps are never given up. */
const FLOOR = 2;
/** One that is being written is not an abandoned one. */
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;
/** A clock may be so much ahead. */
const TOLERATED_MS = 3600 * 1000;

/**
 * Sorts dumps into those that newer good ones have replaced and the others. A good one is committed, its objects are as its manifest
 * says, it holds rows, and its name is not of the future. What is not good replaces nothing.
 * @param dumps in any order
 * @param now by the clock of the store
 */
export function planDumpExpiry(dumps: readonly ExpirableDump[], now: Date): DumpFate[] {
  const sorted = [...dumps].sort((one, other) => (one.name < other.name ? -1 : 1));
  const timeOf = ({ name }: ExpirableDump): number => dumpTime(name)?.getTime() ?? Infinity;
  const ofFuture = (dump: ExpirableDump): boolean => timeOf(dump) > now.getTime() + TOLERATED_MS;
  const isGood = (dump: ExpirableDump): boolean => dump.committed && (dump.rows ?? 0) > 0 && !ofFuture(dump);
  const floor = sorted.filter(isGood).slice(-FLOOR);
  const [oldest, newest] = [floor.at(0), floor.at(-1)];
  return sorted.map((dump): DumpFate => {
    const { name } = dump;
    const stays = (why: string): DumpFate => ({ name, superseded: false, why });
    const goes = (why: string): DumpFate => ({ name, superseded: true, why });
    if (ofFuture(dump)) return stays("its name is of the future");
    if (floor.includes(dump))
      return stays(dump === newest ? "the newest good one" : `one of the newest ${FLOOR} good ones`);
    if (oldest === undefined || floor.length < FLOOR || oldest.name < name)
      return stays(`${whatItIs(dump)}, and fewer than ${FLOOR} newer ones are good`);
    if (!dump.committed && now.getTime() - timeOf(dump) < ABANDONED_AFTER_MS)
      return stays("may be under way");
    return goes(`${whatItIs(dump)}; replaced by ${oldest.name}`);
  });
}

function whatItIs({ committed, rows }: ExpirableDump): string {
  if (!committed) return "never committed";
  if (rows === undefined) return "damaged";
  return rows === 0 ? "without a row" : "a good one";
}
