import assert from "node:assert/strict";
import { runsOfYear } from "@lstm-pfd/policies/cron-runs";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { backupRuns, startingDeadlineSeconds } from "../../../plan/backupRuns";
import { defaultRehearsalSchedule, rehearsalScheduleRule } from "../../../plan/rehearsal";

const from = new Date("2026-01-01T00:00:00Z");

describe("the schedule of rehearsals", () => {
  it("has a minute of its own, in which no run of the backups may still begin", () => {
    const own = new Set(runsOfYear({ expression: defaultRehearsalSchedule }, from));
    assert.equal(own.size, 366);
    for (const { name, schedule, kind } of backupRuns(backupClasses(defaultRetentionDays)))
      if (kind !== "restore")
        for (const at of runsOfYear({ expression: schedule }, from))
          for (const seconds of [0, startingDeadlineSeconds])
            assert.ok(!own.has(at + seconds * 1000), `${name} at ${new Date(at).toISOString()}`);
  });

  it("is a cron expression, or none", () => {
    for (const schedule of ["", "0 1 * * *", "@daily", rehearsalScheduleRule.example])
      assert.ok(rehearsalScheduleRule.holds(schedule), schedule);
    for (const schedule of ["never", "0 25 * * *", "0 0 31 2 *", "* * *"])
      assert.ok(!rehearsalScheduleRule.holds(schedule), schedule);
  });
});
