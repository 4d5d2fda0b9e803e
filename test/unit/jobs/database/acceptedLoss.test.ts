import assert from "node:assert/strict";
import { decideHole, describeGivenUp, type GivenUp } from "../../../../jobs/database/acceptedLoss";
import { provenArchive } from "../../../../jobs/database/provenArchive";
import type { Chain } from "../../../../jobs/lineage/chain";
import { segmentName } from "../../../../jobs/database/walPosition";
import { ObjectStorageError } from "../../../../jobs/objectStorage";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { baseBackup } from "./samples";

const s = (number: number, timeline = 1): string => segmentName(timeline, number);
const minute = (name: string): Date => new Date(Date.UTC(2026, 0, 1, 0, parseInt(name.slice(22), 16)));
const decide = (
  segments: string[],
  acceptLossAfter: string,
  histories: string[] = [],
  deletedTail: { name: string; deletedAt: Date }[] = [],
) =>
  decideHole({
    archived: { segments, histories, archivedAt: new Map(segments.map((name) => [name, minute(name)])) },
    backup: { label: "20260101-000000F", walStart: s(2), walStop: s(3) },
    location: "s3://b/archive/",
    deletedTail,
    acceptLossAfter,
  });

const holed = [s(2), s(3), s(4), s(7), s(8)];
const givenUp: GivenUp = {
  after: s(4),
  lastSecond: "2026-01-01T00:04:00.000Z",
  missing: s(5),
  missingSegments: 2,
  beyond: { segments: 2, last: s(8), archivedAt: "2026-01-01T00:08:00.000Z" },
};

describe("a recovery from an archive with a hole", () => {
  it("needs no permit where there is none", () => {
    assert.deepEqual(decide([s(2), s(3), s(4)], ""), { state: "whole", last: s(4) });
  });

  it("is refused with the hole, the last second before it, what lies beyond, and the way out", () => {
    assert.deepEqual(decide(holed, ""), {
      state: "refused",
      reason: `WAL segment ${s(5)} and 1 more is missing in s3://b/archive/: the archive is whole up to ${s(4)}, archived at 2026-01-01T00:04:00.000Z; 2 segments lie beyond it, although the archive goes on to ${s(8)}, archived at 2026-01-01T00:08:00.000Z`,
      remedy: `a replica may still receive it, so wait; or bring back a former version of the object (the bucket keeps versions); then run the restore again; or give up what lies beyond it, and all that was committed after the time above: lstm-pfd:acceptLossAfter ${s(4)}`,
    });
  });

  it("goes up to the hole when that loss is accepted", () => {
    assert.deepEqual(decide(holed, s(4)), { state: "accepted", givenUp });
    assert.equal(
      describeGivenUp(givenUp),
      `given up on purpose: everything committed after 2026-01-01T00:04:00.000Z, when ${s(4)} was archived; ${s(5)} is missing, and 2 segments beyond it, up to 2026-01-01T00:08:00.000Z, were not replayed`,
    );
  });

  it("goes up to the last segment that needs no history, when that history is what is missing", () => {
    const decision = decide([s(2), s(3), s(4), s(5, 2)], s(4));
    assert.equal(decision.state === "accepted" && decision.givenUp.missing, "00000002.history");
  });

  const refused: [string, string[], string, RegExp, string[]?][] = [
    ["no hole follows", [s(2), s(3), s(4)], s(4), /there is no hole: .* is whole from /],
    ["a replica has filled the hole", [s(2), s(3), s(4), s(5)], s(4), /there is no hole/],
    ["the hole follows another segment", holed, s(3), /the first hole does not follow that segment: WAL/],
    ["it names a later hole", [...holed, s(10)], s(8), /the first hole does not follow/],
    [
      "it is of another timeline",
      [s(2), s(3), s(3, 2), s(4), s(4, 2), s(6, 2)],
      s(4),
      /a segment of timeline 1, and the archive is on timeline 2 there/,
      ["00000002.history"],
    ],
    ["the base backup needs what is missing", [s(2), s(4)], s(2), /itself needs all from /],
    ["the very first segment is missing", [s(4)], s(2), /the first one that replay needs/],
  ];
  for (const [why, segments, accept, reason, histories] of refused)
    it(`refuses a segment to stop at when ${why}`, () => {
      const decision = decide(segments, accept, histories);
      assert.match(decision.state === "refused" ? decision.reason : decision.state, reason);
    });
});

