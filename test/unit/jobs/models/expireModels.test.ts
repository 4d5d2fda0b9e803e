import assert from "node:assert/strict";
import { expireModels, planModelExpiry } from "../../../../jobs/models/expireModels";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";

const name = (day: number): string => `models-202601${String(day).padStart(2, "0")}-000000`;
const now = new Date("2026-01-20T12:00:00Z");

describe("expiry of model snapshots", () => {
  const plan = (...snapshots: [day: number, kind: "committed" | "abandoned" | "foreign"][]): number[] =>
    planModelExpiry(
      snapshots.map(([day, kind]) => ({
        name: name(day),
        committed: kind === "committed",
        foreign: kind === "foreign",
      })),
      now,
    )
      .filter(({ superseded }) => superseded)
      .map((fate) => Number(fate.name.slice(13, 15)));

  it("marks all but the newest two committed ones", () => {
    assert.deepEqual(plan([1, "committed"], [2, "committed"], [3, "committed"], [4, "committed"]), [1, 2]);
  });

  it("never marks the last good one, however old and whatever came after it", () => {
    assert.deepEqual(plan([1, "committed"], [2, "abandoned"], [3, "abandoned"]), []);
    assert.deepEqual(plan([1, "committed"], [2, "committed"]), []);
  });

  it("marks an abandoned one once a newer one is committed, and a day has passed", () => {
    assert.deepEqual(plan([1, "abandoned"], [2, "committed"]), [1]);
    assert.deepEqual(plan([2, "committed"], [3, "abandoned"]), []);
    assert.deepEqual(plan([20, "abandoned"], [21, "committed"]), []);
  });

  it("leaves what another system wrote", () => {
    assert.deepEqual(plan([1, "foreign"], [2, "committed"], [3, "committed"], [4, "committed"]), [2]);
  });

  describe("in the object store", () => {
    let store: FakeObjectStore;
    beforeEach(async () => {
      store = await startFakeObjectStore();
    });
    afterEach(() => store.close());

    it("tags each object of what is replaced, and deletes nothing", async () => {
      for (const day of [1, 2, 3])
        for (const file of ["checkpoints/a.pth", "manifest.json", "committed.json"])
          store.objects.set(`models/${name(day)}/${file}`, Buffer.from("{}"));
      store.objects.set(`models/models-20251231-000000/manifest.json`, Buffer.from('{"retention_days":30}'));
      const { kept, superseded } = await expireModels(store.storage, () => undefined, now);
      assert.deepEqual(superseded, [name(1)]);
      assert.deepEqual(kept, ["models-20251231-000000", name(2), name(3)]);
      assert.deepEqual([...store.tags.keys()].sort(), [
        `models/${name(1)}/checkpoints/a.pth`,
        `models/${name(1)}/committed.json`,
        `models/${name(1)}/manifest.json`,
      ]);
      assert.ok([...store.tags.values()].every((tag) => tag === "superseded=true"));
      assert.ok(!store.requests.some((request) => request.startsWith("DELETE")));
    });

    it("refuses when no snapshot is committed", async () => {
      await assert.rejects(
        expireModels(store.storage, () => undefined, now),
        /there is no committed snapshot/,
      );
    });
  });
});
