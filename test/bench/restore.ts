import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { siteDir } from "@lstm-pfd/local-cloud/paths";
import { rehearse } from "../../automation/rehearse";
import { replaceInPlace } from "../../automation/replaceDatabase";
import { askDumps } from "../../automation/restoreDump";
import { runJobOnce } from "../../automation/runOwnJob";
import type { KubernetesObject } from "../../automation/kubernetesObject";
import { formatBytes } from "../../lib/format";
import { names, runNames } from "../../plan/names";
import { cleanUpAll } from "../e2e/drill/drillProcess";
import { Lives } from "../nightly/lineage/lives";
import { directoriesBeneath } from "../support/directoriesBeneath";
import { silentProgress } from "../support/silentProgress";
import { gigabytesAsked, grow, onMachine } from "./grownDatabase";

/**
 * Brings the same database back in five ways, one after the other, on one machine: by the runbook's `gunzip | psql`, by a dump with
 * `pg_restore -j`, by a physical restore into an empty volume and beside the living database, and, as the limit of them all, by a plain
 * copy of its files from the object store.
 * `npm run bench:restore -- GIGABYTES` (5 without). Takes about six minutes for each gigabyte, and four times its room on the disk.
 */
const gigabytes = gigabytesAsked();
const MiB = 1024 ** 2;
const copyPrefix = "bench/files/";
const plainKey = "db/backup-2026-01-15.sql.gz";
const limitSeconds = 3 * 3600;

/** A way back. */
interface Way {
  name: string;
  seconds: number;
  /** Where the time goes. */
  parts?: string;
  note?: string;
}

process.env["PULUMI_CONFIG_PASSPHRASE"] ??= "of the benchmark";
const lives = new Lives();
const start = Date.now();
void main()
  .finally(async () => {
    lives.close();
    await cleanUpAll();
  })
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });

async function main(): Promise<void> {
  await cleanUpAll();
  say("a site, and the rows of the drill");
  await lives.begin();
  await grow(lives, gigabytes, say);
  const bytes = Number(await lives.database.value("select pg_database_size(current_database())"));
  say(`the database has ${formatBytes(bytes)}; backing it up in each way`);
  await lives.database.runCronJob(runNames.databaseFull, "bench-full", limitSeconds);
  await lives.database.runCronJob(runNames.dump, "bench-dump", limitSeconds);
  await putFiles();
  const packed = await putPlain();
  // What the others load is archived, and would be replayed.
  const physical = [await byRestore(), await byRestoreInPlace()];
  const logical = [await byRunbook(packed), await byDump()];
  print(bytes, [...logical, ...physical, await byCopy()]);
}

