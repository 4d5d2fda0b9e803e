import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { backupRuns, firstBackupRun } from "../../../plan/backupRuns";
import { lifecycleRules } from "../../../plan/lifecycle";
import { pgBackRestConfiguration, repositoryPath, splitEndpoint } from "../../../plan/repository";
import { worstCaseLossSeconds } from "../../../plan/worstCaseLoss";

const classes = backupClasses(defaultRetentionDays);

describe("backup runs", () => {
  it("are a table", () => {
    assert.deepEqual(
      backupRuns(classes).map(({ name, schedule, repositoryRole }) => [name, schedule, repositoryRole]),
      [
        ["dump-database", "0 2 * * *", "writer"],
        ["expire-dumps", "15 5 * * *", "janitor"],
        ["restore-dump", "0 2 * * *", "reader"],
        ["backup-database-full", "30 2 * * *", "writer"],
        ["backup-database-incr", "0 6-22/4 * * *", "writer"],
        ["expire-database", "30 5 * * *", "janitor"],
        ["verify-database", "0 7 * * 0", "reader"],
        ["backup-models-always", "0 3 * * *", "writer"],
        ["backup-models-changed", "30 */2 * * *", "writer"],
        ["expire-models", "45 5 * * *", "janitor"],
      ],
    );
  });

  it("run commands that exist", () => {
    for (const { command } of backupRuns(classes))
      assert.ok(existsSync(join(__dirname, "../../../jobs/commands", `${command[0]}.ts`)), command[0]);
  });

  it("end before the next one of their kind begins", () => {
    for (const { name, kind, deadlineSeconds } of backupRuns(classes))
      assert.ok(
        kind === "verify" ||
          kind === "restore" ||
          deadlineSeconds <= (name === "backup-models-changed" ? 2 : 4) * 3600,
        name,
      );
  });

  it("read the whole repository from one expiry to the next, and no backup waits for that", () => {
    const runs = backupRuns(classes);
    const run = runs.find(({ kind }) => kind === "verify");
    const minutes = (7 - 5.5) * 60 + (run?.deadlineSeconds ?? Infinity) / 60;
    assert.ok(minutes < 24 * 60);
  });

  it("begin with a full backup that may last as long as the command", () => {
    assert.equal(firstBackupRun(backupRuns(classes)).deadlineSeconds, 12 * 3600);
  });

  it("say which schedule is missing", () => {
    assert.throws(
      () => backupRuns({ ...classes, models: { ...classes.models, schedules: {} } }),
      /backup class models has no schedule "always"/,
    );
  });
});

describe("worst-case loss", () => {
  const runs = backupRuns(classes);
  for (const [backupClass, seconds] of [
    // Two hours to the next run, ten minutes late, an hour and a half of work.
    ["models", 2 * 3600 + 600 + 5400],
    // A day, ten minutes late, an hour and a half of work: a second net, not the objective.
    ["database", 24 * 3600 + 600 + 5400],
    ["config", Infinity],
  ] as const)
    it(`of ${backupClass} is ${seconds} s`, () => {
      assert.equal(worstCaseLossSeconds(backupClass, runs), seconds);
    });
});

describe("worst-case loss of a schedule that is none", () => {
  it("names the run and the schedule", () => {
    const schedules = { ...classes.models.schedules, always: "0 25 * * *" };
    const runs = backupRuns({ ...classes, models: { ...classes.models, schedules } });
    assert.throws(
      () => worstCaseLossSeconds("models", runs),
      /^Error: schedule "0 25 \* \* \*" of backup-models-always in plan\/backupClasses\.ts cannot be read: /,
    );
  });
});

describe("lifecycle rules", () => {
  it("expire by age nothing that is current and not superseded, but evidence", () => {
    for (const { id, expiration, filter } of lifecycleRules(Object.values(classes)))
      if (id === "evidence-age")
        assert.deepEqual([filter, expiration], [{ prefix: "evidence/" }, { days: 365 }]);
      else if (expiration?.days !== undefined) assert.deepEqual(filter.and?.tags, { superseded: "true" }, id);
  });

  it("expire no current version of the pgBackRest repository", () => {
    const ofWal = lifecycleRules([classes.wal]);
    assert.deepEqual(
      ofWal.map(({ id, expiration }) => [id, expiration?.days]),
      [
        ["wal-noncurrent", undefined],
        ["wal-delete-markers", undefined],
      ],
    );
  });
});

describe("repository", () => {
  for (const [endpoint, expected] of [
    ["https://store:8333", { host: "store", port: 8333 }],
    ["https://store.example.com", { host: "store.example.com", port: 443 }],
  ] as const)
    it(`splits ${endpoint}`, () => {
      assert.deepEqual(splitEndpoint(endpoint), expected);
    });

  for (const endpoint of ["http://store:8333", "store:8333", ""])
    it(`refuses the endpoint "${endpoint}"`, () => {
      assert.throws(() => splitEndpoint(endpoint), /must be an https URL/);
    });

  it("keeps each generation on a path of its own, and names none in the file", () => {
    assert.equal(repositoryPath(1), "/wal/generation-0001/repository");
    assert.equal(repositoryPath(12), "/wal/generation-0012/repository");
    const text = pgBackRestConfiguration({
      bucket: "b",
      host: "h",
      port: 443,
      region: "r",
      pathStyle: true,
      retentionDays: 7,
    });
    assert.match(text, /^repo1-path=\/wal\/no-generation$/m);
  });
});
