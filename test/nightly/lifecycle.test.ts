import assert from "node:assert/strict";
import { join } from "node:path";
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { bucketLifecycle } from "../../local-cloud/providers/aws/bucketLifecycle";
import { findSandbox, runInside } from "@lstm-pfd/local-cloud/sandbox";
import { manifestSha256, manifestText, listDumps, readListedDump } from "../../jobs/dumps/dumpStore";
import { expireDumps } from "../../jobs/dumps/expireDumps";
import { ObjectStorage } from "../../jobs/objectStorage";
import { projectRoot } from "../../lib/paths";
import { backupClasses, defaultRetentionDays } from "../../plan/backupClasses";
import { dumpName } from "../../plan/dumpNames";
import { lifecycleRules, supersededTag } from "../../plan/lifecycle";
import type { RepositoryRole } from "../../plan/names";
import { Cloud, identity } from "../e2e/cloud/cloud";
import { leavesNothing } from "../e2e/leavesNothing";
import { sampleManifest } from "../unit/jobs/dumps/samples";
import type { Aged } from "./lifecycle/age";

const MINUTE = 60_000;
const DAY = 24 * 3600 * 1000;
const Bucket = "nightly-lifecycle";
const buckets = "/buckets";

// The store's own lifecycle, run as its administrator may, on objects that are made older than they are.
leavesNothing("the lifecycle of the bucket", () => {
  const cloud = new Cloud();
  const now = Date.now();
  const daysAgo = (days: number): Date => new Date(now - days * DAY);
  const storages: ObjectStorage[] = [];
  let janitor: ObjectStorage;

  before(async function () {
    this.timeout(10 * MINUTE);
    await cloud.open();
    const { caCertificate } = await cloud.ensureStore();
    const admin = cloud.client("admin");
    await admin.send(new CreateBucketCommand({ Bucket }));
    // Without a lock: it would hold what was really written a moment ago.
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await admin.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const rules = lifecycleRules(Object.values(backupClasses(defaultRetentionDays)));
    // As the engine hands them to the provider.
    const inputs = JSON.parse(JSON.stringify({ rules })) as Parameters<typeof bucketLifecycle.put>[1];
    await bucketLifecycle.put({ client: admin, Bucket, options: { abortSignal: cloud.signal } }, inputs);
    const as = (role: RepositoryRole): ObjectStorage => {
      const { accessKeyId, secretAccessKey } = identity(role);
      const storage = new ObjectStorage({
        ...{ endpoint: `https://localhost:${cloud.store.port}`, region: "us-east-1", bucket: Bucket },
        ...{ pathStyle: true, accessKeyId, secretAccessKey, caCertificate },
      });
      storages.push(storage);
      return storage;
    };
    janitor = as("janitor");
  });
  after(async () => {
    for (const storage of storages) storage.close();
    await cloud.close();
  });

  const put = (Key: string, Body: string) =>
    cloud.client("writer").send(new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm: "SHA256" }));
  const versions = async (): Promise<{ key: string; id: string; marker: boolean; latest: boolean }[]> => {
    const answer = await cloud.client("admin").send(new ListObjectVersionsCommand({ Bucket }));
    assert.equal(answer.IsTruncated ?? false, false);
    return [
      ...(answer.Versions ?? []).map((each) => ({ ...each, marker: false })),
      ...(answer.DeleteMarkers ?? []).map((each) => ({ ...each, marker: true })),
    ].map(({ Key = "", VersionId = "", IsLatest = false, marker }) => ({
      ...{ key: Key, id: VersionId, marker, latest: IsLatest },
    }));
  };
  const inStore = async (command: string, args: string[], input = ""): Promise<string> => {
    const sandbox = findSandbox(cloud.store.name);
    assert.ok(sandbox);
    const { stdout, stderr } = await runInside(sandbox, command, args, {
      input,
      timeoutMs: MINUTE,
    });
    return stdout + stderr;
  };
  /** Makes every version as old as a day says, by its key. */
  const age = async (dayOf: (key: string) => Date): Promise<void> => {
    const files = (await versions()).map(({ key, id }): Aged => {
      const directory = `${buckets}/${Bucket}/${key}.versions`;
      return { directory, name: `v_${id}`, at: dayOf(key).toISOString() };
    });
    const script = join(projectRoot, "test/nightly/lifecycle/age.ts");
    await inStore(process.execPath, ["-r", require.resolve("tsx/cjs"), script, JSON.stringify(files)]);
  };
  /**
   * What the store's lifecycle does with objects of an age, once the janitor has been there. Marked ones that lie in all of its shards tell that
   * it has come to its end.
   */
  const live = async (dayOf: (key: string) => Date): Promise<{ superseded: string[] }> => {
    const canaries = Array.from({ length: 40 }, (_, index) => `db/marked/${dayOf("db/").getTime()}-${index}`);
    for (const key of canaries) await put(key, "marked");
    await age(dayOf);
    const { superseded } = await expireDumps(janitor, () => undefined);
    for (const key of canaries) await janitor.tag(key, supersededTag);
    const left = async (): Promise<number> =>
      (await janitor.list("db/marked/")).filter(({ key }) => canaries.includes(key)).length;
    const weed = join(cloud.toolchain.binDir, "weed");
    // A worker that comes up anew looks at every object; one that goes on waits for the day on which what it has seen is due.
    const command =
      "fs.rm -r /etc/s3/lifecycle/daily-cursors\ns3.lifecycle.run-shard -shards 0-15 -s3 10.240.0.1:18333 -events 0 -refresh 1s -runtime 15s\nexit\n";
    for (let runs = 0; runs < 6 && (await left()) > 0; runs += 1)
      process.stdout.write(await inStore(weed, ["shell", "-master=127.0.0.1:9333"], command));
    assert.equal(await left(), 0);
    return { superseded };
  };
  const dump = async (takenAt: Date): Promise<string> => {
    const name = dumpName(takenAt);
    const text = manifestText({ ...sampleManifest, name });
    for (const file of [...sampleManifest.files, sampleManifest.globals])
      for (const { path, sizeBytes } of file.parts) await put(`db/${name}/${path}`, "s".repeat(sizeBytes));
    await put(`db/${name}/manifest.json`, text);
    const committed = { name, checkedAt: takenAt.toISOString(), manifestSha256: manifestSha256(text) };
    await put(`db/${name}/committed.json`, JSON.stringify(committed));
    return name;
  };
  const good = async (): Promise<string[]> => {
    const names: string[] = [];
    for (const each of await listDumps(janitor)) names.push((await readListedDump(janitor, each)).name);
    return names;
  };

  const dumps: string[] = [];
  const others = ["wal/generation-0001/repository/archive/main/15-1/x", "models/models-20250101-030000/f"];

  it("removes what newer good dumps have replaced, after its days, and nothing else", async () => {
    for (const days of [46, 45, 44, 43, 42, 41]) dumps.push(await dump(daysAgo(days)));
    for (const key of others) await put(key, "old");
    const { superseded } = await live((key) => daysAgo(key.startsWith("db/") ? 40 : 400));
    assert.deepEqual(superseded, dumps.slice(0, 4));
    assert.deepEqual(await good(), dumps.slice(4));
    const current = (await versions())
      .filter(({ latest, marker }) => latest && !marker)
      .map(({ key }) => key);
    for (const key of others) assert.ok(current.includes(key), key);
    // What is hidden can still be brought back.
    const hidden = (await versions()).filter(({ latest, marker }) => !latest && !marker);
    assert.ok(hidden.some(({ key }) => key.startsWith(`db/${dumps[0] ?? ""}/`)));
  }).timeout(6 * MINUTE);

  it("leaves the last good dumps alone, however long no newer one has come", async () => {
    for (const days of [100, 4000]) {
      await live(() => daysAgo(days));
      assert.deepEqual(await good(), dumps.slice(4));
    }
    // By then the others are gone for good.
    assert.ok(!(await versions()).some(({ key }) => key.startsWith(`db/${dumps[0] ?? ""}/`)));
  }).timeout(12 * MINUTE);
});
