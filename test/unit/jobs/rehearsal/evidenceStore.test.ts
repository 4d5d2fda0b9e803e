import assert from "node:assert/strict";
import { createEvidence } from "../../../../jobs/rehearsal/evidenceStore";
import { ObjectStorageError } from "../../../../jobs/objectStorage";
import { type Evidence, parseEvidence } from "../../../../plan/evidence";
import { readEvidence } from "../../../../plan/readEvidence";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";

const evidence: Omit<Evidence, "format" | "endedAt"> = {
  kind: "rehearsal",
  run: "r",
  site: "test/lstm-pfd",
  begunAt: "2026-11-27T04:20:00.000Z",
  seconds: 9,
  outcome: "passed",
  steps: [],
  versions: {},
};
const first = "evidence/rehearsal/20261127-043109.json";

describe("evidence in the bucket", () => {
  let store: FakeObjectStore;
  const create = (run = "r") =>
    createEvidence({ creator: store.storage, reader: store.storage }, { ...evidence, run });

  beforeEach(async () => {
    store = await startFakeObjectStore();
    store.now = () => new Date("2026-11-27T04:31:09Z");
  });
  afterEach(() => store.close());

  it("is one object, named by the store's clock, created on the condition that nothing is there", async () => {
    assert.equal(await create(), `s3://backups/${first}`);
    const found = parseEvidence(String(store.objects.get(first)));
    assert.deepEqual([found.endedAt, found.run], ["2026-11-27T04:31:09.000Z", "r"]);
    assert.equal(store.headers.get(`PUT ${first}`)?.["if-none-match"], "*");
  });

  it("is never written over by another one of the same second", async () => {
    await create("one");
    assert.equal(await create("two"), "s3://backups/evidence/rehearsal/20261127-043109-2.json");
    assert.equal(parseEvidence(String(store.objects.get(first))).run, "one");
  });

  it("is written by two at once under two names", async () => {
    const addresses = await Promise.all([create("one"), create("two")]);
    assert.equal(new Set(addresses).size, 2);
    const runs = [...store.objects.values()].map((bytes) => parseEvidence(String(bytes)).run);
    assert.deepEqual(runs.sort(), ["one", "two"]);
  });

  it("stands where the answer to its write was lost", async () => {
    const creator = {
      writeText: async (...args: Parameters<typeof store.storage.writeText>) => {
        await store.storage.writeText(...args);
        throw new ObjectStorageError("the store did not answer", "try again", true);
      },
    };
    const address = await createEvidence({ creator, reader: store.storage }, evidence);
    assert.equal(address, `s3://backups/${first}`);
  });

  it("fails where it may not be written, with the reason", async () => {
    store.fault = (method) => (method === "PUT" ? 403 : undefined);
    await assert.rejects(create(), /the evidence s3:\/\/backups\/\S+ was not written: .*denied/);
    assert.equal(store.objects.size, 0);
  });

  it("fails where the store says that it has written, and has not", async () => {
    const creator = { writeText: () => Promise.resolve(true) };
    await assert.rejects(
      createEvidence({ creator, reader: store.storage }, evidence),
      /is not there after it was written/,
    );
  });

  it("fails where the store does not say what time it is", async () => {
    store.now = undefined;
    await assert.rejects(create(), /does not say what time it is/);
  });

  it("is read newest first, and what is damaged counts for nothing and is said", async () => {
    await create("one");
    store.now = () => new Date("2026-11-28T04:31:09Z");
    await create("two");
    store.objects.set("evidence/rehearsal/20261129-000000.json", Buffer.from('{"format": 1, "kind"'));
    const { evidence: found, unreadable } = await readEvidence(store.storage, "rehearsal", 10);
    assert.deepEqual(
      found.map(({ run }) => run),
      ["two", "one"],
    );
    assert.equal(unreadable.length, 1);
    assert.match(unreadable[0] ?? "", /^s3:\/\/backups\/evidence\/rehearsal\/20261129-000000.json: /);
    const newest = await readEvidence(store.storage, "rehearsal", 2);
    assert.deepEqual(
      newest.evidence.map(({ run }) => run),
      ["two"],
    );
  });

  it("is not known where the store does not answer", async () => {
    store.fault = () => 403;
    await assert.rejects(readEvidence(store.storage, "rehearsal", 10), ObjectStorageError);
  });
});