function say(what: string): void {
  console.log(`${((Date.now() - start) / 1000).toFixed(0).padStart(5)} s  ${what}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = Date.now();
  await work();
  return (Date.now() - begin) / 1000;
}

/** The volume of the database, as the host sees it. */
function volumeOnHost(): string {
  const pgdata = directoriesBeneath(join(siteDir(lives.home.name), "volumes")).find(
    (path) => basename(path) === "pgdata",
  );
  if (pgdata === undefined) throw new Error("the volume of the database is not on this machine");
  return dirname(pgdata);
}

/** The files of the database as they are, in pieces: what a copy fetches. */
async function putFiles(): Promise<void> {
  await lives.database.value("checkpoint");
  const base = join(volumeOnHost(), "pgdata", "base");
  let piece: Buffer[] = [];
  let count = 0;
  const put = async (): Promise<void> => {
    const Body = Buffer.concat(piece);
    piece = [];
    count += 1;
    const Key = `${copyPrefix}${String(count).padStart(5, "0")}`;
    await lives.admin.send(
      new PutObjectCommand({ Bucket: lives.setup.bucket, Key, Body, ChecksumAlgorithm: "SHA256" }),
    );
  };
  for (const entry of await readdir(base, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    for await (const chunk of createReadStream(join(entry.parentPath, entry.name), {
      highWaterMark: 8 * MiB,
    })) {
      piece.push(chunk as Buffer);
      if (piece.reduce((sum, { length }) => sum + length, 0) >= 64 * MiB) await put();
    }
  }
  if (piece.length > 0) await put();
  say(`${count} pieces of its files are in the store`);
}

/** As the runbook's script made it. @returns the file, on the volume of the database */
async function putPlain(): Promise<string> {
  const name = "bench.sql.gz";
  await inPod(
    `pg_dump --host=${names.databaseSocket} --username=postgres ${names.database} | gzip > ${name}`,
  );
  const file = join(volumeOnHost(), name);
  const { size } = await stat(file);
  await lives.admin.send(
    new PutObjectCommand({
      ...{ Bucket: lives.setup.bucket, Key: plainKey, ContentLength: size },
      Body: createReadStream(file),
      ChecksumAlgorithm: "SHA256",
    }),
  );
  await rm(file);
  say(`${formatBytes(size)} of pg_dump | gzip are in the store`);
  return file;
}

/** In the pod of the database, on its volume. */
function inPod(script: string): Promise<string> {
  const pod = [`statefulset/${names.databaseStatefulSet}`, `--container=${names.databaseContainer}`];
  return lives.database.call(
    ["exec", ...pod, "--", "bash", "-ec", `set -o pipefail; cd ${names.databaseDirectory}; ${script}`],
    { timeoutMs: limitSeconds * 1000 },
  );
}

async function byRunbook(file: string): Promise<Way> {
  const psql = `psql --host=${names.databaseSocket} --username=postgres --no-psqlrc --quiet`;
  await inPod(`${psql} --command='create database bench_plain' postgres`);
  const fetch = await timed(() => fetchObject(plainKey, file));
  const load = await timed(() =>
    inPod(`gunzip < ${basename(file)} | ${psql} --set=ON_ERROR_STOP=1 bench_plain > /dev/null`),
  );
  await inPod(`${psql} --command='drop database bench_plain' postgres; rm ${basename(file)}`);
  say("the runbook's way is done");
  return {
    name: "gunzip | psql (the runbook)",
    seconds: fetch + load,
    parts: `fetch ${fetch.toFixed(1)} s, load ${load.toFixed(1)} s`,
  };
}

async function byDump(): Promise<Way> {
  const { dumps } = (await askDumps(lives.database, "list")) as { dumps: { name: string; state: string }[] };
  const dump = dumps.filter(({ state }) => state === "read back").at(-1)?.name ?? "";
  const text = await lives.database.call(["get", "cronjob", runNames.dumpRestore, "--output=json"]);
  const { spec } = JSON.parse(text) as { spec: { jobTemplate: KubernetesObject } };
  const pattern = {
    ...spec.jobTemplate,
    metadata: { ...spec.jobTemplate.metadata, name: runNames.dumpRestore },
  };
  const { seconds = NaN } = (await runJobOnce(lives.database, pattern, {
    name: "bench-load",
    command: [runNames.dumpRestore, "load"],
    environment: { RESTORE_DUMP: dump },
    limitSeconds,
  })) as { seconds?: number };
  say("the dump is loaded");
  return { name: "pg_restore -j 2 of a dump", seconds, parts: "with its checksums, and its rows counted" };
}

async function byRestore(): Promise<Way> {
  const result = (await rehearse(lives.database)) as Restored;
  say("the physical restore is rehearsed");
  return restored("physical restore, empty volume", result);
}

/** What was written to the database since its backup is little, as after a mistake. */
async function byRestoreInPlace(): Promise<Way> {
  await lives.database.value(
    "delete from public.bench_signals where id <= (select max(id) from public.bench_signals) / 100",
  );
  const { signal } = new AbortController();
  const { database, downSeconds } = await replaceInPlace(
    lives.database,
    { action: "replace", wanted: "" },
    silentProgress,
    signal,
  );
  say("the physical restore in place is done");
  return {
    ...restored("physical restore, in place", database ?? {}),
    note: `the application was away for ${downSeconds ?? "unknown"} s`,
  };
}

/** What a restore says of itself. */
interface Restored {
  downloadSeconds?: number;
  replaySeconds?: number;
  segmentsReplayed?: number;
  totalSeconds?: number;
}

function restored(name: string, result: Restored): Way {
  const { totalSeconds = NaN, downloadSeconds, replaySeconds, segmentsReplayed } = result;
  return {
    name,
    seconds: totalSeconds,
    parts: `fetch ${downloadSeconds ?? "unknown"} s, replay of ${segmentsReplayed ?? "unknown"} segments ${replaySeconds ?? "unknown"} s; the rest is proof of the archive, checks and the count of all rows`,
  };
}

/** Two at a time, as pgBackRest fetches. */
async function byCopy(): Promise<Way> {
  const directory = join(volumeOnHost(), "bench-copy");
  await mkdir(directory);
  const keys = await lives.keys(copyPrefix);
  const seconds = await timed(async () => {
    const left = [...keys];
    const worker = async (): Promise<void> => {
      for (let key = left.shift(); key !== undefined; key = left.shift())
        await fetchObject(key, join(directory, basename(key)));
    };
    await Promise.all([worker(), worker()]);
  });
  await rm(directory, { recursive: true });
  return { name: "plain copy of its files", seconds };
}

async function fetchObject(Key: string, file: string): Promise<void> {
  const { Body } = await lives.admin.send(new GetObjectCommand({ Bucket: lives.setup.bucket, Key }));
  await pipeline(Body as Readable, createWriteStream(file));
}

function print(bytes: number, ways: readonly Way[]): void {
  const [runbook] = ways;
  const copy = ways.at(-1);
  if (runbook === undefined || copy === undefined) return;
  console.log(onMachine(bytes));
  console.log("way                           seconds     MB/s   times the runbook's   of the plain copy");
  for (const { name, seconds, parts, note } of ways) {
    const figures = [
      seconds.toFixed(1).padStart(7),
      (bytes / 1e6 / seconds).toFixed(1).padStart(9),
      (runbook.seconds / seconds).toFixed(1).padStart(21),
      `${((100 * copy.seconds) / seconds).toFixed(0)} %`.padStart(19),
    ];
    console.log(`${name.padEnd(30)}${figures.join("")}`);
    for (const line of [parts, note]) if (line !== undefined) console.log(`    ${line}`);
  }
}
