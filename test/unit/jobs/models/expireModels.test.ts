import assert from "node:assert/strict";
import { expireModels, planModelExpiry } from "../../../../jobs/models/expireModels";
import { ObjectStorage } from "../../../../jobs/objectStorage";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";

const name = (day: number): string => `models-202601${String(day).padStart(2, "0")}-000000`;
const now = new Date("2026-01-20T12:00:00Z");

describe("expiry of model snapshots", () => {
  type Kind = "committed" | "abandoned" | "unconfirmed" | "foreign";
  const plan = (...snapshots: [day: number | string, kind: Kind][]): (number | string)[] =>
    planModelExpiry(
      snapshots.map(([day, kind]) => ({
        name: typeof day === "string" ? day : name(day),
        committed: kind === "committed",
        unconfirmed: kind === "unconfirmed",
        foreign: kind === "foreign",
      })),
      now,
    ).flatMap((fate, index) => (fate.superseded ? [snapshots[index]?.[0] ?? ""] : []));

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

  it("lets an unconfirmed one replace nothing, and keeps it until two newer ones count", () => {
    assert.deepEqual(plan([1, "committed"], [2, "committed"], [3, "unconfirmed"], [4, "unconfirmed"]), []);
    assert.deepEqual(plan([1, "unconfirmed"], [2, "committed"]), []);
    assert.deepEqual(plan([1, "unconfirmed"], [2, "committed"], [3, "committed"]), [1]);
  });

  it("lets a name from the future neither replace nor be replaced", () => {
    const future = "models-20300101-000000";
    assert.deepEqual(plan([1, "committed"], [2, "committed"], [future, "committed"]), []);
    assert.deepEqual(plan([1, "abandoned"], [future, "committed"]), []);
    const days = [1, 2, 3].map((day) => [day, "committed"] as [number, "committed"]);
    assert.deepEqual(plan(...days, [future, "committed"], ["models-20409999-000000", "committed"]), [1]);
    assert.deepEqual(plan(...days, [future, "abandoned"], [future.replace("30", "31"), "committed"]), [1]);
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

    const write = (of: string, ...files: string[]): void => {
      for (const file of files) store.objects.set(`models/${of}/${file}`, Buffer.from("{}"));
    };
    const snapshot = (day: number): void => {
      write(name(day), "begun.json", "checkpoints/a.pth", "manifest.json", "committed.json");
    };
    const marked = (): string[] =>
      [
        ...new Set(
          [...store.tags].flatMap(([key, tag]) => (tag === "superseded=true" ? [key.split("/")[1]] : [])),
        ),
      ] as string[];

    it("takes the mark away again, from every object, when a newer one is withdrawn", async () => {
      for (const day of [1, 2, 3]) snapshot(day);
      await expireModels(store.storage, () => undefined, now);
      assert.deepEqual(marked(), [name(1)]);
      store.objects.delete(`models/${name(3)}/committed.json`);
      const { kept, unmarked } = await expireModels(store.storage, () => undefined, now);
      assert.deepEqual([kept, unmarked], [[name(1), name(2), name(3)], [name(1)]]);
      assert.deepEqual(marked(), []);
      snapshot(3);
      await expireModels(store.storage, () => undefined, now);
      assert.deepEqual(marked(), [name(1)]);
    });

    it("unmarks what is kept before it marks anything", async () => {
      for (const day of [1, 2, 3]) snapshot(day);
      await store.storage.tag(`models/${name(3)}/manifest.json`, { superseded: "true" });
      store.fault = (method, key) => (method === "PUT" && key.includes(name(1)) ? 403 : undefined);
      await assert.rejects(
        expireModels(store.storage, () => undefined, now),
        /access was denied/,
      );
      assert.deepEqual(marked(), []);
    });

    it("leaves a snapshot without a manifest that no run of this system has begun", async () => {
      for (const day of [3, 4]) snapshot(day);
      write(name(1), "checkpoints/a.pth");
      write(name(2), "checkpoints/a.pth", "begun.json");
      const { superseded } = await expireModels(store.storage, () => undefined, now);
      assert.deepEqual(superseded, [name(2)]);
    });

    it("goes by the store's clock, and refuses where it says no time", async () => {
      for (const day of [1, 2, 3]) snapshot(day);
      store.now = () => new Date("2026-01-02T12:00:00Z");
      assert.deepEqual((await expireModels(store.storage, () => undefined)).superseded, []);
      store.now = () => now;
      assert.deepEqual((await expireModels(store.storage, () => undefined)).superseded, [name(1)]);
      store.now = undefined;
      const silent = new ObjectStorage(store.settings);
      await assert.rejects(
        expireModels(silent, () => undefined),
        /does not say what time it is/,
      );
    });

    it("refuses when no snapshot is committed", async () => {
      await assert.rejects(
        expireModels(store.storage, () => undefined, now),
        /there is no committed snapshot/,
      );
    });
  });
});
