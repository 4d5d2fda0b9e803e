import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { doneBefore, type ReplacementPlace } from "../../../../jobs/database/beginReplacement";
import { forgetKept, forgetOld } from "../../../../jobs/database/forgetKept";
import { giveUpReplacement } from "../../../../jobs/database/giveUpReplacement";
import {
  type FormerDatabase,
  type KeptDatabase,
  keptDatabases,
  noteKept,
} from "../../../../jobs/database/keptDatabase";
import {
  commandFor,
  noteReplacement,
  orForget,
  readReplacement,
  refuseDuringReplacement,
  type Replacement,
  replacementUnderWay,
  requireSameReplacement,
} from "../../../../jobs/database/replacement";
import { estimatedSeconds, lossOf } from "../../../../jobs/database/replacementPlan";
import { chooseKept } from "../../../../jobs/database/undoChoice";
import { keptDirectory, type Volume, volumeOf } from "../../../../jobs/database/volume";
import { LineageStore } from "../../../../jobs/lineage/lineageStore";
import { readVolumeLife, writeVolumeLife } from "../../../../jobs/lineage/volumeLife";
import { parseRestoreTarget } from "../../../../plan/restoreTarget";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { claim, opened, siteB } from "../lineage/samples";

const quiet = (): undefined => undefined;
const former: FormerDatabase = {
  generation: 1,
  life: "a",
  systemId: "7000",
  timeline: 1,
  lsn: "0/5000028",
  segment: "000000010000000000000004",
  stoppedAt: "2026-01-31T12:00:00.000Z",
};
const kept: KeptDatabase = { ...former, replacedBy: 2, keptAt: "2026-01-31T12:01:00.000Z" };
const underWay: Replacement = {
  operation: "op-1",
  wanted: "2026-01-31T11:00:00Z",
  former,
  startedAt: "2026-01-31T12:00:01.000Z",
};

