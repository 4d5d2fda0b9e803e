import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  createReadStream,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { objectStoreDir } from "@lstm-pfd/local-cloud/paths";
import { sha256Of } from "../../jobs/models/checkpointFiles";
import { projectRoot } from "../../lib/paths";
import type { RepositoryRole } from "../../plan/names";
import { Cloud, identity } from "../e2e/cloud/cloud";
import { leavesNothing } from "../e2e/leavesNothing";
import { CheckpointDirectory } from "../unit/jobs/models/checkpointDirectory";
import { safetensors, torchZip, writeSparseZip } from "../unit/jobs/models/sampleFormats";

const MINUTE = 60_000;
const MiB = 1024 ** 2;
const Bucket = "nightly-models";
const modelFile = "best_model.pth";

/** What a command has come to. */
interface Ending {
  code: number | null;
  /** Its result, or its sentence. */
  said: string;
  result: Record<string, unknown>;
  /** Most memory that it had. */
  peakBytes: number;
}

// The commands themselves, against the object store of the embedded cloud, with the keys of their roles.
leavesNothing("snapshots of the models", () => {
  const cloud = new Cloud();
  const source = new CheckpointDirectory();
  const target = new CheckpointDirectory();

  before(async function () {
    this.timeout(10 * MINUTE);
    await cloud.open();
    await cloud.ensureStore();
    const admin = cloud.client("admin");
    await admin.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    const Rule = { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } } as const;
    const ObjectLockConfiguration = { ObjectLockEnabled: "Enabled", Rule } as const;
    await admin.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
  });
  after(async () => {
    source.remove();
    target.remove();
    await cloud.close();
  });
  beforeEach(() => {
    for (const { path } of [source, target]) {
      rmSync(path, { recursive: true });
      mkdirSync(path);
    }
  });

  const run = async (
    role: RepositoryRole,
    directory: CheckpointDirectory,
    [command, ...words]: [string, ...string[]],
    environment: Record<string, string> = {},
  ): Promise<Ending> => {
    const log = join(cloud.directory, "termination-log");
    writeFileSync(log, "");
    const { accessKeyId, secretAccessKey } = identity(role);
    const script = join(projectRoot, "jobs", "commands", `${command}.ts`);
    const child = spawn(process.execPath, ["-r", require.resolve("tsx/cjs"), script, ...words], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        PATH: process.env["PATH"],
        NODE_EXTRA_CA_CERTS: join(objectStoreDir(cloud.store.name), "tls", "ca.pem"),
        TERMINATION_LOG: log,
        S3_ENDPOINT: `https://localhost:${cloud.store.port}`,
        S3_BUCKET: Bucket,
        S3_FORCE_PATH_STYLE: "true",
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        CHECKPOINT_DIR: directory.path,
        MODEL_PATH: join(directory.path, modelFile),
        ...environment,
      },
    });
    let peakBytes = 0;
    const measure = setInterval(() => {
      peakBytes = Math.max(peakBytes, peakOf(child.pid ?? 0));
    }, 200);
    const [code] = (await once(child, "exit")) as [number | null];
    clearInterval(measure);
    const said = readFileSync(log, "utf8");
    process.stdout.write(`${said} (${Math.round(peakBytes / MiB)} MiB)\n`);
    return { code, said, peakBytes, result: code === 0 ? (JSON.parse(said) as Record<string, unknown>) : {} };
  };
  const backUp = (...environment: Parameters<typeof run>[3][]) =>
    run("writer", source, ["backup-models", "always"], environment[0]);
  const restore = (wanted = "") => run("reader", target, ["restore-models"], { RESTORE_MODELS: wanted });
  const keys = async (prefix: string): Promise<string[]> => {
    const found = await cloud.client("reader").send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
    return (found.Contents ?? []).map(({ Key = "" }) => Key);
  };
  const committed = async (): Promise<string[]> =>
    (await keys("models/")).filter((key) => key.endsWith("/committed.json"));
  /** Written when the first file is about to be copied. */
  const begun = async (): Promise<string[]> =>
    (await keys("models/")).filter((key) => key.endsWith("/begun.json"));
  const copy = (from: string, to: string) =>
    cloud.client("writer").send(new CopyObjectCommand({ Bucket, Key: to, CopySource: `${Bucket}/${from}` }));
  let newest = "";

  it("hold links that stay inside, and the newest one lies in models/latest/", async () => {
    source.write("runs/9/epoch_9.pth", torchZip());
    source.write("runs/9/model.safetensors", safetensors());
    symlinkSync("runs/9/epoch_9.pth", join(source.path, modelFile));
    symlinkSync("runs/9", join(source.path, "newest"));
    symlinkSync("/etc/hostname", join(source.path, "outside.pth"));
    const { code, result } = await backUp();
    assert.equal(code, 0);
    assert.deepEqual(result["leftOut"], ["outside.pth: a link to the outside, which is never followed"]);
    newest = String(result["name"]);
    assert.deepEqual(result["latest"], { snapshot: newest, copied: 5, removed: 0 });
    assert.deepEqual(await keys("models/latest/"), [
      "models/latest/best_model.pth",
      "models/latest/newest/epoch_9.pth",
      "models/latest/newest/model.safetensors",
      "models/latest/runs/9/epoch_9.pth",
      "models/latest/runs/9/model.safetensors",
    ]);
    assert.equal((await restore()).code, 0);
    assert.deepEqual(target.files(), source.files());
    assert.deepEqual(readFileSync(join(target.path, modelFile)), torchZip());
  }).timeout(3 * MINUTE);

  for (const [file, whole] of [
    [modelFile, torchZip()],
    ["last.safetensors", safetensors()],
  ] as const)
    it(`are not published when ${file} was truncated in place, and the newest good one stays the newest`, async () => {
      source.write(modelFile, torchZip());
      source.write(file, whole);
      truncateSync(join(source.path, file), Math.floor(whole.length * 0.6));
      const before = await committed();
      const { code, said } = await backUp();
      assert.equal(code, 1);
      assert.match(said, new RegExp(`no snapshot was taken.*${file.replace(".", "\\.")} is cut off`));
      assert.deepEqual(await committed(), before);
      assert.equal((await restore()).result["name"], newest);
    }).timeout(3 * MINUTE);

  it("are whole when a checkpoint changes while it is read, and none is taken of one that changes all the time", async () => {
    const file = join(source.path, modelFile);
    source.write(modelFile, torchZip({ "archive/data/0": Buffer.alloc(256 * MiB, 1) }));
    const other = torchZip({ "archive/data/0": Buffer.alloc(250 * MiB, 2) });
    const known = await begun();
    const changes = (async () => {
      while ((await begun()).every((key) => known.includes(key))) await sleep(20);
      writeFileSync(file, other);
    })();
    const { result } = await backUp();
    await changes;
    const name = String(result["name"]);
    const { Body } = await cloud
      .client("reader")
      .send(new GetObjectCommand({ Bucket, Key: `models/${name}/checkpoints/${modelFile}` }));
    assert.equal(await sha256Of(Body as NodeJS.ReadableStream), await sha256Of(createReadStream(file)));
    newest = name;
    const before = await committed();
    const writer = setInterval(() => {
      const now = new Date();
      utimesSync(file, now, now);
    }, 100);
    const { code, said } = await backUp();
    clearInterval(writer);
    assert.equal(code, 1);
    assert.match(said, /was written while it was copied, in each of 4 attempts/);
    assert.deepEqual(await committed(), before);
  }).timeout(10 * MINUTE);

  it("take a file of 6 GiB in little memory, there and back", async () => {
    writeSparseZip(join(source.path, modelFile), 6 * 1024 * MiB);
    const past = new Date(Date.now() - MINUTE);
    utimesSync(join(source.path, modelFile), past, past);
    const { code, result, peakBytes } = await backUp();
    assert.equal(code, 0);
    newest = String(result["name"]);
    assert.deepEqual(result["latest"], { snapshot: newest, copied: 1, removed: 0 });
    // What the pod may take: see recoveryPod.
    assert.ok(peakBytes < 512 * MiB, `${peakBytes} bytes`);
    const back = await restore();
    assert.equal(back.result["name"], newest);
    assert.ok(back.peakBytes < 512 * MiB, `${back.peakBytes} bytes`);
    const [one, other] = await Promise.all(
      [source, target].map(({ path }) => sha256Of(createReadStream(join(path, modelFile)))),
    );
    assert.equal(one, other);
  }).timeout(30 * MINUTE);

  it("are unconfirmed when they shrink, until somebody says so", async () => {
    source.write(modelFile, torchZip());
    const { result } = await backUp();
    assert.equal(result["action"], "unconfirmed");
    assert.equal((await restore(newest)).code, 0);
    rmSync(target.path, { recursive: true });
    mkdirSync(target.path);
    const confirmed = await run("writer", source, ["backup-models", "confirm", String(result["name"])]);
    assert.equal(confirmed.result["action"], "confirmed");
    newest = String(result["name"]);
    assert.equal((await restore()).result["name"], newest);
  }).timeout(20 * MINUTE);

  it("are not stopped by a name from the year 2030, which expires nothing and is left alone", async () => {
    const future = "models-20300101-000000";
    for (const key of await keys(`models/${newest}/`)) await copy(key, key.replace(newest, future));
    const pointer = { Bucket, Key: "models/latest.json", Body: JSON.stringify({ backup_name: future }) };
    await cloud.client("writer").send(new PutObjectCommand({ ...pointer, ChecksumAlgorithm: "SHA256" }));
    const before = await restore();
    assert.equal(before.result["name"], newest);
    assert.match(JSON.stringify(before.result["warnings"]), /models-20300101-000000 is passed over/);
    source.write(modelFile, torchZip());
    const { result } = await backUp();
    assert.equal(result["action"], "committed");
    const former = newest;
    newest = String(result["name"]);
    const { result: expired } = await run("janitor", source, ["expire-models"]);
    for (const kept of [future, former, newest]) {
      assert.ok((expired["kept"] as string[]).includes(kept), kept);
      assert.notEqual(await markOf(`models/${kept}/committed.json`), "true");
    }
    const [marked = ""] = expired["superseded"] as string[];
    assert.equal(await markOf(`models/${marked}/committed.json`), "true");
  }).timeout(5 * MINUTE);

  it("lose the mark when a newer one is withdrawn", async () => {
    const { result: before } = await run("janitor", source, ["expire-models"]);
    const former = (before["superseded"] as string[]).at(-1) ?? "";
    assert.equal(await markOf(`models/${former}/committed.json`), "true");
    const withdrawn = { Bucket, Key: `models/${newest}/committed.json` };
    await cloud.client("admin").send(new DeleteObjectCommand(withdrawn));
    const { result: after } = await run("janitor", source, ["expire-models"]);
    assert.deepEqual(after["unmarked"], [former]);
    assert.equal(await markOf(`models/${former}/committed.json`), "false");
  }).timeout(3 * MINUTE);

  it("of the system before this one come back by their name, with a warning", async () => {
    const legacy = "models-20250101-030000";
    for (const [path, content] of Object.entries({
      [modelFile]: torchZip(),
      "old/epoch 1.pth": safetensors(),
    })) {
      source.write(path, content);
      const object = { Bucket, Key: `models/${legacy}/checkpoints/${path}`, Body: content };
      await cloud.client("writer").send(new PutObjectCommand({ ...object, ChecksumAlgorithm: "SHA256" }));
    }
    const { code, result } = await restore(legacy);
    assert.equal(code, 0);
    assert.match(JSON.stringify(result["warnings"]), /models-20250101-030000 has no list of its files/);
    assert.deepEqual(target.files(), source.files());
    const { result: expired } = await run("janitor", source, ["expire-models"]);
    assert.ok((expired["kept"] as string[]).includes(legacy));
  }).timeout(3 * MINUTE);

  async function markOf(Key: string): Promise<string | undefined> {
    const { TagSet = [] } = await cloud.client("janitor").send(new GetObjectTaggingCommand({ Bucket, Key }));
    return TagSet.find((tag) => tag.Key === "superseded")?.Value;
  }
});

/** Most memory that a process has had, in bytes. */
function peakOf(pid: number): number {
  try {
    return 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
