import assert from "node:assert/strict";
import { probeKey, requireConditionalWrites, requireOneCreator } from "../../../jobs/conditionalWrites";
import { type FakeObjectStore, startFakeObjectStore } from "./fakeObjectStore";

describe("the first contact with an object store", () => {
  let store: FakeObjectStore;
  beforeEach(async () => {
    store = await startFakeObjectStore();
  });
  afterEach(() => store.close());

  const writes = (): number => store.requests.filter((request) => request === `PUT ${probeKey}`).length;

  it("creates the probe once, and proves that a second creation is refused", async () => {
    await requireConditionalWrites(store.storage);
    assert.equal(writes(), 2);
    assert.deepEqual([...store.objects.keys()], [probeKey]);
  });

  it("is proved by the probe that is there: nothing has to be removed, which a locked bucket would refuse", async () => {
    await requireConditionalWrites(store.storage);
    const before = store.objects.get(probeKey)?.toString();
    store.requests.length = 0;
    await requireConditionalWrites(store.storage);
    assert.equal(writes(), 1);
    assert.equal(store.objects.get(probeKey)?.toString(), before);
    assert.ok(!store.requests.some((request) => request.startsWith("DELETE")));
  });

  it("refuses a store where two that create the same key at once both win", async () => {
    store.conditions = "raced";
    for (let times = 0; times < 2; times += 1)
      await assert.rejects(requireOneCreator(store.storage), /lets two creators of one key win at once/);
  });

  it("takes a store where one of the two wins", async () => {
    await requireOneCreator(store.storage);
    await requireOneCreator(store.storage);
  });

  it("refuses a store that ignores the condition, whether the probe is there or not", async () => {
    store.conditions = "ignored";
    for (let times = 0; times < 2; times += 1)
      await assert.rejects(
        requireConditionalWrites(store.storage),
        /^Failure: the object store ignores the condition of a write \(If-None-Match: \*\), seen at s3:\/\/backups\/wal\/probe\/.*nothing was done/,
      );
  });

  it("refuses a store that does not know the condition, at once", async () => {
    store.conditions = "not known";
    await assert.rejects(requireConditionalWrites(store.storage), /does not know the condition of a write/);
    assert.ok(writes() <= 2, "it was tried again");
  });

  it("takes a store that refuses or does not answer for neither", async () => {
    store.fault = () => 403;
    await assert.rejects(requireConditionalWrites(store.storage), /access was denied/);
  });

  it("is outside of every generation, which would else not be empty", () => {
    assert.ok(probeKey.startsWith("wal/") && !probeKey.startsWith("wal/generation-"));
  });
});