describe("a replacement in place", () => {
  let volume: Volume;
  beforeEach(() => {
    const root = mkdtempSync(join(tmpdir(), "volume-"));
    volume = volumeOf(join(root, "pgdata"));
    mkdirSync(volume.pgdata);
  });
  afterEach(() => {
    rmSync(volume.root, { recursive: true });
  });

  it("is noted, and nothing else is begun or served beside it", async () => {
    assert.equal(readReplacement(volume), undefined);
    refuseDuringReplacement(volume);
    await noteReplacement(volume, underWay);
    assert.deepEqual(readReplacement(volume), underWay);
    assert.throws(() => {
      refuseDuringReplacement(volume);
    }, /is being replaced in place since 2026-01-31T12:00:01\.000Z; finish that with `npm run restore -- database --to 2026-01-31T11:00:00Z`/);
    requireSameReplacement(underWay, underWay.wanted);
    assert.throws(() => {
      requireSameReplacement(underWay, "set:20260131-020000F");
    }, /another replacement of this database is under way/);
  });

  it("is only a note as long as the old life is on the volume: it may be served, and replaced otherwise", async () => {
    await noteReplacement(volume, underWay);
    await writeVolumeLife(volume.life, { life: "a", generation: 1, state: "opened" });
    refuseDuringReplacement(volume);
    assert.equal(replacementUnderWay(volume), undefined);
    await writeVolumeLife(volume.life, { life: "b", generation: 2, state: "claiming" });
    assert.deepEqual(replacementUnderWay(volume), underWay);
  });

  it("leaves no note where it is refused before another life is on its way, and keeps it after", async () => {
    const fails = (): Promise<never> => Promise.reject(new Error("no room"));
    await noteReplacement(volume, underWay);
    await writeVolumeLife(volume.life, { life: "b", generation: 2, state: "claimed" });
    await assert.rejects(orForget(volume, fails), /no room/);
    assert.deepEqual(readReplacement(volume), underWay);
    await writeVolumeLife(volume.life, { life: "a", generation: 1, state: "opened" });
    await assert.rejects(orForget(volume, fails), /no room/);
    assert.equal(readReplacement(volume), undefined);
  });

  it("is not guessed at when its note is cut off", () => {
    writeFileSync(volume.replacement, '{"operation": "op');
    assert.throws(() => readReplacement(volume), /replacement\.json cannot be understood/);
  });

  for (const [wanted, command] of [
    ["", "npm run restore -- database"],
    ["set:20260131-020000F", "npm run restore -- database --set 20260131-020000F"],
    ["undo:3", "npm run restore -- database --undo --generation 3"],
    ["lsn:0/3000148", "npm run restore -- database --to lsn:0/3000148"],
  ] as const)
    it(`is gone on with by a command: ${command}`, () => {
      assert.equal(commandFor(wanted), command);
    });

  it("is done once for each time that an operator asks, also when the answer was lost", async () => {
    const place = { volume, operation: "op-1" } as unknown as ReplacementPlace;
    assert.equal(doneBefore(place), undefined);
    writeFileSync(volume.recoveryReport, JSON.stringify({ operation: "op-1", generation: 2 }));
    await writeVolumeLife(volume.life, { life: "b", generation: 2, state: "claimed" });
    assert.equal(doneBefore(place), undefined, "not served yet");
    await writeVolumeLife(volume.life, { life: "b", generation: 2, state: "opened" });
    assert.deepEqual(doneBefore(place), { operation: "op-1", generation: 2 });
    assert.equal(doneBefore({ ...place, operation: "op-2" }), undefined, "asked for anew");
    await noteReplacement(volume, underWay);
    assert.equal(doneBefore(place), undefined, "its last step is left");
  });

  it("keeps what it replaces until that is forgotten, and counts no note without a directory", async () => {
    await noteKept(volume, kept);
    assert.deepEqual(keptDatabases(volume), []);
    mkdirSync(keptDirectory(volume, 1));
    assert.deepEqual(keptDatabases(volume), [kept]);
    await assert.rejects(forgetKept(volume, 7, quiet), /generation 7 is not kept on this volume; there is 1/);
    const now = new Date("2026-02-03T12:00:00Z");
    assert.deepEqual((await forgetOld(volume, { days: 0, now }, quiet)).generations, [], "0 is for ever");
    assert.deepEqual(
      (await forgetOld(volume, { days: 3, now }, quiet)).generations,
      [],
      "not three days yet",
    );
    await noteReplacement(volume, underWay);
    await assert.rejects(forgetKept(volume, undefined, quiet), /is being replaced in place/);
    rmSync(volume.replacement);
    assert.deepEqual((await forgetOld(volume, { days: 2, now }, quiet)).generations, [1]);
    assert.equal(existsSync(keptDirectory(volume, 1)), false);
    assert.deepEqual(keptDatabases(volume), []);
  });

  describe("that is given up", () => {
    let store: FakeObjectStore;
    const lineage = (): LineageStore => new LineageStore(store.storage, store.storage);
    const place = () => ({ volume, store: lineage(), site: siteB });
    beforeEach(async () => {
      store = await startFakeObjectStore();
      await lineage().claim(claim(1, { life: "a" }));
      await lineage().settle({ ...opened(1), life: "a" });
      await noteReplacement(volume, underWay);
      mkdirSync(volume.incoming);
    });
    afterEach(() => store.close());

    it("withdraws its claim, and lets the old database be served as it was", async () => {
      await lineage().claim(claim(2, { life: "b" }));
      await writeVolumeLife(volume.life, { life: "b", generation: 2, state: "claimed" });
      assert.deepEqual(await giveUpReplacement(place(), underWay, quiet), {
        action: "given up",
        generation: 1,
      });
      assert.deepEqual(readVolumeLife(volume.life), { life: "a", generation: 1, state: "opened" });
      const { generations } = await lineage().read();
      assert.equal(generations[1]?.outcome?.state, "withdrawn");
      assert.equal(existsSync(volume.replacement), false);
      assert.equal(existsSync(volume.incoming), false);
    });

    it("withdraws nobody else's claim", async () => {
      await lineage().claim(claim(2, { life: "c" }));
      await writeVolumeLife(volume.life, { life: "b", generation: 2, state: "claiming" });
      await giveUpReplacement(place(), underWay, quiet);
      const { generations } = await lineage().read();
      assert.equal(generations[1]?.outcome, undefined);
    });

    it("is not given up once it was opened", async () => {
      await lineage().claim(claim(2, { life: "b" }));
      await writeVolumeLife(volume.life, { life: "b", generation: 2, state: "claimed" });
      const real = lineage();
      const late = {
        ...place(),
        store: {
          read: async () => {
            const seen = await real.read();
            await real.settle({ ...opened(2), life: "b" });
            return seen;
          },
          settle: (outcome: Parameters<LineageStore["settle"]>[0]) => real.settle(outcome),
        } as unknown as LineageStore,
      };
      await assert.rejects(
        giveUpReplacement(late, underWay, quiet),
        /generation 2 was opened at .*while this was given up/,
      );
      assert.equal(readVolumeLife(volume.life)?.state, "claimed");
      assert.match(readFileSync(volume.replacement, "utf8"), /op-1/);
    });
  });
});

