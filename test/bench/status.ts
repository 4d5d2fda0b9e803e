import { type ChildProcess, execFileSync, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sealedKit } from "../../kit/recoveryKit";
import { projectRoot } from "../../lib/paths";
import type { BigBucketOrder, BigBucketServed } from "./bigBucket";

/**
 * How long `npm run status -- --kit FILE` takes, from the start of the process to its end, and how much memory, with 10,000 backups and
 * 100,000 objects in the bucket. The store is another process on this machine that answers over TLS, each answer late by as much as is
 * given: `npm run bench:status -- 20`, in milliseconds; at once and after 20 ms without it. The WAL is spread over 90 days, because nobody has
 * removed what is older than the window, or over 8, all of which the window needs. Prints figures, and holds nobody to them.
 */
const passphrase = "of the bench";
const repositoryCipherPass = "of the repository";
const bucket = "lstm-pfd-backups";

/** One run of the command. */
interface Run {
  seconds: number;
  /** Of the processor: on a busy machine the rest of the time is spent waiting for it. */
  cpuSeconds: number;
  peakMiB: number;
  exitCode: number | null;
  first: string;
}

async function main(): Promise<void> {
  const given = process.argv.slice(2).map(Number);
  const directory = mkdtempSync(join(tmpdir(), "bench-status-"));
  process.env["PULUMI_CONFIG_PASSPHRASE"] = passphrase;
  try {
    const files = certificate(directory);
    for (const latencyMs of given.length === 0 ? [0, 20] : given)
      for (const walDays of [90, 8])
        await measure(directory, { ...files, latencyMs, walDays, repositoryCipherPass });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function measure(directory: string, order: BigBucketOrder): Promise<void> {
  const { latencyMs, walDays } = order;
  const store = fork(join(__dirname, "bigBucket.ts"), [JSON.stringify(order)]);
  try {
    const [served] = (await once(store, "message")) as [BigBucketServed];
    const kit = join(directory, "bench.kit");
    const text = kitText(served, readFileSync(order.certificateFile, "utf8"));
    writeFileSync(kit, text);
    const stored = once(store, "message");
    store.send({ text });
    await stored;
    const words = ["status", "--kit", kit];
    const runs = [
      await timed(directory, words),
      await timed(directory, words),
      await timed(directory, words),
    ];
    console.log(
      `${served.backups} backups, ${served.objects} objects, WAL of ${walDays} days, answers ${latencyMs} ms late: ${runs.map(({ seconds, cpuSeconds }) => `${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of the processor)`).join(", ")}; peak ${Math.max(...runs.map(({ peakMiB }) => peakMiB))} MiB; goal: under 5 s`,
    );
    for (const { exitCode, first } of runs) console.log(`  exit code ${exitCode ?? "none"}: ${first}`);
  } finally {
    store.kill();
  }
}

/** Runs the command as npm would. */
async function timed(directory: string, words: readonly string[]): Promise<Run> {
  const start = Date.now();
  const child = spawn(process.execPath, [...process.execArgv, join(projectRoot, "cli/main.ts"), ...words], {
    env: { ...process.env, LSTM_PFD_STATE: directory },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let [said, peakMiB, cpuSeconds] = ["", 0, 0];
  child.stdout.on("data", (part: Buffer) => (said += part.toString()));
  const timer = setInterval(() => {
    peakMiB = Math.max(peakMiB, peakOf(child));
    cpuSeconds = Math.max(cpuSeconds, cpuOf(child));
  }, 20);
  const [exitCode] = (await once(child, "exit")) as [number | null];
  clearInterval(timer);
  const seconds = (Date.now() - start) / 1000;
  return { seconds, cpuSeconds, peakMiB, exitCode, first: said.split("\n")[0] ?? "" };
}

/** Most memory that a process has held so far, in MiB. */
function peakOf({ pid }: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${pid ?? ""}/status`, "utf8");
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

/** Seconds of the processor that a process has used so far; the kernel counts in hundredths. */
function cpuOf({ pid }: ChildProcess): number {
  try {
    const [, fields = ""] = readFileSync(`/proc/${pid ?? ""}/stat`, "utf8").split(") ");
    const [user = 0, system = 0] = fields.split(" ").slice(11, 13).map(Number);
    return (user + system) / 100;
  } catch {
    return 0;
  }
}

function kitText({ port, vaultId, now }: BigBucketServed, authority: string): string {
  return sealedKit({
    generation: 1,
    writtenAt: now,
    values: { repositoryCipherPass, readerAccessKeyId: "reader", readerSecretAccessKey: "hidden" },
    vault: {
      id: vaultId,
      address: `https://localhost:${port}/${bucket}`,
      region: "us-east-1",
      authority,
      keys: {},
    },
    platform: { stack: "prod", settings: {}, leftOut: [], versions: {} },
  });
}

function certificate(directory: string): { certificateFile: string; keyFile: string } {
  const files = { certificateFile: join(directory, "store.crt"), keyFile: join(directory, "store.key") };
  const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-days", "90", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const paths = ["-keyout", files.keyFile, "-out", files.certificateFile];
  execFileSync("openssl", [...kind, ...subject, ...paths], { stdio: "ignore" });
  return files;
}

void main();
