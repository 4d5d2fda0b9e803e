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
