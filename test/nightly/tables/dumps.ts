import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createGzip } from "node:zlib";
import { GetObjectTaggingCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { siteDir } from "@lstm-pfd/local-cloud/paths";
import { askDumps, type DumpRestored, restoreDump } from "../../../automation/restoreDump";
import { describeDumpList, describeDumpRestored, type DumpEntry } from "../../../cli/dumpText";
import type { DumpReport } from "../../../jobs/dumps/dumpDatabase";
import type { DumpManifest } from "../../../jobs/dumps/dumpManifest";
import { names, runNames } from "../../../plan/names";
import { silentProgress } from "../../support/silentProgress";
import type { Lives } from "../lineage/lives";
import { Writer } from "./writer";

const MINUTE = 60_000;
const plain = "backup-2026-01-15.sql.gz";

/** Everything of the tables that nobody writes meanwhile. */
const fingerprint = `select md5(string_agg(sum, ',' order by sum)) from (
  select 'e' || md5(string_agg(e::text, '|' order by e::text)) as sum from public.system_logs e
  union all select 't' || md5(string_agg(t::text, '|' order by t::text)) from public.training_runs t
  union all select 'x' || md5(string_agg(x::text, '|' order by x::text)) from public.of_thinned x) as sums`;

/** Portable dumps, also those of the system before this one. */
export function dumpCases(lives: Lives): void {
  let runs = 0;
  let good: DumpReport;
  let second: DumpReport | undefined;

  const value = (sql: string): Promise<string> => lives.database.value(sql);
  const run = (cronJob: string): Promise<unknown> =>
    lives.database.runCronJob(cronJob, `${cronJob}-case-${(runs += 1)}`, 900);
  const restore = (action: "dump" | "undo dump", dump: string): Promise<DumpRestored> =>
    restoreDump(lives.database, { action, dump }, silentProgress, new AbortController().signal);
  const list = async (): Promise<DumpEntry[]> =>
    ((await askDumps(lives.database, "list")) as { dumps: DumpEntry[] }).dumps;
  const markOf = async (Key: string): Promise<string | undefined> => {
    const tagging = new GetObjectTaggingCommand({ Bucket: lives.setup.bucket, Key });
    return (await lives.admin.send(tagging)).TagSet?.find((tag) => tag.Key === "superseded")?.Value;
  };
  /** The living data, and whether the application is there that serves it. */
  const living = async (): Promise<string[]> => [
    await value(fingerprint),
    await value("select string_agg(datname, ',' order by datname) from pg_database"),
    await lives.database.call([
      ...[
        "get",
        "deployments",
        "--output=jsonpath={range .items[*]}{.metadata.name}={.status.readyReplicas} {end}",
      ],
    ]),
  ];
  const isRefused = async (dump: string, message: RegExp): Promise<void> => {
    const before = await living();
    await assert.rejects(restore("dump", dump), (error) => {
      process.stdout.write(`${String(error)}\n`);
      assert.match(String(error), message);
      return true;
    });
    assert.deepEqual(await living(), before);
  };

  it("come back row for row when they were taken under load", async () => {
    const writer = await Writer.begin(lives.database);
    await sleep(3000);
    const before = await writer.rows();
    good = (await run(runNames.dump)) as DumpReport;
    const during = await writer.stop(before);
    process.stdout.write(`${JSON.stringify(good)}\n`);
    assert.equal(good.action, "committed");
    process.stdout.write(
      `the writer wrote ${during.rows} rows during the dump, its longest pause was ${during.longestPauseSeconds} s\n`,
    );
    const { tables } = JSON.parse(await lives.read(`db/${good.name}/manifest.json`)) as DumpManifest;
    const dumped = tables.find(({ name }) => name === "public.written")?.rows ?? 0;
    const written = await writer.rows();
    assert.ok(before <= dumped && dumped < written, `${before} ${dumped} ${written}`);
    const sums = await value(fingerprint);
    await value("delete from public.system_logs where id % 3 = 0; drop table public.of_thinned");

    const result = await restore("dump", good.name);
    process.stdout.write(describeDumpRestored(undefined, result));
    assert.equal(await value(fingerprint), sums);
    assert.equal(
      await value(
        `select count(*) || ' ' || max(row) || ' ' || (select count(*) from public.written_twice join public.written using (row)) from public.written`,
      ),
      `${dumped} ${dumped} ${dumped}`,
    );
    for (const { name, rows } of tables.filter((table) => table.name.startsWith("public.")))
      assert.equal(await value(`select count(*) from ${name}`), String(rows), name);
  }).timeout(15 * MINUTE);

  it("give way to what they have replaced, with every row, and that is removed when it is told to", async () => {
    await value(`set role ${names.databaseUser}; create table public.after_dump (row int)`);
    const result = await restore("undo dump", good.name);
    assert.equal(await value("select to_regclass('public.of_thinned') is null"), "t");
    assert.equal(await value("select to_regclass('public.after_dump') is null"), "t");
    assert.notEqual(result.switched?.kept, undefined);
    // Once more, and for good.
    await restore("undo dump", good.name);
    assert.equal(await value("select to_regclass('public.after_dump') is null"), "f");
    await askDumps(lives.database, "forget", good.name);
    assert.equal(await value("select count(*) from pg_database where datname like '%kept%'"), "0");
  }).timeout(15 * MINUTE);

  for (const [what, damage, message] of [
    [
      "cut off at 60 %",
      (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.6)),
      /has \d+ bytes, and the manifest says \d+/,
    ],
    [
      "of another checksum",
      (bytes: Buffer) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8((changed[5000] ?? 0) ^ 1, 5000);
        return changed;
      },
      /is damaged/,
    ],
    ["empty", () => Buffer.alloc(0), /has 0 bytes, and the manifest says \d+/],
  ] as const)
    it(`are refused with the living data untouched, and supersede no good one, when one is ${what}`, async () => {
      second ??= (await run(runNames.dump)) as DumpReport;
      const { name } = (await run(runNames.dump)) as DumpReport;
      const manifest = JSON.parse(await lives.read(`db/${name}/manifest.json`)) as DumpManifest;
      const key = `db/${name}/${manifest.files[0]?.parts[0]?.path ?? ""}`;
      await lives.whileReplaced(key, damage(await lives.bytes(key)), async () => {
        await isRefused(name, message);
        process.stdout.write(describeDumpList(await list()));
        if (what === "of another checksum") return;
        await run(runNames.dumpExpiry);
        assert.notEqual(await markOf(`db/${good.name}/committed.json`), "true");
      });
      // For good: what follows has the one that is whole alone.
      await lives.erase((await lives.versions(`db/${name}/`)).filter(({ marker }) => !marker));
    }).timeout(10 * MINUTE);

  it("are superseded by two newer ones that are whole", async () => {
    await run(runNames.dump);
    await run(runNames.dumpExpiry);
    assert.equal(await markOf(`db/${good.name}/committed.json`), "true");
    assert.notEqual(await markOf(`db/${second?.name ?? ""}/committed.json`), "true");
  }).timeout(6 * MINUTE);

  describe("of the system before this one", () => {
    let sql: Buffer[];

    before(async function () {
      this.timeout(5 * MINUTE);
      sql = await plainDump(lives);
    });

    it("come back, with an owner and an extension that the server lacks", async () => {
      const sums = await value(fingerprint);
      await put(plain, await gzipped(sql));
      await value("delete from public.system_logs where id % 3 = 1");
      const result = await restore("dump", "backup-2026-01-15");
      process.stdout.write(describeDumpRestored(undefined, result));
      assert.equal(await value(fingerprint), sums);
      const left = result.loaded?.notes?.join("; ") ?? "";
      assert.match(left, /the owner sara/);
      assert.match(left, /the extension postgis/);
      await askDumps(lives.database, "forget", plain);
    }).timeout(15 * MINUTE);

    it("are refused when they are cut off at 60 %, with the living data untouched", async () => {
      const whole = await gzipped(sql);
      await put("backup-2026-01-16.sql.gz", whole.subarray(0, Math.floor(whole.length * 0.6)));
      await isRefused("backup-2026-01-16", /backup-2026-01-16\.sql\.gz is cut off/);
      await put("backup-2026-01-17.sql.gz", Buffer.alloc(0));
      await isRefused("backup-2026-01-17", /backup-2026-01-17\.sql\.gz is empty/);
    }).timeout(8 * MINUTE);
  });

  async function put(name: string, Body: Buffer): Promise<void> {
    await lives.admin.send(
      new PutObjectCommand({
        ...{ Bucket: lives.setup.bucket, Key: `db/${name}`, Body },
        ChecksumAlgorithm: "SHA256",
      }),
    );
  }
}

