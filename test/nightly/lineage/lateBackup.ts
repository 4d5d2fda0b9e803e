import assert from "node:assert/strict";
import { jobNames, names, runNames } from "../../../plan/names";
import { frozen, running } from "./commands";
import { type Lives, livesTable, rowsOfLife } from "./lives";
import { RestoreJobs } from "./restoreJobs";

const MINUTE = 60_000;

/**
 * A full backup of a site that goes on for some seconds after it was superseded, because whoever would have told it hangs. It is the
 * newest backup by its label, and ends past the position at which the site was left.
 */
export function lateBackupCases(lives: Lives): void {
  let jobs: RestoreJobs;
  let label: string;

  before(async function () {
    this.timeout(MINUTE);
    jobs = new RestoreJobs(lives.database);
    await jobs.open();
  });
  afterEach(() => jobs.clear());

  it("is not committed when it has ended after its site was superseded", async () => {
    const { opened } = await lives.newest();
    const backups = new RestoreJobs(lives.database);
    await backups.open(["cronjob", runNames.databaseFull]);
    await backups.start({
      name: "late",
      volume: { claim: names.databaseClaim },
      stop: { at: "archiving works", by: "SIGSTOP" },
    });
    const backup = await frozen(lives.home, "backup-database");
    const watcher = running(lives.home, "watch-lineage");
    process.kill(watcher, "SIGSTOP");
    try {
      await jobs.volume("other");
      const other = await jobs.run({ name: "other", volume: { claim: "other" } });
      assert.equal(other.exitCode, 0, other.message);
      process.kill(backup, "SIGCONT");
      const late = await backups.ended("late");
      process.stdout.write(`${late.message}\n`);
      assert.notEqual(late.exitCode, 0, late.log);
      assert.match(
        late.message,
        new RegExp(`backup-database: a backup of generation ${opened} is refused: site .* has taken over`),
      );
      label = /backup (\d{8}-\d{6}F): /.exec(late.log)?.[1] ?? "";
      assert.notEqual(label, "", late.log);
    } finally {
      process.kill(watcher, "SIGCONT");
    }
  }).timeout(6 * MINUTE);

  it("is never what a recovery begins with, not even by its name", async () => {
    await jobs.volume("named");
    const named = await jobs.run({
      name: "named",
      volume: { claim: "named" },
      env: { RESTORE_SET: label },
    });
    process.stdout.write(`${named.message}\n`);
    assert.notEqual(named.exitCode, 0, named.log);
    assert.match(named.message, new RegExp(`${jobNames.restoreDatabase}: .*${label}.*; `, "s"));
    await jobs.volume("newest");
    const newest = await jobs.run({ name: "newest", volume: { claim: "newest" } });
    assert.equal(newest.exitCode, 0, newest.message);
    assert.ok(
      String(newest.result?.["label"]) < label,
      `${String(newest.result?.["label"])} is not older than ${label}`,
    );
    const counts = newest.result?.["rowCounts"] as Record<string, number> | undefined;
    assert.equal(counts?.[livesTable], lives.written * rowsOfLife);
  }).timeout(4 * MINUTE);
}
