import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { renameSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
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
import { confirmSnapshot } from "../../../../jobs/models/confirmSnapshot";
import { LATEST_KEY, readLatest } from "../../../../jobs/models/modelSnapshots";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { CheckpointDirectory } from "./checkpointDirectory";
import { safetensors, torchZip } from "./sampleFormats";

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

  const run = (
    changes: Partial<SnapshotPlan> = {},
    log: (line: string) => void = () => undefined,
  ): Promise<SnapshotReport> =>
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
      log,
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
    const writes = store.requests.filter((request) => request.startsWith("PUT"));
    assert.equal(writes[0], `PUT models/${name}/begun.json`);
    const published = writes.indexOf(`PUT models/${name}/manifest.json`);
    assert.deepEqual(writes.slice(published, published + 4), [
      `PUT models/${name}/manifest.json`,
      `PUT models/${name}/committed.json`,
      `PUT ${LATEST_KEY}`,
      `PUT models/latest-copy.json`,
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
      assert.deepEqual(await run({ requested: "changed", now: () => later }), {
        action: "unchanged",
        name,
        unconfirmed: false,
        latest: { snapshot: name, copied: 0, removed: 0 },
      });
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

  describe("of checkpoints that tell their end", () => {
    const whole = torchZip();
    const good = "models-20260101-000000";
    beforeEach(async () => {
      directory.write("best_model.pth", whole);
      directory.write("old/epoch_1.pth", safetensors());
      directory.write("last.safetensors", safetensors());
      await run({ now: () => new Date("2026-01-01T00:00:00Z") });
    });
    const committed = (): string[] =>
      [...store.objects.keys()].filter((key) => key.endsWith("/committed.json"));

    it("says of each by what it was seen to be whole", () => {
      const { files } = parseManifest(store.objects.get(`models/${good}/manifest.json`)?.toString() ?? "");
      assert.deepEqual(
        files.map(({ path, format }) => [path, format]),
        [
          ["best_model.pth", "torch zip"],
          ["last.safetensors", "safetensors"],
          ["old/epoch_1.pth", "unknown: no format that is known here"],
        ],
      );
    });

    it("names those of which only bytes were compared", async () => {
      const lines: string[] = [];
      const report = await run({}, (line) => lines.push(line));
      assert.deepEqual(report.action === "committed" && report.bytesOnly, {
        count: 1,
        first: ["old/epoch_1.pth"],
      });
      assert.ok(lines.includes("only bytes compared: old/epoch_1.pth: no format that is known here"));
    });

    for (const [what, file] of [
      ["the one in use", "best_model.pth"],
      ["another one", "last.safetensors"],
    ] as const)
      it(`is not taken when ${what} was truncated in place, and the newest good one stays the newest`, async () => {
        const before = [...store.objects.keys()];
        const path = join(directory.path, file);
        truncateSync(path, statSync(path).size - 1);
        await assert.rejects(run(), {
          message: new RegExp(
            `^no snapshot was taken, and the newest good one stays the newest: \\S+/${file.replace(".", "\\.")} is cut off: .*; write it anew`,
          ),
        });
        assert.deepEqual([...store.objects.keys()], before);
        assert.equal((await readLatest(store.storage))?.name, good);
      });

    it("names five of those that are not whole", async () => {
      for (const epoch of [1, 2, 3, 4, 5, 6, 7]) directory.write(`epoch_${epoch}.pt`, "");
      await assert.rejects(run(), /epoch_1\.pt is empty; .*epoch_5\.pt is empty \(and 2 more\)/);
    });

    it("is taken once somebody has written the rest of one", async () => {
      const path = join(directory.path, "best_model.pth");
      writeFileSync(path, whole.subarray(0, 100));
      setTimeout(() => {
        writeFileSync(path, whole);
      }, 250);
      const report = await run({ restMs: 200 });
      assert.equal(report.action, "committed");
      assert.deepEqual(store.objects.get(`models/${report.name}/checkpoints/best_model.pth`), whole);
      assert.equal(committed().length, 2);
    });

    it("is copied again when one is truncated while it is copied, and then refused", async () => {
      store.fault = (method, key) => {
        if (method === "PUT" && key.endsWith("/best_model.pth"))
          truncateSync(join(directory.path, "best_model.pth"), 100);
        return undefined;
      };
      await assert.rejects(run(), /no snapshot was taken.*best_model\.pth is cut off/);
      assert.equal(committed().length, 1);
    });

    it("is copied again when one is removed while it is read", async () => {
      const path = join(directory.path, "old/epoch_1.pth");
      utimesSync(path, new Date(), new Date());
      setTimeout(() => {
        rmSync(path);
      }, 30);
      const report = await run({ restMs: 150 });
      assert.equal(report.action === "committed" && report.files, 2);
    });
  });

  describe("that is much smaller than the one before", () => {
    const good = "models-20260101-000000";
    const at = (time: string) => ({ now: () => new Date(time) });
    beforeEach(async () => {
      directory.write("best_model.pth", Buffer.alloc(1000, 1));
      directory.write("old/epoch_1.pth", Buffer.alloc(1000, 2));
      await run(at("2026-01-01T00:00:00Z"));
    });
    const latest = async () => (await readLatest(store.storage))?.name;

    it("is unconfirmed: it says so, with what to do, and supersedes nothing", async () => {
      directory.write("old/epoch_1.pth", Buffer.from("1"));
      directory.write("best_model.pth", Buffer.alloc(998, 1));
      const report = await run();
      assert.equal(report.action, "unconfirmed");
      assert.equal(
        report.reason,
        `the snapshot has 999 B, and had 2.0 KiB in ${good}: 50.0 % less, where 50 % are allowed (modelsShrinkPercent)`,
      );
      assert.match(
        report.remedy,
        new RegExp(`--confirm ${name}.*until then ${good} stays the newest good one`),
      );
      assert.equal(await latest(), good);
      assert.deepEqual(JSON.parse(store.objects.get(`models/${name}/unconfirmed.json`)?.toString() ?? ""), {
        backup_name: name,
        checked_at: "2026-01-02T03:04:05.000Z",
        reason: report.reason,
      });
      assert.ok(!store.objects.has(`models/${name}/committed.json`));
      assert.equal(store.objects.get("models/latest/best_model.pth")?.length, 1000);
    });

    it("counts when it lost no more than is allowed", async () => {
      directory.write("best_model.pth", Buffer.alloc(500, 1));
      directory.write("old/epoch_1.pth", Buffer.alloc(500, 1));
      assert.equal((await run()).action, "committed");
      directory.write("old/epoch_1.pth", Buffer.from("1"));
      const later = { ...at("2026-01-03T00:00:00Z"), shrinkPercent: 100 };
      assert.equal((await run(later)).action, "committed");
    });

    it("is unconfirmed when the checkpoint in use alone has shrunk", async () => {
      directory.write("best_model.pth", Buffer.alloc(100, 1));
      directory.write("old/epoch_1.pth", Buffer.alloc(5000, 2));
      const report = await run();
      assert.match(
        report.action === "unconfirmed" ? report.reason : "",
        /^best_model\.pth has 100 B, and had/,
      );
    });

    it("is not taken again for a day while it waits, and compares with what counts", async () => {
      directory.write("old/epoch_1.pth", Buffer.from("1"));
      directory.write("best_model.pth", Buffer.alloc(900, 1));
      await run();
      const later = await run({ requested: "changed", ...at("2026-01-02T05:00:00Z") });
      assert.deepEqual(
        [later.action, later.action === "unchanged" && later.unconfirmed],
        ["unchanged", true],
      );
      assert.equal((await run(at("2026-01-02T06:00:00Z"))).action, "unconfirmed");
    });

    it("is compared with the one before where the newest manifest is gone, and counts where none is left", async () => {
      await run();
      store.objects.delete(`models/${name}/manifest.json`);
      directory.write("old/epoch_1.pth", Buffer.from("1"));
      directory.write("best_model.pth", Buffer.alloc(900, 1));
      assert.equal((await run(at("2026-01-02T06:00:00Z"))).action, "unconfirmed");
      store.objects.delete(`models/${good}/manifest.json`);
      assert.equal((await run(at("2026-01-02T07:00:00Z"))).action, "committed");
    });

    describe("and is confirmed", () => {
      const confirm = (wanted: string) =>
        confirmSnapshot(store.storage, wanted, () => undefined, new Date("2026-01-03T00:00:00Z"));
      beforeEach(async () => {
        directory.write("best_model.pth", Buffer.alloc(100, 1));
        await run();
      });

      it("counts, is the newest one, and lies in models/latest/; done twice, it is done", async () => {
        for (const copied of [1, 0])
          assert.deepEqual(await confirm(name), {
            action: "confirmed",
            name,
            latest: { snapshot: name, copied, removed: 0 },
          });
        assert.equal(await latest(), name);
        assert.equal(store.objects.get("models/latest/best_model.pth")?.length, 100);
        assert.equal((await run(at("2026-01-03T00:00:00Z"))).action, "committed");
      });

      it("is read back first", async () => {
        store.objects.set(`models/${name}/checkpoints/best_model.pth`, Buffer.alloc(99, 1));
        await assert.rejects(confirm(name), /best_model\.pth is not what was written/);
        assert.equal(await latest(), good);
      });

      for (const [what, wanted, message] of [
        [
          "is not there",
          "models-20260102-000000",
          /there is no snapshot .*; unconfirmed are: models-20260102-030405/,
        ],
        [
          "was never read back",
          "models-20251231-000000",
          /was never read back, so that nobody can confirm it/,
        ],
        ["has a name from the future", "models-20300101-000000", /has a name from the future/],
      ] as const)
        it(`is refused when it ${what}`, async () => {
          store.objects.set("models/models-20251231-000000/checkpoints/a", Buffer.from(""));
          store.objects.set("models/models-20300101-000000/unconfirmed.json", Buffer.from("{}"));
          await assert.rejects(confirm(wanted), message);
          assert.equal(await latest(), good);
        });
    });
  });

  describe("beside one whose name is from the future", () => {
    const future = "models-20300101-000000";
    beforeEach(async () => {
      await run({ now: () => new Date("2030-01-01T00:00:00Z") });
      store.requests.length = 0;
    });

    it("is taken, and is the newest one", async () => {
      for (const requested of ["always", "changed"] as const) await run({ requested });
      assert.ok(store.objects.has(`models/${name}/committed.json`));
      assert.equal((await readLatest(store.storage))?.name, name);
      const copy = JSON.parse(store.objects.get("models/latest-copy.json")?.toString() ?? "") as object;
      assert.deepEqual(
        { ...copy, files: 0, since: 0 },
        { backup_name: name, state: "whole", files: 0, since: 0 },
      );
      assert.ok(store.objects.has(`models/${future}/committed.json`));
    });

    it("is not compared with it", async () => {
      directory.write("best_model.pth", "b");
      directory.write("old/epoch_1.pth", "e");
      assert.equal((await run()).action, "committed");
    });
  });

  it("is named by the store's clock", async () => {
    store.now = () => new Date("2026-03-04T05:06:07Z");
    const plan = {
      requested: "always" as const,
      directory: directory.path,
      modelFile: "best_model.pth",
      storage: store.storage,
      restMs: 20,
    };
    assert.equal((await backupModels(plan, () => undefined)).name, "models-20260304-050607");
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
    await assert.rejects(run(), /begun\.json exists already: another backup/);
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
