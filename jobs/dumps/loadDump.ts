import { join } from "node:path";
import type { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";
import { formatBytes, secondsSince } from "../../lib/format";
import { withTemporaryDirectory } from "../../lib/temporaryDirectory";
import {
  type ApplicationRole,
  execute,
  ownSchema,
  reconcileApplicationRole,
} from "../database/applicationRole";
import { connectTo } from "../database/connectTo";
import { makeHeartbeat } from "../database/inspection";
import { parallelJobs, roomIn } from "./archiveForm";
import { besideName, createLike, dropDatabase, readNotes, writeNote } from "./besideDatabase";
import { applicationRows, countTables, extensionTables } from "./databaseFacts";
import { rowDifferences, type RowsByTable, sumOfRows } from "./dumpManifest";
import { readFromParts } from "./dumpParts";
import { PlainDumpReader } from "./plainDump";
import { plainRules } from "./plainRules";
import { plainText } from "./plainText";
import { throughProgram, withoutOutput } from "./postgresProgram";
import { type LoadableDump, type LoadPlan, prepareLoad } from "./prepareLoad";
import { fetchArchive } from "./takeDump";

/** What was loaded. */
export interface LoadReport {
  action: "loaded";
  dump: string;
  takenAt: string;
  /** Database that it is in, beside the one that is served. */
  database: string;
  rows: RowsByTable;
  /** What of it is not there, and why. */
  notes: string[];
  /** Null where an earlier run has loaded it. */
  seconds: number | null;
}

/**
 * Loads a dump into a new database beside the one that is served, which is not touched, and holds its rows to those of the dump. What an
 * earlier run has loaded whole is taken; what it has left half is removed.
 * @param maintenance connection to the database "postgres"
 * @throws Failure when the dump is damaged, cut off or does not agree; nothing of it is left then
 */
export async function loadDump(
  plan: LoadPlan,
  role: Omit<ApplicationRole, "database">,
  maintenance: Client,
  log: (line: string) => void,
): Promise<LoadReport> {
  await lockLoads(maintenance);
  const dump = await prepareLoad(plan, maintenance, log);
  const beside = besideName(plan.database);
  const report = { action: "loaded", dump: dump.name, takenAt: dump.takenAt, database: beside } as const;
  const earlier = (await readNotes(maintenance)).find(({ name }) => name === beside)?.note;
  if (
    earlier?.loaded !== undefined &&
    earlier.dump === dump.name &&
    earlier.fingerprint === dump.fingerprint
  ) {
    log(`${dump.name} was loaded at ${earlier.loaded.at}`);
    return { ...report, rows: earlier.loaded.rows, notes: earlier.loaded.notes, seconds: null };
  }
  const start = Date.now();
  await dropDatabase(maintenance, beside);
  const note = { dump: dump.name, fingerprint: dump.fingerprint, takenAt: dump.takenAt };
  try {
    await makeRoles(maintenance, dump, log);
    await createLike(maintenance, beside, plan.database);
    await writeNote(maintenance, beside, note);
    log(`loading ${dump.name} into ${beside}`);
    if (dump.layout === "own") await loadArchive(plan, dump, beside, log);
    else await loadPlain(plan, dump, beside);
    const rows = await finish({ socket: plan.socket, beside, role }, dump, log);
    const notes = dump.notes;
    await writeNote(maintenance, beside, { ...note, loaded: { at: new Date().toISOString(), rows, notes } });
    return { ...report, rows, notes, seconds: secondsSince(start) };
  } catch (error) {
    await dropDatabase(maintenance, beside).catch(() => undefined);
    throw error instanceof Failure
      ? error
      : new Failure(
          `${dump.name} was not loaded: ${reasonOf(error)}`,
          "fix what it names, then run this again",
        );
  }
}

/** @throws Failure when somebody else loads; the lock lasts as long as the connection */
async function lockLoads(client: Client): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>(
    "select pg_try_advisory_lock(hashtext('recovery.restore-dump')) as taken",
  );
  if (rows[0]?.taken !== true)
    throw new Failure("another restore of a dump is at work on this server", "wait until it has ended");
}

/** Owners that this server lacks, without a way to log in: what they own keeps its owner. */
async function makeRoles(client: Client, dump: LoadableDump, log: (line: string) => void): Promise<void> {
  if (dump.layout !== "own") return;
  const { rows } = await client.query<{ name: string }>("select rolname::text as name from pg_roles");
  const known = rows.map(({ name }) => name);
  for (const role of dump.manifest.roles.filter((name) => !known.includes(name))) {
    await execute(client, "create role %I nologin", [role]);
    dump.notes.push(`the role ${role}, which this server lacked, was made without a login`);
    log(dump.notes.at(-1) ?? "");
  }
}

