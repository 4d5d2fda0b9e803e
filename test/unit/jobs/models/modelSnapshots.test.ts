import assert from "node:assert/strict";
import { LATEST_KEY, listSnapshots, moveLatest, readLatest } from "../../../../jobs/models/modelSnapshots";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";

const older = "models-20260101-000000";
const newer = "models-20260102-000000";

describe("model snapshots", () => {
  let store: FakeObjectStore;
  beforeEach(async () => {
    store = await startFakeObjectStore();
  });
  afterEach(() => store.close());

  const latest = async (): Promise<string | undefined> => (await readLatest(store.storage))?.name;

  it("are listed with their state; other folders are not snapshots", async () => {
    for (const key of [`${older}/committed.json`, `${newer}/checkpoints/a`, "latest/a", "latest.json"])
      store.objects.set(`models/${key}`, Buffer.from(""));
    assert.deepEqual(await listSnapshots(store.storage), [
      { name: older, committed: true },
      { name: newer, committed: false },
    ]);
  });

  it("have a pointer that only moves forward", async () => {
    assert.equal(await latest(), undefined);
    await moveLatest(store.storage, older);
    assert.equal(await latest(), older);
    await moveLatest(store.storage, newer);
    assert.equal(await latest(), newer);
    await moveLatest(store.storage, older);
    assert.equal(await latest(), newer);
  });

  it("keep a newer name that another backup writes at the same time", async () => {
    let raced = false;
    store.fault = (method) => {
      if (method === "PUT" && !raced) {
        raced = true;
        store.objects.set(LATEST_KEY, Buffer.from(JSON.stringify({ backup_name: newer })));
      }
      return undefined;
    };
    await moveLatest(store.storage, older);
    assert.equal(await latest(), newer);
  });

  it("give up when the pointer changes all the time", async () => {
    let count = 0;
    store.fault = (method) => {
      if (method === "PUT")
        store.objects.set(
          LATEST_KEY,
          Buffer.from(JSON.stringify({ backup_name: older, count: (count += 1) })),
        );
      return undefined;
    };
    await assert.rejects(moveLatest(store.storage, newer), /was changed by others each time/);
  });

  it("refuse a pointer that names nothing", async () => {
    for (const content of ["", "{}", '{"backup_name":"latest"}', "null"]) {
      store.objects.set(LATEST_KEY, Buffer.from(content));
      await assert.rejects(latest(), /latest\.json does not name a snapshot; remove it/);
    }
  });
});