describe("the choice of an undo", () => {
  const lineage = {
    generations: [
      { number: 1, claim: claim(1, { life: "a" }), outcome: opened(1) },
      {
        number: 2,
        claim: {
          ...claim(2, { life: "b" }),
          parentEnd: { lsn: former.lsn, segment: former.segment, systemId: former.systemId },
        },
        outcome: opened(2),
      },
    ],
  };
  const facts = { kept: [kept], head: 2, generation: undefined, lineage };

  it("is what the head has replaced", () => {
    assert.deepEqual(chooseKept(facts), { choice: "bring back", kept });
  });

  const refusals: [string, Partial<Parameters<typeof chooseKept>[0]>, RegExp][] = [
    ["nothing is kept", { kept: [] }, /nothing is kept that generation 2 has replaced/],
    [
      "another one is named",
      { generation: 7 },
      /generation 7 is not kept on this volume; there is generation 1/,
    ],
    [
      "it could not be started",
      { kept: [{ ...kept, damaged: "PANIC" }] },
      /could not be started when it was replaced \(PANIC\).*--to 2026-01-31T12:00:00\.000Z/s,
    ],
    [
      "its end is not what the claim says",
      { kept: [{ ...kept, lsn: "0/6000028" }] },
      /ends at 0\/6000028, and the claim of generation 2.* says 0\/5000028/,
    ],
    ["another database is there", { kept: [{ ...kept, systemId: "8000" }] }, /the claim of generation 2/],
  ];
  for (const [what, changes, says] of refusals)
    it(`is refused when ${what}`, () => {
      const choice = chooseKept({ ...facts, ...changes });
      assert.equal(choice.choice, "refuse");
      assert.match(`${choice.reason}; ${choice.remedy}`, says);
    });
});

describe("the plan of a replacement", () => {
  const at = (text: string) => ({ target: parseRestoreTarget(text) ?? assert.fail(text), text });

  it("tells what goes by the newest heartbeat, and what cannot be told", () => {
    assert.equal(lossOf(undefined, "2026-01-31T12:00:00Z"), 0);
    assert.equal(lossOf(at("2026-01-31T11:59:00Z"), "2026-01-31T12:00:00Z"), 60);
    assert.equal(lossOf(at("2026-01-31T12:01:00Z"), "2026-01-31T12:00:00Z"), 0);
    assert.equal(lossOf(at("2026-01-31T11:59:00Z"), undefined), null);
    assert.equal(lossOf(at("lsn:0/3000148"), "2026-01-31T12:00:00Z"), null);
  });

  it("estimates by the rates of the last restore, and not without", () => {
    const report = { downloadSeconds: 10, databaseBytes: 100, replaySeconds: 4, segmentsReplayed: 2 };
    assert.equal(estimatedSeconds(report, 50, 3), 11);
    assert.equal(estimatedSeconds({}, 50, 3), null);
    assert.equal(estimatedSeconds({ ...report, databaseBytes: 0 }, 50, 3), null);
  });
});
