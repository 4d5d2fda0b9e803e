import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Succession, type Opening, type SuccessionPlan } from "../../../../jobs/database/succession";
import { LineageStore } from "../../../../jobs/lineage/lineageStore";
import { headOf } from "../../../../jobs/lineage/readLineage";
import { claimKey, outcomeKey } from "../../../../jobs/lineage/records";
import { decideTakeOver } from "../../../../jobs/lineage/takeOver";
import { readVolumeLife } from "../../../../jobs/lineage/volumeLife";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { claim, opened, siteB } from "../lineage/samples";

const siteC = { id: "uid-c", name: "prod-3/lstm-pfd" };
const quiet = (): undefined => undefined;
const opening = (timeline: number): Opening => {
  const { systemId, pgVersion, archiveId, firstSegment } = opened(timeline);
  return {
    ...{ systemId, pgVersion, archiveId, firstSegment, timeline, timelines: [timeline] },
    parent: { generation: 1, timeline: 1, position: "0/2000100" },
    history: "1\t0/2000100\twhy\n",
    base: "20260101-000000F",
  };
};

describe("the way of a life into the lineage", () => {
  let store: FakeObjectStore;
  let directory: string;
  const lineage = (): LineageStore => new LineageStore(store.storage, store.storage);
  beforeEach(async () => {
    store = await startFakeObjectStore();
    directory = mkdtempSync(join(tmpdir(), "lives-"));
    await lineage().claim(claim(1));
    await lineage().settle(opened(1));
  });
  afterEach(async () => {
    rmSync(directory, { recursive: true });
    await store.close();
  });

  const file = (life: string): string => join(directory, life);
  const succession = (life: string, changes: Partial<SuccessionPlan> = {}): Succession =>
    new Succession(
      {
        store: lineage(),
        lifeFile: file(life),
        life,
        site: life === "b" ? siteB : siteC,
        number: 2,
        parent: 1,
        reason: "recovery",
        withdraw: [],
        ...changes,
      },
      quiet,
    );
  const decide = async (
    life: string,
    more: { takeOver?: number; site?: typeof siteB; hasWal?: boolean } = {},
  ) =>
    decideTakeOver({
      lineage: await lineage().read(),
      life,
      site: more.site ?? siteC,
      newestOfHead: new Date("2026-01-01T00:00:00Z"),
      now: new Date("2026-01-01T00:00:10Z"),
      archiveTimeoutSeconds: 50,
      takeOver: more.takeOver,
      fromReplica: false,
      ownClaimHasWal: more.hasWal ?? false,
    });

  it("is a claim, then an opening, and the volume knows how far it came", async () => {
    const one = succession("b");
    await one.claim();
    assert.deepEqual(readVolumeLife(file("b")), { life: "b", generation: 2, state: "claimed" });
    assert.equal(headOf(await lineage().read())?.number, 1, "nobody is served before it is opened");
    await one.open(opening(2));
    assert.equal(readVolumeLife(file("b"))?.state, "claimed", "it does not start before it is in place");
    await one.serve();
    assert.deepEqual(readVolumeLife(file("b")), { life: "b", generation: 2, state: "opened" });
    assert.equal(headOf(await lineage().read())?.number, 2);
  });

  it("is one of two that go at the same moment: the other one stops, and does not win later", async () => {
    const lives = ["b", "c"];
    const endings = await Promise.allSettled(lives.map((life) => succession(life).claim()));
    const lost = endings.findIndex(({ status }) => status === "rejected");
    assert.equal(endings.filter(({ status }) => status === "fulfilled").length, 1);
    const ending = endings[lost];
    assert.ok(ending?.status === "rejected");
    assert.match(
      String(ending.reason),
      /has claimed generation 2 .*two recoveries are under way, and this one stops/,
    );
    const [winner = "", loser = ""] = lost === 1 ? lives : [...lives].reverse();
    const again = await decide(loser, { site: loser === "b" ? siteB : siteC, takeOver: 1 });
    assert.equal(again.action, "refuse");
    assert.match(again.reason, /has claimed generation 2/);
    await succession(winner).open(opening(2));
    const later = await decide(loser, { site: loser === "b" ? siteB : siteC, takeOver: 1 });
    assert.equal(later.action, "refuse", "a number that was used up");
    assert.match(later.reason, /generation 2 is alive/);
  });

  it("goes on with its own claim, whose answer was lost", async () => {
    await succession("b").claim();
    await succession("b").claim();
    assert.equal([...store.objects.keys()].filter((key) => key === claimKey(2)).length, 1);
  });

  it("takes the next number after a promotion that was cut short, and withdraws the one it had", async () => {
    await succession("b").claim();
    const decision = await decide("b", { site: siteB, takeOver: 1, hasWal: true });
    assert.deepEqual(decision, { action: "take over", parent: 1, number: 3, withdraw: [2] });
    const again = succession("b", { number: 3, withdraw: [2] });
    await again.claim();
    await again.open({ ...opening(3), timeline: 3, timelines: [3] });
    const { generations } = await lineage().read();
    assert.deepEqual(
      generations.map(({ outcome }) => outcome?.state),
      ["opened", "withdrawn", "opened"],
    );
  });

  it("ends for a claimer that was frozen before it opened, when somebody has gone past it", async () => {
    const frozen = succession("b");
    await frozen.claim();
    const decision = await decide("c", { takeOver: 2 });
    assert.deepEqual(decision, { action: "take over", parent: 1, number: 3, withdraw: [2] });
    await succession("c", { number: 3, withdraw: [2] }).claim();
    await assert.rejects(
      frozen.open(opening(2)),
      /claim of generation 2 was withdrawn by site prod-3\/lstm-pfd .*its database is not served/,
    );
    assert.equal(readVolumeLife(file("b"))?.state, "claimed", "it does not start");
  });

  it("stops when the claim that it wants to skip was opened in the meantime", async () => {
    const other = succession("b");
    await other.claim();
    await other.open(opening(2));
    await assert.rejects(
      succession("c", { number: 3, withdraw: [2] }).claim(),
      /generation 2 was opened at .*, while this restore was under way/,
    );
    assert.equal(store.objects.has(claimKey(3)), false);
  });

  it("stops as soon as somebody else claims", async () => {
    const slow = succession("c");
    await slow.recheck();
    await succession("b").claim();
    await assert.rejects(slow.recheck(), /two recoveries are under way/);
  });

  it("does not go on over a record that was deleted, or written twice", async () => {
    store.writtenAgain.add(claimKey(1));
    await assert.rejects(succession("b").claim(), /0001-claim\.json was written 2 times/);
    store.writtenAgain.clear();
    await store.storage.remove(outcomeKey(1));
    await assert.rejects(succession("b").claim(), /0001-outcome\.json was deleted/);
    assert.equal(store.objects.has(claimKey(2)), false);
  });

  it("does not go on with a number that another life had, whose claim somebody has hidden since the last look", async () => {
    const real = lineage();
    const hidden: SuccessionPlan["store"] = {
      read: () => real.read(),
      settle: (outcome) => real.settle(outcome),
      claim: async (mine) => {
        await real.claim(claim(2, { life: "b" }));
        await store.storage.remove(claimKey(2));
        return real.claim(mine);
      },
    };
    await assert.rejects(succession("c", { store: hidden }).claim(), /0002-claim\.json was deleted/);
    assert.equal(readVolumeLife(file("c"))?.state, "claiming");
  });

  it("leaves no claim where the store does not answer", async () => {
    store.fault = (method) => (method === "PUT" ? 403 : undefined);
    await assert.rejects(succession("b").claim(), /access was denied/);
    assert.equal(readVolumeLife(file("b"))?.state, "claiming");
    store.fault = () => undefined;
    assert.equal(headOf(await lineage().read())?.number, 1);
  });
});
