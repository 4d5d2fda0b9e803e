import assert from "node:assert/strict";
import { committedKey } from "../../../../jobs/database/committedRecord";
import {
  describeWindow,
  recoverableWindow,
  requireInWindow,
} from "../../../../jobs/database/recoverableWindow";
import { segmentName as s } from "../../../../jobs/database/walPosition";
import { collected, day, lineage, opened } from "../lineage/samples";
import { startFakeObjectStore } from "../fakeObjectStore";
import { baseBackup, stanzaInfo } from "./samples";

const three = lineage(
  ...[0, 5, 9].map((at, index) => opened(index + 1, { openedAt: day(at).toISOString() })),
);

describe("the recoverable window", () => {
  it("is told stretch by stretch, with the gaps between them and what is gone", () => {
    const { generations } = three;
    assert.equal(
      describeWindow(
        {
          generations: generations.map((one) =>
            one.number === 1 ? { ...one, collected: collected(1) } : one,
          ),
        },
        [
          { generation: 1, spans: [], beyond: [] },
          {
            generation: 2,
            spans: [
              { from: day(5), to: day(6) },
              { from: day(7), to: day(9) },
            ],
            beyond: [],
          },
          { generation: 3, spans: [{ from: day(9), to: day(10) }], beyond: [] },
        ],
      ),
      "what can be gone back to is 2026-01-06T00:00:00.000Z to 2026-01-07T00:00:00.000Z (generation 2), nothing from 2026-01-07T00:00:00.000Z to 2026-01-08T00:00:00.000Z, 2026-01-08T00:00:00.000Z to 2026-01-10T00:00:00.000Z (generation 2), 2026-01-10T00:00:00.000Z to 2026-01-11T00:00:00.000Z (generation 3); nothing of generation 1: it is removed since 2026-02-01T00:00:00.000Z",
    );
  });

  it("is looked up in the path of each generation, and says what could not be read", async () => {
    const store = await startFakeObjectStore();
    try {
      const put = (key: string): void => void store.objects.set(key, Buffer.from("{}"));
      const label = "20251231-000000F";
      for (const generation of [1, 3]) {
        for (const kind of ["archive", "backup"])
          put(`wal/generation-000${generation}/repository/${kind}/main/${kind}.info`);
        put(committedKey(generation, label));
      }
      // The times of the stand-in's objects are those of the first midnight.
      for (const segment of [1, 2, 3])
        put(
          `wal/generation-0001/repository/archive/main/15-1/0000000100000000/${s(1, segment)}-${"a".repeat(40)}.zst`,
        );
      const info = stanzaInfo([
        baseBackup({ label, walStart: s(1, 1), walStop: s(1, 1), stoppedAt: day(-1) }),
      ]);
      const windows = await recoverableWindow(
        {
          storage: store.storage,
          info: (generation) =>
            Promise.resolve(generation === 3 ? { ...info, status: { code: 1, message: "torn" } } : info),
        },
        three,
      );
      assert.deepEqual(windows[0]?.spans, [{ from: day(-1), to: day(0) }]);
      assert.match(
        describeWindow(three, windows),
        /is 2025-12-31T\S+ to 2026-01-01T\S+ \(generation 1\); nothing of generation 2: it has no base backup; nothing of generation 3: pgBackRest cannot use \S+: torn/,
      );
    } finally {
      await store.close();
    }
  });

  const cases: [what: string, second: number, refused: boolean][] = [
    ["on its first second", 3, false],
    ["before it", 2.99, true],
    ["today", 10, false],
  ];
  for (const [what, second, refused] of cases)
    it(`${refused ? "refuses" : "takes"} a target ${what}`, async () => {
      const tell = (): Promise<string> => Promise.resolve("what can be gone back to is Y");
      const held = requireInWindow(day(second), { text: "X", now: day(10), windowDays: 7, tell });
      if (refused)
        await assert.rejects(
          held,
          /target X lies before the window of 7 days, which begins at 2026-01-04T00:00:00\.000Z.*; what can be gone back to is Y/,
        );
      else await held;
    });
});
