import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../lib/failure";
import { CommandError, run } from "../../lib/process";
import type { Base } from "../database/databaseBackups";
import { programEnvironment } from "../database/programEnvironment";
import { fromBases, type RestoreFromBasesPlan } from "../database/restoreFromBases";
import { basesBefore } from "../database/targetChoice";
import { fetchThrowAway } from "../database/throwAway";
import { segmentName } from "../database/walPosition";
import type { Chain } from "../lineage/chain";
import { historiesFile, walTable } from "../lineage/walTable";
import { CopyOfDatabase } from "./copyOfDatabase";
import { findMoments, type MomentsFound, type MomentsPlan } from "./findMoments";

const MINUTE = 60_000;

/** What was looked for, where, and what was found. */
export interface MomentsReport extends MomentsFound {
  action: "searched";
  /** What was looked at: from the first moment, ISO, to the last that is archived or was asked for. */
  from: string;
  to: string | null;
  /** Base backup that the copy was made from. */
  label: string;
}

/** What is looked for in time. */
export interface MomentsQuery {
  /** Undefined for a day before the end. */
  from: Date | undefined;
  to: Date | undefined;
  rows: number;
  table: MomentsPlan["search"]["table"];
}

const DAY_MS = 24 * 3600 * 1000;

/**
 * From when on can be looked, and from which base backups: those that ended before. Where nothing was asked for, it is a day, or what there
 * is of it.
 * @param bases newest first
 * @param end up to which is looked
 * @throws Failure where no base backup ended before the moment that was asked for
 */
export function beginningOf(
  from: Date | undefined,
  bases: readonly [Base, ...Base[]],
  end: Date,
): { from: Date; bases: [Base, ...Base[]] } {
  const wanted = from ?? new Date(end.getTime() - DAY_MS);
  if (from !== undefined && from >= end)
    throw new Failure(
      `--from ${from.toISOString()} is not before ${end.toISOString()}, up to which is looked`,
      "name an earlier moment, or a later --to",
    );
  const [first, ...others] = basesBefore(bases, { kind: "time", at: wanted, text: "" });
  if (first !== undefined) return { from: wanted, bases: [first, ...others] };
  const oldest = bases.at(-1) ?? bases[0];
  // pgBackRest tells whole seconds.
  const begin = new Date(oldest.backup.stoppedAt.getTime() + 1000);
  if (from === undefined) return { from: begin, bases: [oldest] };
  throw new Failure(
    `--from ${from.toISOString()} lies before the end of the oldest base backup, ${oldest.label}: what can be looked at begins at ${begin.toISOString()}`,
    "name a moment from then on",
  );
}

/**
 * Looks for moments in the archive of the head, with a copy of the database that is made for it.
 * @throws Failure where archive or base backups cannot be read
 */
export function momentsOfDatabase(
  plan: RestoreFromBasesPlan,
  query: MomentsQuery & { from: Date },
  log: (line: string) => void,
): Promise<MomentsReport> {
  return fromBases(
    plan,
    async (one) => {
      const proven = await fetchThrowAway(one, log);
      const { base, volume, database } = one;
      const { backup } = base;
      const copy = new CopyOfDatabase({ ...one, wanted: undefined }, log);
      const files = mkdtempSync(join(tmpdir(), "moments-"));
      try {
        const found = await findMoments(
          {
            database,
            base: backup,
            last: proven.last,
            search: query,
            scratch: join(volume.root, "segments"),
            fetch: fetcherOf(one, files),
            visit: (lsn, look) => copy.visit(lsn, look),
          },
          log,
        );
        const archived = proven.lastArchivedAt;
        const to =
          query.to === undefined || (archived !== undefined && archived < query.to) ? archived : query.to;
        return {
          action: "searched",
          from: query.from.toISOString(),
          to: to?.toISOString() ?? null,
          label: base.label,
          ...found,
        };
      } finally {
        await copy.discard();
        rmSync(files, { recursive: true, force: true });
      }
    },
    log,
  );
}

/** Gets segments along the chain, as a server's restore_command does. */
function fetcherOf(
  { chain, histories, volume }: Pick<RestoreFromBasesPlan, "chain" | "histories" | "volume">,
  directory: string,
): MomentsPlan["fetch"] {
  const table = join(directory, "wal-table");
  const known = join(directory, "histories");
  writeFileSync(table, walTable(chain));
  mkdirSync(known);
  for (const [name, text] of histories) writeFileSync(historiesFile(known, name), text);
  const env = {
    ...programEnvironment(),
    WAL_TABLE: table,
    WAL_HISTORIES: known,
    // pgBackRest holds the archive to the control file of the copy, whose server fetches ahead for itself.
    PGBACKREST_PG1_PATH: volume.incoming,
    PGBACKREST_ARCHIVE_ASYNC: "n",
  };
  return async (number, file) => {
    const name = segmentName(timelineOf(chain, number), number);
    try {
      await run("/opt/recovery/bin/wal-get", [name, file], { env, timeoutMs: 10 * MINUTE });
    } catch (error) {
      const said = error instanceof CommandError ? error.stderr.trim().split("\n").at(-1) : String(error);
      throw new Failure(
        `WAL segment ${name} cannot be fetched: ${said === undefined || said === "" ? "the archive does not have it any more" : said}`,
        "see whether the object store works, then run this again",
      );
    }
  };
}

/** Timeline of the chain that a segment is read on: where one was left within a segment, that of the next, which has it from its beginning. */
export function timelineOf({ stretches, timeline }: Chain, number: number): number {
  const holding = stretches.filter(({ from, end }) => number >= from && (end === undefined || number < end));
  return holding.at(-1)?.timeline ?? timeline;
}
