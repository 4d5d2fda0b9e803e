import assert from "node:assert/strict";
import { committedKey } from "../../../../jobs/database/committedRecord";
import type { BaseBackup, StanzaInfo } from "../../../../jobs/database/stanzaInfo";
import { segmentName as s } from "../../../../jobs/database/walPosition";
import { collectGenerations } from "../../../../jobs/lineage/collectGenerations";
import { LineageStore } from "../../../../jobs/lineage/lineageStore";
import { claimKey, collectedKey, outcomeKey, parseCollected } from "../../../../jobs/lineage/records";
import { baseBackup, stanzaInfo } from "../database/samples";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { claim, day, opened } from "./samples";

const quiet = (): undefined => undefined;
const own = { generation: 2, life: "life-2" };

/** One base backup of each generation, of which the head's is older than the window. */
const backups: Record<number, BaseBackup> = {
  1: backup("20260102-000000F", 1, s(1, 1), "0/01000200"),
  2: backup("20260112-000000F", 11, s(2, 2), "0/02000200"),
  3: backup("20260120-000000F", 19, s(2, 3), "0/03000200"),
};

function backup(label: string, at: number, wal: string, lsnStop: string): BaseBackup {
  return baseBackup({ label, stoppedAt: day(at), walStart: wal, walStop: wal, lsnStop });
}

describe("a collection", () => {
  let store: FakeObjectStore;
  let infos: Record<number, StanzaInfo>;
  let openUndos: number[];
  beforeEach(async () => {
    store = await startFakeObjectStore();
    store.now = () => day(20);
    openUndos = [];
    infos = { 1: infoOf(1), 2: infoOf(2, 3) };
    put(claimKey(1), claim(1));
    put(outcomeKey(1), opened(1, { openedAt: day(0).toISOString() }));
    put(claimKey(2), claim(2));
    put(outcomeKey(2), opened(2, { openedAt: day(10).toISOString() }));
    fill(1, 1);
    fill(2, 2, 3);
  });
  afterEach(() => store.close());

  const infoOf = (...numbers: number[]): StanzaInfo =>
    stanzaInfo(numbers.map((number) => backups[number] as BaseBackup));
  const put = (key: string, content: object = {}): void =>
    void store.objects.set(key, Buffer.from(JSON.stringify(content)));
  const repository = (generation: number): string => `wal/generation-000${generation}/repository/`;
  const fill = (generation: number, ...numbers: number[]): void => {
    for (const kind of ["archive", "backup"])
      for (const copy of ["", ".copy"]) put(`${repository(generation)}${kind}/main/${kind}.info${copy}`);
    for (let segment = 1; segment <= 20; segment += 1)
      put(`${repository(generation)}archive/main/15-1/${s(generation, segment)}-abc.zst`);
    for (const number of numbers) put(committedKey(generation, backups[number]?.label ?? ""));
  };
  const left = (generation: number): string[] =>
    [...store.objects.keys()].filter((key) => key.startsWith(`wal/generation-000${generation}/`));
  const collect = (requireOwn = () => Promise.resolve()): Promise<number[]> =>
    collectGenerations(
      {
        storage: store.storage,
        store: new LineageStore(store.storage, store.storage),
        info: (generation) => Promise.resolve(infos[generation] as StanzaInfo),
        own,
        requireOwn,
        windowDays: 7,
        openUndos,
      },
      quiet,
    );
  const noted = (generation: number): boolean => store.objects.has(collectedKey(generation));

  it("removes what no second of the window needs, whole, and says since when", async () => {
    infos[2] = infoOf(2, 3);
    assert.deepEqual(await collect(), [1]);
    assert.deepEqual(left(1), []);
    assert.equal(left(2).length, 26, "the head is as it was");
    assert.deepEqual(parseCollected(store.objects.get(collectedKey(1))?.toString() ?? ""), {
      generation: 1,
      collectedAt: day(20).toISOString(),
      life: "life-2",
      windowDays: 7,
    });
    assert.ok(store.objects.has(claimKey(1)) && store.objects.has(outcomeKey(1)), "its records stay");
    assert.deepEqual(await collect(), [], "and there is nothing more to do");
  });

  it("notes it first, and then takes the base backups off the list before anything else", async () => {
    await collect();
    const writes = store.requests.filter((line) => !line.startsWith("GET"));
    assert.match(writes[0] ?? "", /^PUT .*0001-collected\.json$/);
    assert.equal(writes[1], `DELETE ${committedKey(1, "20260102-000000F")}`);
    assert.equal(writes.length, 26);
  });

  const stays: [what: string, change: () => void][] = [
    ["an undo can bring it back", () => (openUndos = [1])],
    ["the head has no base backup from before the window", () => (infos[2] = infoOf(3))],
    ["the window reaches back to it", () => (store.now = () => day(12))],
    [
      "somebody has claimed",
      () => {
        put(claimKey(3), claim(3));
      },
    ],
  ];
  for (const [what, change] of stays)
    it(`removes nothing while ${what}`, async () => {
      change();
      assert.deepEqual(await collect(), []);
      assert.equal(left(1).length, 25);
      assert.equal(noted(1), false);
    });

  const refused: [what: string, change: () => void, reason: RegExp][] = [
    [
      "the head's base backups have stopped",
      () => (store.now = () => day(40)),
      /older than the window of 7 days/,
    ],
    [
      "the head's newest base backup is not listed",
      () => (infos[2] = infoOf(2)),
      /does not list base backup 20260120-000000F, although its committed record exists/,
    ],
    [
      "the head's repository is damaged",
      () => {
        for (const copy of ["", ".copy"])
          store.objects.delete(`${repository(2)}backup/main/backup.info${copy}`);
      },
      /backup\.info is missing/,
    ],
    ["the store does not say the time", () => (store.now = undefined), /does not say what time it is/],
    [
      "the store does not answer",
      () => (store.fault = (_, key) => (key === "" ? 403 : undefined)),
      /access was denied/,
    ],
  ];
  for (const [what, change, reason] of refused)
    it(`is refused when ${what}, and nothing is gone`, async () => {
      change();
      await assert.rejects(collect(), reason);
      assert.equal(noted(1), false);
      assert.equal(left(1).length, 25);
    });

  it("stops before the first object where somebody claims at the same time", async () => {
    let asked = 0;
    const claimed = (): Promise<void> =>
      ++asked > 1 ? Promise.reject(new Error("site C has claimed generation 3")) : Promise.resolve();
    await assert.rejects(collect(claimed), /site C has claimed/);
    assert.equal(left(1).length, 25);
  });

  it("is finished by the next run where it was stopped in the middle", async () => {
    let deletes = 0;
    store.fault = (method) => (method === "DELETE" && ++deletes > 7 ? 403 : undefined);
    await assert.rejects(collect(), /access was denied/);
    assert.ok(noted(1) && left(1).length > 0 && left(1).length < 25);
    store.fault = () => undefined;
    assert.deepEqual(await collect(), [1]);
    assert.deepEqual(left(1), []);
  });

  it("does not call gone what the store keeps", async () => {
    const kept = `${repository(1)}archive/main/15-1/${s(1, 3)}-abc.zst`;
    const objects = store.objects;
    store.fault = (method, key) => {
      if (method === "DELETE" && key === kept) setImmediate(() => objects.set(kept, Buffer.from("again")));
      return undefined;
    };
    await assert.rejects(collect(), /is still there after it was removed/);
  });
});
