import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeCheckpoint, weightCount } from "../../../../jobs/models/checkpoint";
import {
  backupModels,
  refuseTooLarge,
  type SnapshotPlan,
  type SnapshotReport,
} from "../../../../jobs/models/backupModels";
import { ObjectStorage } from "../../../../jobs/objectStorage";
import { parseManifest } from "../../../../jobs/models/modelManifest";
import { LATEST_KEY } from "../../../../jobs/models/modelSnapshots";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { CheckpointDirectory } from "./checkpointDirectory";

const name = "models-20260102-030405";

describe("a snapshot of the models", () => {
  let store: FakeObjectStore;
  let directory: CheckpointDirectory;

  beforeEach(async () => {
    store = await startFakeObjectStore();
    directory = new CheckpointDirectory();
    directory.write("best_model.pth", "best");
    directory.write("old/epoch_1.pth", "epoch one");
    directory.write("epoch_2.pth.incoming", "half of it");
  });
  afterEach(async () => {
    directory.remove();
    await store.close();
  });

  const run = (changes: Partial<SnapshotPlan> = {}): Promise<SnapshotReport> =>
    backupModels(
      {
        requested: "always",
        directory: directory.path,
        modelFile: "best_model.pth",
        storage: store.storage,
        restMs: 20,
        now: () => new Date("2026-01-02T03:04:05Z"),
        ...changes,
      },
      () => undefined,
    );
  const isCommitted = (): boolean =>
    [...store.objects.keys()].some((key) => key.endsWith("committed.json") || key === LATEST_KEY);

  it("holds every whole file, a manifest, its commit and the pointer, in that order", async () => {
    const report = await run();
    assert.equal(report.action, "committed");
    assert.equal(report.totalBytes, 13);
    assert.equal(store.objects.get(`models/${name}/checkpoints/best_model.pth`)?.toString(), "best");
    assert.equal(store.objects.get(`models/${name}/checkpoints/old/epoch_1.pth`)?.toString(), "epoch one");
    const manifest = parseManifest(store.objects.get(`models/${name}/manifest.json`)?.toString() ?? "");
    assert.deepEqual(
      manifest.files.map(({ path, sizeBytes }) => [path, sizeBytes]),
      [
        ["best_model.pth", 4],
        ["old/epoch_1.pth", 9],
      ],
    );
    const writes = store.requests.filter((request) => request.startsWith("PUT")).slice(-3);
    assert.deepEqual(writes, [
      `PUT models/${name}/manifest.json`,
      `PUT models/${name}/committed.json`,
      `PUT ${LATEST_KEY}`,
    ]);
    const read = store.requests.indexOf(`GET models/${name}/checkpoints/best_model.pth`);
    assert.ok(
      read > 0 && read < store.requests.indexOf(`PUT models/${name}/committed.json`),
      "not read back",
    );
  });

  it("takes files that are larger than one request, with their SHA-256 as a whole", async () => {
    const content = Buffer.alloc(250_000, "weights");
    directory.write("best_model.pth", content);
    Object.assign(store, { maxPutBytes: 100_000, minPartBytes: 50_000 });
    const storage = new ObjectStorage(store.settings, { oneRequestBytes: 100_000, partBytes: 100_000 });
    assert.equal((await run({ storage })).action, "committed");
    assert.deepEqual(store.objects.get(`models/${name}/checkpoints/best_model.pth`), content);
    const { files } = parseManifest(store.objects.get(`models/${name}/manifest.json`)?.toString() ?? "");
    assert.equal(files[0]?.sha256, createHash("sha256").update(content).digest("hex"));
  });

  it("takes files of more than 5 GiB, and none that no object can hold", async () => {
    const GiB = 1024 ** 3;
    refuseTooLarge("last.ckpt", 5 * GiB + 1);
    refuseTooLarge("last.ckpt", 5 * 1024 * GiB);
    assert.throws(() => {
      refuseTooLarge("last.ckpt", 5 * 1024 * GiB + 1);
    }, /last\.ckpt has 5\.0 TiB, and one object takes at most/);
    // One that takes no room, and would take hours to read.
    const huge = join(directory.path, "huge.pth");
    writeFileSync(huge, "");
    truncateSync(huge, 6 * 1024 * GiB);
    await assert.rejects(run(), /huge\.pth has 6\.0 TiB/);
    assert.ok(!isCommitted());
  });

  it("carries the mark of a drill", async () => {
    const header = {
      architecture: "spectrum-dense" as const,
      classes: ["a"],
      features: 2,
      hidden: 1,
      metadata: { createdAt: "2026-01-01T00:00:00Z", nonce: "n-1" },
    };
    const weights = new Float32Array(weightCount(header));
    await writeCheckpoint(join(directory.path, "best_model.pth"), { header, weights });
    const report = await run();
    assert.equal(report.action === "committed" && report.nonce, "n-1");
    assert.equal(
      parseManifest(store.objects.get(`models/${name}/manifest.json`)?.toString() ?? "").nonce,
      "n-1",
    );
  });

  describe("when changed", () => {
    it("is not taken again for a day while the files are the same", async () => {
      await run();
      const later = new Date("2026-01-03T03:04:04Z");
      assert.deepEqual(await run({ requested: "changed", now: () => later }), { action: "unchanged", name });
      const muchLater = new Date("2026-01-03T03:04:05Z");
      assert.equal((await run({ requested: "changed", now: () => muchLater })).action, "committed");
    });

    it("is taken when a file has changed, or when the one before was not committed", async () => {
      await run();
      directory.write("best_model.pth", "tseb");
      const second = new Date("2026-01-02T04:00:00Z");
      assert.equal((await run({ requested: "changed", now: () => second })).action, "committed");
      store.objects.delete("models/models-20260102-040000/committed.json");
      const third = new Date("2026-01-02T05:00:00Z");
      assert.equal((await run({ requested: "changed", now: () => third })).action, "committed");
    });
  });

  it("is copied again when a file changes meanwhile, and never published torn", async () => {
    let time = Date.parse("2026-01-02T03:04:05Z");
    let changes = 1;
    store.fault = (method, key) => {
      if (method === "PUT" && key.endsWith("/best_model.pth") && changes-- > 0)
        writeFileSync(join(directory.path, "best_model.pth"), "a longer one");
      return undefined;
    };
    const report = await run({ now: () => new Date((time += 1000)) });
    assert.equal(report.action, "committed");
    const content = store.objects.get(`models/${report.name}/checkpoints/best_model.pth`)?.toString();
    assert.equal(content, "a longer one");
    assert.equal([...store.objects.keys()].filter((key) => key.endsWith("committed.json")).length, 1);
  });

  it("is not taken of files that change all the time", async () => {
    let count = 0;
    store.fault = (method, key) => {
      if (method === "PUT" && key.endsWith("/best_model.pth"))
        writeFileSync(join(directory.path, "best_model.pth"), `version ${(count += 1)}`);
      return undefined;
    };
    await assert.rejects(run(), /best_model\.pth was written while it was copied, in each of 4 attempts/);
    assert.ok(!isCommitted());
  });

  it("does not count when an object is not what was written", async () => {
    store.fault = (method, key) => {
      if (method === "GET" && key.endsWith("epoch_1.pth")) store.objects.set(key, Buffer.from("epoch 0ne"));
      return undefined;
    };
    await assert.rejects(run(), /s3:\/\/backups\/models\/.*\/epoch_1\.pth is not what was written/);
    assert.ok(!isCommitted());
  });

  it("is not taken without the checkpoint in use", async () => {
    directory.write("best_model.pth", "");
    await assert.rejects(run(), /best_model\.pth is empty/);
    await assert.rejects(run({ modelFile: "other.pth" }), /other\.pth does not exist/);
    assert.equal(store.objects.size, 0);
  });

  it("refuses a name that is taken", async () => {
    await run();
    directory.write("best_model.pth", "another");
    await assert.rejects(run(), /manifest\.json exists already/);
  });

  it("says so when the object store refuses", async () => {
    store.fault = (method) => (method === "PUT" ? 403 : undefined);
    await assert.rejects(run(), /did not write s3:\/\/backups\/models\/.*access was denied/);
  });

  describe("of a directory with links", () => {
    const outside = join(tmpdir(), "no-checkpoint-of-ours");
    const link = (path: string, target: string): void => {
      symlinkSync(target, join(directory.path, path));
    };
    const manifest = () => parseManifest(store.objects.get(`models/${name}/manifest.json`)?.toString() ?? "");

    it("keeps those that stay inside, and the settings of Hydra", async () => {
      directory.write(".hydra/config.yaml", "lr: 1");
      renameSync(join(directory.path, "best_model.pth"), join(directory.path, "old/epoch_9.pth"));
      link("best_model.pth", "old/epoch_9.pth");
      link("last.ckpt", join(directory.path, "best_model.pth"));
      link("old/run", "../.hydra");
      const report = await run();
      assert.deepEqual(manifest().links, [
        { path: "best_model.pth", target: "old/epoch_9.pth" },
        { path: "last.ckpt", target: "old/epoch_9.pth" },
        { path: "old/run", target: ".hydra" },
      ]);
      assert.deepEqual(
        manifest().files.map(({ path }) => path),
        [".hydra/config.yaml", "old/epoch_1.pth", "old/epoch_9.pth"],
      );
      assert.equal(store.objects.has(`models/${name}/checkpoints/last.ckpt`), false);
      assert.deepEqual(report.action === "committed" && report.leftOut, ["epoch_2.pth.incoming: unfinished"]);
    });

    it("names what is left out, and never follows to the outside", async () => {
      writeFileSync(outside, "of somebody else");
      try {
        directory.write(".cache/blob", "weights");
        directory.write("epoch_3.pth.tmp", "half");
        link("cached.pth", ".cache/blob");
        link("stolen.pth", outside);
        link("stolen", tmpdir());
        link("parent", "..");
        link("gone.pth", "old/gone.pth");
        link("circle", "circle");
        link("cache", ".cache");
        const report = await run();
        assert.deepEqual(report.action === "committed" && report.leftOut, [
          ".cache: hidden",
          "cache: a link to a folder that is left out",
          "circle: a link to itself",
          "epoch_2.pth.incoming: unfinished",
          "epoch_3.pth.tmp: unfinished",
          "gone.pth: a link to nothing",
          "parent: a link to the outside, which is never followed",
          "stolen.pth: a link to the outside, which is never followed",
          "stolen: a link to the outside, which is never followed",
        ]);
        assert.deepEqual(manifest().left_out, report.action === "committed" && report.leftOut);
        assert.equal(store.objects.get(`models/${name}/checkpoints/cached.pth`)?.toString(), "weights");
        assert.equal([...store.objects.keys()].filter((key) => key.includes("stolen")).length, 0);
      } finally {
        rmSync(outside);
      }
    });

    for (const [target, message] of [
      [
        outside,
        /best_model\.pth is left out \(a link to nothing\): a snapshot without .* put the file itself/,
      ],
      ["/etc/hostname", /best_model\.pth is left out \(a link to the outside, which is never followed\)/],
    ] as const)
      it(`is refused when the checkpoint in use is a link to ${target}`, async () => {
        rmSync(join(directory.path, "best_model.pth"));
        link("best_model.pth", target);
        await assert.rejects(run(), { message });
        assert.equal(store.objects.size, 0);
      });

    it("is another one when a link leads elsewhere", async () => {
      link("last.ckpt", "best_model.pth");
      await run();
      const later = { requested: "changed", now: () => new Date("2026-01-02T04:00:00Z") } as const;
      assert.equal((await run(later)).action, "unchanged");
      rmSync(join(directory.path, "last.ckpt"));
      link("last.ckpt", "old/epoch_1.pth");
      assert.equal((await run(later)).action, "committed");
    });
  });
});