/** As `pg_dump` on another server would write it: with an owner and an extension that this one does not know. */
async function plainDump(lives: Lives): Promise<Buffer[]> {
  const child = spawn(
    "kubectl",
    [
      `--kubeconfig=${join(siteDir(lives.home.name), "kubeconfigs", "admin")}`,
      `--namespace=${lives.setup.namespace}`,
      ...["exec", `statefulset/${names.databaseStatefulSet}`, `--container=${names.databaseContainer}`, "--"],
      ...["pg_dump", `--host=${names.databaseSocket}`, "--username=postgres", names.database],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const pieces: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
  const [code] = (await once(child, "close")) as [number | null];
  assert.equal(code, 0);
  const mark = "SET row_security = off;\n";
  const [first = Buffer.alloc(0), ...rest] = pieces;
  const head = first.toString("latin1");
  assert.ok(head.includes(mark), head.slice(0, 1000));
  const foreign = `${mark}CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;\nCREATE TABLE public.of_sara (id int);\nALTER TABLE public.of_sara OWNER TO sara;\n`;
  return [Buffer.from(head.replace(mark, foreign), "latin1"), ...rest];
}

async function gzipped(pieces: readonly Buffer[]): Promise<Buffer> {
  const gzip = createGzip({ level: 1 });
  const packed: Buffer[] = [];
  gzip.on("data", (piece: Buffer) => packed.push(piece));
  for (const piece of pieces) if (!gzip.write(piece)) await once(gzip, "drain");
  gzip.end();
  await once(gzip, "end");
  return Buffer.concat(packed);
}