describe("the archive that a restore proves", () => {
  let store: FakeObjectStore;
  beforeEach(async () => {
    store = await startFakeObjectStore();
    for (const name of [s(2), s(3), s(4), s(6, 2)])
      store.objects.set(
        `wal/generation-000${name[7] ?? ""}/repository/archive/main/15-1/${name.slice(0, 16)}/${name}-${"a".repeat(40)}.zst`,
        Buffer.from(""),
      );
  });
  afterEach(() => store.close());

  // Generation 2 left the first one in segment 6, and segment 5 never came.
  const chain: Chain = {
    generation: 2,
    timeline: 2,
    stretches: [
      { timeline: 1, generation: 1, archiveId: "15-1", from: 0, end: 6, position: "0/6000100" },
      { timeline: 2, generation: 2, archiveId: "15-1", from: 6, end: undefined, position: undefined },
    ],
  };
  const prove = (acceptLossAfter: string) =>
    provenArchive({
      storage: store.storage,
      chain,
      base: {
        generation: 1,
        label: "x",
        backup: baseBackup(),
        archiveId: "15-1",
        pgVersion: "15",
        committed: true,
      },
      acceptLossAfter,
    });

  it("ends before the hole that is accepted", async () => {
    const { archived, last, target, givenUp: loss } = await prove(s(4));
    assert.equal(target, 1);
    assert.deepEqual(archived, { segments: [s(2), s(3), s(4)], histories: [] });
    assert.equal(last, s(4));
    assert.equal(loss?.lastSecond, "2026-01-01T00:00:00.000Z");
    await assert.rejects(
      prove(""),
      /is missing in s3:\/\/backups\/wal\/generation-0002\/.* and in the generation before it.*acceptLossAfter/,
    );
  });

  it("is replayed to the timeline of the chain, and takes nothing of what lies beyond the fork", async () => {
    store.objects.set(
      `wal/generation-0001/repository/archive/main/15-1/0000000100000000/${s(5)}-${"a".repeat(40)}.zst`,
      Buffer.from(""),
    );
    store.objects.set(
      `wal/generation-0001/repository/archive/main/15-1/0000000100000000/${s(7)}-${"a".repeat(40)}.zst`,
      Buffer.from(""),
    );
    const { target, last, archived } = await prove("");
    assert.equal(target, 2);
    assert.equal(last, s(6, 2));
    assert.equal(archived.segments.includes(s(7)), false);
  });

  it("does not end where what comes after was deleted, and goes on once that is accepted", async () => {
    const key = (number: number): string =>
      `wal/generation-0002/repository/archive/main/15-1/0000000200000000/${s(number, 2)}-${"a".repeat(40)}.zst`;
    store.objects.set(
      `wal/generation-0001/repository/archive/main/15-1/0000000100000000/${s(5)}-${"a".repeat(40)}.zst`,
      Buffer.from(""),
    );
    for (const number of [7, 8, 9]) store.objects.set(key(number), Buffer.from(""));
    assert.equal((await prove("")).last, s(9, 2));
    for (const number of [8, 9]) await store.storage.remove(key(number));
    await assert.rejects(
      prove(""),
      new RegExp(
        `WAL segment ${s(8, 2)} and 1 more is missing .*whole up to ${s(7, 2)}.*it was deleted at .*the end of the archive is not its end.*acceptLossAfter ${s(7, 2)}`,
      ),
    );
    const { last, givenUp: loss } = await prove(s(7, 2));
    assert.equal(last, s(7, 2));
    assert.deepEqual([loss?.missing, loss?.missingSegments], [s(8, 2), 2]);
    // What was deleted of the former generation past the fork belongs to nobody.
    store.objects.set(key(8), Buffer.from(""));
    store.objects.set(key(9), Buffer.from(""));
    store.deleted.add(
      `wal/generation-0001/repository/archive/main/15-1/0000000100000000/${s(9)}-${"a".repeat(40)}.zst`,
    );
    assert.equal((await prove("")).last, s(9, 2));
  });

  it("is not taken for one with a hole when the store does not answer, whatever is accepted", async () => {
    store.fault = () => 403;
    for (const accept of ["", s(4)])
      await assert.rejects(prove(accept), (error) => {
        assert.ok(error instanceof ObjectStorageError);
        assert.doesNotMatch(error.message, /is missing/);
        return true;
      });
  });
});
