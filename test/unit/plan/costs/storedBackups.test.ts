import assert from "node:assert/strict";
import { backupClasses, defaultRetentionDays } from "../../../../plan/backupClasses";
import { type Sizes, storedBackups, type StoredBackups } from "../../../../plan/costs/storedBackups";

const sizes: Sizes = { database: 100, change: 6, models: 2, compressed: 0.5 };

describe("GB that the backups take", () => {
  // Each day half of 100 of a base backup, 5 of incremental ones and 6 of WAL are written, and 2 of checkpoints, twice. The WAL's window of 7
  // days is 9 days long with the base backup before it and the one to be expired; checkpoints are 31 days current, and their copy in
  // models/latest/ once.
  const cases: [string, Partial<typeof defaultRetentionDays>, Partial<Sizes>, StoredBackups][] = [
    [
      "by default",
      {},
      {},
      {
        daily: 59.5,
        vault: 55.5 * (9 + 7) + 2 * (31 + 30 + 31),
        replica: 55.5 * (9 + 30) + 2 * (31 + 30 + 31),
      },
    ],
    [
      "with a longer window",
      { wal: 40 },
      {},
      { daily: 59.5, vault: 55.5 * (42 + 40) + 184, replica: 55.5 * (42 + 40) + 184 },
    ],
    [
      "with checkpoints that are kept shorter",
      { models: 5 },
      {},
      { daily: 59.5, vault: 888 + 2 * (6 + 5 + 6), replica: 2164.5 + 2 * (6 + 30 + 31) },
    ],
    [
      "without compression",
      {},
      { compressed: 1, models: 0 },
      { daily: 111, vault: 111 * 16, replica: 111 * 39 },
    ],
    ["of nothing", {}, { database: 0, change: 0, models: 0 }, { daily: 0, vault: 0, replica: 0 }],
  ];
  for (const [what, retention, changes, expected] of cases)
    it(`are counted ${what}`, () => {
      const classes = backupClasses({ ...defaultRetentionDays, ...retention });
      assert.deepEqual(storedBackups(classes, { ...sizes, ...changes }), expected);
    });

  it("are bounded in the replica: as many days as the vault's, and those of the second chance", () => {
    const { vault, replica } = storedBackups(backupClasses(defaultRetentionDays), sizes);
    assert.ok(replica < 3 * vault);
  });
});
