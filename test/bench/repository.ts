import { runNames } from "../../plan/names";
import { jobFromPattern } from "../../automation/jobFromPattern";
import type { KubernetesObject } from "../../automation/kubernetesObject";
import { cleanUpAll } from "../e2e/drill/drillProcess";
import { Lives } from "../nightly/lineage/lives";
import { GB, gigabytesAsked, grow, onMachine } from "./grownDatabase";

/**
 * How fast pgBackRest takes and restores one database with other settings than those of the product: compression, bundles, processes.
 * `npm run bench:repository -- GIGABYTES` (5 without). Takes about four minutes for each gigabyte.
 */
const gigabytes = gigabytesAsked();
const limitSeconds = 3 * 3600;

/** What a backup is taken with; the product's own are those of plan/repository.ts. */
const settings: Record<string, readonly string[]> = {
  "as the product": [],
  "zst 1": ["--compress-level=1"],
  "lz4 1": ["--compress-type=lz4", "--compress-level=1"],
  "no compression": ["--compress-type=none"],
  "bundles of 100 MiB": ["--repo1-bundle-size=100MiB"],
  "no bundles": ["--no-repo1-bundle"],
};

const processes = [1, 2, 4];

/** What was measured of a setting. */
interface Measured {
  backup: number;
  bytes: number;
  /** Seconds by the number of processes. */
  restore: Record<string, number>;
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
  const bytes = Number(await lives.database.value("select sum(pg_database_size(oid)) from pg_database"));
  const found: Record<string, Measured> = {};
  for (const name of Object.keys(settings)) {
    found[name] = await measure(name);
    say(`${name}: ${JSON.stringify(found[name])}`);
  }
  print(bytes, found);
}

function say(what: string): void {
  console.log(`${((Date.now() - start) / 1000).toFixed(0).padStart(5)} s  ${what}`);
}

/** Runs in the pod of the daily backup, with a repository of its own, which no generation has. */
async function measure(name: string): Promise<Measured> {
  const text = await lives.database.call(["get", "cronjob", runNames.databaseFull, "--output=json"]);
  const { spec } = JSON.parse(text) as { spec: { jobTemplate: KubernetesObject } };
  const index = Object.keys(settings).indexOf(name);
  const job = jobFromPattern(
    { ...spec.jobTemplate, metadata: { ...spec.jobTemplate.metadata, name: runNames.databaseFull } },
    { name: `bench-${index}`, command: ["bench"], environment: {}, limitSeconds },
  );
  const { template } = job["spec"] as { template: { spec: { containers: { command: string[] }[] } } };
  const [container] = template.spec.containers;
  if (container === undefined) throw new Error("the daily backup has no container");
  container.command = ["tini", "--", "node", "-e", script, String(index), ...(settings[name] ?? [])];
  return (await lives.database.runJob(job, limitSeconds)) as Measured;
}

const script = `
const { spawnSync } = require("node:child_process");
const { mkdirSync, rmSync, writeFileSync } = require("node:fs");
const [index, ...settings] = process.argv.slice(1);
const common = ["--stanza=main", "--lock-path=/tmp/bench", "--log-level-console=error", "--repo1-path=/wal/bench-" + index + "/repository"];
const run = (args) => {
  // What others have still to write would be waited for.
  spawnSync("sync");
  const start = Date.now();
  const { status, stdout, stderr } = spawnSync("pgbackrest", [...common, ...args], { encoding: "utf8", maxBuffer: 1e9 });
  if (status !== 0) {
    writeFileSync("/dev/termination-log", (args.join(" ") + ": " + stdout + stderr).slice(0, 3000));
    process.exit(1);
  }
  return { seconds: (Date.now() - start) / 1000, stdout };
};
const pg = "--pg1-path=/var/lib/postgresql/pgdata";
run(["stanza-create", pg, "--no-online"]);
const backup = run(["backup", pg, "--type=full", "--no-archive-check", ...settings]).seconds;
const info = JSON.parse(run(["info", "--output=json"]).stdout);
const bytes = info[0].backup[0].info.repository.delta;
const restore = {};
const copy = "/var/lib/postgresql/bench";
for (const processes of ${JSON.stringify(processes)}) {
  mkdirSync(copy, { mode: 0o700 });
  restore[processes] = run(["restore", "--pg1-path=" + copy, "--type=none", "--process-max=" + processes]).seconds;
  rmSync(copy, { recursive: true });
}
process.stdout.write("RESULT " + JSON.stringify({ backup, bytes, restore }) + "\\n");
`;

function print(bytes: number, found: Readonly<Record<string, Measured>>): void {
  console.log(onMachine(bytes));
  const heads = processes.map((count) => `restore ${count}`.padStart(11));
  console.log(`${"setting".padEnd(20)} backup   stored GB${heads.join("")}   (seconds, by processes)`);
  for (const [name, { backup, bytes: stored, restore }] of Object.entries(found)) {
    const seconds = processes.map((count) => (restore[count] ?? NaN).toFixed(1).padStart(11));
    console.log(
      `${name.padEnd(20)}${backup.toFixed(1).padStart(7)}${(stored / GB).toFixed(2).padStart(12)}${seconds.join("")}`,
    );
  }
}
