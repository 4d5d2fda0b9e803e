import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { writeCheckpoint, weightCount } from "../../../../jobs/models/checkpoint";
import { backupModels } from "../../../../jobs/models/backupModels";
import { observeCheckpoints } from "../../../../jobs/models/checkpointListing";
import { LATEST_KEY } from "../../../../jobs/models/modelSnapshots";
import {
  type ModelRestorePlan,
  type ModelRestoreReport,
  restoreModels,
} from "../../../../jobs/models/restoreModels";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { CheckpointDirectory } from "./checkpointDirectory";
import { safetensors, torchZip } from "./sampleFormats";

const first = "models-20260101-000000";
const second = "models-20260102-000000";

describe("a restore of the models", () => {
  let store: FakeObjectStore;
  let directory: CheckpointDirectory;

  beforeEach(async () => {
    store = await startFakeObjectStore();
    directory = new CheckpointDirectory();
  });
  afterEach(async () => {
    directory.remove();
    await store.close();
  });

  const restore = (changes: Partial<ModelRestorePlan> = {}): Promise<ModelRestoreReport> =>
    restoreModels(
      {
        directory: directory.path,
        modelFile: "best_model.pth",
        storage: store.storage,
        permitInitialise: false,
        wanted: "",
        ...changes,
      },
      () => undefined,
    );
  const backUp = async (): Promise<void> => {
    const source = new CheckpointDirectory();
    try {
      for (const day of ["01", "02"]) {
        source.write("best_model.pth", `best of ${day}`);
        source.write("old/epoch_1.pth", "epoch one");
        await backupModels(
          {
            requested: "always",
            directory: source.path,
            modelFile: "best_model.pth",
            storage: store.storage,
            restMs: 20,
            now: () => new Date(`2026-01-${day}T00:00:00Z`),
          },
          () => undefined,
        );
      }
    } finally {
      source.remove();
    }
  };
  const restored = { "best_model.pth": "best of 02", "old/epoch_1.pth": "epoch one" };

  it("brings back the newest committed snapshot", async () => {
    await backUp();
    const report = await restore();
    assert.equal(report.action, "restored");
    assert.equal(report.name, second);
    assert.equal(report.files, 2);
    assert.deepEqual(directory.files(), restored);
  });

  it("brings back the snapshot that is wanted", async () => {
    await backUp();
    await restore({ wanted: first });
    assert.equal(directory.files()["best_model.pth"], "best of 01");
  });

  it("needs no pointer", async () => {
    await backUp();
    store.objects.delete(LATEST_KEY);
    await restore();
    assert.deepEqual(directory.files(), restored);
  });

  it("keeps what is there, without asking the object store", async () => {
    await backUp();
    directory.write("best_model.pth", "a newer checkpoint");
    store.requests.length = 0;
    assert.deepEqual(await restore(), { action: "kept" });
    assert.deepEqual(directory.files(), { "best_model.pth": "a newer checkpoint" });
    assert.deepEqual(store.requests, []);
  });

  it("refuses a checkpoint in use that is damaged, and touches nothing", async () => {
    const header = {
      architecture: "spectrum-dense" as const,
      classes: ["a"],
      features: 2,
      hidden: 1,
      metadata: { createdAt: "2026-01-01T00:00:00Z" },
    };
    await writeCheckpoint(join(directory.path, "best_model.pth"), {
      header,
      weights: new Float32Array(weightCount(header)),
    });
    assert.deepEqual(await restore(), { action: "kept" });
    truncateSync(join(directory.path, "best_model.pth"), 100);
    await assert.rejects(restore(), /best_model\.pth: is truncated/);
  });

  for (const [what, content, message] of [
    [
      "a zip archive",
      torchZip(),
      /best_model\.pth: is cut off: the zip directory at its end is missing; move it away/,
    ],
    ["safetensors", safetensors(), /model\.safetensors: is cut off: \d+ bytes instead of/],
  ] as const)
    it(`refuses ${what} that was truncated in place`, async () => {
      const modelFile = what === "safetensors" ? "model.safetensors" : "best_model.pth";
      directory.write(modelFile, content);
      assert.deepEqual(await restore({ modelFile }), { action: "kept" });
      truncateSync(join(directory.path, modelFile), content.length - 1);
      await assert.rejects(restore({ modelFile }), message);
    });

  describe("of a snapshot in the layout of the system before this one", () => {
    const legacy = "models-20251231-030000";
    const put = (files: Record<string, Buffer | string>): void => {
      for (const [path, content] of Object.entries(files))
        store.objects.set(`models/${legacy}/${path}`, Buffer.from(content));
    };
    const manifest = JSON.stringify({
      backup_name: legacy,
      timestamp: "20251231-030000",
      source: "lstm-pfd-checkpoints",
      destination: `s3://backups/models/${legacy}`,
      retention_days: 30,
    });
    const files = { "best_model.pth": torchZip(), "old/epoch 1.pth": "epoch one", "empty.log": "" };
    const objects = Object.fromEntries(
      Object.entries(files).map(([path, content]) => [`checkpoints/${path}`, content]),
    );

    for (const [what, more] of [
      ["with its manifest", { "manifest.json": manifest }],
      ["without a manifest", {}],
    ] as const)
      it(`comes back by its name, with a warning, ${what}`, async () => {
        await backUp();
        put({ ...objects, ...more });
        const report = await restore({ wanted: legacy });
        assert.equal(report.action, "restored");
        assert.deepEqual(
          { ...report, seconds: 0 },
          {
            action: "restored",
            name: legacy,
            files: 3,
            totalBytes: torchZip().length + 9,
            seconds: 0,
            nonce: null,
            warnings: [
              `${legacy} has no list of its files: what lies in the bucket is taken, and nobody can say whether that is all`,
            ],
          },
        );
        assert.deepEqual(directory.files(), {
          "best_model.pth": torchZip().toString(),
          "empty.log": "",
          "old/epoch 1.pth": "epoch one",
        });
      });

    it("is never chosen by itself, be it the only one or the newest", async () => {
      put({ ...objects, "manifest.json": manifest });
      await assert.rejects(
        restore(),
        /there are snapshots \(models-20251231-030000 is one\), but none was committed/,
      );
      await backUp();
      for (const [key, content] of [...store.objects])
        if (key.includes(legacy)) store.objects.set(key.replace(legacy, "models-20260103-030000"), content);
      const report = await restore();
      assert.deepEqual(report.action === "restored" && [report.name, report.warnings], [second, []]);
    });

    it("is refused when the checkpoint in use is cut off, and leaves nothing", async () => {
      put({ ...objects, "checkpoints/best_model.pth": torchZip().subarray(0, 200) });
      await assert.rejects(
        restore({ wanted: legacy }),
        /best_model\.pth of models-20251231-030000, the checkpoint in use, is cut off: .*; choose another snapshot/,
      );
      assert.deepEqual(directory.files(), {});
    });

    it("names another checkpoint that is cut off, and brings it back as it is", async () => {
      put({ ...objects, "checkpoints/old/epoch_2.pth": torchZip().subarray(0, 200) });
      const report = await restore({ wanted: legacy });
      assert.match(
        report.action === "restored" ? (report.warnings[1] ?? "") : "",
        /^old\/epoch_2\.pth of models-20251231-030000 is cut off: .* it was so when the snapshot was taken$/,
      );
    });

    for (const [what, key, message] of [
      ["holds no files", undefined, /models-20251231-030000\/checkpoints\/ holds no files/],
      [
        "lacks the checkpoint in use",
        "checkpoints/a.pth",
        /does not hold best_model\.pth, the checkpoint in use/,
      ],
      [
        "holds a path that leads elsewhere",
        "checkpoints/../../etc/passwd",
        /would lie outside of the checkpoint directory/,
      ],
    ] as const)
      it(`is refused when it ${what}`, async () => {
        put({ "manifest.json": manifest, ...(key === undefined ? {} : { [key]: "x" }) });
        await assert.rejects(restore({ wanted: legacy }), message);
        assert.deepEqual(directory.files(), {});
      });

    it("whose objects change while they are read is refused", async () => {
      put(objects);
      let reads = 0;
      store.fault = (method, key) => {
        if (method === "GET" && key.endsWith("epoch 1.pth") && (reads += 1) === 2)
          store.objects.set(key, Buffer.from("epoch 0ne"));
        return undefined;
      };
      await assert.rejects(restore({ wanted: legacy }), /epoch 1\.pth is damaged/);
    });
  });

  it("names what is newer and unconfirmed", async () => {
    await backUp();
    store.objects.set("models/models-20260103-000000/unconfirmed.json", Buffer.from("{}"));
    const report = await restore();
    assert.match(
      report.action === "restored" ? (report.warnings[0] ?? "") : "",
      /^models-20260103-000000 is newer and passed over: it is unconfirmed/,
    );
  });

  it("passes over a name from the future, though the pointer has it", async () => {
    await backUp();
    const future = "models-20300101-000000";
    for (const [key, content] of [...store.objects])
      if (key.includes(first)) store.objects.set(key.replace(first, future), content);
    store.objects.set(LATEST_KEY, Buffer.from(JSON.stringify({ backup_name: future })));
    store.now = () => new Date("2026-01-05T00:00:00Z");
    const report = await restore();
    assert.deepEqual(report.action === "restored" && [report.name, report.warnings], [
      second,
      [`${future} is passed over: its name is from the future`],
    ]);
  });

  it("refuses files without the checkpoint in use", async () => {
    await backUp();
    directory.write("other.pth", "something");
    await assert.rejects(restore(), /holds files, but best_model\.pth, the checkpoint in use, is missing/);
    assert.deepEqual(directory.files(), { "other.pth": "something" });
  });

  it("begins again after one that was killed, while it fetched or while it renamed", async () => {
    await backUp();
    directory.write("checkpoints.incoming/best_model.pth", "best");
    await restore();
    assert.deepEqual(directory.files(), restored);
    directory.remove();
    directory = new CheckpointDirectory();
    directory.write("old/epoch_1.pth", "epoch one");
    directory.write("checkpoints.incoming/best_model.pth", "best of 02");
    await restore();
    assert.deepEqual(directory.files(), restored);
  });

  it("goes on with what was fetched before, when it is what the snapshot holds", async () => {
    await backUp();
    directory.write("checkpoints.incoming/old/epoch_1.pth", "epoch one");
    directory.write("checkpoints.incoming/best_model.pth", "best of 01");
    directory.write("checkpoints.incoming/epoch_9.pth", "of another snapshot");
    store.requests.length = 0;
    await restore();
    assert.deepEqual(directory.files(), restored);
    assert.deepEqual(
      store.requests.filter((request) => request.includes("/checkpoints/")),
      [`GET models/${second}/checkpoints/best_model.pth`],
    );
  });

  it("removes what a restore has left that was killed at its end", async () => {
    directory.write("best_model.pth", "a newer checkpoint");
    directory.write("checkpoints.incoming/x", "");
    assert.deepEqual(await restore(), { action: "kept" });
    assert.deepEqual(directory.files(), { "best_model.pth": "a newer checkpoint" });
  });

  describe("without a snapshot", () => {
    it("leaves the directory empty, with a permit only", async () => {
      await assert.rejects(restore(), /holds no committed snapshot, and there is no permit/);
      assert.deepEqual(await restore({ permitInitialise: true }), { action: "left empty" });
    });

    it("is refused, permit or not, where snapshots were deleted", async () => {
      store.objects.set(`models/${first}/manifest.json`, Buffer.from("{}"));
      await store.storage.remove(`models/${first}/manifest.json`);
      await assert.rejects(restore({ permitInitialise: true }), /held snapshots that were deleted/);
    });

    it("is refused, permit or not, where other objects are, or snapshots that were never committed", async () => {
      store.objects.set("models/latest/best_model.pth", Buffer.from(""));
      await assert.rejects(restore({ permitInitialise: true }), /but no snapshot of this system/);
      store.objects.set(`models/${first}/manifest.json`, Buffer.from("{}"));
      await assert.rejects(restore({ permitInitialise: true }), /none was committed/);
    });

    it("is refused, permit or not, when the object store cannot be read", async () => {
      store.fault = () => 403;
      await assert.rejects(restore({ permitInitialise: true }), /access was denied/);
    });
  });

  const damages: { what: string; damage: () => void; message: RegExp }[] = [
    {
      what: "a truncated object",
      damage: () => store.objects.set(`models/${second}/checkpoints/best_model.pth`, Buffer.from("best")),
      message: /best_model\.pth is damaged: 4 bytes instead of 10.*former version/,
    },
    {
      what: "a changed object",
      damage: () =>
        store.objects.set(`models/${second}/checkpoints/best_model.pth`, Buffer.from("best of 03")),
      message: /s3:\/\/backups\/models\/models-20260102-000000\/checkpoints\/best_model\.pth is damaged/,
    },
    {
      what: "a missing object",
      damage: () => store.objects.delete(`models/${second}/checkpoints/old/epoch_1.pth`),
      message: /epoch_1\.pth is missing; bring back/,
    },
    {
      what: "a missing manifest",
      damage: () => store.objects.delete(`models/${second}/manifest.json`),
      message: /manifest\.json is missing/,
    },
    {
      what: "a damaged manifest",
      damage: () => store.objects.set(`models/${second}/manifest.json`, Buffer.from("{")),
      message: /manifest\.json is damaged: it is not JSON/,
    },
    {
      what: "a commit that is gone",
      damage: () => store.objects.delete(`models/${second}/committed.json`),
      message: /latest\.json names models-20260102-000000, whose committed\.json is missing/,
    },
  ];
  for (const { what, damage, message } of damages)
    it(`is refused with ${what}, names it, and leaves nothing behind`, async () => {
      await backUp();
      damage();
      await assert.rejects(restore(), message);
      assert.deepEqual(directory.files(), {});
    });

  describe("with links", () => {
    const linked = async (): Promise<void> => {
      const source = new CheckpointDirectory();
      try {
        source.write("runs/7/epoch_9.pth", "epoch nine");
        symlinkSync("runs/7/epoch_9.pth", join(source.path, "best_model.pth"));
        symlinkSync("runs/7", join(source.path, "latest"));
        await backupModels(
          {
            requested: "always",
            directory: source.path,
            modelFile: "best_model.pth",
            storage: store.storage,
            restMs: 20,
            now: () => new Date("2026-01-02T00:00:00Z"),
          },
          () => undefined,
        );
      } finally {
        source.remove();
      }
    };

    it("makes them again, relative, and finds them valid", async () => {
      await linked();
      assert.equal((await restore()).action, "restored");
      assert.equal(readlinkSync(join(directory.path, "best_model.pth")), "runs/7/epoch_9.pth");
      assert.equal(readlinkSync(join(directory.path, "latest")), "runs/7");
      assert.equal(readFileSync(join(directory.path, "best_model.pth"), "utf8"), "epoch nine");
      assert.equal(await observeCheckpoints(directory.path, "best_model.pth"), "valid");
    });

    it("goes on where it was stopped before the last one", async () => {
      await linked();
      await restore();
      rmSync(join(directory.path, "best_model.pth"));
      mkdirSync(join(directory.path, "checkpoints.incoming"));
      assert.equal((await restore()).action, "restored");
      assert.equal(readFileSync(join(directory.path, "best_model.pth"), "utf8"), "epoch nine");
    });

    it("refuses a checkpoint in use that leads to nothing", async () => {
      await linked();
      symlinkSync("gone", join(directory.path, "best_model.pth"));
      await assert.rejects(restore(), /holds files, but best_model\.pth, .* is missing or empty/);
    });
  });
});
