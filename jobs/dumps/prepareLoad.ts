import { statfs } from "node:fs/promises";
import type { Client } from "pg";
import { Failure } from "../../lib/failure";
import { formatBytes } from "../../lib/format";
import type { ObjectStorage } from "../objectStorage";
import { chooseDump } from "./chooseDump";
import { type DumpManifest, dumpKeysOf, type RowsByTable, rowsOf } from "./dumpManifest";
import { type ListedDump, listDumps, manifestSha256, manifestText, readListedDump } from "./dumpStore";
import { PlainDumpReader } from "./plainDump";
import { plainRules, type ServerHas } from "./plainRules";
import { plainText } from "./plainText";
import { withoutOutput } from "./postgresProgram";
import type { DumpKey } from "./sealedStream";

/** What is needed to load a dump. */
export interface LoadPlan {
  storage: ObjectStorage;
  keyOf: (salt: Buffer) => DumpKey;
  /** The dump, or its day. */
  wanted: string;
  /** Directory of the server's socket. */
  socket: string;
  /** The one that is served. */
  database: string;
  /** Of the database, which a new one must have room on. */
  volume: string;
}

/** A dump that can be loaded, as far as is known before anything of it is. */
export type LoadableDump = {
  name: string;
  /** For messages. */
  where: string;
  takenAt: string;
  /** Tells a dump from another one under the same name. */
  fingerprint: string;
  rows: RowsByTable;
  /** Bytes on the volume of the database. */
  neededBytes: number;
  roomBytes: number;
  /** What of it will not be there. */
  notes: string[];
} & (
  | { layout: "own"; manifest: DumpManifest }
  | { layout: "plain"; key: string; sizeBytes: number; serverHas: ServerHas }
);

/** The WAL of what is loaded waits on the volume until it is archived; beyond this the server writes no faster than it is. */
const walBytes = 2 * 1024 ** 3;
/** Tables and indexes take about so much of the text that they come from. */
const ofPlainText = 2;

/**
 * Chooses the dump and holds it, server and volume to each other, before anything is made. A plain dump is read to its end for that.
 * @throws Failure when it cannot be loaded
 */
export async function prepareLoad(
  plan: LoadPlan,
  maintenance: Client,
  log: (line: string) => void,
): Promise<LoadableDump> {
  const listed = chooseDump(await listDumps(plan.storage), plan.wanted);
  const dump =
    listed.layout === "own"
      ? await prepareOwn(plan, listed, maintenance)
      : await preparePlain(plan, listed, maintenance, log);
  if (Object.keys(dump.rows).length === 0)
    throw new Failure(
      `${dump.where} holds no table`,
      "it is a backup of nothing; choose another dump (npm run dumps lists them)",
    );
  if (dump.roomBytes < dump.neededBytes)
    throw new Failure(
      `${plan.volume} has room for ${formatBytes(dump.roomBytes)}, and ${dump.name} needs ${formatBytes(dump.neededBytes)} beside the database that is served; nothing was loaded`,
      "make the volume larger (lstm-pfd:databaseSizeGi), then run this again",
    );
  return dump;
}

async function prepareOwn(plan: LoadPlan, listed: ListedDump, client: Client): Promise<LoadableDump> {
  const { storage } = plan;
  const { name } = listed;
  const manifest = await readListedDump(storage, listed);
  const { version, extensions } = await serverFacts(client);
  const major = (text: string): number => Number(text.split(".")[0]);
  if (major(manifest.serverVersion) > major(version))
    throw new Failure(
      `${name} was taken from PostgreSQL ${manifest.serverVersion}, and this server is ${version}`,
      "use an image of that version or a later one (lstm-pfd:imagePostgres)",
    );
  const lacking = manifest.extensions.filter((extension) => !extensions.has(extension));
  if (lacking.length > 0)
    throw new Failure(
      `${name} needs ${lacking.join(", ")}, which this server lacks; nothing was loaded`,
      "use an image that has it (lstm-pfd:imagePostgres), then run this again",
    );
  return {
    ...{ layout: "own", name, manifest, where: storage.describe(dumpKeysOf(name).prefix) },
    ...{ takenAt: manifest.takenAt, fingerprint: manifestSha256(manifestText(manifest)) },
    ...{ rows: rowsOf(manifest), notes: [] },
    ...(await roomFor(plan, manifest.databaseBytes)),
  };
}

async function preparePlain(
  plan: LoadPlan,
  { name, objects, writtenAt }: ListedDump,
  client: Client,
  log: (line: string) => void,
): Promise<LoadableDump> {
  const [object] = objects;
  if (object === undefined) throw new Error(`${name} has no object`);
  const where = plan.storage.describe(object.key);
  const serverHas = await serverFacts(client);
  log(`reading ${name} to its end: nobody has since it was written`);
  const reader = new PlainDumpReader(where, plainRules(serverHas));
  await withoutOutput(reader.read(plainText(plan.storage, object)));
  const { rows, notes, sizeBytes } = reader.facts;
  for (const note of notes) log(`left out: ${note}`);
  return {
    ...{ layout: "plain", name, where, ...object, serverHas },
    ...{ takenAt: writtenAt.toISOString(), fingerprint: `${object.sizeBytes} ${writtenAt.toISOString()}` },
    ...{ rows, notes: notes.map((note) => `left out: ${note}`) },
    ...(await roomFor(plan, sizeBytes * ofPlainText)),
  };
}

async function roomFor(
  { volume }: LoadPlan,
  databaseBytes: number,
): Promise<Pick<LoadableDump, "neededBytes" | "roomBytes">> {
  const { bavail, bsize } = await statfs(volume);
  return { neededBytes: databaseBytes + Math.min(walBytes, databaseBytes), roomBytes: bavail * bsize };
}

async function serverFacts(client: Client): Promise<ServerHas & { version: string }> {
  const { rows } = await client.query<{ version: string; extensions: string[]; settings: string[] }>(
    `select split_part(current_setting('server_version'), ' ', 1) as version,
      array(select name::text from pg_available_extensions) as extensions,
      array(select lower(name) from pg_settings) as settings`,
  );
  const [facts] = rows;
  if (facts === undefined) throw new Error("the server told nothing of itself");
  return {
    version: facts.version,
    extensions: new Set(facts.extensions),
    settings: new Set(facts.settings),
  };
}
