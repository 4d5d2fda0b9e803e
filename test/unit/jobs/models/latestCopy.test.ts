import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { backupModels, type SnapshotReport } from "../../../../jobs/models/backupModels";
import {
  copyOf,
  LATEST_COPY_KEY,
  type LatestReport,
  refreshLatest,
} from "../../../../jobs/models/latestCopy";
import { restoreModels } from "../../../../jobs/models/restoreModels";
import { ObjectStorage } from "../../../../jobs/objectStorage";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { CheckpointDirectory } from "./checkpointDirectory";

const quiet = (): void => undefined;
const name = (day: number): string => `models-2026010${day}-000000`;
const time = (day: number): Date => new Date(`2026-01-0${day}T00:00:00Z`);

describe("models/latest/", () => {
  let store: FakeObjectStore;
  let directory: CheckpointDirectory;
  beforeEach(async () => {
    store = await startFakeObjectStore();
    store.now = () => time(9);
    directory = new CheckpointDirectory();
    directory.write("best_model.pth", "best of 1");
    directory.write("old/epoch_1.pth", "epoch one");
  });
  afterEach(async () => {
    directory.remove();
    await store.close();
  });

  const backUp = (day: number, storage = store.storage): Promise<SnapshotReport> =>
    backupModels(
      {
        requested: "always",
        directory: directory.path,
        modelFile: "best_model.pth",
        storage,
        restMs: 1,
        now: () => time(day),
      },
      quiet,
    );
  const latestOf = async (report: Promise<SnapshotReport>): Promise<LatestReport | undefined> => {
    const done = await report;
    return done.action === "unconfirmed" ? undefined : done.latest;
  };
  /** What `aws s3 sync` would find. */
  const held = (): Record<string, string> =>
    Object.fromEntries(
      [...store.objects]
        .filter(([key]) => key.startsWith("models/latest/"))
        .map(([key, content]) => [key.slice("models/latest/".length), content.toString()]),
    );
  const record = (): { backup_name: string; state: string; since: string } =>
    JSON.parse(store.objects.get(LATEST_COPY_KEY)?.toString() ?? "null") as ReturnType<typeof record>;
  const copies = (): string[] =>
    store.requests.filter((request) => /^(PUT|DELETE) models\/latest\//.test(request));

  it("holds the files of the newest snapshot under their own paths", async () => {
    assert.deepEqual(await latestOf(backUp(1)), { snapshot: name(1), copied: 2, removed: 0 });
    assert.deepEqual(held(), { "best_model.pth": "best of 1", "old/epoch_1.pth": "epoch one" });
    assert.deepEqual(
      { ...record(), files: 2 },
      { backup_name: name(1), state: "whole", since: time(1).toISOString(), files: 2 },
    );
  });

  it("gets only what differs, the checkpoint in use last, and loses what is gone", async () => {
    await backUp(1);
    directory.write("best_model.pth", "best of 2");
    directory.write("new.pth", "new");
    directory.write("old/epoch_1.pth", "epoch one");
    directory.write("zz.pth", "z");
    await backUp(2);
    store.requests.length = 0;
    directory.write("best_model.pth", "best of 3");
    directory.write("new.pth", "newer");
    directory.delete("old/epoch_1.pth");
    assert.deepEqual(await latestOf(backUp(3)), { snapshot: name(3), copied: 2, removed: 1 });
    assert.deepEqual(copies(), [
      "DELETE models/latest/old/epoch_1.pth",
      "PUT models/latest/new.pth",
      "PUT models/latest/best_model.pth",
    ]);
    assert.deepEqual(held(), { "best_model.pth": "best of 3", "new.pth": "newer", "zz.pth": "z" });
  });

  it("has a file where the snapshot has a link, also one to a folder", async () => {
    directory.write("run/epoch_9.pth", "nine");
    symlinkSync("run/epoch_9.pth", join(directory.path, "last.ckpt"));
    symlinkSync("run", join(directory.path, "current"));
    await backUp(1);
    assert.deepEqual(held(), {
      "best_model.pth": "best of 1",
      "current/epoch_9.pth": "nine",
      "last.ckpt": "nine",
      "old/epoch_1.pth": "epoch one",
      "run/epoch_9.pth": "nine",
    });
  });

  it("puts the checkpoint in use last, be it a link", () => {
    const file = (path: string) => ({ path, sizeBytes: 1, sha256: path });
    const copied = copyOf({
      backup_name: name(1),
      timestamp: "",
      model_file: "best.pth",
      files: [file("a"), file("b/c")],
      links: [{ path: "best.pth", target: "b/c" }],
      total_bytes: 2,
    });
    assert.deepEqual(
      copied.map(({ path, source }) => [path, source]),
      [
        ["a", "a"],
        ["b/c", "b/c"],
        ["best.pth", "b/c"],
      ],
    );
  });

  it("takes large files in parts, and names with blanks and signs", async () => {
    const large = "x".repeat(250_000);
    directory.write("best_model.pth", large);
    directory.write("epoch 1+ä&b=c.pth", "strange");
    store.minPartBytes = 50_000;
    const storage = new ObjectStorage(store.settings, { oneRequestBytes: 10 ** 6, partBytes: 100_000 });
    assert.deepEqual(await latestOf(backUp(1, storage)), { snapshot: name(1), copied: 3, removed: 0 });
    assert.equal(held()["best_model.pth"], large);
    assert.equal(held()["epoch 1+ä&b=c.pth"], "strange");
    assert.equal(store.uploads.size, 0);
  });

  it("says so while it is being copied, and is whole again after a run that died", async () => {
    await backUp(1);
    directory.write("best_model.pth", "best of 2");
    directory.write("old/epoch_1.pth", "epoch 1");
    store.fault = (method, key) =>
      method === "PUT" && key === "models/latest/best_model.pth" ? 403 : undefined;
    const failed = await latestOf(backUp(2));
    assert.match(failed !== undefined && "problem" in failed ? failed.problem : "", /access was denied/);
    assert.deepEqual(held(), { "best_model.pth": "best of 1", "old/epoch_1.pth": "epoch 1" });
    assert.deepEqual([record().state, record().backup_name], ["copying", name(2)]);
    store.fault = () => undefined;
    const soon = await refreshLatest(store.storage, new Date("2026-01-02T01:59:00Z"), quiet);
    assert.deepEqual(soon, { problem: `another run copies ${name(2)} there since ${time(2).toISOString()}` });
    const later = await refreshLatest(store.storage, new Date("2026-01-02T02:00:00Z"), quiet);
    assert.deepEqual(later, { snapshot: name(2), copied: 2, removed: 0 });
    assert.deepEqual(held(), { "best_model.pth": "best of 2", "old/epoch_1.pth": "epoch 1" });
  });

  it("copies nothing where the writer may hide nothing, and nothing again after a run that died", async () => {
    directory.write("zz.pth", "z");
    await backUp(1);
    directory.delete("old/epoch_1.pth");
    directory.write("best_model.pth", "best of 2");
    store.fault = (method) => (method === "DELETE" ? 403 : undefined);
    const refused = await latestOf(backUp(2));
    assert.match(refused !== undefined && "problem" in refused ? refused.problem : "", /access was denied/);
    assert.equal(held()["best_model.pth"], "best of 1");
    store.fault = () => undefined;
    assert.deepEqual(await refreshLatest(store.storage, time(3), quiet), {
      snapshot: name(2),
      copied: 1,
      removed: 1,
    });
    assert.deepEqual(held(), { "best_model.pth": "best of 2", "zz.pth": "z" });
  });

  it("is not whole when a copy is not what it should be", async () => {
    store.fault = (method, key) => {
      if (method === "GET" && key === "models/latest/best_model.pth")
        store.objects.set(key, Buffer.from("worst"));
      return undefined;
    };
    const report = await latestOf(backUp(1));
    assert.match(
      report !== undefined && "problem" in report ? report.problem : "",
      /latest\/best_model\.pth is not what was copied/,
    );
    assert.equal(record().state, "copying");
  });

  it("is left to another run that has begun, or has copied in the meantime", async () => {
    await backUp(1);
    directory.write("best_model.pth", "best of 2");
    let raced = false;
    store.fault = (method, key) => {
      if (method === "PUT" && key === LATEST_COPY_KEY && !raced) {
        raced = true;
        store.objects.set(key, Buffer.from('{"backup_name":"models-20260102-000001"}'));
      }
      return undefined;
    };
    assert.deepEqual(await latestOf(backUp(2)), {
      problem: "another run has begun to copy at the same time",
    });
    raced = false;
    store.fault = (method, key) => {
      if (method === "PUT" && key === "models/latest/best_model.pth")
        store.objects.set(LATEST_COPY_KEY, Buffer.from('{"backup_name":"models-20260103-000001"}'));
      return undefined;
    };
    assert.deepEqual(await latestOf(backUp(3)), { problem: "another run copied there at the same time" });
  });

  it("goes back to the snapshot before when the newest one is withdrawn", async () => {
    await backUp(1);
    directory.write("best_model.pth", "best of 2");
    await backUp(2);
    store.objects.delete(`models/${name(2)}/committed.json`);
    assert.deepEqual(await refreshLatest(store.storage, time(3), quiet), {
      snapshot: name(1),
      copied: 1,
      removed: 0,
    });
    assert.equal(held()["best_model.pth"], "best of 1");
  });

  it("keeps what another system had there, as a snapshot that comes back by its name", async () => {
    store.objects.set("models/latest/best_model.pth", Buffer.from("of the old system"));
    store.objects.set("models/latest/sub/only here.pth", Buffer.from("nowhere else"));
    // As the fake store dates everything.
    const legacy = "models-20260101-000000";
    store.fault = (method, key) =>
      method === "PUT" && key.includes(`${legacy}/checkpoints/sub`) ? 403 : undefined;
    const problem = await latestOf(backUp(2));
    assert.ok(problem !== undefined && "problem" in problem);
    assert.equal(held()["best_model.pth"], "of the old system");
    store.fault = () => undefined;
    assert.deepEqual(await refreshLatest(store.storage, time(2), quiet), {
      snapshot: name(2),
      copied: 2,
      removed: 1,
    });
    assert.deepEqual(held(), { "best_model.pth": "best of 1", "old/epoch_1.pth": "epoch one" });
    const target = new CheckpointDirectory();
    try {
      const plan = { modelFile: "best_model.pth", storage: store.storage, permitInitialise: false };
      await restoreModels({ ...plan, directory: target.path, wanted: legacy }, quiet);
      assert.deepEqual(target.files(), {
        "best_model.pth": "of the old system",
        "sub/only here.pth": "nowhere else",
      });
    } finally {
      target.remove();
    }
  });

  it("is left alone when what another system had there cannot be kept", async () => {
    store.objects.set("models/latest/best_model.pth", Buffer.from("of the old system"));
    store.objects.set("models/models-20260101-000000/manifest.json", Buffer.from("{}"));
    const report = await latestOf(backUp(2));
    assert.match(
      report !== undefined && "problem" in report ? report.problem : "",
      /holds files of another system, and models-20260101-000000 is taken/,
    );
    assert.deepEqual(held(), { "best_model.pth": "of the old system" });
  });

  it("has no tag that would let it expire, whatever the snapshot has", async () => {
    await backUp(1);
    for (const [name, value] of Object.entries(store.headers.get("PUT models/latest/best_model.pth") ?? {}))
      assert.doesNotMatch(`${name}: ${String(value)}`, /tagging|copy-source/);
  });
});
