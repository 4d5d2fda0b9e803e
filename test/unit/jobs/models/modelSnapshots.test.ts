import assert from "node:assert/strict";
import { LATEST_KEY, listSnapshots, moveLatest, readLatest } from "../../../../jobs/models/modelSnapshots";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";

const older = "models-20260101-000000";
const newer = "models-20260102-000000";
const now = new Date("2026-01-05T00:00:00Z");

describe("model snapshots", () => {
  let store: FakeObjectStore;
  beforeEach(async () => {
    store = await startFakeObjectStore();
  });
  afterEach(() => store.close());

  const latest = async (): Promise<string | undefined> => (await readLatest(store.storage))?.name;

  it("are listed with their state; other folders are not snapshots", async () => {
    const doubtful = "models-20260103-000000";
    for (const key of [
      `${older}/committed.json`,
      `${older}/unconfirmed.json`,
      `${newer}/checkpoints/a`,
      `${doubtful}/unconfirmed.json`,
      "latest/a",
      "latest.json",
      "latest-copy.json",
    ])
      store.objects.set(`models/${key}`, Buffer.from(""));
    assert.deepEqual(await listSnapshots(store.storage), [
      { name: older, committed: true, unconfirmed: false },
      { name: newer, committed: false, unconfirmed: false },
      { name: doubtful, committed: false, unconfirmed: true },
    ]);
  });

  it("have a pointer that leaves a name from the future behind", async () => {
    for (const future of ["models-20300101-000000", "models-20269999-000000"]) {
      store.objects.set(LATEST_KEY, Buffer.from(JSON.stringify({ backup_name: future })));
      await moveLatest(store.storage, newer, now);
      assert.equal(await latest(), newer);
    }
    await moveLatest(store.storage, older, now);
    assert.equal(await latest(), newer);
  });

  it("have a pointer that only moves forward", async () => {
    assert.equal(await latest(), undefined);
    await moveLatest(store.storage, older, now);
    assert.equal(await latest(), older);
    await moveLatest(store.storage, newer, now);
    assert.equal(await latest(), newer);
    await moveLatest(store.storage, older, now);
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
    await moveLatest(store.storage, older, now);
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
    await assert.rejects(moveLatest(store.storage, newer, now), /was changed by others each time/);
  });

  it("refuse a pointer that names nothing", async () => {
    for (const content of ["", "{}", '{"backup_name":"latest"}', "null"]) {
      store.objects.set(LATEST_KEY, Buffer.from(content));
      await assert.rejects(latest(), /latest\.json does not name a snapshot; remove it/);
    }
  });
});