type Own = Extract<LoadableDump, { layout: "own" }>;

async function loadArchive(
  plan: LoadPlan,
  { manifest, name }: Own,
  beside: string,
  log: (line: string) => void,
): Promise<void> {
  const program = {
    command: "pg_restore",
    args: ["--exit-on-error", ...connection(plan, beside)],
    failed: `${name} could not be loaded into ${beside}`,
  } as const;
  const read = { storage: plan.storage, name, keyOf: plan.keyOf };
  await withTemporaryDirectory("load", async (scratch) => {
    const bytes = manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const room = await roomIn(scratch);
    const [first] = manifest.files;
    if (room >= bytes) {
      const archive = join(scratch, "archive");
      await fetchArchive(read, manifest.files, archive);
      log(`fetched ${formatBytes(bytes)} without damage`);
      const path = manifest.archive === "custom" ? join(archive, first?.path ?? "") : archive;
      await throughProgram(
        { ...program, args: [...program.args, `--jobs=${parallelJobs}`, path] },
        withoutOutput,
      );
      return;
    }
    if (manifest.archive !== "custom" || first === undefined)
      throw new Failure(
        `${name} needs ${formatBytes(bytes)} of scratch, and ${formatBytes(room)} of the node's disk may be taken`,
        "give the node a larger disk, or choose a dump that was taken as one stream",
      );
    log(`the scratch has no room for ${formatBytes(bytes)}: it is loaded as it comes, by one program`);
    await throughProgram(program, withoutOutput, readFromParts(read, first));
  });
}

type Plain = Extract<LoadableDump, { layout: "plain" }>;

async function loadPlain(plan: LoadPlan, dump: Plain, beside: string): Promise<void> {
  const program = {
    command: "psql",
    args: ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", ...connection(plan, beside), "--file=-"],
    failed: `${dump.name} could not be loaded into ${beside}`,
  } as const;
  const reader = new PlainDumpReader(dump.where, plainRules(dump.serverHas));
  await throughProgram(program, withoutOutput, reader.read(plainText(plan.storage, dump)));
}

function connection({ socket }: Pick<LoadPlan, "socket">, database: string): string[] {
  return [`--host=${socket}`, "--username=postgres", "--no-password", `--dbname=${database}`];
}

/** Gives the application what is its own, counts, and looks at what was loaded. @returns its rows */
async function finish(
  { socket, beside, role }: { socket: string; beside: string; role: Omit<ApplicationRole, "database"> },
  dump: LoadableDump,
  log: (line: string) => void,
): Promise<RowsByTable> {
  const client = await connectTo(socket, beside, "restore-dump");
  try {
    await makeHeartbeat(client);
    if (dump.layout === "plain") await ownSchemas(client, role.name);
    await reconcileApplicationRole(client, { ...role, database: beside });
    const rows = applicationRows(
      Object.fromEntries((await countTables(client)).map(({ name, rows: count }) => [name, count])),
    );
    const ofExtensions = await extensionTables(client);
    const expected = Object.fromEntries(
      Object.entries(applicationRows(dump.rows)).filter(([table]) => !ofExtensions.includes(table)),
    );
    const differences = rowDifferences(expected, rows);
    if (dump.layout === "own")
      differences.push(...(await largeObjectDifference(client, dump.manifest.largeObjects)));
    if (differences.length > 0)
      throw new Failure(
        `${dump.name} was loaded and its rows are not those of the dump: ${differences.slice(0, 3).join(", ")}`,
        "nothing was put into place; choose another dump (npm run dumps lists them)",
      );
    await client.query("analyze");
    log(`${sumOfRows(rows)} rows in ${Object.keys(rows).length} tables, as the dump says`);
    return rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function largeObjectDifference(client: Client, expected: number): Promise<string[]> {
  const { rows } = await client.query<{ count: string }>("select count(*) from pg_largeobject_metadata");
  const found = Number(rows[0]?.count);
  return found === expected ? [] : [`there are ${found} large objects instead of ${expected}`];
}

/** A plain dump is loaded without owners: schemas that it brought become the application's, as public does. */
async function ownSchemas(client: Client, role: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select nspname::text as name from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public', 'recovery')
      and not exists (select from pg_depend where classid = 'pg_namespace'::regclass and objid = pg_namespace.oid and deptype = 'e')`,
  );
  await client.query("begin");
  for (const { name } of rows) await ownSchema(client, role, name);
  await client.query("commit");
}
