import assert from "node:assert/strict";
import { backupClasses, defaultRetentionDays } from "../../../../plan/backupClasses";
import { lastDue } from "../../../../plan/doctor/lastDue";

// A Saturday.
const now = new Date("2026-01-31T12:34:56Z");

const table: [string, string | undefined][] = [
  ["* * * * *", "2026-01-31T12:34:00.000Z"],
  ["34 12 * * *", "2026-01-31T12:34:00.000Z"],
  ["35 12 * * *", "2026-01-30T12:35:00.000Z"],
  ["30 2 * * *", "2026-01-31T02:30:00.000Z"],
  ["0 6-22/4 * * *", "2026-01-31T10:00:00.000Z"],
  ["30 */2 * * *", "2026-01-31T12:30:00.000Z"],
  ["0,15 12 * * *", "2026-01-31T12:15:00.000Z"],
  ["0 7 * * 0", "2026-01-25T07:00:00.000Z"],
  ["0 7 * * 7", "2026-01-25T07:00:00.000Z"],
  ["0 7 15 * 1", "2026-01-26T07:00:00.000Z"],
  ["0 0 1 1 *", "2026-01-01T00:00:00.000Z"],
  ["0 0 1 6 *", undefined],
  ["@daily", undefined],
  ["0 7 * * MON", undefined],
  ["*/0 * * * *", undefined],
  ["", undefined],
];

describe("doctor: when a run was due", () => {
  for (const [schedule, due] of table)
    it(`reads "${schedule}"`, () => {
      assert.equal(lastDue(schedule, now)?.toISOString(), due);
    });

  it("reads every schedule of the backups", () => {
    for (const { schedules } of Object.values(backupClasses(defaultRetentionDays)))
      for (const schedule of Object.values(schedules)) assert.ok(lastDue(schedule, now), schedule);
  });
});
