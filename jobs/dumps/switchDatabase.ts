import type { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";
import { waitFor } from "../../lib/wait";
import { meansDump } from "../../plan/dumpNames";
import { execute } from "../database/applicationRole";
import { connectTo } from "../database/connectTo";
import { beat } from "../database/inspection";
import { queryValue } from "../database/temporaryServer";
import {
  besideName,
  type DatabaseNote,
  dropDatabase,
  keptName,
  type NotedDatabase,
  readNotes,
  writeNote,
} from "./besideDatabase";

/** The databases of a server that serves one of them. */
export interface SwitchPlan {
  /** Connection to the database "postgres". */
  maintenance: Client;
  socket: string;
  /** Name under which one is served. */
  database: string;
  /** Given once: a run that goes on has the same. */
  operation: string;
  /** Throws when this site may write no longer. */
  requireOwn: () => Promise<void>;
}

/** What a switch, or its undo, did. */
export interface SwitchReport {
  action: "switched" | "undone";
  dump: string;
  /** When the dump's moment was; null after an undo. */
  takenAt: string | null;
  at: string;
  /** Name under which the database is kept that was served before. */
  kept: string;
}

/** What there is of dumps on a server. */
export interface DumpState {
  action: "state";
  /** What the database that is served knows of itself. */
  serving: DatabaseNote | null;
  /** A dump that was loaded and is not served. */
  loaded: { dump: string; at: string } | null;
  kept: { name: string; at: string; dump: string }[];
}

const waitLimits = { timeoutMs: 60_000, everyMs: 500 };

/** What there is: databases that are kept, one that is ready, the one that is served. */
export async function dumpState(maintenance: Client, database: string): Promise<DumpState> {
  const notes = await readNotes(maintenance);
  const beside = notes.find(({ name }) => name === besideName(database))?.note;
  return {
    action: "state",
    serving: notes.find(({ name }) => name === database)?.note ?? null,
    loaded: beside?.loaded === undefined ? null : { dump: beside.dump ?? "", at: beside.loaded.at },
    kept: keptOf(notes, database),
  };
}

/**
 * Puts the database that a dump was loaded into in place of the one that is served, which is kept: both names change in one transaction.
 * Done already by this operation, it is told again.
 * @throws Failure when the dump is not loaded, or the site may write no longer; nothing was switched then
 */
export async function switchToDump(plan: SwitchPlan, dump: string): Promise<SwitchReport> {
  const { maintenance, database } = plan;
  const notes = await readNotes(maintenance);
  const done = doneBefore(plan, notes);
  if (done !== undefined) return done;
  const beside = notes.find(({ name }) => name === besideName(database));
  if (beside?.note.loaded === undefined || beside.note.dump !== dump)
    throw new Failure(
      `${dump} is not loaded: nothing was switched`,
      "run the restore again, which loads it first",
    );
  return exchange(plan, beside, dump, "switched");
}

/**
 * Brings back the database that a dump has replaced last, and keeps the other one in turn.
 * @throws Failure when none is kept
 */
export async function undoSwitch(plan: SwitchPlan, dump: string): Promise<SwitchReport> {
  const notes = await readNotes(plan.maintenance);
  const done = doneBefore(plan, notes);
  if (done !== undefined) return done;
  const newest = keptOf(notes, plan.database)
    .filter((kept) => meansDump(dump, kept.dump))
    .at(-1);
  const found = notes.find(({ name }) => name === newest?.name);
  if (found === undefined)
    throw new Failure(
      `no database is kept that ${dump} has replaced`,
      `kept are: ${describeKept(keptOf(notes, plan.database))}`,
    );
  return exchange(plan, found, newest?.dump ?? dump, "undone");
}

/** Removes for good the databases that a dump has replaced. @returns their names */
export async function forgetKept(
  maintenance: Client,
  database: string,
  dump: string,
): Promise<{ action: "forgotten"; removed: string[] }> {
  const removed: string[] = [];
  for (const { name, dump: of } of keptOf(await readNotes(maintenance), database)) {
    if (!meansDump(dump, of)) continue;
    await dropDatabase(maintenance, name);
    removed.push(name);
  }
  return { action: "forgotten", removed };
}

function keptOf(notes: readonly NotedDatabase[], database: string): DumpState["kept"] {
  return notes
    .flatMap(({ name, note: { kept } }) =>
      kept === undefined || name === database ? [] : [{ name, at: kept.at, dump: kept.dump }],
    )
    .sort((one, other) => (one.at < other.at ? -1 : 1));
}

function describeKept(kept: DumpState["kept"]): string {
  return kept.map(({ name, at, dump }) => `${name} since ${at}, replaced by ${dump}`).join("; ") || "none";
}

/** A run that died after its transaction, and before it could say so. */
function doneBefore(
  { database, operation }: SwitchPlan,
  notes: readonly NotedDatabase[],
): SwitchReport | undefined {
  const serving = notes.find(({ name }) => name === database)?.note;
  if (serving?.servedBy?.operation !== operation) return undefined;
  const { at, dump } = serving.servedBy;
  const kept = keptOf(notes, database).find((each) => each.at === at)?.name ?? "";
  const isUndo = serving.dump !== dump;
  return {
    action: isUndo ? "undone" : "switched",
    dump,
    takenAt: isUndo ? null : (serving.takenAt ?? null),
    at,
    kept,
  };
}

async function exchange(
  plan: SwitchPlan,
  coming: NotedDatabase,
  dump: string,
  action: SwitchReport["action"],
): Promise<SwitchReport> {
  const { maintenance, socket, database, operation, requireOwn } = plan;
  const client = await connectTo(socket, coming.name, "restore-dump");
  try {
    // Its heart stood still for as long as nobody served it: a recovery to this second would take that for a loss.
    await beat(client);
  } finally {
    await client.end();
  }
  await requireOwn();
  const now = new Date();
  const at = now.toISOString();
  const kept = keptName(database, now);
  const serving = (await readNotes(maintenance)).find(({ name }) => name === database)?.note ?? {
    dump: null,
  };
  const note = { ...coming.note };
  delete note.kept;
  const switched = async (): Promise<true | undefined> => {
    await maintenance.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = any ($1) and pid <> pg_backend_pid()",
      [[database, coming.name]],
    );
    try {
      await maintenance.query("begin");
      await execute(maintenance, "alter database %I rename to %I", [database, kept]);
      await execute(maintenance, "alter database %I rename to %I", [coming.name, database]);
      await writeNote(maintenance, kept, { ...serving, kept: { at, dump } });
      await writeNote(maintenance, database, { ...note, servedBy: { operation, at, dump } });
      await maintenance.query("commit");
      return true;
    } catch (error) {
      await maintenance.query("rollback").catch(() => undefined);
      // 55006: somebody has come back in the meantime; the heartbeat does, twice a minute.
      if ((error as { code?: string }).code === "55006") return undefined;
      throw new Failure(
        `the databases were not switched: ${reasonOf(error)}`,
        "fix what it names, then run this again",
      );
    }
  };
  await waitFor(
    `nobody to be connected to ${database}; nothing was switched`,
    "end who connects to it (pg_stat_activity), then run this again",
    waitLimits,
    switched,
  );
  if (
    (await queryValue(maintenance, "select count(*) from pg_database where datname = $1", [database])) !== "1"
  )
    throw new Failure(`there is no database ${database} after the switch`, "look at the server's log");
  return { action, dump, takenAt: action === "switched" ? (note.takenAt ?? null) : null, at, kept };
}
