import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { parallelJobs } from "./archiveForm";
import type { DumpFile, DumpManifest, RowsByTable } from "./dumpManifest";
import { type PartsPlan, readFromParts, type ReadPlan, writeInParts } from "./dumpParts";
import { PlainDumpReader } from "./plainDump";
import { throughProgram, wholeText, withoutOutput } from "./postgresProgram";

/** Name of the one file of an archive of the form "custom". */
const ONE_FILE = "dump";

/** The server that is dumped, and what of it. */
export interface DumpSource {
  /** Directory of its socket. */
  socket: string;
  database: string;
  /** Of the snapshot, whose transaction is still open. */
  snapshot: string;
}

const connection = ({ socket }: Pick<DumpSource, "socket">): string[] => [
  `--host=${socket}`,
  "--username=postgres",
  "--no-password",
];

/**
 * Dumps a database as it was at its snapshot, encrypts it, and writes it into the bucket, as one stream or by several programs at once.
 * @throws Failure when pg_dump or the store fails; then it does not count
 */
export async function writeArchive(
  source: DumpSource,
  form: DumpManifest["archive"],
  parts: PartsPlan,
  log: (line: string) => void,
): Promise<DumpFile[]> {
  const args = [
    ...connection(source),
    `--dbname=${source.database}`,
    `--snapshot=${source.snapshot}`,
    // Who changes tables while it runs is told, and does not wait behind it for ever.
    "--lock-wait-timeout=60s",
    "--compress=3",
  ];
  const failed = `the dump of ${source.database} failed`;
  if (form === "custom")
    return [
      await throughProgram({ command: "pg_dump", args: [...args, "--format=custom"], failed }, (output) =>
        writeInParts(parts, ONE_FILE, output),
      ),
    ];
  const directory = join(parts.scratch, "archive");
  await rm(directory, { recursive: true, force: true });
  const words = [...args, "--format=directory", `--jobs=${parallelJobs}`, `--file=${directory}`];
  await throughProgram({ command: "pg_dump", args: words, failed }, withoutOutput);
  const files: DumpFile[] = [];
  for (const path of await filesIn(directory)) {
    const file = join(directory, path);
    files.push(await writeInParts(parts, path, createReadStream(file) as AsyncIterable<Buffer>));
    await rm(file);
  }
  log(`${files.length} files, written by ${parallelJobs} programs at once`);
  return files;
}

/** Roles, without their passwords, and tablespaces. */
export async function writeGlobals(source: DumpSource, parts: PartsPlan): Promise<DumpFile> {
  const program = {
    command: "pg_dumpall",
    args: [...connection(source), "--globals-only", "--no-role-passwords"],
    failed: "the dump of the roles failed",
  } as const;
  return throughProgram(program, (output) => writeInParts(parts, "globals.sql", output));
}

/**
 * Reads a dump back from the bucket as a restore would: every file decrypted and held to its checksum, the archive turned into SQL by
 * pg_restore, down to its last row.
 * @returns the rows that were read, by table
 * @throws Failure when anything of it is not as it was written
 */
export async function readBack(
  plan: ReadPlan,
  { archive, files, globals }: Pick<DumpManifest, "archive" | "files" | "globals">,
  scratch: string,
): Promise<RowsByTable> {
  await wholeText(readFromParts(plan, globals));
  const [first] = files;
  const sql = new PlainDumpReader(`the dump ${plan.name}, as it was read back,`);
  const read = async (output: AsyncIterable<Buffer>): Promise<void> => withoutOutput(sql.read(output));
  const program = {
    command: "pg_restore",
    args: ["--file=-"],
    failed: `the dump ${plan.name} cannot be read back`,
  } as const;
  if (archive === "custom" && first !== undefined)
    await throughProgram(program, read, readFromParts(plan, first));
  else {
    const directory = join(scratch, "read-back");
    await fetchArchive(plan, files, directory);
    await throughProgram({ ...program, args: [...program.args, directory] }, read);
    await rm(directory, { recursive: true });
  }
  return sql.facts.rows;
}

/**
 * Fetches an archive into a directory, decrypted, each file held to its checksum.
 * @throws Failure that names the object at fault
 */
export async function fetchArchive(
  plan: ReadPlan,
  files: readonly DumpFile[],
  directory: string,
): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const file of files) {
    const target = join(directory, file.path);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(readFromParts(plan, file), createWriteStream(target, { mode: 0o600 }));
  }
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}
